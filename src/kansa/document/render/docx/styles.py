"""Which paragraph and table styles does the Word file have? Real styles, so that an office can restyle its report."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, RGBColor, Twips

from kansa.document.blocks import Theme
from kansa.document.render.docx.numbering import NUMBERING_ID
from kansa.document.render.docx.xml import Element, made

TABLE_STYLE = "報告書の表"

_LEFT, _CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_EMU_PER_HALF_POINT = 6350
_SCRIPTS = ("ascii", "eastAsia", "hAnsi", "cs")


def set_styles(file: WordFile, theme: Theme) -> None:
    """The styles of the file: the template's own are taken out, those of the report put in."""
    _Styles(file, theme).set()


class _Styles:
    """Sizes are in half-points, lengths in twips."""

    def __init__(self, file: WordFile, theme: Theme) -> None:
        self.styles: Any = file.styles
        self.theme = theme
        self.size = theme.body_size_tenths // 5

    def set(self) -> None:
        self.styles.element.clear()
        self.styles.element.append(self._defaults())
        self._text()
        self._around_text()
        self._tables()
        for level, (before, after, grown) in enumerate(((360, 120, 3), (240, 100, 0), (200, 80, 0)), start=1):
            heading = self._heading(f"Heading{level}", f"Heading {level}", level, before, after, grown)
            number = heading.element.pPr.get_or_add_numPr()
            number.get_or_add_ilvl().val = level - 1
            number.get_or_add_numId().val = NUMBERING_ID
            self._heading(f"Heading{level}Plain", f"見出し {level}（番号なし）", level, before, after, grown)

    def _defaults(self) -> Element:
        """Mincho for every script (else Word takes the theme's font), Japanese, justified."""
        letters = made(
            "w:rPr",
            made("w:rFonts", **dict.fromkeys(_SCRIPTS, self.theme.serif_word)),
            made("w:sz", val=self.size),
            made("w:lang", val="ja-JP", eastAsia="ja-JP", bidi="ar-SA"),
        )
        paragraph = made("w:pPr", made("w:jc", val="both"))
        return made("w:docDefaults", made("w:rPrDefault", letters), made("w:pPrDefault", paragraph))

    def _add(self, key: str, name: str, kind: WD_STYLE_TYPE = WD_STYLE_TYPE.PARAGRAPH, based_on: str = "Normal") -> Any:
        """A style; English names are Word's own."""
        style = self.styles.add_style(name, kind, builtin=name.isascii())
        style.style_id = key
        style.quick_style = kind == WD_STYLE_TYPE.PARAGRAPH
        if name != based_on:
            style.base_style = self.styles[based_on]
        return style

    def _paragraph(
        self,
        key: str,
        name: str,
        alignment: WD_ALIGN_PARAGRAPH | None = None,
        before: int | None = None,
        after: int | None = None,
        size: int = 0,
        is_gothic: bool = False,
        based_on: str = "Normal",
    ) -> Any:
        style = self._add(key, name, based_on=based_on)
        shape = style.paragraph_format
        shape.space_before = None if before is None else Twips(before)
        shape.space_after = None if after is None else Twips(after)
        shape.alignment = alignment
        if is_gothic:
            style.font.name = self.theme.sans_word
            for script in _SCRIPTS:
                style.element.rPr.rFonts.set(qn(f"w:{script}"), self.theme.sans_word)
        if size:
            style.font.size = Emu(size * _EMU_PER_HALF_POINT)
        return style

    def _heading(self, key: str, name: str, level: int, before: int, after: int, grown: int) -> Any:
        style = self._paragraph(key, name, _LEFT, before, after, self.size + grown, is_gothic=True)
        style.next_paragraph_style = self.styles["Body Text"]
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.keep_together = True
        style.element.pPr.get_or_add_outlineLvl().val = level - 1
        return style

    def _text(self) -> None:
        """What is read from top to bottom."""
        letter = Twips(self.size * 10)
        self._add("Normal", "Normal").element.default = True
        body = self._paragraph("BodyText", "Body Text")
        body.paragraph_format.first_line_indent = letter
        # One character, whatever size an office gives the style later.
        body.element.pPr.ind.set(qn("w:firstLineChars"), "100")
        self._paragraph("Date", "Date", _RIGHT)
        self._paragraph("Title", "Title", _CENTER, 480, 480, self.size * 3 // 2, is_gothic=True)
        self._paragraph("RecordMark", "記", _CENTER, 240, 240)
        self._paragraph("Closing", "Closing", _RIGHT, 360)
        note = self._paragraph("Note", "注記", size=self.size * 6 // 7)
        note.paragraph_format.left_indent = letter
        note.paragraph_format.first_line_indent = -letter

    def _around_text(self) -> None:
        """Captions, pictures, header, footer, what stands in tables and after them."""
        self._paragraph("Caption", "Caption", _CENTER, 120, 120, self.size * 9 // 10, is_gothic=True)
        picture = self._paragraph("Picture", "図", _CENTER, 240)
        picture.paragraph_format.keep_with_next = True
        cell = self._paragraph("TableText", "表の文字", _LEFT, size=self.size * 6 // 7, is_gothic=True)
        cell.element.pPr.insert(0, made("w:snapToGrid", val=0))
        cell.paragraph_format.line_spacing = Fraction(11, 10)
        head = self._paragraph("TableHead", "表の見出し", _CENTER, based_on="表の文字")
        head.paragraph_format.keep_with_next = True
        gap = self._paragraph("AfterTable", "表の後", size=10)
        gap.paragraph_format.line_spacing = Twips(200)
        self._paragraph("Header", "Header", _RIGHT, size=20, is_gothic=True)
        footer = self._paragraph("Footer", "Footer", _LEFT, size=16, is_gothic=True)
        footer.font.color.rgb = RGBColor(0x59, 0x59, 0x59)

    def _tables(self) -> None:
        plain = self._add("TableNormal", "Normal Table", WD_STYLE_TYPE.TABLE, based_on="Normal Table")
        plain.element.default = True
        plain.element.append(made("w:tblPr", made("w:tblInd", w=0, type="dxa")))
        report = self._add("ReportTable", TABLE_STYLE, WD_STYLE_TYPE.TABLE, based_on="Normal Table")
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        borders = [made(f"w:{side}", val="single", sz=4, space=0, color="767676") for side in sides]
        gaps = {"top": 40, "left": 100, "bottom": 40, "right": 100}
        margins = [made(f"w:{side}", w=gap, type="dxa") for side, gap in gaps.items()]
        report.element.append(made("w:tblPr", made("w:tblBorders", *borders), made("w:tblCellMar", *margins)))
