"""Is the guideline's table read however it was copied out: two header rows, merged chapters, marks instead of words?"""

from __future__ import annotations

import pytest
from xlsxwriter.worksheet import Worksheet

from kansa.formats.readers.guideline import edition_in, read
from kansa.formats.records import GuidelineItemRecord
from tests.formats.workbooks import Value, workbook

NAME = "監査項目（R7.3）.xlsx"
ITEM = "責任者が定められているか。"


def items(rows: list[list[Value]], merges: tuple[str, ...] = (), name: str = NAME) -> list[GuidelineItemRecord]:
    """The items of a sheet whose cells are merged as Excel would merge them."""

    def merge(page: Worksheet) -> None:
        for area in merges:
            page.merge_range(area, "")
            first = area.split(":")[0]
            row, column = int(first[1:]) - 1, ord(first[0]) - 65
            page.write(row, column, rows[row][column])

    result = read(workbook(rows, change=merge), name)
    assert [refusal.ja() for refusal in result.refusals] == []
    return [one for one in result.records if isinstance(one, GuidelineItemRecord)]


def test_a_header_on_two_rows_with_merged_cells() -> None:
    rows: list[list[Value]] = [
        ["No.", "必須", "監査項目", "例", None, "番号", None],
        [None, None, None, "監査資料の例", "監査実施の例", "例文番号", "JIS Q 27002番号"],
        [1, "○", ITEM, "体制図", "レビュー", "2.1", "5.2"],
    ]
    (one,) = items(rows, ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"))
    assert (one.number, one.requirement, one.text_ja) == ("1", "required", ITEM)
    assert (one.documents_ja, one.procedure_ja) == ("体制図", "レビュー")
    assert (one.example_number, one.jis_number) == ("2.1", "5.2")
    assert one.source.row == 3


def test_chapters_as_merged_rows_between_the_items() -> None:
    rows: list[list[Value]] = [
        ["No.", "必須・推奨", "監査項目"],
        ["第３章 監査項目", None, None],
        ["2.1. 組織体制", None, None],
        [1, "必須", ITEM],
        ["2.2. 分類", None, None],
        [2, "推奨", ITEM],
    ]
    found = items(rows, ("A2:C2", "A3:C3", "A5:C5"))
    assert [one.chapter_ja for one in found] == ["第３章 監査項目／2.1. 組織体制", "第３章 監査項目／2.2. 分類"]


def test_chapters_as_merged_cells_beside_the_items() -> None:
    rows: list[list[Value]] = [
        ["項目", "No.", "必須", "監査項目"],
        ["1. 組織体制", 1, "○", ITEM],
        [None, 2, None, ITEM],
        ["2. 分類", 3, None, ITEM],
    ]
    found = items(rows, ("A2:A3",))
    assert [(one.chapter_ja, one.requirement) for one in found] == [
        ("1. 組織体制", "required"),
        ("1. 組織体制", "recommended"),
        ("2. 分類", "recommended"),
    ]


def test_the_title_above_the_table_says_the_edition_before_the_file_name_does() -> None:
    rows: list[list[Value]] = [["監査ガイドライン（令和６年10月版）"], ["No.", "必須", "監査項目"], [1, "○", ITEM]]
    assert [one.edition_ja for one in items(rows)] == ["令和6年10月版"]
    assert [one.edition_ja for one in items(rows[1:])] == ["令和7年3月版"]


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("監査ガイドライン（令和７年３月版）.xlsx", "令和7年3月版"),
        ("R6.10_監査項目.csv", "令和6年10月版"),
        ("平成 27 年 03 月", "平成27年3月版"),
        ("令和元年12月", "令和元年12月版"),
        ("guideline-2025-03.xlsx", ""),
    ],
)
def test_an_edition_in_words(text: str, edition: str) -> None:
    assert edition_in(text) == edition
