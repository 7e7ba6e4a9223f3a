"""Does each act on a finding do what it says, for the right person, in the right state, and for nobody else?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from kansa.apps.findings import actions
from kansa.apps.findings.models import (
    CarryOver,
    FactCheck,
    Finding,
    ImprovementEvidence,
    ImprovementPlan,
    RiskAcceptance,
)
from kansa.apps.findings.queries import finding_facts, standing_of
from kansa.apps.findings.queries.frozen import findings
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from tests.apps.findings.scene import COMPLETE, YEAR, a_finding, build_scene, move_to, the_engagement, the_finding
from tests.builders import finding, imported
from tests.cast import CITY, account_named, actor_named

pytestmark = [pytest.mark.django_db]
NOTE = Upload("記録.txt", "施錠した。".encode())
PLAN = actions.PlanWords("錠を替える", "主任 丙", timezone.localdate() + timedelta(days=30), YEAR)
ACCEPTANCE = actions.AcceptanceWords("副市長", "費用", timezone.localdate(), timezone.localdate() + timedelta(days=90))
WORDS = actions.FindingWords(title_ja="施錠の不徹底", texts=COMPLETE)


def code_of(act: Callable[[], object]) -> str:
    """The code with which an act is refused; "403" and "404" as the page would answer, "" when it is done."""
    try:
        act()
    except RuleError as fault:
        return fault.code
    except InputError as fault:
        return fault.refusals[0].code
    except PermissionDenied:
        return "403"
    except Http404:
        return "404"
    return ""


def raise_by(name: str, **fields: Any) -> Finding:
    values: dict[str, Any] = {"title_ja": "施錠の不徹底", "texts": COMPLETE, **fields}
    words = actions.FindingWords(**values)
    return actions.raise_finding(actor_named(name), YEAR, "E1", "A1", words)


def plan_by(name: str, raised: Finding, version: int = 0) -> ImprovementPlan:
    return actions.write_plan(actor_named(name), raised.pk, version, PLAN)


def done_by(name: str, raised: Finding, version: int = 1, **fields: Any) -> ImprovementPlan:
    values = {"improved_on": timezone.localdate(), "note_ja": "替えた。", "uploads": [NOTE], **fields}
    return actions.report_done(actor_named(name), raised.pk, version, **values)


def verify_by(name: str, raised: Finding, version: int = 2, day: date | None = None) -> ImprovementPlan:
    return actions.verify(actor_named(name), raised.pk, version, day or timezone.localdate(), "現地で見た。")


def test_an_auditor_raises_findings_with_numbers_of_their_audit() -> None:
    build_scene()
    first, second = raise_by("external"), raise_by("external", title_ja="台帳の更新漏れ")
    assert (first.code, second.code) == ("E1-01", "E1-02")
    assert first.department == the_engagement().department
    assert first.raised_by == account_named("external")
    assert finding_facts(the_engagement())["unraised_count"] == 0
    assert Event.objects.filter(verb="raise", object_key=f"{YEAR}/E1-01").count() == 1


def test_a_number_is_not_used_again() -> None:
    build_scene()
    raise_by("external")
    a_finding("E1-07")
    assert raise_by("external", title_ja="台帳の更新漏れ").code == "E1-08"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("other_firm", "404"), ("auditor", "404"), ("other_head", "404")),
        *(("head", "403"), ("director", "403"), ("ciso", "403")),
        *(("staff", "not_allowed"), ("outsider", "not_allowed"), ("administrator", "not_allowed")),
    ],
)
def test_nobody_else_raises_a_finding(name: str, code: str) -> None:
    build_scene()
    assert code_of(lambda: raise_by(name)) == code
    assert not Finding.objects.exists()


def test_nothing_is_raised_before_and_after() -> None:
    build_scene("notified")
    assert code_of(lambda: raise_by("external")) == "not_in_this_state"
    move_to("improvement")
    assert code_of(lambda: raise_by("external")) == "not_in_this_state"


def test_a_secret_text_needs_its_reason() -> None:
    build_scene()
    assert code_of(lambda: raise_by("external", secrecies={"fact_ja": " "})) == "secrecy_reason"
    raised = raise_by("external", secrecies={"fact_ja": "機器の型番を含む"})
    assert [(one.field, one.reason_ja) for one in raised.secrecies.all()] == [("fact_ja", "機器の型番を含む")]
    actions.edit_finding(actor_named("external"), raised.pk, 1, WORDS)
    assert not raised.secrecies.exists()


def test_who_saves_an_older_finding_is_told_and_nothing_is_lost() -> None:
    build_scene()
    raised = raise_by("external")
    actions.edit_finding(actor_named("external"), raised.pk, 1, actions.FindingWords(title_ja="一番目"))
    late = actions.FindingWords(title_ja="二番目")
    assert code_of(lambda: actions.edit_finding(actor_named("external"), raised.pk, 1, late)) == actions.CHANGED
    assert the_finding("E1-01").title_ja == "一番目"


def test_phrases_that_read_like_assurance_are_told() -> None:
    build_scene()
    raised = raise_by("external")
    assert list(actions.assurance_warnings(raised)) == []
    Finding.objects.filter(pk=raised.pk).update(effect_ja="重要な問題は発見されなかった。")
    (warning,) = actions.assurance_warnings(the_finding("E1-01"))
    assert "影響" in warning
    assert "重要な問題は発見されなかった" in warning


def answer_by(
    name: str, raised: Finding, answer: str = "agreement", *, is_final: bool = True, **fields: Any
) -> FactCheck:
    values = {"version": 0, "text_ja": "", **fields}
    return actions.answer_fact_check(actor_named(name), raised.pk, answer=answer, is_final=is_final, **values)


def test_the_contact_drafts_and_the_head_answers() -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert code_of(lambda: answer_by("contact", raised)) == "not_your_role"
    draft = answer_by("contact", raised, "disagreement_of_fact", is_final=False, text_ja="鍵はあった。")
    assert draft.answered_at is None
    answer_by("head", raised, "disagreement_of_fact", version=1, text_ja="鍵はあった。")
    assert FactCheck.objects.get().answered_by == account_named("head")
    assert code_of(lambda: answer_by("contact", raised, version=2, is_final=False)) == "already_answered"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("other_head", "not_allowed"), ("external", "not_allowed"), ("director", "not_allowed")),
        *(("ciso", "not_allowed"), ("staff", "not_allowed")),
    ],
)
def test_nobody_else_answers_the_fact_check(name: str, code: str) -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert code_of(lambda: answer_by(name, raised)) == code
    assert not FactCheck.objects.exists()


def test_a_disagreement_says_what_is_wrong() -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert code_of(lambda: answer_by("head", raised, "disagreement_of_judgement", text_ja=" ")) == "text"


def test_the_answer_comes_in_the_fact_check_only() -> None:
    build_scene("result_notified")
    raised = a_finding()
    assert code_of(lambda: answer_by("head", raised)) == "not_in_this_state"


def decide_by(name: str, raised: Finding, decision: str = "upheld", reason: str = "写真で確かめた。") -> FactCheck:
    return actions.decide(actor_named(name), raised.pk, 1, decision, reason)


def test_the_director_decides_about_a_disagreement() -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert code_of(lambda: decide_by("director", raised)) == "no_disagreement"
    answer_by("head", raised, "disagreement_of_fact", text_ja="鍵はあった。")
    for name in ("clerk", "external", "head", "ciso"):
        assert code_of(lambda name=name: decide_by(name, raised)) == "not_allowed"  # type: ignore[misc]
    assert code_of(lambda: decide_by("director", raised, reason="")) == "reason"
    decide_by("director", raised)
    assert finding_facts(the_engagement())["undecided_count"] == 0
    assert code_of(lambda: answer_by("head", raised, version=2)) == "already_decided"


def test_a_withdrawn_finding_counts_nowhere_and_asks_for_nothing() -> None:
    build_scene("fact_check")
    raised = a_finding()
    answer_by("head", raised, "disagreement_of_fact", text_ja="鍵はあった。")
    decide_by("director", raised, "withdrawn")
    assert the_finding().is_withdrawn
    assert finding_facts(the_engagement())["finding_count"] == 0
    move_to("improvement")
    assert code_of(lambda: plan_by("head", raised)) == "withdrawn"


@pytest.mark.parametrize("name", ["head", "contact"])
def test_the_department_writes_its_plan(name: str) -> None:
    build_scene("improvement")
    raised = a_finding()
    plan = plan_by(name, raised)
    assert (plan.planned_on, plan.version) == (timezone.localdate(), 1)
    assert finding_facts(the_engagement())["unplanned_count"] == 0
    assert findings(CITY, YEAR)[0].planned_on == timezone.localdate().isoformat()


@pytest.mark.parametrize("name", ["external", "director", "clerk", "ciso", "other_head", "other_firm", "staff"])
def test_auditors_and_the_office_never_write_a_plan(name: str) -> None:
    build_scene("improvement")
    raised = a_finding()
    assert code_of(lambda: plan_by(name, raised)) == "not_allowed"
    assert not ImprovementPlan.objects.exists()


def test_a_plan_says_everything_that_it_lacks() -> None:
    build_scene("improvement")
    raised = a_finding()
    with pytest.raises(InputError) as caught:
        actions.write_plan(actor_named("head"), raised.pk, 0, actions.PlanWords("", " ", None, None))
    assert [one.place.column for one in caught.value.refusals] == ["改善の措置", "担当者", "改善の期限", "改善予定年度"]


def test_no_plan_before_the_result_and_none_for_a_recommendation() -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert code_of(lambda: plan_by("head", raised)) == "not_in_this_state"
    move_to("improvement")
    Finding.objects.filter(pk=raised.pk).update(classification="recommendation")
    assert code_of(lambda: plan_by("head", raised)) == "no_detection"


def test_a_promise_may_move_but_the_day_of_the_plan_stays() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    ImprovementPlan.objects.update(planned_on=date(YEAR, 4, 2))
    later = actions.PlanWords("錠を替える", "主任 丙", date(YEAR + 1, 5, 1), YEAR + 1)
    assert code_of(lambda: actions.write_plan(actor_named("head"), raised.pk, 0, later)) == actions.CHANGED
    plan = actions.write_plan(actor_named("head"), raised.pk, 1, later)
    assert (plan.planned_on, plan.promised_fiscal_year) == (date(YEAR, 4, 2), YEAR + 1)


def test_done_needs_plan_evidence_and_a_day_that_has_come() -> None:
    build_scene("improvement")
    raised = a_finding()
    assert code_of(lambda: done_by("contact", raised, 0)) == "no_plan"
    plan_by("head", raised)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert code_of(lambda: done_by("contact", raised, improved_on=tomorrow)) == "day_in_future"
    assert code_of(lambda: done_by("contact", raised, uploads=[])) == "evidence"
    assert code_of(lambda: done_by("contact", raised, note_ja=" ")) == "note"
    svg = Upload("図.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    assert code_of(lambda: done_by("contact", raised, uploads=[NOTE, svg])) not in ("", "evidence")
    assert not ImprovementEvidence.objects.exists()
    done_by("contact", raised)
    assert standing_of(the_finding(), timezone.localdate()).state == "done"
    assert ImprovementEvidence.objects.get().finding == raised
    assert code_of(lambda: plan_by("head", raised, 2)) == "already_reported"


@pytest.mark.parametrize("name", ["external", "clerk", "director", "ciso", "other_head"])
def test_nobody_else_reports_it_as_done(name: str) -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    assert code_of(lambda: done_by(name, raised)) == "not_allowed"


@pytest.mark.parametrize("name", ["external", "clerk", "director"])
def test_a_second_person_verifies_and_the_report_says_improved(name: str) -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    done_by("contact", raised)
    assert (
        code_of(lambda: verify_by(name, raised, day=timezone.localdate() - timedelta(days=1))) == "verified_before_done"
    )
    assert code_of(lambda: verify_by(name, raised, day=timezone.localdate() + timedelta(days=1))) == "day_in_future"
    plan = verify_by(name, raised)
    assert plan.verifier_ja == f"{name} さん"
    frozen = findings(CITY, YEAR)[0]
    assert (frozen.improved_on, frozen.verified_on) == (timezone.localdate().isoformat(),) * 2
    assert finding_facts(the_engagement())["open_count"] == 0
    assert code_of(lambda: verify_by(name, raised, 3)) == "already_verified"


@pytest.mark.parametrize("name", ["head", "contact", "ciso", "other_firm", "auditor", "other_head", "staff"])
def test_nobody_of_the_department_and_no_stranger_verifies(name: str) -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    done_by("contact", raised)
    assert code_of(lambda: verify_by(name, raised)) == "not_allowed"
    assert ImprovementPlan.objects.get().verified_on is None


def test_reporter_and_owner_cannot_verify_themselves() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    done_by("contact", raised)
    ImprovementPlan.objects.update(owner_ja="external　さん")
    assert code_of(lambda: verify_by("external", raised)) == "same_as_owner"
    ImprovementPlan.objects.update(owner_ja="丙", done_by=account_named("clerk"))
    assert code_of(lambda: verify_by("clerk", raised)) == "same_as_reporter"


def test_nothing_is_verified_before_it_was_reported() -> None:
    build_scene("improvement")
    raised = a_finding()
    assert code_of(lambda: verify_by("external", raised, 0)) == "not_reported_done"


def test_a_report_is_sent_back_with_what_it_lacks() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    done_by("contact", raised)
    assert code_of(lambda: actions.send_back(actor_named("external"), raised.pk, 2, "")) == "reason"
    assert code_of(lambda: actions.send_back(actor_named("head"), raised.pk, 2, "足りない")) == "not_allowed"
    actions.send_back(actor_named("external"), raised.pk, 2, "写真が別の場所です。")
    assert standing_of(the_finding(), timezone.localdate()).state == "planned"
    done_by("contact", raised, 3)


def test_the_department_asks_and_others_accept_a_risk() -> None:
    build_scene("improvement")
    raised = a_finding()
    actions.ask_acceptance(actor_named("head"), raised.pk, 0, "建替えまで待ちたい。")
    for name in ("head", "external", "other_head", "staff"):
        assert (
            code_of(lambda name=name: actions.record_acceptance(actor_named(name), raised.pk, ACCEPTANCE))
            == "not_allowed"
        )  # type: ignore[misc]
    lacking = actions.AcceptanceWords("", "費用", timezone.localdate(), timezone.localdate())
    assert code_of(lambda: actions.record_acceptance(actor_named("ciso"), raised.pk, lacking)) == "approver"
    actions.record_acceptance(actor_named("ciso"), raised.pk, ACCEPTANCE)
    assert standing_of(the_finding(), timezone.localdate()).state == "risk_accepted"
    assert findings(CITY, YEAR)[0].treatment == "accept"
    move_to("fact_check")
    assert code_of(lambda: actions.record_acceptance(actor_named("ciso"), raised.pk, ACCEPTANCE)) == "not_in_this_state"
    assert RiskAcceptance.objects.count() == 1


def test_the_office_carries_over_what_is_promised_for_later() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)

    def carry(name: str = "clerk", reason: str = "予算") -> CarryOver:
        return actions.carry_over(actor_named(name), raised.pk, reason)

    assert code_of(carry) == "not_promised_later"
    later = actions.PlanWords("錠を替える", "丙", date(YEAR + 1, 5, 1), YEAR + 1)
    actions.write_plan(actor_named("head"), raised.pk, 1, later)
    assert code_of(lambda: carry("external")) == "not_allowed"
    assert code_of(lambda: carry("head")) == "not_allowed"
    assert code_of(lambda: carry(reason="")) == "reason"
    carried = carry()
    assert (carried.from_year, carried.to_year) == (YEAR, YEAR + 1)
    assert finding_facts(the_engagement())["unsettled_count"] == 0
    assert code_of(carry) == "not_promised_later"


def test_all_open_findings_of_an_engagement_are_carried_over_or_none() -> None:
    build_scene("improvement")
    promised = {"planned_on": date(YEAR, 5, 5), "promised_fiscal_year": YEAR + 1}
    imported("findings", [finding("F1", fiscal_year=YEAR, **promised), finding("F2", fiscal_year=YEAR)])

    def act() -> list[CarryOver]:
        return actions.carry_over_open(actor_named("clerk"), the_engagement(), "予算")

    assert code_of(act) == "not_promised_later"
    assert not the_finding("F1").carry_overs.exists()
    imported("findings", [finding("F2", fiscal_year=YEAR, **promised)])
    assert len(act()) == 2


def test_a_file_does_not_write_over_a_plan_of_the_screens() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    outcome = imported(
        "findings", [finding("F1", fiscal_year=YEAR, measure_ja="別の措置", planned_on=date(YEAR, 4, 1))]
    )
    assert [one.code for one in outcome.plan.warnings] == ["plan_written_here"]
    assert ImprovementPlan.objects.get().measure_ja == "錠を替える"


def test_the_office_asks_for_plans_by_a_day() -> None:
    build_scene("improvement")
    a_finding()
    due_on = timezone.localdate() + timedelta(days=10)
    assert actions.ask_plans(actor_named("clerk"), YEAR, "E1", due_on) == 1
    assert standing_of(the_finding(), timezone.localdate()).urgency.code == "due_soon"  # type: ignore[union-attr]
    assert code_of(lambda: actions.ask_plans(actor_named("head"), YEAR, "E1", due_on)) == "not_allowed"
    past = timezone.localdate() - timedelta(days=1)
    assert code_of(lambda: actions.ask_plans(actor_named("clerk"), YEAR, "E1", past)) == "day_passed"


def test_a_recurrence_is_marked_and_the_earlier_one_is_followed_no_more() -> None:
    build_scene("fieldwork")
    a_finding("F1")
    raised = raise_by("external", title_ja="施錠の不徹底（再発）")
    earlier = the_finding("F1")

    def mark(name: str, code: str) -> Finding:
        return actions.mark_recurrence(actor_named(name), raised.pk, the_finding("E1-01").version, code)

    assert code_of(lambda: mark("external", "F9")) == "unknown_recurrence"
    assert code_of(lambda: mark("head", "F1")) == "not_allowed"
    mark("external", "F1")
    assert standing_of(earlier, timezone.localdate()).state == "recurred"
    assert findings(CITY, YEAR)[0].recurrence_of == "F1"


def test_evidence_is_taken_away_only_before_the_report() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    done_by("contact", raised)
    file = ImprovementEvidence.objects.get()
    assert code_of(lambda: actions.remove_file(actor_named("head"), file.pk)) == "already_reported"
    actions.send_back(actor_named("external"), raised.pk, 2, "別の場所です。")
    assert code_of(lambda: actions.remove_file(actor_named("external"), file.pk)) == "not_allowed"
    assert code_of(lambda: actions.remove_file(actor_named("other_head"), file.pk)) == "not_allowed"
    actions.remove_file(actor_named("head"), file.pk)
    assert ImprovementEvidence.objects.get().removed_at is not None
