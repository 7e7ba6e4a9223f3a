"""How is a template written: a page, lines of an official letter, tables of a form? Lengths in twips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Twips

from kansa.document.letters.defaults.styles import set_letter_styles
from kansa.document.render.docx.container import clear_template, saved, set_settings
from kansa.document.render.docx.xml import Element, field, made, run

LETTER = 210  # one letter of the body, 10.5 points
_A4 = (11906, 16838)
_MARGIN, _MARGIN_WIDE = 1418, 1134
_PITCH = 360
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
HEAD = "E8E8E8"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a form. `merge`: restart or continue, for cells merged downwards."""

    words: str
    span: int = 1
    fill: str = ""
    align: str = "left"
    merge: str = ""


def label(words: str, span: int = 1) -> Box:
    """A cell that names what stands beside or below it."""
    return Box(words, span, HEAD, "center")


class Sheet:
    """One template being written."""

    def __init__(self, is_wide: bool = False, has_pages: bool = False) -> None:
        self.file = docx.Document()
        clear_template(self.file)
        set_letter_styles(self.file)
        set_settings(self.file)
        self.width = 0
        self._set_page(is_wide)
        if has_pages:
            self._set_pages()

    def _set_page(self, is_wide: bool) -> None:
        section = self.file.sections[0]
        width, height = _A4[::-1] if is_wide else _A4
        margin = _MARGIN_WIDE if is_wide else _MARGIN
        section.page_width, section.page_height = Twips(width), Twips(height)
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Twips(margin)
        section.top_margin = section.bottom_margin = Twips(margin)
        section.header_distance = section.footer_distance = Twips(680)
        grid: Element = section._sectPr.find(qn("w:docGrid"))
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(_PITCH))
        self.width = width - 2 * margin

    def _set_pages(self) -> None:
        paragraph: Element = self.file.sections[0].footer.paragraphs[0]._p
        paragraph.extend((field("PAGE", "1"), run(" / "), field("NUMPAGES", "1")))

    def line(self, words: str, style: str = "Normal", stays: bool = False, **indents: int) -> None:
        """A paragraph; indents: left, right, firstLine, hanging. `stays`: on the page of the next one."""
        paragraph: Element = self.file.add_paragraph()._p
        paragraph.style = style
        if stays:
            paragraph.get_or_add_pPr().append(made("w:keepNext"))
        if indents:
            paragraph.get_or_add_pPr().append(made("w:ind", **indents))
        paragraph.append(run(words))

    def gap(self, lines: int = 1) -> None:
        """Empty lines."""
        for _ in range(lines):
            self.line("")

    def head(self, addressee: str) -> None:
        """Number and day at the right, the addressee, the sender at the right."""
        self.line("{{ 文書番号 }}", "LetterRight")
        self.line("{{ 日付 }}", "LetterRight")
        self.gap()
        self.line(addressee, left=LETTER)
        self.gap()
        self.line("{{ 差出人 }}", "LetterRight", right=LETTER)
        self.gap()

    def item(self, number: str, name: str, value: str, wide: int = 10) -> None:
        """A numbered item: its name, and its value beginning at the same place in every line."""
        left = (wide + 2) * LETTER
        self.line(f"{number}　{name}\t{value}", left=left, hanging=left)

    def contact(self) -> None:
        """以上, and who answers questions."""
        self.line("以上", "LetterRight", stays=True)
        self.line("", stays=True)
        left = self.width - 19 * LETTER
        self.line("（担当）", stays=True, left=left)
        self.line("{{ 連絡先 }}", left=left + LETTER)

    def table(
        self,
        widths: Sequence[int],
        rows: Sequence[Sequence[Box | str]],
        heads: int = 0,
        least: int = 0,
        together: bool = False,
    ) -> None:
        """A ruled table; the first `heads` rows repeat on every page, rows are at least `least` high.

        `together`: the rows, all of one element, stay on one page.
        """
        scaled = [self.width * width // sum(widths) for width in widths]
        scaled[-1] += self.width - sum(scaled)
        table: Element = made(
            "w:tbl",
            made(
                "w:tblPr",
                made("w:tblStyle", val="LetterTable"),
                made("w:tblW", w=sum(scaled), type="dxa"),
                made("w:tblInd", w=0, type="dxa"),
                made("w:tblLayout", type="fixed"),
            ),
            made("w:tblGrid", *(made("w:gridCol", w=width) for width in scaled)),
        )
        for number, row in enumerate(rows):
            made_row = _row(row, scaled, number < heads, 0 if number < heads else least)
            if number < heads or (together and number < len(rows) - 1):
                _keep_with_next(made_row)
            table.append(made_row)
        self._body.insert(len(self._body) - 1, table)
        self.line("", "AfterTable")

    @property
    def _body(self) -> Any:
        return self.file.element.body

    def bytes(self, title_ja: str) -> bytes:
        """The file, with the same dates every time."""
        properties = self.file.core_properties
        properties.title, properties.author, properties.comments = title_ja, "kansa", ""
        properties.language = "ja-JP"
        properties.created = properties.modified = _CREATED
        return saved(self.file)


def _row(boxes: Sequence[Box | str], widths: Sequence[int], is_head: bool, least: int) -> Element:
    shape = made("w:trPr", made("w:cantSplit"))
    if least:
        shape.append(made("w:trHeight", val=least, hRule="atLeast"))
    if is_head:
        shape.append(made("w:tblHeader"))
    row = made("w:tr", shape)
    at = 0
    for one in boxes:
        box = Box(one) if isinstance(one, str) else one
        if is_head and not box.fill:
            box = label(box.words, box.span)
        row.append(_cell(box, sum(widths[at : at + box.span])))
        at += box.span
    return row


def _keep_with_next(row: Element) -> None:
    for shape in row.iter(qn("w:pPr")):
        shape.insert(1, made("w:keepNext"))


def _cell(box: Box, width: int) -> Element:
    shape = made("w:tcPr", made("w:tcW", w=width, type="dxa"))
    if box.span > 1:
        shape.append(made("w:gridSpan", val=box.span))
    if box.merge:
        shape.append(made("w:vMerge", val=box.merge))
    if box.fill:
        shape.append(made("w:shd", val="clear", color="auto", fill=box.fill))
    shape.append(made("w:vAlign", val="center"))
    cell = made("w:tc", shape)
    for words in box.words.split("\n"):
        style = made("w:pPr", made("w:pStyle", val="TableWords"))
        if box.align != "left":
            style.append(made("w:jc", val=box.align))
        cell.append(made("w:p", style, run(words)))
    return cell
