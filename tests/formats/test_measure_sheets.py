"""Does a list of measures read back what was typed, and is whatever was not to be typed refused at its place?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kansa.formats.measure_sheets import (
    ENTRIES,
    FilledSheet,
    MeasureRow,
    MeasureSheetPlan,
    layout,
    read_measure_sheet,
    write_measure_sheet,
)
from kansa.formats.tables.header import column_letter
from tests.formats.workbooks import typed_into, with_parts, workbook

KEY = b"k" * 32
ENTERED = {"treatment": "fix", "reason_ja": "=1+1", "cost_once": 30_000, "due_on": date(2026, 12, 1), "way_back": "yes"}
LOCKED = (
    "openssl の更新",
    "更新プログラムの適用",
    "LGWAN接続系",
    "A-1",
    "2",
    "CVE-2024-1",
    "定期保守で対応",
    "根拠",
    "未検討",
)
PLAN = MeasureSheetPlan(
    1, 7, "税務課", 2026, "令和8年度", (MeasureRow(11, 0, LOCKED, ENTERED), MeasureRow(12, 5, LOCKED))
)
SHEET = write_measure_sheet(PLAN, KEY)
BLANK = {column.key: "" if column.kind.blank == "" else None for column in ENTRIES}


def read(data: bytes, department: int = 7, key: bytes = KEY) -> FilledSheet:
    """The list of department 7 of municipality 1."""
    return read_measure_sheet(data, "一覧.xlsx", 1, department, key)


def cell(header: str, row: int) -> str:
    """The address of a cell by its header."""
    headers = [name for name, _width in layout.LOCKED] + [one.header_ja for one in ENTRIES]
    return f"{column_letter(headers.index(header) + layout.FIRST_LOCKED)}{row}"


def test_what_was_written_is_read_and_blanks_stay_blank() -> None:
    found = read(SHEET)
    assert found.refusals == ()
    first, second = found.rows
    assert (first.code, first.base, first.row, second.code, second.base) == (11, 0, 6, 12, 5)
    assert first.values == {**BLANK, **ENTERED} and second.is_blank and second.values == BLANK
    assert write_measure_sheet(PLAN, KEY) == SHEET


@pytest.mark.parametrize(
    ("header", "text", "code"),
    [
        ("対応方針", "なおす", "unknown_word"),
        ("停止時間（分）", "半日", "bad_number"),
        ("停止時間（分）", "9999999", "too_long"),
        ("期限", "二月三十日", "bad_date"),
        ("予算年度", "来年", "bad_year"),
        ("担当", "あ" * 101, "too_long"),
        ("優先度", "低", "changed_locked_cell"),
    ],
)
def test_a_wrong_cell_is_refused_with_sheet_row_and_column(header: str, text: str, code: str) -> None:
    found = read(typed_into(SHEET, {cell(header, 7): text}))
    assert found.rows == () and len(found.refusals) == 1
    (refusal,) = found.refusals
    assert (refusal.code, refusal.place.sheet, refusal.place.row, refusal.place.column) == (code, "対策", 7, header)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: typed_into(SHEET, {"A7": "11"}), "duplicate"),
        (lambda: typed_into(SHEET, {"A7": "13"}), "cell_outside"),
        (lambda: typed_into(SHEET, {"A7": None}), "missing_row"),
        (lambda: typed_into(SHEET, {"B7": "6"}), "changed_locked_cell"),
        (lambda: with_parts(SHEET, {}, {"xl/vbaProject.bin": b"x"}), "has_macros"),
        (lambda: workbook([["対策"]]), "not_a_measure_list"),
        (lambda: b"a,b\n", "not_a_table"),
        (lambda: b"", "empty_file"),
        (lambda: SHEET[:2000], "broken_workbook"),
    ],
)
def test_a_list_that_was_rearranged_or_is_none_is_refused(make: Callable[[], bytes], code: str) -> None:
    found = read(make())
    assert found.rows == () and code in {one.code for one in found.refusals}


def test_a_list_of_others_or_of_another_installation_is_refused() -> None:
    assert [one.code for one in read(SHEET, department=8).refusals] == ["other_department"]
    assert [one.code for one in read(SHEET, key=b"x" * 32).refusals] == ["wrong_seal"]
