"""Is a file that wants to do harm, or is simply broken, answered with a refusal and with nothing else?"""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from kansa.formats.readers import READERS, read_gophish
from kansa.formats.records import ReadResult
from kansa.formats.worksheets import read_worksheet
from tests.formats.settings import SLOW_PROPERTY
from tests.formats.workbooks import DEPARTMENTS, with_parts, workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
ROW = ("0101", "総務課", "総務部", "本庁", "R6")
GOOD = workbook([DEPARTMENTS, ROW])


def read(data: bytes) -> ReadResult:
    return READERS["departments"](data, "課所.xlsx")


def codes(result: ReadResult) -> list[str]:
    return [refusal.code for refusal in result.refusals]


def stored(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04 not a zip", "broken_workbook"),
        (b"%PDF-1.7\n1 0 obj\n", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (stored("word/document.xml", b"<w/>"), "not_a_table"),
        (stored("content.xml", b"<o/>"), "open_document"),
        (stored("xl/workbook.bin", b"\x00"), "binary_excel"),
        (stored("xl/workbook.xml", b"<workbook/>"), "broken_workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "utf16"),
        (b"\n\n\n", "empty_file"),
    ],
)
def test_files_that_are_no_table(data: bytes, code: str) -> None:
    assert codes(read(data)) == [code]


def test_a_file_above_the_limit_is_not_opened() -> None:
    assert codes(read(b"0" * (50 * 1024 * 1024 + 1))) == ["too_large"]


def test_zip_bomb() -> None:
    """50 KB that unpack to 50 MB of blanks inside an otherwise good sheet."""
    bomb = with_parts(GOOD, {SHEET: lambda part: part.replace(b"<sheetData>", b" " * 50_000_000 + b"<sheetData>")})
    assert len(bomb) < 100_000
    assert codes(read(bomb)) == ["zip_bomb"]


def test_a_written_size_that_lies_is_not_believed() -> None:
    bomb = bytearray(with_parts(GOOD, {SHEET: lambda part: part + b" " * 50_000_000}))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as archive:
        real = next(entry for entry in archive.infolist() if entry.filename == SHEET).file_size
    data = bytes(bomb).replace(real.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert codes(read(data)) == ["zip_bomb"]


def test_too_many_parts() -> None:
    assert codes(read(with_parts(GOOD, {}, {f"x/{n}.xml": b"" for n in range(2_001)}))) == ["too_many_parts"]


def test_entity_expansion() -> None:
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    bomb = with_parts(GOOD, {STRINGS: lambda part: part.replace(b"<sst", laughs + b"<sst", 1)})
    assert codes(read(bomb)) == ["unsafe_xml"]


def test_two_cells_a_world_apart_do_not_fill_the_memory() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = with_parts(GOOD, {SHEET: lambda part: part.replace(b"</sheetData>", far)})
    tracemalloc.start()
    result = read(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert codes(result) == ["too_many_cells"]
    assert peak < 10_000_000


def test_one_long_text_repeated_in_many_cells() -> None:
    """A text of 1 MB that 2,000 cells share would become 2 GB."""
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(3, 2_003)).encode()
    data = with_parts(
        GOOD,
        {
            SHEET: lambda part: part.replace(b"</sheetData>", b"<row r='3'>" + cells + b"</row></sheetData>"),
            STRINGS: lambda part: part.replace("所属コード".encode(), "所属コード".encode() + b"x" * 1_000_000),
        },
    )
    assert codes(read(data)) == ["zip_bomb"]


def test_a_million_blank_rows() -> None:
    """Formatted to the end of the sheet, filled in the first and the last row only."""
    last = "".join(
        f'<c r="{letter}1000001" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCDE", ("0102", *ROW[1:]), strict=True)
    )
    row = f'<row r="1000001">{last}</row></sheetData>'.encode()
    began = time.monotonic()
    result = read(with_parts(GOOD, {SHEET: lambda part: part.replace(b"</sheetData>", row)}))
    assert time.monotonic() - began < 20
    assert codes(result) == []
    assert [record.source.row for record in result.records] == [2, 1_000_001]


def test_formulas_and_html_are_only_text() -> None:
    texts = ('=HYPERLINK("http://example.com")', "<script>alert(1)</script>", "+1+cmd|'/c calc'!A1", "@SUM(1)", "-2")
    rows = [[f"{n:04}", text, "部", "本庁", "R6"] for n, text in enumerate(texts)]
    result = read(workbook([DEPARTMENTS, *rows]))
    assert codes(result) == []
    assert [record.name_ja for record in result.records] == list(texts)


def test_a_formula_without_stored_value_is_refused() -> None:
    def formula(page: Worksheet) -> None:
        page.write_formula(1, 1, "=A1", None, 7)

    data = workbook([DEPARTMENTS, ("0101", None, "部", "本庁", "R6")], change=formula)
    data = with_parts(data, {SHEET: lambda part: part.replace(b"</f><v>7</v>", b"</f>")})
    assert "formula_without_value" in codes(read(data))


def test_external_and_macro_parts_are_never_followed() -> None:
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1"/></externalLink>'
    data = with_parts(GOOD, {}, {"xl/externalLinks/externalLink1.xml": link, "xl/vbaProject.bin": b"\x00" * 100})
    assert codes(read(data)) == []


def test_deeply_nested_json() -> None:
    result = read_gophish(b'{"results":' + b"[" * 200_000, "結果.json", 2024, "R6-1")
    assert [refusal.code for refusal in result.refusals] == ["broken_json"]


@given(st.binary(max_size=400))
@SLOW_PROPERTY
def test_random_bytes_are_refused_or_read_but_never_raise(data: bytes) -> None:
    for name, reader in READERS.items():
        assert reader(data, f"{name}.csv").refusals
    assert read_gophish(data, "x.json", 2024, "R6-1").refusals
    assert read_worksheet(data, "x.xlsx", b"k" * 32).refusals


@given(st.data())
@SLOW_PROPERTY
def test_a_damaged_workbook_never_raises(data: st.DataObject) -> None:
    bad = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(bad)))
    for damaged in (bytes(bad), bytes(bad[:cut])):
        result = read(damaged)
        assert isinstance(result, ReadResult)
        read_worksheet(damaged, "x.xlsx", b"k" * 32)


@given(st.data())
@SLOW_PROPERTY
def test_a_damaged_sheet_inside_a_good_zip_never_raises(data: st.DataObject) -> None:
    def damage(part: bytes) -> bytes:
        bad = bytearray(part)
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, len(bad) - 1))
            bad[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        return bytes(bad)

    name = data.draw(
        st.sampled_from([SHEET, STRINGS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
    )
    assert isinstance(read(with_parts(GOOD, {name: damage})), ReadResult)


@given(st.text(alphabet=st.sampled_from("所属コード課等名部局種別開始年度本庁R6,;\t\"'=\r\n0１ "), max_size=120))
@SLOW_PROPERTY
def test_any_text_after_a_header_never_raises(tail: str) -> None:
    text = ",".join(DEPARTMENTS) + "\r\n" + tail
    for encoding in ("utf-8", "cp932"):
        assert isinstance(read(text.encode(encoding)), ReadResult)
