"""Is the plan table that a city already has read as it stands: titles, two heads, names, ○, totals, notes?

Rows are those of tables that offices keep: a title above, the years under one merged head, bureaus merged downwards.
"""

from __future__ import annotations

from typing import Any

import pytest
from xlsxwriter.worksheet import Worksheet

from kansa.formats.readers import plan
from kansa.formats.records import PlanRecord
from tests.formats.workbooks import Value, workbook

TITLE: list[Value] = ["みほん市情報セキュリティ監査計画（令和５年度〜令和７年度）"]
HEAD: list[Value] = ["No", "部局", "課所等", "監査実施年度", None, None, "備考"]
YEARS: list[Value] = [None, None, None, "R5", "令和６年度（2024）", "令和7", None]
BODY: list[list[Value]] = [
    [1, "総務部", "総務課", "○", None, None, None],
    [2, None, "人事課", "－", "○", "－", "新庁舎へ移転"],
    [3, "教育委員会", "総務課", None, "外", "内", None],
]
ENDING: list[list[Value]] = [
    ["合計", None, None, 1, 2, 1, None],
    ["※ ○は内部監査、外は外部監査を示す。"],
]


def merged(page: Worksheet) -> None:
    """Merges as Excel keeps them: title, heads, a bureau, the total's label, the note."""
    page.merge_range(0, 0, 0, 6, str(TITLE[0]))
    for place, words in ((0, "No"), (1, "部局"), (2, "課所等"), (6, "備考")):
        page.merge_range(2, place, 3, place, words)
    page.merge_range(2, 3, 2, 5, "監査実施年度")
    page.merge_range(4, 1, 5, 1, "総務部")
    page.merge_range(7, 0, 7, 2, "合計")
    page.merge_range(8, 0, 8, 6, str(ENDING[1][0]))


def cells(data: bytes, name: str = "計画.xlsx") -> set[tuple[Any, ...]]:
    found = plan.read(data, name)
    assert [one.ja() for one in found.refusals] == []
    return {
        (one.fiscal_year, one.department_code, one.bureau_ja, one.name_ja, one.stream, one.source.row)
        for one in found.records
        if isinstance(one, PlanRecord)
    }


EXPECTED = {
    (2023, "", "総務部", "総務課", "internal_audit", 5),
    (2024, "", "総務部", "人事課", "internal_audit", 6),
    (2024, "", "教育委員会", "総務課", "external_audit", 7),
    (2025, "", "教育委員会", "総務課", "internal_audit", 7),
}


def test_a_table_with_merged_heads_titles_totals_and_notes_is_read() -> None:
    data = workbook([TITLE, [], HEAD, YEARS, *BODY, *ENDING], change=merged)
    assert cells(data) == EXPECTED


def test_the_same_table_saved_as_csv_is_read() -> None:
    rows = [TITLE, [], HEAD, YEARS, *BODY, *ENDING]
    rows[5] = [2, "総務部", *rows[5][2:]]  # a CSV knows no merged cells
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in [*row, *[None] * 7][:7]) for row in rows)
    assert cells(text.encode("cp932"), "計画.csv") == EXPECTED


def test_a_bureau_on_a_line_of_its_own_is_no_department() -> None:
    rows = [["課所等名", "R5", "R6"], ["総務部", None, None], ["総務課", "○", None], ["人事課", None, "○"]]
    data = workbook(rows, change=lambda page: page.merge_range(1, 0, 1, 2, "総務部"))
    assert {(name, year) for year, _, _, name, _, _ in cells(data)} == {("総務課", 2023), ("人事課", 2024)}


def test_a_list_by_name_is_read() -> None:
    rows = [
        ["年度", "部局名", "所属名", "監査区分"],
        ["R5", "総務部", "総務課", "内部"],
        ["R6", None, "人事課", "外部監査"],
    ]
    assert {(one[0], one[3], one[4]) for one in cells(workbook(rows))} == {
        (2023, "総務課", "internal_audit"),
        (2024, "人事課", "external_audit"),
    }


@pytest.mark.parametrize(
    ("head", "year"),
    [("R5", 2023), ("令和５年度（2023）", 2023), ("2023(R5)", 2023), ("１年目（令和５年度）", 2023), (2023, 2023)],
)
def test_a_years_head_may_say_it_twice(head: Value, year: int) -> None:
    assert {one[0] for one in cells(workbook([["課所等名", head], ["総務課", "○"]]))} == {year}


def test_years_of_a_list_are_not_the_head_of_a_matrix() -> None:
    rows = [["年度", "所属コード", "課所等名", "区分"], ["R5", "0101", None, "内部"], ["R6", "0102", None, "外部"]]
    assert {one[:4] for one in cells(workbook(rows))} == {(2023, "0101", "", ""), (2024, "0102", "", "")}


def refused(rows: list[list[Value]]) -> list[tuple[str, int | None, str]]:
    found = plan.read(workbook(rows), "計画.xlsx")
    return [(one.code, one.place.row, one.place.column) for one in found.refusals]


def test_what_cannot_be_meant_is_refused_with_its_place() -> None:
    head: list[Value] = ["課所等名", "R5", "R6"]
    # A mark whose meaning only a legend knows; a mark without a department; the same department twice.
    assert refused([head, ["総務課", "◎", None]]) == [("unknown_word", 2, "2023年度")]
    assert refused([head, [None, "○", None], ["総務課", "○", None]]) == [("blank_cell", 2, "所属コード")]
    assert refused([head, ["総務課", "○", None], ["総務課", "○", None]]) == [("duplicate", 3, "所属コード")]
    # Two different years in one head are no year; then no column of a year is left.
    assert {code for code, _, _ in refused([["課所等名", "R5（2024）"], ["総務課", "○"]])} <= {
        "no_header",
        "unknown_column",
        "missing_column",
    }
    # Neither code nor name: told once, not on every row.
    assert refused([["部局", "R5"], ["総務部", "○"], ["福祉部", "○"]]) == [("missing_column", 0, "所属コード")]
