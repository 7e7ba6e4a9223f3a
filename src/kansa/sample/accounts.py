"""Who signs in to the sample city? One person for each role; the passwords are made by the installation."""

from __future__ import annotations

from dataclasses import dataclass

FIRM_JA = "みほん監査法人（架空）"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One person of the demo. `department_code` and `is_of_firm` where the role needs them."""

    login: str
    name_ja: str
    role: str
    department_code: str = ""
    is_of_firm: bool = False
    staff_number: str = ""


DEMO_ACCOUNTS = (
    DemoAccount("director", "監査　統括", "audit_director"),
    DemoAccount("clerk", "事務局　一郎", "audit_clerk"),
    DemoAccount("firm", "受託　監査人", "external_auditor", is_of_firm=True),
    DemoAccount("auditor", "庁内　監査員", "staff_auditor", staff_number="00025"),
    DemoAccount("head", "市民課　課長", "auditee_head", department_code="0301"),
    DemoAccount("contact", "市民課　担当", "auditee_contact", department_code="0301"),
    DemoAccount("other-head", "総務課　課長", "auditee_head", department_code="0201"),
    DemoAccount("ciso", "副市長　甲", "ciso"),
    DemoAccount("staff", "職員　乙", "staff_member", staff_number="00252"),
    DemoAccount("admin", "情報　管理", "administrator"),
    DemoAccount("outsider", "部外　者", ""),
)
