"""Does an answer sheet come back with what was typed in, and does everything hostile get its own answer?"""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.formats.answer_sheets import (
    YES_NO_CHOICES,
    Expected,
    FilledSheet,
    SheetItem,
    SheetLine,
    SheetPlan,
    read_answer_sheet,
    write_answer_sheet,
)
from tests.formats.settings import SLOW_PROPERTY
from tests.formats.workbooks import typed_into, with_parts, workbook

KEY = bytes(range(32))
SCALE = (("1", "ほとんどない"), ("2", "ときどき"), ("3", "いつも"), ("not_applicable", "該当なし"))
ITEMS = (
    SheetItem("Q1", "離席時に画面をロックしているか。"),
    SheetItem("Q2", "=HYPERLINK(1)を開いていないか。"),
    SheetItem("Q3", "研修の内容を思い出すことがあるか。", choices=SCALE),
    SheetItem("Q4", "困っていること。", choices=()),
)
LINES = (SheetLine("S001", "職員一"), SheetLine("S002", "職員二", frozenset({"Q3"})), SheetLine("S003", "職員三"))
PLAN = SheetPlan(
    "自己点検", "令和8年度", 2026, 7, 3, "保育園", "identified", "記名", "2026-12-20", "ab12", ITEMS, LINES
)
EXPECTED = Expected(7, 3, "identified", ITEMS)
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes, expected: Expected = EXPECTED, key: bytes = KEY) -> FilledSheet:
    return read_answer_sheet(data, "用紙.xlsx", expected, key)


def codes(sheet: FilledSheet) -> list[tuple[str, int, str]]:
    return [(one.code, one.place.row, one.place.column) for one in sheet.refusals]


def sheet(**cells: str | None) -> bytes:
    return typed_into(write_answer_sheet(PLAN, KEY), cells)


def test_what_was_typed_is_read_and_blanks_stay_blank() -> None:
    """S001: はい, ×, いつも, words. S002 is not asked Q3. S003 nothing."""
    found = read(sheet(D7="はい", D8="×", D9="いつも", D10="=1+1 と書いた", E7="　該当なし "))
    assert found.refusals == () and found.serial == "ab12"
    assert [(one.key, one.answers) for one in found.lines] == [
        ("S001", (("Q1", "yes"), ("Q2", "no"), ("Q3", "3"), ("Q4", "=1+1 と書いた"))),
        ("S002", (("Q1", "not_applicable"),)),
    ]
    assert (found.blank_line_count, found.blank_answer_count) == (1, 3)


@pytest.mark.parametrize(
    "text", ["はい。", "TRUE", "1e308", "9" * 400, "２０２６年１月１日", "4", "yes\x0bno", "=HYPERLINK", "はい、いいえ"]
)
def test_an_answer_that_is_none_is_refused_with_its_cell_and_nothing_is_taken(text: str) -> None:
    typed = text.replace("\x0b", "_x000B_")
    found = read(sheet(D7="はい", E8=typed))
    assert codes(found) == [("unknown_answer", 8, "E")] and found.lines == ()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="E8" t="b"><v>1</v></c>', "unknown_answer"),  # TRUE is not はい
        ('<c r="E8"><v>1e308</v></c>', "unknown_answer"),
        ('<c r="E8" t="d"><v>2026-01-01T00:00:00</v></c>', "unknown_answer"),
        ('<c r="E8" t="str"><f>HYPERLINK("http://x","はい")</f><v>ここを押す</v></c>', "unknown_answer"),
        ('<c r="E8" t="str"><f>[1]外部!A1</f></c>', "formula_without_value"),
        ('<c r="E8" t="e"><v>#REF!</v></c>', "cell_error"),
    ],
)
def test_cells_that_excel_makes_are_refused(cell: str, code: str) -> None:
    def change(part: bytes) -> bytes:
        begin = part.index(b'<c r="E8"')
        return part[:begin] + cell.encode() + part[part.index(b"/>", begin) + 2 :]

    found = read(with_parts(write_answer_sheet(PLAN, KEY), {SHEET: change}))
    assert code in [one.code for one in found.refusals] and found.lines == ()
    assert all(one.place.row == 8 and one.place.column == "E" for one in found.refusals)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"E6": "職員三"}, "changed_locked_cell"),  # a name moved to another column
        ({"C7": "別の文章"}, "changed_locked_cell"),
        ({"A7": "Q2"}, "duplicate"),
        ({"A7": None}, "cell_outside"),
        ({"E5": "S001"}, "duplicate"),
        ({"E5": "S999"}, "other_lines"),
        ({"A5": "壊れた"}, "missing_row"),
    ],
)
def test_a_sheet_that_was_rearranged_is_refused(cells: dict[str, str | None], code: str) -> None:
    found = read(sheet(**{"D7": "はい", **cells}))
    assert code in [one.code for one in found.refusals] and found.lines == ()


def test_more_people_than_lines_and_merged_cells_are_refused() -> None:
    beyond = with_parts(
        sheet(D7="はい"), {SHEET: lambda part: part.replace(b"</row>", b'<c r="H7" t="str"><v>x</v></c></row>', 5)}
    )
    assert "cell_outside" in [one.code for one in read(beyond).refusals]
    merge = b'<mergeCells count="1"><mergeCell ref="D7:E7"/></mergeCells>'
    merged = with_parts(
        sheet(D7="はい"),
        {SHEET: lambda part: part.replace(b"</sheetProtection>", b"").replace(b"<dataValid", merge + b"<dataValid", 1)},
    )
    assert codes(read(merged)) == [("merged_cell", 7, "D")]


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        (replace(EXPECTED, campaign=8), "other_campaign"),
        (replace(EXPECTED, department=4), "other_department"),
        (replace(EXPECTED, privacy="anonymous"), "other_privacy"),
        (replace(EXPECTED, items=(ITEMS[1], ITEMS[0], *ITEMS[2:])), "other_items"),
        (replace(EXPECTED, items=(replace(ITEMS[0], text_ja="変えた"), *ITEMS[1:])), "other_items"),
    ],
)
def test_a_sheet_of_another_time_or_place_is_refused(expected: Expected, code: str) -> None:
    assert [one.code for one in read(sheet(D7="はい"), expected).refusals] == [code]


def bomb() -> bytes:
    return with_parts(write_answer_sheet(PLAN, KEY), {}, {"xl/media/a.xml": b"0" * 30_000_000})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "empty_file"),
        (lambda: "回答,はい".encode("cp932"), "not_a_table"),
        (lambda: workbook([["回答", "はい"]]), "not_an_answer_sheet"),
        (lambda: write_answer_sheet(PLAN, b"x" * 32), "wrong_seal"),
        (lambda: with_parts(write_answer_sheet(PLAN, KEY), {}, {"xl/vbaProject.bin": b"\xd0\xcf"}), "has_macros"),
        (lambda: bomb(), "zip_bomb"),
        (lambda: write_answer_sheet(PLAN, KEY)[:3000], "broken_workbook"),
        (lambda: b"PK\x03\x04" + b"0" * 1_100_000, "too_large"),
        (lambda: rows_far_away(), "too_many_cells"),
    ],
)
def test_what_is_no_sheet_gets_its_answer(make: Callable[[], bytes], code: str) -> None:
    found = read(make())
    assert [one.code for one in found.refusals] == [code] and found.refusals[0].place.file == "用紙.xlsx"


def rows_far_away() -> bytes:
    """A million rows and sixteen thousand columns in one cell."""
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    return with_parts(write_answer_sheet(PLAN, KEY), {SHEET: lambda part: part.replace(b"</sheetData>", far)})


def test_comments_authors_and_other_sheets_are_not_looked_at() -> None:
    data = with_parts(
        sheet(D7="はい"),
        {"docProps/core.xml": lambda part: part.replace(b"kansa", "保育 花子".encode())},
        {"xl/comments1.xml": "<comments><author>保育 花子</author></comments>".encode()},
    )
    assert [one.answers for one in read(data).lines] == [(("Q1", "yes"),)]


def test_without_names_no_name_stands_in_the_file() -> None:
    plan = replace(
        PLAN, privacy="anonymous", privacy_ja="無記名", lines=(SheetLine("1:保育士", "保育士"), SheetLine("2:", ""))
    )
    data = write_answer_sheet(plan, KEY)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        whole = b"".join(parts.read(name) for name in parts.namelist()).decode()
    assert "職員一" not in whole and "S001" not in whole and "1人目" in whole


@SLOW_PROPERTY
@given(
    st.lists(
        st.lists(st.sampled_from(["", "はい", "いいえ", "該当なし", "○", "－"]), min_size=2, max_size=2),
        min_size=3,
        max_size=3,
    )
)
def test_any_half_filled_sheet_is_read_as_it_is(given_: list[list[str]]) -> None:
    cells = {f"{'DEF'[at]}{7 + row}": text for at, line in enumerate(given_) for row, text in enumerate(line) if text}
    found = read(sheet(**cells))
    means = {"はい": "yes", "○": "yes", "いいえ": "no", "該当なし": "not_applicable", "－": "not_applicable"}
    wanted = {
        f"S00{at + 1}": tuple((ITEMS[row].code, means[text]) for row, text in enumerate(line) if text)
        for at, line in enumerate(given_)
    }
    assert {one.key: one.answers for one in found.lines} == {key: one for key, one in wanted.items() if one}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
def test_another_program_saves_it_and_it_is_still_ours(tmp_path: Path) -> None:
    """LibreOffice opens the sheet and writes it again; dropdowns, protection and answers survive."""
    (tmp_path / "a.xlsx").write_bytes(sheet(D7="はい", F8="いいえ"))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "a.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    data = (tmp_path / "out" / "a.xlsx").read_bytes()
    assert [(one.key, one.answers) for one in read(data).lines] == [
        ("S001", (("Q1", "yes"),)),
        ("S003", (("Q2", "no"),)),
    ]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        page = parts.read(SHEET)
    assert b"dataValidation " in page and b"sheetProtection" in page
    assert len(YES_NO_CHOICES) == 3
