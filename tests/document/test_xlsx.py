"""Can a machine take the workbook and the CSV over as they are, and does no text become a formula?"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from kansa.document.blocks import Cell, Column, Table, Text
from kansa.document.render.csv import render_csv, safe
from kansa.document.render.numerals import decimal_of, printed_decimal
from kansa.document.render.xlsx import render_xlsx
from tests.document.extract import xlsx_sheet
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document

BOOK = sample_book()
DOCUMENT = sample_document(BOOK)
DATA = render_xlsx(DOCUMENT, BOOK, ATTACHMENTS)


def sheets(data: bytes = DATA) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names


def test_a_checker_of_office_files_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(DATA)
    assert not OpenXmlValidator().validate(path).errors


def test_no_formula_no_link_no_merged_cell() -> None:
    with zipfile.ZipFile(io.BytesIO(DATA)) as archive:
        xml = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets"))
    assert b"<f>" not in xml
    assert b"<mergeCell" not in xml
    assert b"<hyperlink" not in xml
    assert "=HYPERLINK" in str(xlsx_sheet(DATA, "表２ 対策レベルの平均"))


def test_the_list_of_figures_is_exact() -> None:
    rows = xlsx_sheet(DATA, "数値一覧")
    by_id = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert list(by_id) == list(BOOK.figures)
    mean = by_id["external.mean"]
    assert abs(Fraction(mean["値"]) - Fraction(1037, 360)) < Fraction(1, 10**14)
    assert (mean["値（分数）"], mean["印刷した形"], mean["単位"], mean["分母・件数"]) == ("1037/360", "2.88", "点", 360)
    rate = by_id["self.rate"]
    assert abs(Fraction(rate["値"]) - Fraction(114200, 1200)) < Fraction(1, 10**12)
    assert (rate["値（分数）"], rate["印刷した形"], rate["単位"]) == ("571/600", "95.2", "％")
    missing = by_id["drill.rate"]
    assert (missing["値"], missing["値がない理由"]) == ("", "公表していない")
    assert by_id["internal.mean.prior"]["出どころ"] == "公表値"
    assert by_id["rotation.round"]["値"] == "７"


def test_a_table_is_filled_down_and_keeps_printed_numbers_as_numbers() -> None:
    criteria = xlsx_sheet(DATA, "表１ 監査の判定基準")
    assert criteria[0] == ["評価", "成熟度判定", "分類基準"]
    assert [row[0] for row in criteria[1:]] == ["適合「○」"] * 2 + ["不適合「×」"] * 3
    means = xlsx_sheet(DATA, "表２ 対策レベルの平均")
    assert means[0][:4] == ["区分", "今年度（点）", "前年度（点）", "備考"]
    assert means[1][1:3] == [2.88, 2.84]
    assert means[3][1:3] == ["", "—"]  # a figure without a value is empty; words stay words
    assert means[1][4:6] == ["external.mean", "external.mean.prior"]


def test_each_table_and_picture_has_a_sheet_and_its_columns_are_explained() -> None:
    names = sheets()
    assert names[:3] == ["説明", "数値一覧", "文章"]
    assert len(names) == 3 + 2 + 6 + 1
    about = xlsx_sheet(DATA, "説明")
    assert ["表２ 対策レベルの平均", "this", "点", "今年度", "means"] in about
    assert [row[3] for row in about if row[0] == "状態"] == ["案（確定前）"]


def test_sheet_names_are_made_acceptable_and_different() -> None:
    column = (Column("a", "甲"),)
    rows = ((Cell((Text("乙"),)),),)
    captions = ("長い" * 30, "長い" * 30, "a/b:c*[d]?", "A/B:C*[D]?", "''", "文章")
    tables = tuple(Table(f"t{at}", "", caption, column, rows) for at, caption in enumerate(captions))
    names = sheets(render_xlsx(replace(DOCUMENT, blocks=tables), BOOK, ATTACHMENTS))
    assert len({name.casefold() for name in names}) == 3 + len(captions)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)


def test_rows_of_a_wrong_length_are_refused() -> None:
    table = Table("bad", "", "表", (Column("a", "甲"), Column("b", "乙")), ((Cell((Text("一つ"),)),),))
    with pytest.raises(ValueError, match="bad row 1"):
        render_xlsx(replace(DOCUMENT, blocks=(table,)), BOOK, ATTACHMENTS)


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    data = render_csv(DOCUMENT, BOOK, ATTACHMENTS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == len(BOOK.figures) + 1
    rows = {row["数値ID"]: row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))}
    assert rows["note.formula"]["印刷した形"] == '\'=1+1&"<b>"'
    assert rows["note.formula"]["備考"] == "'@risk"
    assert rows["external.change"]["印刷した形"] == "+0.04"
    assert rows["self.effect"]["値"] == "-0.25"
    assert rows["drill.rate"]["値"] == ""


@pytest.mark.parametrize(
    ("words", "written"),
    [("=1", "'=1"), ("@a", "'@a"), ("+1+1", "'+1+1"), ("-2", "-2"), ("+0.1", "+0.1"), ("+1%", "+1%"), ("\t=1", "'\t=1"),
     ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"), ("所属", "所属"), ("", "")],
)  # fmt: skip
def test_a_dangerous_beginning_is_guarded(words: str, written: str) -> None:
    assert safe(words) == written


@pytest.mark.parametrize(
    ("shown", "number"),
    [("2.88", ("2.88", 2)), ("1,234", ("1234", 0)), ("−0.25", ("-0.25", 2)), ("+1.1", ("1.1", 1)),
     ("95.2％", ("95.2", 1)), ("７", None), ("—", None), ("", None), ("12,34", None), ("約2", None),
     ("令和６年度", None)],
)  # fmt: skip
def test_printed_numbers_are_read(shown: str, number: tuple[str, int] | None) -> None:
    assert printed_decimal(shown) == (None if number is None else (Decimal(number[0]), number[1]))


@given(st.fractions(max_denominator=10**6), st.integers(0, 6))
def test_a_printed_decimal_is_read_back_exactly(value: Fraction, places: int) -> None:
    whole = value.numerator * 10**places // value.denominator
    digits = str(abs(whole)).rjust(places + 1, "0")
    shown = ("−" if whole < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    read = printed_decimal(shown)
    assert read is not None
    assert Fraction(read[0]) == Fraction(whole, 10**places)
    assert read[1] == places


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6))
def test_a_decimal_holds_seventeen_digits(value: Fraction) -> None:
    assert abs(Fraction(decimal_of(value)) - value) <= abs(value) / 10**16
