"""Does Word get a clean file: real numbering, locked figures, repeated headers, alternative texts?"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openxml_audit import OpenXmlValidator

from kansa.document.blocks import Chart, Heading, Num, Para, Table, Text
from kansa.document.render.docx import render_docx
from kansa.document.render.docx.numbering import HeadingCounter
from tests.document.extract import W, docx_paragraphs
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document

BOOK = sample_book()
DOCUMENT = sample_document(BOOK)
DATA = render_docx(DOCUMENT, BOOK, ATTACHMENTS)
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BLIPS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip",
    "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip",
)


def part(name: str, data: bytes = DATA) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(name))


def test_every_part_is_well_formed_and_has_a_fixed_date() -> None:
    with zipfile.ZipFile(io.BytesIO(DATA)) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            if info.filename.endswith((".xml", ".rels", ".svg")):
                ElementTree.fromstring(archive.read(info))


def test_nothing_of_the_library_s_template_is_left() -> None:
    with zipfile.ZipFile(io.BytesIO(DATA)) as archive:
        names = set(archive.namelist())
        properties = archive.read("docProps/core.xml") + archive.read("docProps/app.xml")
    assert not {name for name in names if "stylesWithEffects" in name or "thumbnail" in name or "customXml" in name}
    assert b"python-docx" not in properties
    assert b"Microsoft" not in properties
    assert b"2013" not in properties
    assert DOCUMENT.frozen_sha256.encode() in properties


def test_a_checker_of_office_files_finds_nothing(tmp_path: Path) -> None:
    for name, is_draft in (("draft", True), ("final", False)):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(render_docx(replace(DOCUMENT, is_draft=is_draft), BOOK, ATTACHMENTS))
        assert not OpenXmlValidator().validate(path).errors


def test_figures_are_locked_and_named() -> None:
    controls = list(part("word/document.xml").iter(f"{W}sdtPr"))
    assert controls
    numbers = set()
    for control in controls:
        values = {child.tag.removeprefix(W): child.get(f"{W}val", "") for child in control}
        assert values["lock"] == "sdtContentLocked"
        assert values["alias"] == BOOK[values["tag"]].label_ja
        numbers.add(values["id"])
    assert len(numbers) == len(controls)


def test_a_figure_id_that_word_would_cut_is_refused() -> None:
    book = sample_book()
    name = "a" * 65
    book.add(replace(book["staff.count"], id=name))
    document = replace(DOCUMENT, blocks=(Para((Num(name, "1"),)),))
    with pytest.raises(ValueError, match="64"):
        render_docx(document, book, ATTACHMENTS)


def test_lines_stay_lines_and_markup_stays_words() -> None:
    document = replace(DOCUMENT, blocks=(Para((Text('<b>&"\n二行目'),)),))
    paragraph = next(part("word/document.xml", render_docx(document, BOOK, ATTACHMENTS)).iter(f"{W}p"))
    assert [node.text for node in paragraph.iter(f"{W}t")] == ['<b>&"', "二行目"]
    assert len(list(paragraph.iter(f"{W}br"))) == 1


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\ud800"])
def test_a_character_that_no_word_file_can_hold_is_refused(char: str) -> None:
    with pytest.raises(ValueError):
        render_docx(replace(DOCUMENT, blocks=(Para((Text(f"前{char}後"),)),)), BOOK, ATTACHMENTS)


def test_headings_are_numbered_by_word_where_the_label_is_its_count() -> None:
    styles = [style for style, _ in docx_paragraphs(DATA) if style.startswith("Heading")]
    labels = [block.label for block in DOCUMENT.blocks if isinstance(block, Heading)]
    assert list(zip(labels, styles, strict=True)) == [
        ("１", "Heading1"),
        ("２", "Heading1"),
        ("（１）", "Heading2"),
        ("（２）", "Heading2"),
        ("３", "Heading1"),
        ("（１）", "Heading2"),
        ("ア", "Heading3"),
        ("（２）", "Heading2"),
        ("４", "Heading1"),
        ("別紙", "Heading1Plain"),
    ]
    formats = [node.get(f"{W}val") for node in part("word/numbering.xml").iter(f"{W}numFmt")]
    assert formats == ["decimalFullWidth", "decimalFullWidth", "aiueoFullWidth"]


def test_the_counter_follows_word() -> None:
    counter = HeadingCounter()
    steps = [
        (1, "１"),
        (2, "（１）"),
        (2, "（２）"),
        (1, "別紙"),
        (2, "（１）"),
        (2, "（３）"),
        (1, "２"),
        (2, "（１）"),
    ]
    verdicts = [counter.counts_to(Heading(level, label, "x", "x")) for level, label in steps]
    # An unnumbered chapter does not make Word begin its sections anew.
    assert verdicts == [True, True, True, False, False, True, True, True]


def test_captions_are_fields_that_count() -> None:
    fields = [
        (node.get(f"{W}instr", "").split()[1], "".join(text.text or "" for text in node.iter(f"{W}t")))
        for node in part("word/document.xml").iter(f"{W}fldSimple")
    ]
    assert fields[:3] == [("表", "１"), ("表", "２"), ("図", "１")]
    assert len(fields) == 2 + sum(isinstance(block, Chart) for block in DOCUMENT.blocks)


def test_tables_repeat_their_head_and_do_not_split_rows() -> None:
    tables = list(part("word/document.xml").iter(f"{W}tbl"))
    expected = [block for block in DOCUMENT.blocks if isinstance(block, Table) and not block.machine_only]
    assert len(tables) == len(expected)
    for table, block in zip(tables, expected, strict=True):
        rows = table.findall(f"{W}tr")
        assert len(rows) == len(block.rows) + 1
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert all(len(row.findall(f"{W}tc")) == len(block.columns) for row in rows)
        caption = table.find(f"{W}tblPr/{W}tblCaption")
        assert caption is not None
        assert block.caption in caption.get(f"{W}val", "")


def test_pictures_have_both_forms_and_a_message() -> None:
    charts = [block for block in DOCUMENT.blocks if isinstance(block, Chart)]
    body = part("word/document.xml")
    pictures = list(body.iter(f"{DRAWING}inline"))
    assert [node.get("descr") for node in body.iter(f"{DRAWING}docPr")] == [chart.alt for chart in charts]
    targets = {node.get("Id", ""): node.get("Target", "") for node in part("word/_rels/document.xml.rels")}
    with zipfile.ZipFile(io.BytesIO(DATA)) as archive:
        for picture, chart in zip(pictures, charts, strict=True):
            # Unsaid, LibreOffice keeps a gap at the sides and shifts the picture out of the line.
            assert {picture.get(f"dist{side}") for side in "TBLR"} == {"0"}
            png, svg = (
                archive.read("word/" + targets[next(picture.iter(name)).get(f"{RELATION}embed", "")]) for name in BLIPS
            )
            assert png.startswith(b"\x89PNG")
            assert svg.decode() == chart.svg


def test_only_a_draft_has_the_mark() -> None:
    final = render_docx(replace(DOCUMENT, is_draft=False), BOOK, ATTACHMENTS)
    with zipfile.ZipFile(io.BytesIO(DATA)) as draft, zipfile.ZipFile(io.BytesIO(final)) as confirmed:
        assert "案" in draft.read("word/header1.xml").decode()
        assert "word/header1.xml" not in confirmed.namelist()
        assert "headerReference" not in confirmed.read("word/document.xml").decode()


def test_every_style_used_is_defined_and_fonts_are_the_theme_s() -> None:
    styles = part("word/styles.xml")
    defined = {node.get(f"{W}styleId") for node in styles.iter(f"{W}style")}
    assert {style for style, _ in docx_paragraphs(DATA) if style} <= defined
    for fonts in styles.iter(f"{W}rFonts"):
        assert set(fonts.attrib.values()) <= {"ＭＳ 明朝", "ＭＳ ゴシック"}
        assert len(fonts.attrib) == 4
    language = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert language is not None
    assert (language.get(f"{W}val"), language.get(f"{W}eastAsia")) == ("ja-JP", "ja-JP")
