"""Do accounts from a file come in like accounts made by hand: by the administrator, with roles, without a password?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kansa.apps.annual_report.actions import import_file
from kansa.apps.people.actions import disable_account, end_contract
from kansa.apps.people.models import Account, Appointment, AuditFirm
from kansa.apps.trail.models import Event, SourceFile
from kansa.core.errors import RuleError
from kansa.core.permission import VERBS, import_verb
from tests.builders import build_city, department, imported
from tests.cast import CLERK, FIRM_JA, account_named, actor_named, browser_of, firm_named, sign_up, this_fiscal_year

HEAD = "年度,ログイン名,氏名,職員番号,役割,所属コード,監査事業者,有効期限の年度"
YEAR = this_fiscal_year()

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(city: Any) -> Client:
    build_city()
    imported("departments", [department("101"), department("102")])
    sign_up("administrator", "clerk", "director", "external")
    return browser_of("administrator")


def file_of(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode("utf-8-sig")


FILE = file_of(
    f"{YEAR},Soumu.Hanako,総務 花子,000123,監査員,,,",
    f"{YEAR},soumu.hanako,総務 花子,000123,被監査部門の担当,101,,",
    f"{YEAR},audit.ichiro,監査 一郎,,外部監査人,,監査法人 三,{YEAR + 1}",
    f"{YEAR},ippan,一般 次郎,000202,職員,102,,",
)


def taken(data: bytes, actor: Any = None) -> Any:
    return import_file(actor or actor_named("administrator"), "accounts", data, "利用者.csv", apply=True)


def codes(data: bytes) -> list[str]:
    return [one.code for one in taken(data).refusals]


def roles_of(login: str) -> list[tuple[str, str, str]]:
    rows = Appointment.objects.filter(account__login=login, fiscal_year=YEAR).select_related("department", "firm")
    return sorted(
        (one.role, one.department.code if one.department else "", one.firm.name_ja if one.firm else "") for one in rows
    )


def test_from_the_file_to_passing_passwords(administrator: Client) -> None:
    assert "利用者" in administrator.get("/import/").content.decode()
    looked = administrator.post("/import/accounts/", {"chosen": SimpleUploadedFile("利用者.csv", FILE)})
    held = re.search(r'name="held" value="([^"]+)"', looked.content.decode())
    assert held
    assert not Account.objects.filter(login="soumu.hanako").exists()  # only looked at so far
    done = administrator.post("/import/apply/", {"held": held[1], "do": "apply"}, follow=True).content.decode()
    assert "まだパスワードがありません" in done
    assert roles_of("soumu.hanako") == [("auditee_contact", "101", ""), ("staff_auditor", "", "")]
    assert roles_of("audit.ichiro") == [("external_auditor", "", "監査法人 三")]
    assert roles_of("ippan") == [("staff_member", "", "")]  # a role of the whole city has no department
    assert Account.objects.get(login="audit.ichiro").valid_through == YEAR + 1
    assert not any(one.has_usable_password() for one in Account.objects.filter(login__in=["soumu.hanako", "ippan"]))
    text = administrator.get("/accounts/passwords/").content.decode()
    keys = {one.login: str(one.pk) for one in Account.objects.all()}
    assert f'value="{keys["ippan"]}" checked' in text
    answer = administrator.post("/accounts/passwords/", {"chosen": [keys["soumu.hanako"], keys["ippan"]]})
    shown = re.findall(r'<code class="once">([a-z0-9-]{19})</code>', answer.content.decode())
    assert len(set(shown)) == 2
    hanako = Account.objects.get(login="soumu.hanako")
    assert hanako.must_change_password
    assert any(hanako.check_password(one) for one in shown)
    left = re.findall(r'value="(\d+)" checked', administrator.get("/accounts/passwords/").content.decode())
    assert keys["ippan"] not in left
    assert keys["audit.ichiro"] in left


def test_the_trail_names_each_account_and_role_and_no_person(administrator: Client) -> None:
    taken(FILE)
    added = Event.objects.filter(object_kind="account", verb="add", object_key="soumu.hanako").get()
    assert added.after == {"login": "soumu.hanako", "valid_through": YEAR}
    given = Event.objects.filter(object_kind="account", verb="appoint", object_key="soumu.hanako").order_by("pk")
    assert [(one.after["role"], one.after["department"]) for one in given] == [
        ("staff_auditor", ""),
        ("auditee_contact", "101"),
    ]
    whole = Event.objects.get(object_kind="accounts", verb="import")
    assert "花子" not in str(whole.after) + str(whole.before)
    assert SourceFile.objects.get(kind="accounts").is_restricted


def test_the_same_file_twice_changes_nothing(administrator: Client) -> None:
    taken(FILE)
    again = taken(FILE)
    assert again.plan.numbers[:2] == (0, 0)
    assert Appointment.objects.filter(account__login="soumu.hanako").count() == 2


def test_a_file_takes_nothing_away(administrator: Client) -> None:
    taken(FILE)
    Account.objects.filter(login="soumu.hanako").update(valid_through=YEAR + 3)
    assert taken(file_of(f"{YEAR},soumu.hanako,総務 花子,000123,監査員,,,{YEAR}")).refusals == ()
    assert Account.objects.get(login="soumu.hanako").valid_through == YEAR + 3
    assert len(roles_of("soumu.hanako")) == 2
    password = account_named("clerk").password
    taken(file_of(f"{YEAR},clerk,事務局 太郎,,監査統括責任者,,,"))
    clerk = account_named("clerk")
    assert (clerk.name_ja, clerk.password) == ("事務局 太郎", password)
    assert {role for role, _department, _firm in roles_of("clerk")} == {"audit_clerk", "audit_director"}


def test_what_cannot_be_is_refused_and_nothing_comes_in(administrator: Client) -> None:
    disable_account(actor_named("administrator"), account_named("director").pk)
    end_contract(actor_named("administrator"), firm_named().pk)
    Account.objects.filter(login="clerk").update(staff_number="000001")
    assert codes(file_of(f"{YEAR},neu,新人,,被監査部門の長,999,,", f"{YEAR},ok,良,,職員,,,")) == ["unknown_department"]
    assert codes(file_of(f"{YEAR},director,統括,,監査統括責任者,,,")) == ["account_disabled"]
    assert codes(file_of(f"{YEAR},neu,監査,,外部監査人,,{FIRM_JA},")) == ["unknown_firm"]
    assert codes(file_of(f"{YEAR},clerk,別人,000009,職員,,,")) == ["account_of_two"]
    assert not Account.objects.filter(login__in=["neu", "ok"]).exists()
    assert AuditFirm.objects.count() == 1


def test_a_password_has_no_column(administrator: Client) -> None:
    data = (HEAD + ",パスワード\n" + f"{YEAR},neu,新人,,職員,,,,geheim\n").encode("utf-8-sig")
    assert codes(data) != []
    assert not Account.objects.filter(login="neu").exists()


def test_only_who_may_give_roles_by_hand_gives_them_by_a_file(administrator: Client) -> None:
    for person in ("clerk", "director"):
        office = browser_of(person)
        assert office.get("/import/accounts/").status_code == 403
        assert office.post("/import/accounts/", {"chosen": SimpleUploadedFile("a.csv", FILE)}).status_code == 403
        assert office.get("/templates/accounts/").status_code == 403
        assert office.get("/accounts/passwords/").status_code == 403
        assert "/import/accounts/" not in office.get("/import/").content.decode()
        with pytest.raises(RuleError):
            taken(FILE, actor_named(person))
    assert administrator.get("/import/departments/").status_code == 403
    assert administrator.get("/templates/accounts/").status_code == 200
    assert not Account.objects.filter(login="soumu.hanako").exists()


def test_a_held_file_of_accounts_is_not_applied_by_the_office(administrator: Client) -> None:
    looked = administrator.post("/import/accounts/", {"chosen": SimpleUploadedFile("a.csv", FILE)}).content.decode()
    held = re.search(r'name="held" value="([^"]+)"', looked)
    assert held
    browser_of("clerk").post("/import/apply/", {"held": held[1], "do": "apply"})
    assert not Account.objects.filter(login="soumu.hanako").exists()


def test_every_import_needs_a_verb_that_exists() -> None:
    assert import_verb("accounts") == "manage_accounts"
    assert import_verb("departments") == "import"
    assert import_verb("no such kind") in VERBS


def test_the_console_may_too(administrator: Client) -> None:
    assert taken(FILE, CLERK).is_applied
