"""Does a worksheet come back with what was filled in, and is it refused when anything else was touched?"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from kansa.core.year import ScaleLevel
from kansa.formats.records import JudgementRecord, ReadResult
from kansa.formats.worksheets import (
    WorksheetItem,
    WorksheetPlan,
    checklist_digest,
    read_worksheet,
    write_worksheet,
)
from tests.formats.settings import SLOW_PROPERTY
from tests.formats.workbooks import with_parts

KEY = bytes(range(32))
SCALE = tuple(ScaleLevel(level, f"レベル{level}", "基準") for level in (4, 3, 2, 1, 0))
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
ITEMS = (
    WorksheetItem(
        "A-01",
        "人的",
        "離席時に端末をロックしているか。",
        "設定を見る。\n職員に聞く。",
        "第12条",
        "3",
        "judged",
        4,
        "",
        "台帳",
        "甲",
        ("interview", "document"),
    ),
    WorksheetItem("A-02", "人的", "パスワードを貸し借りしていないか。", state="not_applicable", reason_ja="端末がない"),
    WorksheetItem("A-03", "技術的", "更新プログラムを適用しているか。", prior_ja="対象外"),
    WorksheetItem("A-04", "技術的", "ログを取得しているか。", state="judged", level=0, evidence_ja="=1+1"),
)
PLAN = WorksheetPlan(
    "みほん市",
    2024,
    "R6-内-01",
    "internal_audit",
    "0101",
    "総務課",
    SCALE,
    ITEMS,
    checklist_digest([("A-01", "甲", "乙")]),
)


def read(data: bytes, key: bytes = KEY) -> ReadResult:
    return read_worksheet(data, "調書.xlsx", key)


def refusals(result: ReadResult) -> list[tuple[str, int, str]]:
    return [(one.code, one.place.row, one.place.column) for one in result.refusals]


def answers(result: ReadResult) -> list[tuple[str, str, int | None, str, str, str]]:
    return [
        (one.item_code, one.state, one.level, one.reason_ja, one.evidence_ja, one.auditor_ja)
        for one in result.records
        if isinstance(one, JudgementRecord)
    ]


def edited(change: Callable[[bytes], bytes], part: str = SHEET, plan: WorksheetPlan = PLAN) -> bytes:
    return with_parts(write_worksheet(plan, KEY), {part: change})


def cell(address: str, text: str) -> Callable[[bytes], bytes]:
    """Puts a text into a cell, keeping its look."""

    def change(part: bytes) -> bytes:
        pattern = rf'<c r="{address}"( s="\d+")?[^>]*?(/>|>.*?</c>)'.encode()
        new = rf'<c r="{address}"\1 t="inlineStr"><is><t>{text}</t></is></c>'.encode()
        changed, count = re.subn(pattern, new, part, count=1)
        assert count == 1
        return changed

    return change


def test_what_was_written_is_read() -> None:
    result = read(write_worksheet(PLAN, KEY))
    assert refusals(result) == []
    assert answers(result) == [
        ("A-01", "judged", 4, "", "台帳", "甲"),
        ("A-02", "not_applicable", None, "端末がない", "", ""),
        ("A-03", "not_judged", None, "", "", ""),
        ("A-04", "judged", 0, "", "=1+1", ""),
    ]
    assert [one.source.row for one in result.records] == [6, 7, 8, 9]
    meta = result.meta
    assert meta is not None
    assert (meta.fiscal_year, meta.engagement_code, meta.department_code) == (2024, "R6-内-01", "0101")
    assert (meta.stream, meta.checklist_sha256) == ("internal_audit", PLAN.checklist_sha256)


def methods(result: ReadResult) -> list[tuple[str, ...]]:
    return [one.methods for one in result.records if isinstance(one, JudgementRecord)]


def test_how_it_was_checked_is_written_and_read() -> None:
    data = write_worksheet(PLAN, KEY)
    page = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("監査調書").to_python()
    assert [row[11] for row in page[4:]] == ["確認方法", "文書、ヒアリング", "", "", ""]
    assert methods(read(data)) == [("document", "interview"), (), (), ()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("実査", ("inspection",)),
        ("文書、ヒアリング、実査", ("document", "interview", "inspection")),
        ("実査，聞き取り", ("interview", "inspection")),
        ("　文書 ", ("document",)),
        (" ", ()),
    ],
)
def test_methods_as_they_are_typed(text: str, found: tuple[str, ...]) -> None:
    result = read(edited(cell("L6", text)))
    assert refusals(result) == []
    assert methods(result)[0] == found


def test_a_word_that_is_no_method_is_refused_and_named() -> None:
    result = read(edited(cell("L6", "電話")))
    assert refusals(result) == [("unknown_word", 6, "確認方法")]
    assert "「ヒアリング」" in result.refusals[0].reason_ja


def test_excel_offers_every_combination_of_methods() -> None:
    with zipfile.ZipFile(io.BytesIO(write_worksheet(PLAN, KEY))) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.read("xl/workbook.xml").decode()
    assert re.search(r'<dataValidation type="list" errorStyle="warning"[^>]* sqref="L6:L9">', page)
    assert "_meta!$E$1:$E$7" in names


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert write_worksheet(PLAN, KEY) == write_worksheet(PLAN, KEY)


def test_identity_is_very_hidden_and_only_input_cells_are_unlocked() -> None:
    data = write_worksheet(PLAN, KEY)
    sheets = {one.name: one.visible for one in CalamineWorkbook.from_filelike(io.BytesIO(data)).sheets_metadata}
    assert sheets == {"監査調書": SheetVisibleEnum.Visible, "_meta": SheetVisibleEnum.VeryHidden}
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(data)) as archive:
        page = archive.read(SHEET).decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<sheetProtection" in page
    assert 'orientation="landscape"' in page and 'paperSize="9"' in page
    assert styles.count('<protection locked="0"/>') == 2
    assert "判定一覧" in page


@pytest.mark.parametrize(
    ("text", "state", "level"),
    [
        ("レベル ３", "judged", 3),
        ("２", "judged", 2),
        ("3.0", "judged", 3),
        ("対象外 ", "not_applicable", None),
        ("　", "not_judged", None),
    ],
)
def test_spellings_of_a_judgement(text: str, state: str, level: int | None) -> None:
    data = with_parts(edited(cell("J8", text)), {SHEET: cell("K8", "理由") if state == "not_applicable" else bytes})
    result = read(data)
    assert refusals(result) == []
    assert answers(result)[2][1:3] == (state, level)


@pytest.mark.parametrize("text", ["れべる3", "5", "2.5", "〇", "-1"])
def test_a_level_that_cannot_be_read_or_is_not_in_the_scale(text: str) -> None:
    result = read(edited(cell("J8", text)))
    code = "level_outside_scale" if text == "5" else "bad_level"
    assert refusals(result) == [(code, 8, "判定")]
    assert text in result.refusals[0].reason_ja


def test_the_scale_of_the_year_decides_which_levels_there_are() -> None:
    plan = replace(PLAN, scale=(*SCALE, ScaleLevel(5, "レベル5", "基準")), items=ITEMS)
    result = read(edited(cell("J8", "5"), plan=plan))
    assert refusals(result) == []
    assert answers(result)[2][1:3] == ("judged", 5)


def test_a_number_cell_is_a_level() -> None:
    def number(part: bytes) -> bytes:
        import re

        return re.sub(rb'<c r="J8"( s="\d+")/>', rb'<c r="J8"\1><v>3</v></c>', part)

    assert answers(read(edited(number)))[2][1:3] == ("judged", 3)


def test_reasons_must_fit_the_judgement() -> None:
    assert refusals(read(edited(cell("J8", "対象外")))) == [("reason_missing", 8, "対象外の理由")]
    assert refusals(read(edited(cell("K6", "理由")))) == [("reason_contradicts", 6, "対象外の理由")]
    assert refusals(read(edited(cell("K8", "理由")))) == [("reason_contradicts", 8, "対象外の理由")]


@pytest.mark.parametrize(
    ("address", "row", "column"), [("F7", 7, "監査項目"), ("I6", 6, "前年度"), ("G8", 8, "着眼点"), ("C9", 9, "番号")]
)
def test_a_changed_locked_cell_is_named(address: str, row: int, column: str) -> None:
    result = read(edited(cell(address, "書き換え")))
    assert refusals(result) == [("changed_locked_cell", row, column)]
    assert f"セル{address}" in result.refusals[0].reason_ja
    assert result.records == ()


def test_swapped_texts_of_two_items_are_found() -> None:
    def swap(part: bytes) -> bytes:
        first, second = "パスワードを貸し借りしていないか。".encode(), "ログを取得しているか。".encode()
        return part.replace(first, b"@").replace(second, first).replace(b"@", second)

    found = refusals(read(edited(swap, STRINGS)))
    assert found == [("changed_locked_cell", 7, "監査項目"), ("changed_locked_cell", 9, "監査項目")]


def test_a_row_that_was_deleted_doubled_or_added() -> None:
    import re

    deleted = read(edited(lambda part: re.sub(rb'<row r="7".*?</row>', b"", part)))
    assert [one.code for one in deleted.refusals] == ["missing_row"] and "A-02" in deleted.refusals[0].reason_ja
    doubled = read(edited(cell("A7", "A-01")))
    assert {one.code for one in doubled.refusals} == {"duplicate", "missing_row"}
    unknown = read(edited(cell("A7", "Z-99")))
    assert {one.code for one in unknown.refusals} == {"unknown_item", "missing_row"}
    row = b'<row r="10"><c r="F10" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    added = read(edited(lambda part: part.replace(b"</sheetData>", row)))
    assert refusals(added) == [("row_without_item", 10, "")]


def test_sorted_rows_are_read_by_their_hidden_code() -> None:
    """Rows 6 and 9 change places, as sorting does: all cells of a row move together."""
    import re

    def sort(part: bytes) -> bytes:
        rows = {number: re.search(rf'<row r="{number}".*?</row>'.encode(), part) for number in (6, 9)}
        first, last = (rows[number][0] for number in (6, 9))  # type: ignore[index]

        def moved(row: bytes, old: int, new: int) -> bytes:
            row = row.replace(f'<row r="{old}"'.encode(), f'<row r="{new}"'.encode())
            return re.sub(rf'r="([A-Z]+){old}"'.encode(), rf'r="\g<1>{new}"'.encode(), row)

        return part.replace(first, b"@").replace(last, moved(first, 6, 9)).replace(b"@", moved(last, 9, 6))

    result = read(edited(sort))
    assert refusals(result) == []
    assert [(one.item_code, one.source.row) for one in result.records if isinstance(one, JudgementRecord)] == [
        ("A-04", 6), ("A-02", 7), ("A-03", 8), ("A-01", 9)
    ]  # fmt: skip
    assert sorted(answers(result)) == answers(read(write_worksheet(PLAN, KEY)))


def test_another_key_another_file_and_changed_identity_are_refused() -> None:
    assert refusals(read(write_worksheet(PLAN, KEY), b"x" * 32)) == [("wrong_seal", 0, "")]
    changed = edited(lambda part: part.replace("R6-内-01</t>".encode(), "R6-内-02</t>".encode()), STRINGS)
    assert [one.code for one in read(changed).refusals] == ["wrong_seal"]
    from tests.formats.workbooks import workbook

    assert [one.code for one in read(workbook([["x"]])).refusals] == ["not_a_worksheet"]
    assert [one.code for one in read(b"a,b\r\n").refusals] == ["not_a_table"]
    renamed = edited(lambda part: part.replace("監査調書".encode(), "提出用".encode()), "xl/workbook.xml")
    assert [one.code for one in read(renamed).refusals] == ["missing_sheet"]


def test_a_checklist_digest_depends_on_every_text_and_on_their_borders() -> None:
    assert checklist_digest([("A", "B", "C")]) != checklist_digest([("A", "BC", "")])
    assert checklist_digest([("A", "B", "C"), ("D", "E", "F")]) != checklist_digest([("D", "E", "F"), ("A", "B", "C")])


TEXT = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), st.sampled_from("\n=+-@'_x000D_")
    ),
    max_size=40,
)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.sampled_from(["4", "0", "N", ""])), max_size=8))
@SLOW_PROPERTY
def test_any_text_comes_back_folded(rows: list[tuple[str, str, str, str]]) -> None:
    from kansa.formats.folding import fold_prose

    items = tuple(
        WorksheetItem(
            f"A-{number}",
            "領域",
            text,
            criteria,
            state={"": "not_judged", "N": "not_applicable"}.get(mark, "judged"),
            level=int(mark) if mark.isdigit() else None,
            reason_ja="理由" if mark == "N" else "",
            evidence_ja=evidence,
        )
        for number, (text, criteria, evidence, mark) in enumerate(rows)
    )
    result = read(write_worksheet(replace(PLAN, items=items), KEY))
    assert refusals(result) == []
    assert [one[4] for one in answers(result)] == [fold_prose(item.evidence_ja) for item in items]
    assert [one[1:3] for one in answers(result)] == [(item.state, item.level) for item in items]


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_saves_it_without_losing_anything(tmp_path: Path) -> None:
    """Opening and saving in LibreOffice rewrites the whole file and turns very hidden into hidden."""
    source = tmp_path / "調書.xlsx"
    source.write_bytes(write_worksheet(PLAN, KEY))
    out = tmp_path / "out"
    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    saved = (out / "調書.xlsx").read_bytes()
    assert saved != source.read_bytes()
    result = read(saved)
    assert refusals(result) == []
    assert answers(result) == answers(read(source.read_bytes()))
    assert result.meta == read(source.read_bytes()).meta
