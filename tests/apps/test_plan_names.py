"""Is a plan that names departments, not codes, taken over, and is a name that could mean two of them refused?"""

from __future__ import annotations

from typing import Any

import pytest

from kansa.apps.annual_report.actions import import_files
from kansa.apps.plan.models import PlanCell
from kansa.apps.trail.actions import ImportOptions
from tests.builders import department, imported, upload
from tests.cast import CLERK


@pytest.fixture
def offices(city: Any) -> None:
    """Two 総務課, a department that was renamed in FY2025, one with a long name."""
    imported(
        "departments",
        [
            department("101", name_ja="総務課", bureau_ja="総務部"),
            department("901", name_ja="総務課", bureau_ja="教育委員会"),
            department("201", name_ja="情報政策課", bureau_ja="総務部", valid_to=2024),
            department(
                "202",
                name_ja="デジタル推進課",
                bureau_ja="総務部",
                valid_from=2025,
                succession="renamed",
                predecessor_codes=("201",),
            ),
            department("301", name_ja="保育課", bureau_ja="福祉部"),
        ],
    )


def take(*lines: str) -> tuple[list[str], set[tuple[int, str, str]]]:
    """The codes of what was refused, and the plan afterwards."""
    file = upload("計画.csv", "\n".join(lines).encode())
    outcome = import_files(CLERK, "plan", [file], apply=True, options=ImportOptions())
    rows = PlanCell.objects.values_list("fiscal_year", "department__code", "stream")
    return [one.code for one in outcome.refusals], set(rows)


def test_names_are_found_in_the_year_they_stood(offices: None) -> None:
    faults, plan = take("課所等,R6,R7", "保育課,○,", "情報政策課,外部,", "デジタル推進課,,○", "教育委員会総務課,,○")
    assert faults == []
    assert plan == {
        (2024, "301", "internal_audit"),
        (2024, "201", "external_audit"),
        (2025, "202", "internal_audit"),
        (2025, "901", "internal_audit"),
    }


def test_the_bureau_tells_two_of_the_same_name_apart(offices: None) -> None:
    faults, plan = take("部局,課所等,R6,R7", "総務部,総務課,○,", "教育委員会,総務課,,○")
    assert faults == []
    assert plan == {(2024, "101", "internal_audit"), (2025, "901", "internal_audit")}


def test_an_ambiguous_name_is_refused_with_the_codes(offices: None) -> None:
    file = upload("計画.csv", "課所等,R6\n総務課,○\n保育課,○".encode())
    outcome = import_files(CLERK, "plan", [file], apply=True, options=ImportOptions())
    (refusal,) = outcome.refusals
    assert (refusal.code, refusal.place.row, refusal.place.column) == ("ambiguous_department", 2, "課所等名")
    assert "101（総務部）、901（教育委員会）" in refusal.reason_ja
    assert not PlanCell.objects.exists()  # whole or not at all


def test_an_unknown_name_gets_the_nearest_one(offices: None) -> None:
    file = upload("計画.csv", "課所等,R6,R7\n保育園課,○,\n情報政策課,,○".encode())
    outcome = import_files(CLERK, "plan", [file], apply=True, options=ImportOptions())
    told = [one.reason_ja for one in outcome.refusals]
    assert told[0] == "課所等「保育園課」は令和６年度に登録されていません。「保育課」ではありませんか。"
    assert told[1].startswith("課所等「情報政策課」は令和７年度に登録されていません。")  # renamed the year before


def test_a_code_is_believed_before_a_name_and_the_difference_is_told(offices: None) -> None:
    lines = "所属コード,課所等,R6\n301,総務課,○\n101,総務部総務課,○\n901,,○"
    file = upload("計画.csv", lines.encode())
    outcome = import_files(CLERK, "plan", [file], apply=True, options=ImportOptions())
    assert outcome.refusals == ()
    (warning,) = outcome.plan.warnings
    assert (warning.code, warning.place.row) == ("other_name", 2)
    assert warning.reason_ja == "所属コード「301」は「保育課」ですが、「総務課」と書かれています。"
    assert set(PlanCell.objects.values_list("department__code", flat=True)) == {"301", "101", "901"}
