"""May only who should judge, is nothing overwritten unseen, and does each act leave its mark?"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kansa.apps.annual_report.actions import freeze
from kansa.apps.assessment.actions import ChangedMeanwhile, judge, review
from kansa.apps.assessment.actions.reconciling import decide, take_agreed
from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.assessment.queries import judging_facts, worksheet_plan
from kansa.apps.assessment.queries.apart import agreement_of, pairs_of
from kansa.apps.assessment.queries.entries import Entry, entry_of
from kansa.apps.assessment.queries.sheet import beside, sheet_lines
from kansa.apps.people.models import FormerPost
from kansa.apps.people.queries import department_book
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.models import Event
from kansa.core.errors import RuleError
from tests.apps.judging import build_room, row_of, said
from tests.builders import YEAR, imported, item, judgement, setting
from tests.cast import CITY, CLERK, actor_named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def room(city: Any) -> None:
    build_room()


def engagement_of(code: str = "I1") -> Engagement:
    return Engagement.objects.select_related("department").get(code=code)


def refused(*arguments: Any, **options: Any) -> str:
    with pytest.raises(RuleError) as caught:
        judge(*arguments, **options)
    return caught.value.code


@pytest.mark.usefixtures("room")
def test_a_judgement_has_its_judge_its_version_and_its_mark_in_the_trail() -> None:
    actor = actor_named("auditor")
    judge(actor, YEAR, "I1", "A1", said("3", methods="document,interview"), 0)
    row = row_of()
    assert (row.state, row.level, row.version, row.judged_by_id) == ("judged", 3, 1, actor.account_id)
    assert (row.methods, row.auditor_ja) == ("document,interview", "S001")
    event = Event.objects.filter(verb="judge").get()
    assert event.object_key == f"{YEAR}/I1/A1"
    assert (event.before["level"], event.after["level"]) == (None, 3)


@pytest.mark.usefixtures("room")
def test_the_first_judgement_leaves_the_other_items_waiting() -> None:
    judge(actor_named("auditor"), YEAR, "I1", "A2", said(), 0)
    assert [(line.code, line.mark) for line in sheet_lines(engagement_of())] == [("A1", ""), ("A2", "3"), ("A3", "")]
    facts = judging_facts(engagement_of())
    assert (facts["item_count"], facts["not_judged_count"], facts["unexplained_count"]) == (3, 2, 0)


@pytest.mark.usefixtures("room")
def test_not_applicable_waits_for_its_reason_and_a_level_has_none() -> None:
    actor = actor_named("auditor")
    judge(actor, YEAR, "I1", "A1", said("N"), 0)
    assert judging_facts(engagement_of())["unexplained_count"] == 1
    judge(actor, YEAR, "I1", "A1", said("N", reason_ja="機器がない"), 1)
    assert judging_facts(engagement_of())["unexplained_count"] == 0
    judge(actor, YEAR, "I1", "A1", said("0", reason_ja="機器がない"), 2)
    assert (row_of().level, row_of().reason_ja) == (0, "")


@pytest.mark.usefixtures("room")
def test_what_was_saved_in_another_window_is_never_overwritten_unseen() -> None:
    judge(actor_named("auditor"), YEAR, "I1", "A1", said("3"), 0)
    with pytest.raises(ChangedMeanwhile) as caught:
        judge(actor_named("second"), YEAR, "I1", "A1", said("1", "別の証拠"), 0)
    assert (caught.value.theirs, caught.value.version) == (said("3"), 1)
    assert entry_of(row_of()) == said("3")


@pytest.mark.usefixtures("room")
def test_the_same_form_sent_twice_changes_nothing_the_second_time() -> None:
    actor = actor_named("auditor")
    for _time in range(2):
        judge(actor, YEAR, "I1", "A1", said("2"), 0)
    assert row_of().version == 1
    assert Event.objects.filter(verb="judge").count() == 1


@pytest.mark.usefixtures("room")
def test_a_file_that_changes_a_judgement_is_noticed_by_an_open_form() -> None:
    judge(actor_named("auditor"), YEAR, "I1", "A1", said("3"), 0)
    imported("judgements", [judgement("A1", 1, "I1")])
    assert row_of().judged_by_id is None
    with pytest.raises(ChangedMeanwhile):
        judge(actor_named("auditor"), YEAR, "I1", "A1", said("4"), 1)


@pytest.mark.usefixtures("room")
def test_only_the_auditors_of_the_engagement_judge() -> None:
    for name in ("clerk", "director", "head", "ciso"):
        with pytest.raises(PermissionDenied):
            judge(actor_named(name), YEAR, "I1", "A1", said(), 0)
    for name in ("other_auditor", "external", "other_head"):
        with pytest.raises(Http404):
            judge(actor_named(name), YEAR, "I1", "A1", said(), 0)
    judge(actor_named("external"), YEAR, "E1", "A1", said(), 0)


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("state", ["preliminary", "working_paper", "result_notified", "closed"])
def test_outside_the_fieldwork_nothing_is_judged(state: str) -> None:
    Engagement.objects.update(state=state)
    assert refused(actor_named("auditor"), YEAR, "I1", "A1", said(), 0) == "not_in_this_state"


@pytest.mark.usefixtures("room")
def test_a_level_outside_the_scale_and_an_item_of_nobody_are_refused() -> None:
    assert refused(actor_named("auditor"), YEAR, "I1", "A1", said("7"), 0) == "level_outside_scale"
    with pytest.raises(Http404):
        judge(actor_named("auditor"), YEAR, "I1", "X9", said(), 0)


@pytest.mark.usefixtures("room")
def test_who_worked_there_within_three_years_does_not_judge() -> None:
    """The post became known after the assignment: it is looked at again when judging."""
    department = department_book(CITY).find("101", YEAR)
    assert department is not None
    FormerPost.objects.create(municipality_id=CITY, staff_number="S001", fiscal_year=YEAR - 3, department=department)
    assert refused(actor_named("auditor"), YEAR, "I1", "A1", said(), 0) == "not_independent"
    imported("year", [setting("former_post_years", "2")])
    judge(actor_named("auditor"), YEAR, "I1", "A1", said(), 0)


@pytest.mark.usefixtures("room")
def test_saving_takes_as_many_queries_whatever_was_judged_before(django_assert_max_num_queries: Any) -> None:
    actor = actor_named("auditor")
    judge(actor, YEAR, "I1", "A1", said("1"), 0)
    with django_assert_max_num_queries(22):
        judge(actor, YEAR, "I1", "A2", said("2"), 0)


@pytest.mark.usefixtures("room")
def test_last_year_and_the_changed_wording_stand_beside() -> None:
    first = beside(engagement_of(), "A1")
    assert first.prior is not None
    assert (first.prior.level, first.prior_item, first.diff) == (2, None, ())
    second = beside(engagement_of(), "A2")
    assert second.prior is None
    assert "".join(part.text for part in second.diff if part.kind != "inserted") == "旧項目A2"
    assert "".join(part.text for part in second.diff if part.kind != "deleted") == second.item.text_ja
    third = beside(engagement_of(), "A3")
    assert (third.lineage_ja, third.place, third.after) == ("追加", 3, None)


@pytest.mark.usefixtures("room")
def test_a_revised_checklist_leaves_the_wording_that_was_judged() -> None:
    judge(actor_named("auditor"), YEAR, "I1", "A1", said(), 0)
    old = row_of().item.text_ja
    revised = [
        item("A1", "internal_audit", text_ja="新しい文"),
        item("A2", "internal_audit"),
        item("A3", "internal_audit"),
    ]
    assert imported("checklist", revised).refusals == ()
    row = row_of()
    assert (row.item.text_ja, row.wording.text_ja if row.wording else "") == ("新しい文", old)
    assert row_of("A2").wording is None
    revised[0] = item("A1", "internal_audit", text_ja="さらに新しい文")
    imported("checklist", revised)
    assert (row_of().wording or row).text_ja == old  # type: ignore[union-attr]
    judge(actor_named("auditor"), YEAR, "I1", "A1", said("4"), 1)
    assert row_of().wording is None


@pytest.mark.usefixtures("room")
def test_the_wording_of_a_closed_audit_is_not_revised() -> None:
    judge(actor_named("auditor"), YEAR, "I1", "A1", said(), 0)
    Engagement.objects.update(state="closed")
    revised = [item(code, "internal_audit", text_ja="新しい文") for code in ("A1", "A2", "A3")]
    assert [fault.code for fault in imported("checklist", revised).refusals] == ["wording_closed"]


@pytest.mark.usefixtures("room")
def test_the_wording_of_a_frozen_year_is_not_revised() -> None:
    imported("judgements", [judgement(code, 3, "I1") for code in ("A1", "A2", "A3")])
    imported("judgements", [judgement(code, 3, "E1") for code in ("A1", "A2", "A3")])
    imported("year", [setting("report_on", "2025-03-31")])
    from kansa.apps.annual_report.queries import year_data
    from kansa.core.checks import run_checks

    accepted = {one.code: "試験" for one in run_checks(year_data(CITY, YEAR))}
    freeze(CLERK, YEAR, "", accepted)
    revised = [item(code, "internal_audit", text_ja="新しい文") for code in ("A1", "A2", "A3")]
    assert {fault.code for fault in imported("checklist", revised).refusals} == {"wording_frozen"}


def test_another_auditor_reviews_and_a_change_undoes_the_review(city: Any) -> None:
    del city
    build_room("reviewed")
    judge(actor_named("auditor"), YEAR, "I1", "A1", said(), 0)
    with pytest.raises(RuleError) as caught:
        review(actor_named("auditor"), YEAR, "I1", ["A1"])
    assert caught.value.code == "own_judgement"
    assert judging_facts(engagement_of())["unreviewed_count"] == 1
    assert review(actor_named("second"), YEAR, "I1", ["A1", "A2"]) == 1
    assert judging_facts(engagement_of())["unreviewed_count"] == 0
    judge(actor_named("auditor"), YEAR, "I1", "A1", said("1"), 1)
    assert row_of().reviewed_at is None


def test_two_judge_apart_and_reconcile(city: Any) -> None:
    del city
    build_room("apart")
    first, second = actor_named("auditor"), actor_named("second")
    for code, mark, other in (("A1", "3", "3"), ("A2", "4", "2")):
        judge(first, YEAR, "I1", code, said(mark), 0)
        judge(second, YEAR, "I1", code, said(other, "別の証拠", methods="inspection"), 0)
    judge(first, YEAR, "I1", "A3", said("1"), 0)
    assert {row.state for row in Judgement.objects.filter(engagement__code="I1")} == {"not_judged"}
    assert AuditorJudgement.objects.count() == 5
    assert judging_facts(engagement_of())["unreconciled_count"] == 3
    pairs = pairs_of(engagement_of(), second.account_id)
    assert [(pair.code, pair.is_agreed) for pair in pairs] == [("A1", True), ("A2", False)]
    assert agreement_of(pairs).exact_rate * 2 == 1
    assert take_agreed(first, YEAR, "I1") == 1
    assert entry_of(row_of()) == Entry("3", "", "規程集\n別の証拠", "document,inspection")
    decide(second, YEAR, "I1", "A2", said("2"), row_of("A2").version)
    assert row_of("A2").level == 2
    with pytest.raises(RuleError) as caught:
        decide(second, YEAR, "I1", "A3", said("2"), 0)
    assert caught.value.code == "not_by_two"
    assert judging_facts(engagement_of())["unreconciled_count"] == 1
    assert refused(first, YEAR, "I1", "A1", said("0"), 1) == "already_decided"


@pytest.mark.usefixtures("room")
def test_the_worksheet_in_excel_holds_what_was_judged_on_the_screen() -> None:
    judge(actor_named("auditor"), YEAR, "I1", "A1", said("4"), 0)
    items = worksheet_plan(CLERK, YEAR, "I1").items
    assert [(one.code, one.level, one.prior_ja) for one in items] == [
        ("A1", 4, "2"),
        ("A2", None, ""),
        ("A3", None, ""),
    ]
