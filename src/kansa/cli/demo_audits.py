"""The audits of the year under way in the sample city, so that each role of the demo finds something to do.

Everything is done by the acts of the pages, by the people of the demo.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kansa.cli.setting_up import operator
from kansa.core.permission import Actor

if TYPE_CHECKING:
    from kansa.apps.plan.models import Engagement

FIELDWORK, FACT_CHECK, IMPROVEMENT = "0301", "0104", "0201"  # departments, by how far their audit is
EXTERNAL = "0410"
PLANNED = ("0107", "0306", "0307")
LEVELS = "33334332334"  # judged one after the other, again and again
EVIDENCE_JA = "規程と台帳を確かめ、担当者から聞き取った。"


def person(login: str) -> Actor:
    """One of the demo's people as an actor."""
    from django.utils import timezone

    from kansa.apps.people.models import Account
    from kansa.apps.people.queries import actor_of

    return actor_of(Account.objects.get(login=login), timezone.localdate())


def add_demo_audits(year: int) -> None:
    """Audits of FY2025: planned, being judged, in the fact check, being improved, and one of the outside firm."""
    from kansa.apps.annual_report.queries import is_frozen
    from kansa.apps.audits.actions import close_recorded
    from kansa.apps.controls.actions.editing import ListKey, copy_last_year
    from kansa.apps.plan.models import Engagement

    if Engagement.objects.filter(fiscal_year=year).exists():
        return
    for past in (year - 2, year - 1):
        close_recorded(operator(), past)
    for stream in ("external_audit", "internal_audit"):
        copy_last_year(operator(), ListKey(year, stream, is_frozen))
    for code in PLANNED:
        plan(year, code)
    judge(notify(plan(year, FIELDWORK), prepared=True), count=12)
    found = notify(plan(year, FACT_CHECK))
    judge(found)
    raise_findings(found)
    improved = notify(plan(year, IMPROVEMENT))
    judge(improved)
    raise_findings(improved)
    improve(improved)
    outside(year)


def plan(year: int, department: str) -> Engagement:
    """A planned internal audit with the demo's auditor as its lead."""
    from kansa.apps.audits.actions import Planned, assign, create_engagement
    from kansa.apps.audits.queries import candidates, next_code
    from kansa.apps.people.queries import department_book

    clerk = person("clerk")
    found = department_book(clerk.municipality_id).find(department, year)
    day = date(year, 11, 4)
    planned = Planned("internal_audit", "control_check", found, None, day, day + timedelta(days=1), is_special=False)
    code = next_code(clerk.municipality_id, year, "internal_audit", "control_check")
    made = create_engagement(clerk, year, code, planned)
    own = person("auditor").staff_number
    free = [line.staff.staff_number for line in candidates(made) if line.staff is not None and not line.concerns]
    for number in [own, *(one for one in free if one != own)][:2]:
        assign(clerk, year, code, staff_number=number)
    return made


def step(login: str, engagement: Engagement, code: str, reason_ja: str = "", number: str = "") -> None:
    """One move by one of the demo's people."""
    from kansa.apps.audits.actions import move
    from kansa.apps.audits.actions.moving import Sent

    engagement.refresh_from_db()
    sent = Sent(number, date(engagement.fiscal_year, 10, 1)) if number else None
    move(person(login), engagement.fiscal_year, engagement.code, engagement.version, code, reason_ja, sent)


def notify(engagement: Engagement, *, prepared: bool = False) -> Engagement:
    """Up to the fieldwork: by way of the preliminary survey when the department answered it."""
    from kansa.apps.assessment.actions.preliminary import Answer, answer_item, submit_survey

    step("clerk", engagement, "notify", number=f"総情第{engagement.pk}号")
    if not prepared:
        step("auditor", engagement, "skip_preliminary", "前年度と同じ資料で足りるため")
        return engagement
    step("clerk", engagement, "begin_preliminary")
    for item in items(engagement)[:5]:
        answer_item(
            person("contact"),
            engagement.fiscal_year,
            engagement.code,
            item,
            Answer("手順書を定め、毎年見直している。", 3),
            0,
        )
    submit_survey(person("head"), engagement.fiscal_year, engagement.code)
    step("auditor", engagement, "begin_fieldwork")
    return engagement


def items(engagement: Engagement) -> Sequence[str]:
    """The codes of the audit's checklist, in order."""
    from kansa.apps.controls.queries import active_items

    found = active_items(engagement.municipality_id, [engagement.fiscal_year])
    return list(found[engagement.fiscal_year, engagement.stream])


def judge(engagement: Engagement, count: int | None = None) -> None:
    """Judges the first items; all of them by default, and then writes the working paper up."""
    from kansa.apps.assessment.actions import judge as judge_item
    from kansa.apps.assessment.queries.entries import Entry

    auditor = person("auditor")
    for place, code in enumerate(items(engagement)[:count]):
        entry = Entry(LEVELS[place % len(LEVELS)], "", EVIDENCE_JA, "document,interview")
        judge_item(auditor, engagement.fiscal_year, engagement.code, code, entry, 0)
    if count is None:
        step("auditor", engagement, "write_up")


def raise_findings(engagement: Engagement) -> None:
    """A finding for every item below the conformity level, then the fact check."""
    from kansa.apps.findings.actions import FindingWords, raise_finding
    from kansa.apps.findings.queries import unraised

    auditor = person("auditor")
    for judgement in unraised(engagement):
        item = judgement.item
        words = FindingWords(
            title_ja=f"{item.domain_ja}に関する手順の徹底",
            severity="medium",
            cause_kind="shared_procedure",
            texts={
                "criterion_ja": item.text_ja,
                "fact_ja": "抽出した五件のうち二件で、手順書に定めた記録が残されていなかった。",
                "evidence_ja": "管理簿（写し）",
                "cause_ja": "担当者の交代の際に手順が引き継がれていなかった。",
                "effect_ja": "取扱いの経過を後から確かめられないおそれがある。",
                "recommendation_ja": "引継ぎの項目に手順書の確認を加え、月に一度、記録の有無を確かめることを提言する。",
            },
        )
        raise_finding(auditor, engagement.fiscal_year, engagement.code, item.code, words)
    step("auditor", engagement, "ask_fact_check")


def improve(engagement: Engagement) -> None:
    """The department, for which the demo's second head answers, agrees; the result goes out, improvement begins."""
    from kansa.apps.findings.actions import answer_fact_check
    from kansa.apps.findings.models import Finding

    for finding in Finding.objects.filter(engagement=engagement).order_by("code"):
        answer_fact_check(person("other-head"), finding.pk, 0, "agreement", "", is_final=True)
    step("clerk", engagement, "notify_result", number=f"総情第{engagement.pk + 100}号")
    step("clerk", engagement, "begin_improvement")


def outside(year: int) -> None:
    """An external audit of the contracted firm, notified."""
    from kansa.apps.audits.actions import Planned, assign, create_engagement
    from kansa.apps.people.models import AuditFirm
    from kansa.apps.people.queries import department_book

    clerk = person("clerk")
    found = department_book(clerk.municipality_id).find(EXTERNAL, year)
    firm = AuditFirm.objects.get()
    day = date(year, 11, 26)
    planned = Planned("external_audit", "control_check", found, firm, day, day, is_special=False)
    made = create_engagement(clerk, year, f"EX{year % 100:02d}-01", planned)
    assign(clerk, year, made.code, name_ja="受託　監査人")
    step("clerk", made, "notify", number=f"総情第{made.pk}号")
