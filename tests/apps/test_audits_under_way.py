"""Does an audit move only as core.flow allows, by whom it allows, with what it needs, and leave its marks?"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import get_resolver, reverse

from kansa.apps.assessment.queries import independence_concerns
from kansa.apps.audits import actions
from kansa.apps.audits.actions import Planned
from kansa.apps.audits.actions.moving import Recorded, Sent
from kansa.apps.audits.models import LetterTemplate
from kansa.apps.audits.queries import (
    LetterSubject,
    auditor_concerns,
    engagement_facts,
    engagement_subject,
    letter_form,
    next_code,
)
from kansa.apps.education.actions import record_reading
from kansa.apps.findings.models import Finding
from kansa.apps.people.models import Department, FormerPost
from kansa.apps.plan.models import Engagement, EngagementMove
from kansa.apps.trail.models import Event
from kansa.core.engagement_codes import RESERVED
from kansa.core.errors import InputError, RuleError
from kansa.document.letters.defaults import default_template
from tests.builders import build_city, department, finding, imported, item, judgement, scale, setting, staff, training
from tests.cast import CITY, actor_named, browser_of, sign_up
from tests.house.test_access_matrix import patterns
from tests.learning import build_material

YEAR = 2024
CODE = "IN24-01"

pytestmark = [pytest.mark.django_db]


def planned(**changes: object) -> Planned:
    """An internal control check of department 101 on one day."""
    values: dict[str, object] = {
        "stream": "internal_audit",
        "method": "control_check",
        "department": Department.objects.get(code="101"),
        "firm": None,
        "started_on": date(2024, 10, 1),
        "ended_on": date(2024, 10, 1),
        "is_special": False,
    }
    return Planned(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def audit() -> Engagement:
    """A planned audit of department 101 with two items; S001 of 102 and S002 of 103 are auditors of the year."""
    build_city()
    imported("year", [setting(), *scale()])
    imported("departments", [department("101"), department("102"), department("103", bureau_ja="市民部")])
    imported("checklist", [item("A1", "internal_audit"), item("A2", "internal_audit")])
    people = [
        staff("S001", "102", is_auditor=True),
        staff("S002", "103", is_auditor=True),
        staff("S004", "101", is_auditor=True),
    ]
    imported("staff", people)
    sign_up("director", "clerk", "auditor", "other_auditor", "head", "other_head")
    return actions.create_engagement(actor_named("clerk"), YEAR, CODE, planned())


def stand(**changes: object) -> Engagement:
    """The audit put into a state, as if it had come there."""
    Engagement.objects.filter(code=CODE).update(**changes)
    return Engagement.objects.get(code=CODE)


def move(person: str, code: str, reason: str = "", sent: Sent | None = None) -> Engagement:
    """One move of one of the cast, with the version that stands."""
    version = Engagement.objects.get(code=CODE).version
    return actions.move(actor_named(person), YEAR, CODE, version, code, reason, sent)


def test_the_whole_way_without_findings(audit: Engagement) -> None:
    actions.assign(actor_named("clerk"), YEAR, CODE, staff_number="S001")
    move("clerk", "notify", sent=Sent("総情第1号", date(2024, 9, 2)))
    move("auditor", "skip_preliminary", "資料は前年度と同じ")
    imported("judgements", [judgement(code, 3, CODE) for code in ("A1", "A2")])
    move("auditor", "write_up")
    move("clerk", "notify_result_without_findings", sent=Sent("総情第2号", date(2024, 11, 1)))
    move("clerk", "finish_without_detections")
    assert move("director", "close").state == "closed"
    told = list(EngagementMove.objects.order_by("pk").values_list("to_state", flat=True))
    assert told == ["notified", "fieldwork", "working_paper", "result_notified", "followed_up", "closed"]
    event = Event.objects.filter(verb="move").order_by("pk").first()
    assert event is not None and event.before == {"state": "planned"} and event.actor_role == "audit_clerk"


def test_what_is_missing_is_told_together_and_nothing_is_kept(audit: Engagement) -> None:
    with pytest.raises(RuleError) as refused:
        move("clerk", "notify", sent=Sent("総情第1号", None))
    assert "監査員" in refused.value.reason_ja and "日付" in refused.value.reason_ja
    standing = Engagement.objects.get(code=CODE)
    assert (standing.state, standing.notice_number, standing.version) == ("planned", "", 0)
    assert not EngagementMove.objects.exists()


def test_an_old_page_moves_nothing(audit: Engagement) -> None:
    actions.edit_engagement(actor_named("clerk"), YEAR, CODE, 0, planned(started_on=date(2024, 10, 2), ended_on=None))
    with pytest.raises(RuleError, match="ほかの人"):
        actions.edit_engagement(actor_named("director"), YEAR, CODE, 0, planned())
    with pytest.raises(RuleError, match="ほかの人"):
        actions.move(actor_named("clerk"), YEAR, CODE, 0, "notify")


@pytest.mark.parametrize("person", ["other_auditor", "head", "other_head"])
def test_a_planned_audit_concerns_nobody_else_yet(audit: Engagement, person: str) -> None:
    actions.assign(actor_named("clerk"), YEAR, CODE, staff_number="S001")
    with pytest.raises(Http404):
        move(person, "notify")


def test_the_audited_department_cannot_move_what_is_not_its_turn(audit: Engagement) -> None:
    stand(state="fieldwork")
    with pytest.raises(RuleError, match="監査員が"):
        move("head", "write_up")
    with pytest.raises(PermissionDenied):
        actions.assign(actor_named("head"), YEAR, CODE, staff_number="S001")


def test_only_the_director_reopens_and_says_why(audit: Engagement) -> None:
    stand(state="closed")
    with pytest.raises(RuleError, match="監査統括責任者"):
        move("clerk", "reopen_fieldwork", "判定の誤り")
    with pytest.raises(RuleError, match="理由"):
        move("director", "reopen_fieldwork")
    move("director", "reopen_fieldwork", "判定の誤り")
    assert EngagementMove.objects.get().reason_ja == "判定の誤り"


def test_nobody_audits_the_own_department(audit: Engagement) -> None:
    with pytest.raises(RuleError, match="本人の所属"):
        actions.assign(actor_named("clerk"), YEAR, CODE, staff_number="S004")


def test_a_former_post_blocks_or_warns_as_the_year_says(audit: Engagement) -> None:
    own = Department.objects.get(code="101")
    FormerPost.objects.create(municipality_id=CITY, staff_number="S001", fiscal_year=2022, department=own)
    with pytest.raises(RuleError, match="割り当てられません"):
        actions.assign(actor_named("clerk"), YEAR, CODE, staff_number="S001")
    imported("year", [setting("former_post_rule", "warn")])
    assert actions.assign(actor_named("clerk"), YEAR, CODE, staff_number="S001") != ()
    imported("year", [setting("former_post_years", "1")])
    assert auditor_concerns(audit, ["S001"])["S001"] == ()


def test_training_that_the_year_asks_for_is_looked_at(audit: Engagement) -> None:
    imported("year", [setting("training_required", "reading")])
    with pytest.raises(RuleError, match="研修"):
        actions.assign(actor_named("clerk"), YEAR, CODE, staff_number="S001")


def test_what_was_read_here_counts_and_what_was_only_attended_does_not(audit: Engagement) -> None:
    clerk = actor_named("clerk")
    imported("year", [setting("training_required", "reading")])
    imported("training", [training("S001")])
    material = build_material(fiscal_year=YEAR, opened_on=date(YEAR, 5, 1))
    with pytest.raises(RuleError, match="研修"):  # the office keeps a list, so a session attended is not enough
        actions.assign(clerk, YEAR, CODE, staff_number="S001")
    record_reading(actor_named("auditor"), material.pk, 60, date(YEAR, 6, 1), is_finished=True)
    assert actions.assign(clerk, YEAR, CODE, staff_number="S001") == ()


def test_assigning_and_judging_ask_the_same_of_a_person(audit: Engagement) -> None:
    own = Department.objects.get(code="101")
    FormerPost.objects.create(municipality_id=CITY, staff_number="S001", fiscal_year=2022, department=own)
    at_judging = independence_concerns(actor_named("auditor"), audit)
    assert [one.code for one in at_judging] == ["former_post"]
    assert at_judging == auditor_concerns(audit, ["S001"])["S001"]
    assert own.name_ja in at_judging[0].reason_ja


@pytest.mark.parametrize("numbers", [["S001"], ["S001", "S002", "S004"]])
def test_the_look_at_auditors_takes_as_many_queries_for_any_number(
    audit: Engagement, numbers: list[str], django_assert_num_queries: Any
) -> None:
    imported("year", [setting("training_required", "reading_and_exercise")])
    with django_assert_num_queries(11):
        auditor_concerns(audit, numbers)


def test_the_first_auditor_leads_until_another_is_chosen(audit: Engagement) -> None:
    clerk = actor_named("clerk")
    for number in ("S001", "S002"):
        actions.assign(clerk, YEAR, CODE, staff_number=number)
    second = audit.auditors.get(reference="S002")
    actions.set_lead(clerk, YEAR, CODE, second.pk)
    assert list(audit.auditors.order_by("reference").values_list("is_lead", flat=True)) == [False, True]
    with pytest.raises(InputError, match="既に"):
        actions.assign(clerk, YEAR, CODE, staff_number="S002")


def test_the_target_is_fixed_once_somebody_was_told(audit: Engagement) -> None:
    stand(state="notified")
    other = planned(department=Department.objects.get(code="102"))
    with pytest.raises(RuleError, match="変えられません"):
        actions.edit_engagement(actor_named("clerk"), YEAR, CODE, 0, other)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ended_on": date(2024, 9, 1)}, "終了日"),
        ({"department": None}, "課所等"),
    ],
)
def test_a_wrong_plan_is_refused_at_its_field(audit: Engagement, changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        actions.create_engagement(actor_named("clerk"), YEAR, "X", planned(**changes))
    with pytest.raises(InputError, match="既に"):
        actions.create_engagement(actor_named("clerk"), YEAR, CODE, planned())


def test_numbers_go_on_by_year_and_kind(audit: Engagement) -> None:
    assert next_code(CITY, YEAR, "internal_audit", "control_check") == "IN24-02"
    assert next_code(CITY, YEAR, "external_audit", "control_check") == "EX24-01"


def test_facts_count_every_item_while_nothing_is_judged(audit: Engagement) -> None:
    facts = engagement_facts(audit)
    assert (facts.item_count, facts.not_judged_count, facts.auditor_count) == (2, 2, 0)


def test_what_was_only_recorded_is_closed_together(audit: Engagement) -> None:
    imported("judgements", [judgement(code, 3, CODE) for code in ("A1", "A2")])
    assert actions.close_recorded(actor_named("clerk"), YEAR) == Recorded(closed_count=1, followed_count=0)
    assert Engagement.objects.get(code=CODE).state == "closed"
    assert actions.close_recorded(actor_named("clerk"), YEAR) == Recorded(closed_count=0, followed_count=0)


def test_what_was_only_recorded_is_followed_up_while_a_finding_is_open(audit: Engagement) -> None:
    imported("judgements", [judgement("A1", 2, CODE), judgement("A2", 3, CODE)])
    imported("findings", [finding("G1", stream="internal_audit", engagement_code=CODE)])
    shown = browser_of("clerk").post(f"/engagements/{YEAR}/close-recorded/", follow=True).content.decode()
    assert "0件は終了に、未決着の検出事項がある1件はフォローアップ済に" in shown
    assert Engagement.objects.get(code=CODE).state == "followed_up"
    address = f"/findings/{Finding.objects.get(code='G1').pk}/do/plan/"
    words = {"measure_ja": "錠を替える", "owner_ja": "主任", "due_on": "2027-03-01", "promised_fiscal_year": "2026"}
    assert "改善計画を保存しました" in browser_of("head").post(address, words, follow=True).content.decode()


@pytest.mark.parametrize("code", ["R6/内/01", "new", "matrix", "close-recorded", "..", "a\u200bb", "1" * 41])
def test_a_number_that_no_address_can_have_is_refused(audit: Engagement, code: str) -> None:
    with pytest.raises(InputError, match="実施番号"):
        actions.create_engagement(actor_named("clerk"), YEAR, code, planned())


def test_every_word_at_the_place_of_a_number_is_reserved() -> None:
    place = re.compile(r"engagements/<[a-z_]+:fiscal_year>/([^/<]+)/")
    words = {found[1] for one in patterns(get_resolver()) if (found := place.match(one))}
    assert words == set(RESERVED)


@pytest.mark.parametrize("code", ["R6-内-01", "令和6 ?#%&+", "IN24-99"])
def test_every_other_number_has_its_page(audit: Engagement, code: str) -> None:
    actions.create_engagement(actor_named("clerk"), YEAR, code, planned())
    shown = browser_of("clerk").get(reverse("audits:engagement", args=[YEAR, code]))
    assert shown.status_code == 200


def about(engagement: Engagement) -> LetterSubject:
    return engagement_subject(actor_named("clerk"), engagement)


def test_a_letter_keeps_what_was_typed_and_follows_the_records_elsewhere(audit: Engagement) -> None:
    clerk = actor_named("clerk")
    actions.save_letter(clerk, about(audit), "notice", 0, {"文書番号": "総情第1号"})
    actions.edit_engagement(clerk, YEAR, CODE, 0, planned(started_on=date(2024, 10, 8), ended_on=date(2024, 10, 9)))
    form = letter_form(clerk, "notice", about(Engagement.objects.get(code=CODE)))
    assert form.values["文書番号"] == "総情第1号"
    assert form.values["期間"] == "令和６年10月８日から令和６年10月９日まで"
    with pytest.raises(RuleError, match="ほかの人"):
        actions.save_letter(clerk, about(audit), "notice", 0, {"文書番号": "総情第2号"})


@pytest.mark.parametrize(
    "kind", ["engagement_plan", "notice", "checklist", "working_paper", "result_notice", "follow_up"]
)
def test_every_letter_can_be_written_in_both_forms(audit: Engagement, kind: str) -> None:
    clerk = actor_named("clerk")
    assert actions.write_letter(clerk, about(audit), kind, "docx").data.startswith(b"PK")
    assert actions.write_letter(clerk, about(audit), kind, "pdf").data.startswith(b"%PDF")


def test_a_template_of_the_city_is_used_until_it_is_withdrawn(audit: Engagement) -> None:
    clerk = actor_named("clerk")
    own = actions.write_letter(clerk, about(audit), "notice", "docx").data
    actions.replace_template(clerk, "notice", "通知.docx", default_template("notice"))
    assert LetterTemplate.objects.get().name == "通知.docx"
    assert actions.write_letter(clerk, about(audit), "notice", "docx").data == own
    with pytest.raises(InputError, match="監査項目"):
        actions.replace_template(clerk, "notice", "違う.docx", default_template("checklist"))
    actions.withdraw_template(clerk, "notice")
    assert LetterTemplate.objects.get().withdrawn_at is not None
    with pytest.raises(RuleError, match="権限"):
        actions.replace_template(actor_named("head"), "notice", "通知.docx", default_template("notice"))


def page_of(person: str) -> str:
    """The audit's page as one of the cast sees it."""
    return browser_of(person).get(f"/engagements/{YEAR}/{CODE}/").content.decode()


def test_who_waits_is_told_whose_turn_it_is_and_for_what(audit: Engagement) -> None:
    stand(state="preliminary")
    shown = page_of("clerk")
    assert "行う人：内部監査員" in shown and "予備調査の回答が提出されていません" in shown
    assert "外部監査人" not in shown
    assert "予備調査に回答し、提出してください" in page_of("head") and "ほかの人の番" not in page_of("head")
    stand(state="fieldwork")
    assert "未判定の項目が２件あります" in page_of("clerk")
    assert "未判定の項目" not in page_of("head")  # how far the auditors are is not the department's to know
    assert "ほかの人の番" in page_of("head")
