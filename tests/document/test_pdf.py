"""Is the PDF archivable and accessible as far as this can be checked, and does it refuse what it cannot print?"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest

from kansa.core.errors import InputError
from kansa.document.blocks import Chart, Document, Heading, Para, Table, Text
from kansa.document.render.attachments import Attachments
from kansa.document.render.pdf import chart_size_tenths, render_pdf
from tests.document.extract import pdf_text
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document

BOOK = sample_book()


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(render_pdf(sample_document(BOOK), BOOK, ATTACHMENTS))) as opened:
        yield opened


def tags(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Every structure element."""
    found, queue = [], [pdf.Root.StructTreeRoot]
    while queue:
        node = queue.pop()
        if isinstance(node, pikepdf.Array):
            queue += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node and not isinstance(node.K, int):
                queue.append(node.K)
    return found


def test_it_claims_archive_and_accessibility_standards(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert meta["dc:title"] == "みほん市　令和６年度　情報セキュリティ監査実施報告書（案）"
    assert str(pdf.Root.Lang) == "ja-JP"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert not pdf.check_pdf_syntax()


def test_tables_pictures_and_headings_are_tagged(pdf: pikepdf.Pdf) -> None:
    document = sample_document(BOOK)
    kinds = Counter(str(node.S) for node in tags(pdf))
    tables = [block for block in document.blocks if isinstance(block, Table) and not block.machine_only]
    assert kinds["/Table"] == len(tables)
    assert kinds["/TH"] == sum(len(table.columns) for table in tables)
    assert kinds["/TR"] == sum(len(table.rows) + 1 for table in tables)
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    alts = [str(node.Alt) for node in tags(pdf) if str(node.S) == "/Figure"]
    assert sorted(alts) == sorted(chart.alt for chart in charts)
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert sum(kinds[f"/H{level}"] for level in (1, 2, 3)) == len(headings)


def test_merged_cells_are_tagged(pdf: pikepdf.Pdf) -> None:
    spans = [
        int(attributes.RowSpan)
        for node in tags(pdf)
        for attributes in (list(node.A) if isinstance(node.get("/A"), pikepdf.Array) else [node.get("/A")])
        if attributes is not None and "/RowSpan" in attributes
    ]
    assert sorted(spans) == [2, 3]


def test_bookmarks_are_the_headings(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root][:2] == [
            "１　外部監査及び内部監査における判定基準",
            "２　情報セキュリティ外部監査",
        ]
        assert [item.title for item in outline.root[1].children][1] == "（２）情報資産のセキュリティ対策状況確認の結果"


def test_every_font_is_embedded(pdf: pikepdf.Pdf) -> None:
    fonts = [node for node in pdf.objects if isinstance(node, pikepdf.Dictionary) and node.get("/Type") == "/Font"]
    descriptors = [node.FontDescriptor for node in fonts if "/FontDescriptor" in node]
    assert descriptors
    assert all("/FontFile3" in node or "/FontFile2" in node for node in descriptors)
    assert {str(node.FontName).split("+")[1][:11] for node in descriptors} == {"NotoSansJP-", "NotoSerifJP"}


def test_records_and_figures_are_attached(pdf: pikepdf.Pdf) -> None:
    files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert files == {"frozen.json": ATTACHMENTS.frozen_json, "figures.json": ATTACHMENTS.figures_json}


def test_records_are_attached_only_when_given() -> None:
    data = render_pdf(sample_document(BOOK), BOOK, Attachments(b"[]"))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert list(pdf.attachments) == ["figures.json"]


def small(*words: str, is_draft: bool = False) -> Document:
    blocks = (Heading(1, "１", "見出し", "one"), *(Para((Text(word),)) for word in words))
    return replace(sample_document(BOOK), blocks=blocks, is_draft=is_draft)


def test_only_a_draft_is_marked() -> None:
    def text(is_draft: bool) -> str:
        data = render_pdf(small("本文", is_draft=is_draft), BOOK, ATTACHMENTS)
        with pikepdf.open(io.BytesIO(data)) as opened, opened.open_metadata() as meta:
            return str(meta["dc:title"]) + pdf_text(data)

    assert text(True).count("案") == 2  # in the title and behind the text; the header's is left out by pdf_text
    assert "案" not in text(False)


def test_markup_in_words_is_printed_as_it_stands() -> None:
    assert "*a*_b_#c$d$<e>=f[g]\\h//i@j" in pdf_text(
        render_pdf(small("*a* _b_ #c $d$ <e> =f [g] \\h //i @j"), BOOK, ATTACHMENTS)
    )


def test_a_character_without_a_glyph_is_refused_with_its_place() -> None:
    with pytest.raises(InputError) as caught:
        render_pdf(small("正しい段落", "外字\ue000課と𰻝麺"), BOOK, ATTACHMENTS)
    assert [refusal.code for refusal in caught.value.refusals] == ["missing_glyph"] * 2
    assert "「１見出し」の段落「外字" in caught.value.refusals[0].reason_ja
    assert "U+E000" in caught.value.refusals[0].reason_ja
    assert "U+30EDD" in caught.value.refusals[1].reason_ja


def test_an_unknown_font_family_is_refused() -> None:
    document = small("本文")
    document = replace(document, theme=replace(document.theme, serif_pdf="無い明朝"))
    with pytest.raises(InputError, match="無い明朝"):
        render_pdf(document, BOOK, ATTACHMENTS)


def test_a_tall_picture_is_made_to_fit_the_page() -> None:
    document = sample_document(BOOK)
    width, height = chart_size_tenths('<svg viewBox="0 0 640 320.5">', document)
    assert (width, height) == (1600, 801)
    width, height = chart_size_tenths('<svg viewBox="0 0 640 2560">', document)
    assert height <= 2470 - 140
    assert abs(width * 4 - height) <= 4
    with pytest.raises(ValueError, match="viewBox"):
        chart_size_tenths("<svg>", document)
