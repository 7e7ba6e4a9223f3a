"""How does a report become an archivable, accessible PDF?

PDF/A-3a and PDF/UA-1 as claimed by the typesetter (no independent validator was at hand); the frozen records and the
figures are attached. The template is fixed and takes JSON: no text of a report is ever read as markup.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from kansa.core.errors import InputError, Refusal
from kansa.document.blocks import Block, Chart, Document, Heading, PageBreak, Para, Table
from kansa.document.figure import FigureBook
from kansa.document.glyphs import missing_glyphs
from kansa.document.render.attachments import FIGURES_NAME, FROZEN_NAME, Attachments
from kansa.document.render.typesetter import typeset
from kansa.document.render.words import (
    DRAFT_JA,
    alignment,
    caption_words,
    column_words,
    heading_words,
    placed,
    plain,
    require_figures,
    title_words,
)

STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]

_PAGE_WIDTH_MM, _PAGE_HEIGHT_MM = 210, 297
_CAPTION_MM = 14  # what a caption and its gaps take from the height of a page
_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


@cache
def template() -> bytes:
    """The fixed template."""
    return resources.files("kansa.document.render").joinpath("report.typ").read_bytes()


def chart_size_tenths(svg: str, document: Document) -> tuple[int, int]:
    """Width and height in tenths of a millimetre at which a picture fits the text area, caption included.

    Raises ValueError for a picture without a viewBox.
    """
    box = _VIEW_BOX.search(svg)
    if box is None:
        raise ValueError("a chart needs a viewBox that begins at 0 0")
    wide, high = (Fraction(part) for part in box.groups())
    theme = document.theme
    width = (_PAGE_WIDTH_MM - 2 * theme.margin_side_mm) * 10
    height_limit = (_PAGE_HEIGHT_MM - theme.margin_top_mm - theme.margin_bottom_mm - _CAPTION_MM) * 10
    width = min(width, int(height_limit * wide / high))
    return width, int(width * high / wide)


def _table_tree(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": caption_words(table) if table.label else "",
        "columns": [{"text": column_words(column), "width": column.width} for column in table.columns],
        "rows": [
            [
                {
                    "text": plain(cell.runs),
                    "header": cell.is_header,
                    "rowspan": cell.rowspan,
                    "align": alignment(cell, table.columns[index]),
                }
                for index, cell in row
            ]
            for row in placed(table)
        ],
    }


def _block_tree(block: Block, number: int, document: Document) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": heading_words(block)}
    if isinstance(block, Para):
        return {"kind": "para", "style": block.style, "text": plain(block.runs)}
    if isinstance(block, Table):
        return _table_tree(block)
    if isinstance(block, PageBreak):
        return {"kind": "break"}
    width, _ = chart_size_tenths(block.svg, document)
    return {
        "kind": "chart",
        "file": f"chart-{number}.svg",
        "width_tenths": width,
        "alt": block.alt,
        "caption": caption_words(block),
    }


def _attached(attachments: Attachments) -> list[dict[str, str]]:
    """What the template attaches: file name, relationship and a description for the reader's panel."""
    files = [{"name": FIGURES_NAME, "relationship": "data", "description": "この報告書の全数値と算出根拠"}]
    if attachments.frozen_json:
        words = "この報告書の基となった確定記録"
        files.append({"name": FROZEN_NAME, "relationship": "source", "description": words})
    return files


def page_tree(document: Document) -> dict[str, Any]:
    """Everything the template prints, as JSON values; machine-only tables are left out."""
    theme = document.theme
    return {
        "title": document.title,
        "name": title_words(document),
        "subject": document.subject,
        "municipality": document.municipality_ja,
        "draft": DRAFT_JA if document.is_draft else "",
        "frozen": document.frozen_sha256[:12],
        "theme": {
            "margin_top_mm": theme.margin_top_mm,
            "margin_bottom_mm": theme.margin_bottom_mm,
            "margin_side_mm": theme.margin_side_mm,
            "body_size_tenths": theme.body_size_tenths,
            "serif_pdf": theme.serif_pdf,
            "sans_pdf": theme.sans_pdf,
        },
        "blocks": [
            _block_tree(block, number, document)
            for number, block in enumerate(document.blocks)
            if not (isinstance(block, Table) and block.machine_only)
        ],
    }


def render_pdf(
    document: Document, book: FigureBook, attachments: Attachments, *, font_directory: Path | None = None
) -> bytes:
    """The report as PDF bytes, the same for the same input on every machine with the same packages.

    Raises InputError naming each character without a glyph and its place, or a font family that is not there.
    """
    require_figures(document, book)
    tree = {**page_tree(document), "attached": _attached(attachments)}
    files = {
        "main.typ": template(),
        "document.json": json.dumps(tree, ensure_ascii=False).encode(),
        FROZEN_NAME: attachments.frozen_json,
        FIGURES_NAME: attachments.figures_json,
    }
    for number, block in enumerate(document.blocks):
        if isinstance(block, Chart):
            files[f"chart-{number}.svg"] = block.svg.encode()
    try:
        return typeset(files, "pdf", font_directory, STANDARDS)[0]
    except (typst.TypstError, UnicodeEncodeError):
        refusals = [glyph_refusal(char, where) for char, where in missing_glyphs(document, font_directory)]
        if not refusals:
            raise
        raise InputError(*refusals) from None


def glyph_refusal(char: str, where_ja: str) -> Refusal:
    """The refusal of one character without a glyph, with the way on."""
    shown = f"「{char}」" if char.isprintable() else ""
    return Refusal(
        "missing_glyph",
        f"{where_ja}の文字{shown}（U+{ord(char):04X}）は報告書の書体で印字できない。"
        "別の字に直すか、「〓」に置き換えて出力することを選ぶこと。",
    )
