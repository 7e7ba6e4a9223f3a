"""Do plans, engagements, judgements, findings and trainings come in and out as the report needs them?"""

from __future__ import annotations

from datetime import date

import pytest

from kansa.apps.annual_report.queries.year_data import year_records
from kansa.apps.assessment.models import Judgement
from kansa.apps.findings.models import ImprovementPlan
from kansa.apps.plan.queries import plan_cells, trainings
from kansa.core.year import Engagement
from tests.builders import (
    YEAR,
    build_audit,
    department,
    engagement,
    finding,
    imported,
    item,
    judgement,
    plan_cell,
    staff,
    training,
    upload,
)
from tests.cast import CITY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def codes(kind: str, records: list[object]) -> list[str]:
    outcome = imported(kind, records)  # type: ignore[arg-type]
    assert outcome.summary is None
    return [refusal.code for refusal in outcome.refusals]


def the_engagement() -> Engagement:
    return year_records(CITY, YEAR).engagements[0]


def test_without_judgements_every_item_waits() -> None:
    build_audit()
    found = the_engagement()
    assert (found.levels, found.auditor_count, found.started_on) == ("--", 1, "2024-10-01")


def test_levels_stand_in_checklist_order_with_reasons_and_rows() -> None:
    build_audit()
    imported("judgements", [judgement("A2", None), judgement("A1", 4)])
    found = the_engagement()
    assert found.levels == "4N"
    assert found.reasons == ((1, "該当する機器がない"),)
    own, source = found.sources
    assert (own.rows, own.positions) == ("2", "")
    assert (source.rows, source.positions) == ("3,2", "")


def test_items_without_a_row_are_not_assigned_and_the_import_says_so() -> None:
    build_audit()
    outcome = imported("judgements", [judgement("A2", 2)])
    assert [warning.code for warning in outcome.plan.warnings] == ["items_not_assigned"]
    found = the_engagement()
    assert found.levels == ".2"
    assert found.sources[1].positions == "1"


def test_level_zero_is_not_unknown() -> None:
    build_audit()
    imported("judgements", [judgement("A1", 0), judgement("A2", None, state="not_judged", reason_ja="")])
    assert the_engagement().levels == "0-"


def test_a_corrected_judgement_is_a_change_with_the_new_row() -> None:
    build_audit()
    imported("judgements", [judgement("A1", 2), judgement("A2", 3)])
    outcome = imported("judgements", [judgement("A1", 3), judgement("A2", 3)], file=upload("訂正.csv"))
    assert (outcome.plan.changed, outcome.plan.unchanged) == (1, 1)
    assert the_engagement().levels == "33"
    corrected = upload("訂正.csv").sha256
    places = {source.positions: source for source in the_engagement().sources[1:]}
    assert (places["0"].file_sha256, places["0"].rows) == (corrected, "2")
    assert (places["1"].file_sha256, places["1"].rows) == (upload("judgements.csv").sha256, "3")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (judgement("A1", 3, "E9"), "unknown_engagement"),
        (judgement("A1", 3, fiscal_year=2023), "unknown_engagement"),
        (judgement("Z9", 3), "item_outside_checklist"),
        (judgement("A1", 7), "level_outside_scale"),
        (judgement("A1", 3, department_code="102"), "wrong_department"),
        (judgement("A1", 3, "T1"), "not_a_control_check"),
    ],
)
def test_judgements_that_fit_nothing_are_refused(record: object, code: str) -> None:
    build_audit()
    imported("engagements", [engagement("T1", method="technical_diagnosis")])
    assert codes("judgements", [record]) == [code]
    assert not Judgement.objects.exists()


def test_one_bad_row_keeps_all_good_ones_out() -> None:
    build_audit()
    assert codes("judgements", [judgement("A1", 3), judgement("Z9", 3)]) == ["item_outside_checklist"]
    assert not Judgement.objects.exists()


def test_every_bad_row_is_named_up_to_a_limit() -> None:
    build_audit()
    outcome = imported("judgements", [judgement(f"Z{number}", 3) for number in range(300)])
    assert len(outcome.refusals) == 201
    assert outcome.refusals[-1].reason_ja == "ほかに100件あります。"


def test_a_judged_item_cannot_leave_the_checklist() -> None:
    build_audit()
    imported("judgements", [judgement("A1", 3), judgement("A2", 3)])
    assert codes("checklist", [item("A1")]) == ["still_used"]


def test_engagements_need_a_department_of_the_year_and_days_in_order() -> None:
    build_audit()
    assert codes("engagements", [engagement("E2", "999")]) == ["unknown_department"]
    reversed_days = engagement("E2", started_on=date(2024, 10, 2), ended_on=date(2024, 10, 1))
    assert codes("engagements", [reversed_days]) == ["days_reversed"]


def test_a_whole_city_engagement_has_no_department() -> None:
    build_audit()
    imported("engagements", [engagement("D1", "", method="mail_drill")])
    found = next(one for one in year_records(CITY, YEAR).engagements if one.code == "D1")
    assert (found.department_code, found.levels) == ("", "")


def test_inside_auditors_must_be_on_the_roster_and_not_of_the_department() -> None:
    build_audit()
    imported("staff", [staff("S1", "102"), staff("S2", "101")])
    inside = {"stream": "internal_audit", "department_code": "101"}
    assert codes("engagements", [engagement("N1", auditor_numbers=("S9",), **inside)]) == ["unknown_staff"]
    outcome = imported("engagements", [engagement("N1", auditor_numbers=("S1", "S2"), **inside)])
    assert [warning.code for warning in outcome.plan.warnings] == ["own_department"]
    outcome = imported("engagements", [engagement("N1", auditor_numbers=("S1",), **inside)])
    assert outcome.plan.removed == 1


def test_plan_cells_are_read_by_year_and_code() -> None:
    build_audit()
    imported("plan", [plan_cell("102", 2025, "internal_audit"), plan_cell("101", 2024)])
    assert [(one.fiscal_year, one.department_code) for one in plan_cells(CITY, 2023, 2025)] == [
        (2024, "101"),
        (2025, "102"),
    ]
    assert plan_cells(CITY, 2025, 2025)[0].stream == "internal_audit"
    assert codes("plan", [plan_cell("999")]) == ["unknown_department"]


def test_trainings_are_grouped_by_session() -> None:
    build_audit()
    imported("staff", [staff("S1"), staff("S2")])
    imported("training", [training("S2"), training("S1"), training("S1", held_on=date(2024, 7, 1), kind="exercise")])
    found = trainings(CITY, YEAR)
    assert [(one.held_on, one.attendee_count, one.minutes) for one in found] == [
        ("2024-06-03", 2, 90),
        ("2024-07-01", 1, 90),
    ]
    assert found[0].sources[0].rows == "2-3"
    assert codes("training", [training("S9")]) == ["unknown_staff"]


def test_planned_is_not_improved() -> None:
    build_audit()
    imported("findings", [finding("F1", measure_ja="施錠する", planned_on=date(2024, 12, 1)), finding("F2")])
    first, second = year_records(CITY, YEAR).findings
    assert (first.planned_on, first.improved_on, second.planned_on) == ("2024-12-01", "", "")
    assert ImprovementPlan.objects.count() == 1


def test_a_plan_that_is_taken_back_goes() -> None:
    build_audit()
    imported("findings", [finding("F1", measure_ja="施錠する")])
    imported("findings", [finding("F1")])
    assert not ImprovementPlan.objects.exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"engagement_code": "E9"}, "unknown_engagement"),
        ({"department_code": "999"}, "unknown_department"),
        ({"item_code": "Z9"}, "item_outside_checklist"),
        ({"verified_on": date(2025, 1, 1)}, "verified_without_improvement"),
        ({"improved_on": date(2025, 1, 2), "verified_on": date(2025, 1, 1)}, "days_reversed"),
    ],
)
def test_findings_that_contradict_are_refused(fields: dict[str, object], code: str) -> None:
    build_audit()
    assert codes("findings", [finding("F1", **fields)]) == [code]


def test_an_unknown_recurrence_is_only_a_warning() -> None:
    build_audit()
    outcome = imported("findings", [finding("F1", recurrence_of="H20-3"), finding("F2", recurrence_of="F1")])
    assert [warning.code for warning in outcome.plan.warnings] == ["unknown_recurrence"]


def test_confidential_texts_are_not_in_the_frozen_values() -> None:
    build_audit()
    imported("findings", [finding("F1", fact_ja="秘密の事実", measure_ja="秘密の対策")])
    assert "秘密" not in repr(year_records(CITY, YEAR))


def test_a_rename_in_the_department_list_keeps_past_engagements() -> None:
    build_audit()
    imported("departments", [department("101", name_ja="新名称")])
    assert the_engagement().department_code == "101"
