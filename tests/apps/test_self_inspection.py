"""Do answers become a tally that says the same, and nothing that says who?"""

from __future__ import annotations

import pytest

from kansa.apps.annual_report.queries.year_data import year_records
from kansa.apps.self_inspection.actions import erase_responses
from kansa.apps.self_inspection.models import DepartmentTally, Response, Tally
from kansa.core.errors import RuleError
from kansa.core.year import TallyRow
from tests.builders import YEAR, answer, build_questions, department, imported, item, staff, upload
from tests.cast import CITY, CLERK, VIEWER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def questions(city: object) -> None:
    imported("departments", [department("101"), department("102")])
    build_questions()


def rows() -> tuple[TallyRow, ...]:
    return year_records(CITY, YEAR).tally


def test_counts_by_department_and_item() -> None:
    imported(
        "self_inspection",
        [
            answer("R1", "yn"),
            answer("R2", "y-"),
            answer("R3", "n "),
            answer("R4", "yy", department_code="102"),
        ],
    )
    first, second = rows()
    assert (first.department_code, first.respondent_count) == ("101", 3)
    assert (first.yes, first.no, first.not_applicable, first.blank) == ((2, 0), (1, 1), (0, 1), (0, 1))
    assert (second.yes, second.respondent_count) == ((1, 1), 1)
    assert first.sources[0].rows == "2-4"


def test_a_department_on_the_roster_without_answers_stands_with_nobody() -> None:
    imported("staff", [staff("S1", "101"), staff("S2", "102")])
    imported("self_inspection", [answer("S1", "yy")])
    assert [(row.department_code, row.roster_count, row.respondent_count) for row in rows()] == [
        ("101", 1, 1),
        ("102", 1, 0),
    ]


def test_a_year_without_answers_has_no_tally() -> None:
    imported("staff", [staff("S1", "101")])
    assert rows() == ()


def test_a_corrected_answer_replaces_the_first_one() -> None:
    imported("self_inspection", [answer("R1", "yn")])
    outcome = imported("self_inspection", [answer("R1", "yy")], file=upload("訂正.csv"))
    assert outcome.plan.changed == 1
    assert rows()[0].yes == (1, 1)
    assert Response.objects.count() == 1


def test_a_question_missing_in_the_file_was_not_answered() -> None:
    imported("self_inspection", [answer("R1", "y")])
    assert rows()[0].blank == (0, 1)


def test_a_question_added_later_was_answered_by_nobody() -> None:
    imported("self_inspection", [answer("R1", "yn")])
    imported("checklist", [item(code, "self_inspection") for code in ("Q1", "Q3", "Q2")])
    row = rows()[0]
    assert (row.yes, row.no, row.blank) == ((1, 0, 0), (0, 0, 1), (0, 1, 0))


def test_people_outside_the_roster_are_only_counted_in_a_warning() -> None:
    imported("staff", [staff("S1")])
    outcome = imported("self_inspection", [answer("S1"), answer("R9")])
    assert [warning.code for warning in outcome.plan.warnings] == ["not_on_roster"]
    assert "R9" not in outcome.plan.warnings[0].reason_ja


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (answer("R1", "yyy"), "item_outside_checklist"),
        (answer("R1", department_code="999"), "unknown_department"),
        (answer("R1", fiscal_year=2023), "no_checklist"),
    ],
)
def test_answers_that_fit_nothing_are_refused(record: object, code: str) -> None:
    outcome = imported("self_inspection", [record])  # type: ignore[list-item]
    assert [refusal.code for refusal in outcome.refusals] == [code]
    assert not Response.objects.exists() and not DepartmentTally.objects.exists()


def test_erasing_answers_leaves_the_tally_and_closes_the_year() -> None:
    imported("self_inspection", [answer("R1", "yn"), answer("R2", "yy")])
    before = rows()
    with pytest.raises(RuleError):
        erase_responses(VIEWER, YEAR)
    assert erase_responses(CLERK, YEAR) == 2
    assert rows() == before
    outcome = imported("self_inspection", [answer("R3", "nn")])
    assert [refusal.code for refusal in outcome.refusals] == ["answers_erased"]
    assert rows() == before


def test_a_dry_run_counts_nothing() -> None:
    imported("self_inspection", [answer("R1", "yn")], apply=False)
    assert not Tally.objects.exists()
