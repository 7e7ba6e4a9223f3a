"""How are auditors prepared: reading, cases without names, exercises, and who counts as trained?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kansa.apps.education.actions import (
    answer_case,
    begin_exercise,
    correct_reading,
    finish_exercise,
    publish_case,
    publish_exercise,
    record_reading,
    save_case,
    start_reading,
    stop_reading,
    withdraw_case,
)
from kansa.apps.education.models import Case, Exercise, ExerciseSitting, ReadingMaterial, ReadingRecord
from kansa.apps.education.queries import (
    case_residues,
    draft_of,
    exercise_results,
    is_trained,
    own_result,
    training_record,
    unused_findings,
)
from kansa.apps.findings.models import Finding, FindingSecrecy
from kansa.apps.plan.models import TrainingAttendance
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor
from tests.builders import build_audit, build_city, department, finding, imported, judgement, setting, staff, training
from tests.cast import CITY, CLERK, VIEWER, account_named, actor_named, browser_of, sign_up, this_fiscal_year
from tests.learning import build_case, build_exercise, build_material, hand_in, judge, today, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> None:
    """A city with the auditors S001 and S002 on this year's roster and with accounts."""
    build_city()
    imported("departments", [department("101", name_ja="会計課"), department("102", name_ja="市民課")])
    year = this_fiscal_year()
    imported(
        "staff",
        [
            staff("S001", fiscal_year=year, name_ja="佐藤　次郎", is_auditor=True),
            staff("S002", fiscal_year=year, name_ja="鈴木　花子", is_auditor=True),
        ],
    )
    sign_up("clerk", "auditor", "other_auditor", "external", "head", "ciso", "staff")


def rule(value: str) -> None:
    imported("year", [setting("training_required", value, this_fiscal_year())])


def sitting_of(name: str, exercise: Exercise) -> ExerciseSitting:
    return ExerciseSitting.objects.select_related("account").get(account=account_named(name), exercise=exercise)


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_measured_time_counts_each_begun_minute() -> None:
    material, auditor = build_material(), actor_named("auditor")
    start_reading(auditor, material.pk)
    ReadingRecord.objects.update(started_at=timezone.now() - timedelta(minutes=12, seconds=5))
    assert stop_reading(auditor, material.pk, is_finished=False).minutes == 13
    assert not TrainingAttendance.objects.exists()


@pytest.mark.usefixtures("city")
def test_a_forgotten_clock_is_dropped_and_said() -> None:
    material, auditor = build_material(), actor_named("auditor")
    start_reading(auditor, material.pk)
    ReadingRecord.objects.update(started_at=timezone.now() - timedelta(hours=20))
    with pytest.raises(RuleError, match="8時間"):
        stop_reading(auditor, material.pk, is_finished=True)
    assert not ReadingRecord.objects.exists()
    assert not TrainingAttendance.objects.exists()


@pytest.mark.usefixtures("city")
def test_one_clock_runs_at_a_time() -> None:
    first, second, auditor = build_material(), build_material("前年度の報告書"), actor_named("auditor")
    start_reading(auditor, first.pk)
    with pytest.raises(RuleError, match="監査の手引"):
        start_reading(auditor, second.pk)
    start_reading(actor_named("other_auditor"), first.pk)  # another person's clock is another one


@pytest.mark.usefixtures("city")
def test_what_was_read_to_the_end_is_a_training_of_the_year_once() -> None:
    material = build_material(minutes=90)
    for name in ("auditor", "other_auditor"):
        record_reading(actor_named(name), material.pk, 50, today(), is_finished=True)
    record_reading(actor_named("auditor"), material.pk, 20, today(), is_finished=True)
    rows = TrainingAttendance.objects.order_by("staff__staff_number")
    assert [(one.staff.staff_number, one.kind, one.minutes, one.held_on) for one in rows] == [
        ("S001", "prior_study", 90, material.opened_on),
        ("S002", "prior_study", 90, material.opened_on),
    ]
    told = training_record(CITY, this_fiscal_year(), account_named("auditor"))
    assert [(line.title_ja, line.minutes) for line in told.lines] == [("監査の手引", 70)]  # the time really spent


def correct(name: str, sitting: ReadingRecord, minutes: int = 20, *, is_finished: bool, frozen: bool = False) -> None:
    correct_reading(
        actor_named(name), sitting.pk, minutes, today(), is_finished=is_finished, is_frozen=lambda _city, _year: frozen
    )


@pytest.mark.usefixtures("city")
def test_the_own_record_is_corrected_and_what_it_was_is_told() -> None:
    rule("reading")
    sitting = record_reading(actor_named("auditor"), build_material().pk, 70, today(), is_finished=True)
    correct("auditor", sitting, 20, is_finished=True)
    assert ReadingRecord.objects.get().minutes == 20
    event = Event.objects.get(verb="correct", object_kind="reading")
    assert (event.before["minutes"], event.after["minutes"]) == (70, 20)
    assert is_trained(CITY, this_fiscal_year(), "S001")
    correct("auditor", sitting, 20, is_finished=False)  # it was not read to the end after all
    assert not is_trained(CITY, this_fiscal_year(), "S001")
    assert not TrainingAttendance.objects.exists()
    correct("auditor", sitting, 20, is_finished=False)
    assert Event.objects.filter(verb="correct").count() == 2  # the same again is no change


@pytest.mark.usefixtures("city")
def test_a_second_sitting_to_the_end_keeps_the_training() -> None:
    material = build_material()
    first = record_reading(actor_named("auditor"), material.pk, 30, today(), is_finished=True)
    record_reading(actor_named("auditor"), material.pk, 30, today(), is_finished=True)
    correct("auditor", first, is_finished=False)
    assert TrainingAttendance.objects.count() == 1


@pytest.mark.usefixtures("city")
def test_nobody_corrects_another_ones_record_nor_one_of_a_frozen_year() -> None:
    sitting = record_reading(actor_named("auditor"), build_material().pk, 70, today(), is_finished=True)
    for name in ("other_auditor", "clerk"):
        with pytest.raises(RuleError):
            correct(name, sitting, is_finished=True)
    with pytest.raises(RuleError, match="凍結済み"):
        correct("auditor", sitting, is_finished=True, frozen=True)
    with pytest.raises(InputError):
        correct("auditor", sitting, 0, is_finished=True)
    assert ReadingRecord.objects.get().minutes == 70


@pytest.mark.usefixtures("city")
def test_the_page_of_a_correction_is_the_readers_own() -> None:
    sitting = record_reading(actor_named("auditor"), build_material().pk, 70, today(), is_finished=True)
    address, own = f"/education/readings/{sitting.pk}/", browser_of("auditor")
    assert address in own.get(f"/education/materials/{sitting.material_id}/").content.decode()
    assert 'value="70"' in own.get(address).content.decode()
    typed = {"minutes": "45", "read_on": today().isoformat(), "is_finished": "on"}
    assert "直しました" in own.post(address, typed, follow=True).content.decode()
    assert ReadingRecord.objects.get().minutes == 45
    assert browser_of("clerk").get(address).status_code == 404
    assert browser_of("head").get(address).status_code == 403


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("minutes", [0, 1441])
def test_an_impossible_time_is_refused(minutes: int) -> None:
    with pytest.raises(InputError):
        record_reading(actor_named("auditor"), build_material().pk, minutes, today(), is_finished=True)
    with pytest.raises(InputError):
        record_reading(
            actor_named("auditor"), ReadingMaterial.objects.get().pk, 5, today() + timedelta(days=1), is_finished=True
        )


@pytest.mark.usefixtures("city")
def test_what_is_not_published_cannot_be_read() -> None:
    material = build_material(is_published=False)
    assert list(ReadingMaterial.objects.visible_to(actor_named("auditor"))) == []
    with pytest.raises(RuleError, match="公開されていません"):
        start_reading(actor_named("auditor"), material.pk)


# --- cases ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def found() -> Finding:
    """A finding that names the department and the person who was there."""
    build_city()
    build_audit()
    imported("departments", [department("101", name_ja="会計課"), department("102", bureau_ja="市民部")])
    imported("staff", [staff("S009", name_ja="佐藤　次郎")])
    imported("judgements", [judgement("A1", 1)])
    imported(
        "findings", [finding(title_ja="会計課の施錠", fact_ja="会計課の佐藤次郎が、4月3日に書庫を開けたままにした。")]
    )
    sign_up("clerk", "auditor")
    return Finding.objects.get()


def test_a_draft_has_no_listed_name_and_the_level_that_was_judged(found: Finding) -> None:
    draft = draft_of(CLERK, found)
    told = draft.title_ja + draft.situation_ja
    assert "会計課" not in told
    assert "佐藤" not in told
    assert (draft.level, draft.item_code, draft.item_ja) == (1, "A1", "項目A1を行っているか")


def test_systems_that_the_office_listed_are_taken_out_too(found: Finding) -> None:
    found.fact_ja = "税務システムの利用者が住民記録システムの端末を使っていた。"
    assert "税務システム" in draft_of(CLERK, found).situation_ja  # nobody has listed it yet
    imported("year", [setting("systems_ja", "住民記録システム、\n税務システム", this_fiscal_year() - 5)])
    told = draft_of(CLERK, found).situation_ja
    assert "税務システム" not in told and "住民記録システム" not in told
    assert "システムアの利用者がシステムイの端末を使っていた" in told  # one placeholder each, in order of appearance


def test_a_secret_text_stays_out_of_the_draft(found: Finding) -> None:
    FindingSecrecy.objects.create(municipality_id=CITY, finding=found, field="fact_ja", reason_ja="捜査中")
    assert draft_of(CLERK, found).situation_ja == ""


def test_nothing_is_published_that_nobody_looked_at(found: Finding) -> None:
    case = save_case(CLERK, None, replace(draft_of(CLERK, found), title_ja="施錠"), finding_id=found.pk)
    left = {one.key: one for one in case_residues(case)}
    assert any(one.text == "4月3日" for one in left.values())  # a date is told, not replaced
    with pytest.raises(InputError, match="4月3日"):
        publish_case(CLERK, case.pk, case.version, [])
    assert list(Case.objects.visible_to(actor_named("auditor"))) == []
    published = publish_case(CLERK, case.pk, case.version, list(left))
    assert (published.is_published, published.checked_by_ja) == (True, CLERK.name)
    assert [one.pk for one in Case.objects.visible_to(actor_named("auditor"))] == [case.pk]
    assert found not in unused_findings(CLERK)


def test_a_name_that_was_typed_again_has_to_be_looked_at(found: Finding) -> None:
    case = save_case(CLERK, None, words("施錠", situation_ja="会計課の書庫が開いていた。"))
    assert {one.code for one in case_residues(case)} == {"name"}
    with pytest.raises(InputError, match="会計課"):
        publish_case(CLERK, case.pk, case.version, [])


def test_a_changed_case_is_hidden_until_it_was_looked_at_again() -> None:
    build_city()
    sign_up("auditor")
    case = build_case()
    again = save_case(CLERK, case.pk, words(situation_ja="書庫が開いていた。"), version=case.version)
    assert (again.is_published, again.anonymised_at) == (False, None)
    with pytest.raises(RuleError) as told:
        save_case(CLERK, case.pk, words(), version=case.version - 1)
    assert told.value.code == "conflict"


def test_the_database_refuses_a_published_case_without_a_check() -> None:
    build_city()
    case = save_case(CLERK, None, words())
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(is_published=True)


@pytest.mark.usefixtures("city")
def test_a_case_with_answers_keeps_its_words() -> None:
    exercise = build_exercise((2,))
    judge(actor_named("auditor"), exercise, "2")
    case = Case.objects.get()
    with pytest.raises(RuleError, match="回答がある"):
        save_case(CLERK, case.pk, words(), version=case.version)
    withdraw_case(CLERK, case.pk, case.version)
    assert exercise.places.count() == 1


def test_the_trail_never_holds_the_text_of_a_case(found: Finding) -> None:
    save_case(CLERK, None, words("佐藤次郎の鍵", situation_ja="佐藤次郎が閉め忘れた。"))
    event = Event.objects.get(object_kind="case")
    assert "佐藤" not in f"{event.before}{event.after}{event.object_key}"


# --- exercises --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_an_exercise_is_handed_in_whole_and_then_stays() -> None:
    exercise, auditor = build_exercise((2, 3, None)), actor_named("auditor")
    judge(auditor, exercise, "2")
    with pytest.raises(RuleError, match="2、3番"):
        finish_exercise(auditor, exercise.pk)
    answer_case(auditor, exercise.pk, 2, "judged", 1, "", 0)
    answer_case(auditor, exercise.pk, 3, "not_applicable", None, "機器がない", 0)
    finish_exercise(auditor, exercise.pk)
    with pytest.raises(RuleError, match="提出済み"):
        answer_case(auditor, exercise.pk, 1, "judged", 4, "", 1)
    row = TrainingAttendance.objects.get()
    assert (row.kind, row.title_ja, row.minutes, row.staff.staff_number) == ("exercise", "春の練習", 45, "S001")


@pytest.mark.usefixtures("city")
def test_two_tabs_at_one_case_are_told() -> None:
    exercise, auditor = build_exercise((2,)), actor_named("auditor")
    judge(auditor, exercise, "2")
    with pytest.raises(RuleError) as told:
        answer_case(auditor, exercise.pk, 1, "judged", 3, "", 0)
    assert told.value.code == "conflict"
    assert answer_case(auditor, exercise.pk, 1, "judged", 3, "", 1).version == 2


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("state", "level", "note"), [("judged", 7, ""), ("judged", None, ""), ("not_applicable", None, " "), ("x", 1, "")]
)
def test_an_impossible_judgement_is_refused(state: str, level: int | None, note: str) -> None:
    exercise, auditor = build_exercise((2,)), actor_named("auditor")
    begin_exercise(auditor, exercise.pk)
    with pytest.raises(InputError):
        answer_case(auditor, exercise.pk, 1, state, level, note, 0)


@pytest.mark.usefixtures("city")
def test_outside_its_days_nobody_answers() -> None:
    auditor = actor_named("auditor")
    early = build_exercise((2,), "明日から", opens_on=today() + timedelta(days=1))
    late = build_exercise((2,), "昨日まで", opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1))
    for exercise in (early, late):
        with pytest.raises(RuleError):
            begin_exercise(auditor, exercise.pk)


@pytest.mark.usefixtures("city")
def test_an_exercise_that_was_begun_is_not_taken_back() -> None:
    exercise = build_exercise((2,))
    begin_exercise(actor_named("auditor"), exercise.pk)
    with pytest.raises(RuleError, match="既に始めた"):
        publish_exercise(CLERK, exercise.pk, is_published=False)


@pytest.mark.usefixtures("city")
def test_the_own_result_is_compared_with_the_reference() -> None:
    """Reference 2 3 1 N, given 2 1 1 4: of three levels two are the same; 対象外 is compared apart."""
    exercise = build_exercise((2, 3, 1, None))
    hand_in(actor_named("auditor"), exercise, "2114")
    result = own_result(exercise, sitting_of("auditor", exercise))
    assert result.exact_count == 2
    assert result.told.exact.shown == "66.7 %"
    assert result.told.tendency_ja == "厳しめ"
    assert [(line.place.position, line.reason_ja) for line in result.again] == [
        (2, "適合と不適合が基準と逆である"),
        (4, "対象かどうかが基準と異なる"),
    ]
    assert result.lines[0].spread == ()  # fewer than three others


@pytest.mark.usefixtures("city")
def test_the_office_sees_everybody_and_the_pairs() -> None:
    exercise = build_exercise((2, 3))
    hand_in(actor_named("auditor"), exercise, "23")
    hand_in(actor_named("other_auditor"), exercise, "03")
    results = exercise_results(exercise)
    assert [one.sitting.account.login for one in results.auditors] == ["auditor", "other-auditor"]
    assert results.together.exact.shown == "50.0 %"
    assert dict(results.matrix)["2"] == (0, 0, 1, 0, 1, 0)  # 4 3 2 1 0 N
    assert results.cases[0][2] == ("レベルの幅が２以上ある",)


@pytest.mark.usefixtures("city")
def test_nothing_to_compare_says_why() -> None:
    exercise = build_exercise((None,))
    hand_in(actor_named("auditor"), exercise, "N")
    told = own_result(exercise, sitting_of("auditor", exercise)).told
    assert told.kappa.shown == "－"
    assert told.kappa.reason_ja


# --- who is trained ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_without_a_rule_everybody_is_trained() -> None:
    build_material()
    assert is_trained(CITY, this_fiscal_year(), "S001")


@pytest.mark.usefixtures("city")
def test_reading_is_every_required_material_to_the_end() -> None:
    rule("reading")
    year, auditor = this_fiscal_year(), actor_named("auditor")
    first, second = build_material(), build_material("前年度の報告書")
    build_material("任意の資料", is_required=False)
    record_reading(auditor, first.pk, 30, today(), is_finished=True)
    record_reading(auditor, second.pk, 30, today(), is_finished=False)
    assert not is_trained(CITY, year, "S001")
    record_reading(auditor, second.pk, 5, today(), is_finished=True)
    assert is_trained(CITY, year, "S001")
    assert not is_trained(CITY, year, "S002")
    assert not is_trained(CITY, year, "")


@pytest.mark.usefixtures("city")
def test_reading_and_exercise_needs_both() -> None:
    rule("reading_and_exercise")
    year, auditor = this_fiscal_year(), actor_named("auditor")
    record_reading(auditor, build_material().pk, 30, today(), is_finished=True)
    exercise = build_exercise((2,))
    judge(auditor, exercise, "2")
    assert not is_trained(CITY, year, "S001")
    finish_exercise(auditor, exercise.pk)
    assert is_trained(CITY, year, "S001")


@pytest.mark.usefixtures("city")
def test_where_nothing_is_kept_here_an_imported_attendance_counts() -> None:
    rule("reading_and_exercise")
    year = this_fiscal_year()
    imported("training", [training("S001", fiscal_year=year)])
    assert not is_trained(CITY, year, "S001")
    imported("training", [training("S001", fiscal_year=year, kind="case_study", title_ja="事例")])
    assert is_trained(CITY, year, "S001")


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("name", ["external", "head", "ciso", "staff"])
def test_others_neither_learn_nor_set(name: str) -> None:
    stranger, exercise, material = actor_named(name), build_exercise((2,)), build_material()
    assert list(Case.objects.visible_to(stranger)) == []
    assert list(Exercise.objects.visible_to(stranger)) == []
    for act in acts(stranger, exercise, material):
        with pytest.raises(RuleError, match="権限"):
            act()


def acts(actor: Actor, exercise: Exercise, material: ReadingMaterial) -> list[Callable[[], object]]:
    """What only auditors, and what only the office may do."""
    return [
        lambda: start_reading(actor, material.pk),
        lambda: begin_exercise(actor, exercise.pk),
        lambda: save_case(actor, None, words("別")),
        lambda: publish_exercise(actor, exercise.pk, is_published=False),
    ]


@pytest.mark.usefixtures("city")
def test_an_auditor_sees_only_the_own_answers_and_sets_nothing() -> None:
    exercise = build_exercise((2,))
    hand_in(actor_named("other_auditor"), exercise, "2")
    auditor = actor_named("auditor")
    assert list(ExerciseSitting.objects.visible_to(auditor)) == []
    with pytest.raises(RuleError, match="権限"):
        save_case(auditor, None, words("別"))
    assert list(Case.objects.visible_to(VIEWER)) == []


@pytest.mark.usefixtures("city")
def test_the_console_is_nobodys_study() -> None:
    with pytest.raises(RuleError, match="本人だけ"):
        record_reading(CLERK, build_material().pk, 5, today(), is_finished=True)
