"""Are the figures read back from finished outputs, also when somebody has altered the file?"""

from __future__ import annotations

import io
import json
import random
import zipfile

import pytest

from kansa.document.render import RENDERERS, Attachments
from kansa.document.render.markers import MARKERS, docx_markers, html_markers, pdf_attachments, safe_xml, xlsx_markers
from tests.document.sample_document import sample_book, sample_document

BOOK = sample_book()
FIGURES = json.dumps([{"id": one.id, "shown": one.shown} for one in BOOK.figures.values()], ensure_ascii=False).encode()
OUTPUTS = {
    kind: render(sample_document(BOOK), BOOK, Attachments(FIGURES, b'{"a":"endobj stream (x)"}'))
    for kind, render in RENDERERS.items()
}


def altered(data: bytes, name: str, before: str, after: str) -> bytes:
    """An Office file with words of one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == name:
                assert before in part.decode()
                part = part.decode().replace(before, after).encode()
            new.writestr(info, part)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", sorted(MARKERS))
def test_every_kind_says_what_the_book_says(kind: str) -> None:
    found = MARKERS[kind](OUTPUTS[kind])
    assert found
    assert all(BOOK[figure_id].shown == shown for figure_id, shown in found)
    if kind in ("pdf", "csv"):
        assert [figure_id for figure_id, _ in found] == list(BOOK.figures)


def test_a_changed_number_is_read_as_it_was_changed() -> None:
    html = OUTPUTS["html"].replace(b">2.88</data>", b">2.99</data>", 1)
    assert html_markers(html)[0] == ("external.mean", "2.99")
    docx = altered(OUTPUTS["docx"], "word/document.xml", ">2.88<", ">2.99<")
    assert docx_markers(docx)[0] == ("external.mean", "2.99")
    xlsx = altered(OUTPUTS["xlsx"], "xl/sharedStrings.xml", "external.mean=2.88", "external.mean=2.99")
    assert xlsx_markers(xlsx)[0] == ("external.mean", "2.99")


def test_attachments_of_the_pdf_are_read_whole() -> None:
    assert pdf_attachments(OUTPUTS["pdf"]) == {"figures.json": FIGURES, "frozen.json": b'{"a":"endobj stream (x)"}'}


def test_large_attachments_are_read_whole() -> None:
    large = json.dumps([{"id": f"figure.{at}", "shown": str(at)} for at in range(5000)]).encode()
    pdf = RENDERERS["pdf"](sample_document(BOOK), BOOK, Attachments(large))
    assert pdf_attachments(pdf) == {"figures.json": large}


@pytest.mark.parametrize("kind", sorted(MARKERS))
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"%PDF-1.7\n1 0 obj\n<<"])
def test_another_file_is_a_value_error_or_has_no_figures(kind: str, data: bytes) -> None:
    try:
        assert MARKERS[kind](data) == []
    except ValueError:
        return


@pytest.mark.parametrize("kind", sorted(MARKERS))
def test_flipped_bytes_never_end_in_another_error(kind: str) -> None:
    chance = random.Random(7)
    for _ in range(40):
        data = bytearray(OUTPUTS[kind])
        for _ in range(3):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            MARKERS[kind](bytes(data))
        except ValueError:
            continue


def test_a_field_beyond_the_csv_limit_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="CSV"):
        MARKERS["csv"](b"a,b,c,d,e\r\n" + b"x" * 200_000)


def test_a_document_type_is_refused() -> None:
    with pytest.raises(ValueError, match="文書型宣言"):
        safe_xml(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
