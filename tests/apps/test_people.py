"""Do departments, successions and rosters come in as a city has them, and is what cannot be refused with its place?"""

from __future__ import annotations

import pytest

from kansa.apps.people.actions import found_municipality
from kansa.apps.people.models import Department, StaffMember, Succession
from kansa.apps.people.queries import department_book, departments, roster_counts, successions
from kansa.apps.trail.actions import ImportOptions
from kansa.core.errors import RuleError
from tests.builders import department, imported, staff
from tests.cast import CITY, CLERK, OTHER_CITY, VIEWER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def codes(kind: str, records: list[object], **options: object) -> list[str]:
    outcome = imported(kind, records, **options)  # type: ignore[arg-type]
    assert outcome.summary is None
    return [refusal.code for refusal in outcome.refusals]


def test_the_same_code_may_come_back_with_other_years() -> None:
    imported(
        "departments",
        [department("101", valid_to=2020), department("101", valid_from=2022, name_ja="危機管理課")],
    )
    assert [one.name_ja for one in departments(CITY, 2019)] == ["第101課"]
    assert departments(CITY, 2021) == ()
    assert [one.name_ja for one in departments(CITY, 2022)] == ["危機管理課"]


def test_a_value_keeps_the_row_it_was_read_from() -> None:
    imported("departments", [department("101"), department("102")])
    rows = departments(CITY, 2024)
    assert [one.source.rows for one in rows if one.source] == ["2", "3"]


def test_a_merger_a_rename_and_a_split_are_successions() -> None:
    imported(
        "departments",
        [
            department("201", valid_to=2023),
            department("202", valid_to=2023),
            department("203", valid_to=2023),
            department("204"),
            department("210", valid_from=2024, succession="merged", predecessor_codes=("201", "202")),
            department("211", valid_from=2024, succession="renamed", predecessor_codes=("203",)),
            department("212", valid_from=2024, succession="split", predecessor_codes=("204",)),
        ],
    )
    found = [(one.kind, one.predecessor_code, one.successor_code) for one in successions(CITY, 2024, 2024)]
    assert found == [
        ("merged", "201", "210"),
        ("merged", "202", "210"),
        ("renamed", "203", "211"),
        ("split", "204", "212"),
    ]


def test_a_department_without_successor_is_closed() -> None:
    imported("departments", [department("301", valid_to=2023)])
    assert [(one.fiscal_year, one.kind, one.successor_code) for one in successions(CITY, 2024, 2024)] == [
        (2024, "closed", "")
    ]


def test_a_merger_may_keep_the_code_of_one_side() -> None:
    imported(
        "departments",
        [
            department("401", valid_to=2023),
            department("402", valid_to=2023),
            department("401", valid_from=2024, succession="merged", predecessor_codes=("401", "402")),
        ],
    )
    assert Succession.objects.count() == 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([department("1", valid_from=2024, succession="renamed", predecessor_codes=("1",))], "succession_of_itself"),
        ([department("1", valid_from=2024, succession="renamed", predecessor_codes=("9",))], "unknown_department"),
        (
            [
                department("1", valid_to=2020),
                department("2", valid_from=2024, succession="renamed", predecessor_codes=("1",)),
            ],
            "validity_gap",
        ),
        (
            [
                department("1", valid_from=2024, succession="renamed", predecessor_codes=("2",)),
                department("2", valid_from=2024, succession="renamed", predecessor_codes=("1",)),
            ],
            "succession_cycle",
        ),
        (
            [department("1"), department("2", valid_from=2024, succession="merged", predecessor_codes=("1",))],
            "predecessor_still_valid",
        ),
        ([department("1"), department("1", valid_from=2020)], "validity_overlap"),
        ([department("1", valid_to=2020), department("1", valid_from=2020)], "validity_overlap"),
        ([department("1", succession="merged")], "no_predecessor"),
        ([department("1", predecessor_codes=("2",))], "no_succession"),
    ],
)
def test_impossible_successions_are_refused(rows: list[object], code: str) -> None:
    assert code in codes("departments", rows)
    assert not Department.objects.exists()


def test_a_refusal_names_file_sheet_row_and_column() -> None:
    outcome = imported("staff", [staff("S001", "999")])
    (refusal,) = outcome.refusals
    assert refusal.code == "unknown_department"
    assert refusal.place.ja() == "ファイル「staff.csv」 シート「表」 2行目 「所属コード」"


def test_staff_of_a_department_that_had_ended_is_refused() -> None:
    imported("departments", [department("101", valid_to=2023)])
    outcome = imported("staff", [staff("S001", "101")])
    assert "存在しません" in outcome.refusals[0].reason_ja


def test_the_roster_counts_nobody_with_a_reason_of_exclusion() -> None:
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff("S1"), staff("S2"), staff("S3", excluded_reason_ja="休職"), staff("S4", "102")])
    assert roster_counts(CITY, 2024) == {"101": 2, "102": 1}


def test_the_roster_is_a_snapshot_of_the_year() -> None:
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff("S1", "101", fiscal_year=2023)])
    imported("staff", [staff("S1", "102", fiscal_year=2024)])
    assert (roster_counts(CITY, 2023), roster_counts(CITY, 2024)) == ({"101": 1}, {"102": 1})


def test_a_blank_mail_address_leaves_the_known_one() -> None:
    imported("departments", [department()])
    imported("staff", [staff("S1")])
    token = StaffMember.objects.get().mail_token
    assert token and "@" not in token
    outcome = imported("staff", [staff("S1", mail_address="", post_ja="主任")])
    assert outcome.plan.changed == 1
    assert StaffMember.objects.get().mail_token == token


def test_one_mail_address_of_two_people_is_refused() -> None:
    imported("departments", [department()])
    assert codes("staff", [staff("S1", mail_address="a@x"), staff("S2", mail_address="A@x")]) == ["shared_mail"]
    imported("staff", [staff("S1", mail_address="a@x")])
    assert codes("staff", [staff("S2", mail_address="a@x")]) == ["shared_mail"]


def test_two_rows_about_one_person_that_differ_are_refused() -> None:
    imported("departments", [department()])
    assert codes("staff", [staff("S1"), staff("S1", post_ja="課長")]) == ["duplicate"]


def test_rows_the_file_lacks_stay_unless_it_is_the_whole_list() -> None:
    imported("departments", [department()])
    imported("staff", [staff("S1"), staff("S2")])
    imported("staff", [staff("S1")])
    assert StaffMember.objects.count() == 2
    outcome = imported("staff", [staff("S1")], options=ImportOptions(replace=True))
    assert outcome.plan.removed == 1
    assert StaffMember.objects.count() == 1


def test_a_department_that_is_used_cannot_be_removed() -> None:
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff("S1", "102")])
    assert codes("departments", [department("101")], options=ImportOptions(replace=True)) == ["still_used"]


def test_the_book_tells_an_unknown_code_from_one_of_another_year() -> None:
    imported("departments", [department("101", valid_to=2020)])
    book = department_book(CITY)
    assert "令和６年度には存在しません" in book.unknown_ja("101", 2024)
    assert "登録されていません" in book.unknown_ja("999", 2024)


def test_cities_do_not_see_each_other() -> None:
    imported("departments", [department("101")])
    assert departments(OTHER_CITY, 2024) == ()
    assert list(Department.objects.visible_to(CLERK).values_list("code", flat=True)) == ["101"]


def test_only_the_operator_names_the_municipality() -> None:
    with pytest.raises(RuleError):
        found_municipality(VIEWER, "別の市")
    with pytest.raises(RuleError):
        found_municipality(CLERK, " ")
