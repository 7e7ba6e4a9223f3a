"""Do exports read back to the same records, are templates empty and not wrong, and is nothing written a formula?"""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from kansa.formats import records as r
from kansa.formats.readers import READERS, SPECS
from kansa.formats.tables.workbook import split_text
from kansa.formats.writers import OutColumn, export_csv, export_xlsx, guarded, template, write_csv, write_table
from kansa.formats.writers.layout import line_count, text_width
from tests.formats.drawn import KINDS, distinct
from tests.formats.settings import PROPERTY, SLOW_PROPERTY
from tests.records import changed

SOURCE = r.Source("", "", "", 0)


def test_every_kind_is_tried() -> None:
    assert set(KINDS) == set(SPECS)


@pytest.mark.parametrize("name", sorted(KINDS))
@given(data=st.data())
@SLOW_PROPERTY
def test_what_is_exported_reads_back_the_same(name: str, data: st.DataObject) -> None:
    drawn = distinct(name, data.draw(st.lists(KINDS[name], min_size=1, max_size=4)))
    result = READERS[name](export_xlsx(name, drawn), "x.xlsx")
    assert [one.ja() for one in result.refusals] == []
    assert sorted(map(plain, result.records)) == sorted(map(plain, drawn))
    read: list[str] = []
    for table in range(len(SPECS[name].tables)):
        part = READERS[name](export_csv(name, drawn, table), "x.csv")
        assert [one.ja() for one in part.refusals] == []
        read += map(plain, part.records)
    assert sorted(read) == sorted(map(plain, drawn))


def plain(record: r.Record) -> str:
    return repr(changed(record, source=SOURCE))


@given(
    st.lists(st.lists(st.text(st.sampled_from("=+-@'\t\r\n\",あ1"), max_size=6), min_size=2, max_size=2), max_size=5)
)
@PROPERTY
def test_the_guard_is_taken_away_exactly(rows: list[list[str]]) -> None:
    data = write_csv([OutColumn("甲"), OutColumn("乙")], rows)
    assert data.startswith(b"\xef\xbb\xbf")
    read = split_text(data.decode("utf-8-sig"), ",")
    assert read == [["甲", "乙"], *rows]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "'=1"])
def test_dangerous_cells_are_guarded_in_csv(text: str) -> None:
    assert guarded(text) == "'" + text


def test_numbers_stay_numbers_and_nothing_is_a_formula() -> None:
    data = write_table([OutColumn("文字"), OutColumn("数", is_text=False)], [["=1+1", 3], ["", None]], "表")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("表").to_python()
    assert rows == [["文字", "数"], ["=1+1", 3.0]]


def test_csv_lines_end_as_excel_expects_and_empty_is_not_zero() -> None:
    assert write_csv([OutColumn("甲"), OutColumn("乙")], [[None, 0]]) == "\ufeff甲,乙\r\n,0\r\n".encode()


@pytest.mark.parametrize("name", sorted(SPECS))
def test_a_template_is_empty_and_not_wrong(name: str) -> None:
    extra = ("Q01",) if name == "self_inspection" else ()
    data = template(name, extra)
    assert data == template(name, extra)
    result = READERS[name](data, "ひな形.xlsx")
    assert (result.records, result.refusals) == ((), ())
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert "説明" in book.sheet_names
    explained = {row[0] for row in book.get_sheet_by_name("説明").to_python()}
    for table in SPECS[name].tables:
        assert {column.header_ja for column in table.columns} <= explained


def test_a_template_offers_the_words_and_keeps_codes_as_text() -> None:
    data = template("departments")
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    hidden = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.VeryHidden]
    assert hidden == ["_lists"]
    words = [row[0] for row in book.get_sheet_by_name("_lists").to_python()]
    assert words == ["本庁", "支所", "保育園", "学校", "消防署", "施設", "その他"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert page.count("<dataValidation ") == 2
    assert 'numFmtId="49"' in styles  # the text format


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_header_and_alias_is_unambiguous_and_explained(name: str) -> None:
    from kansa.formats.tables.header import header_key

    for table in SPECS[name].tables:
        names = [header_key(word) for column in table.columns for word in {column.header_ja, *column.aliases}]
        assert len(names) == len(set(names)), sorted(word for word in names if names.count(word) > 1)
        assert all(column.explanation_ja.endswith(("。", "）")) for column in table.columns)


def test_widths_count_full_width_characters_twice() -> None:
    assert text_width("監査ab") == 6
    assert line_count("監査" * 10, 21) == 2
    assert line_count("一\n二", 20) == 2
