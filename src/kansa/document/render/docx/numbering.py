"""Which number will Word give a heading, and is it the label the document assigned?"""

from __future__ import annotations

from docx.document import Document as WordFile

from kansa.document.blocks import Heading
from kansa.document.render.docx.xml import made

NUMBERING_ID = 1

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"

# Level by level: number format, text around the number, hanging indent in twips at 10.5 points.
_LEVELS = (("decimalFullWidth", "%1　", 420), ("decimalFullWidth", "（%2）", 630), ("aiueoFullWidth", "%3　", 420))


def set_numbering(file: WordFile) -> None:
    """The one numbering of the file: １, （１）, ア, each level bound to its heading style."""
    levels = [
        made(
            "w:lvl",
            made("w:start", val=1),
            made("w:numFmt", val=form),
            made("w:pStyle", val=f"Heading{at + 1}"),
            made("w:suff", val="nothing"),
            made("w:lvlText", val=text),
            made("w:lvlJc", val="left"),
            made("w:pPr", made("w:ind", left=indent, hanging=indent)),
            ilvl=at,
        )
        for at, (form, text, indent) in enumerate(_LEVELS)
    ]
    numbering = file.part.numbering_part.element
    numbering.clear()
    numbering.append(
        made("w:abstractNum", made("w:multiLevelType", val="multilevel"), *levels, abstractNumId=NUMBERING_ID)
    )
    numbering.append(made("w:num", made("w:abstractNumId", val=NUMBERING_ID), numId=NUMBERING_ID))


def wide_digits(number: int) -> str:
    """A number in full-width digits."""
    return str(number).translate(_WIDE)


class HeadingCounter:
    """Counts headings as Word does: a level restarts after a numbered heading above it."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0]

    def counts_to(self, heading: Heading) -> bool:
        """Whether Word's next number at this level is the heading's label; if so, the number is taken."""
        if not 1 <= heading.level <= len(_LEVELS) or not heading.label:
            return False
        at = heading.level - 1
        number = self._counts[at] + 1
        if heading.label != self._label(at, number):
            return False
        self._counts[at] = number
        for below in range(at + 1, len(_LEVELS)):
            self._counts[below] = 0
        return True

    def _label(self, at: int, number: int) -> str:
        if at == 0:
            return wide_digits(number)
        if at == 1:
            return f"（{wide_digits(number)}）"
        return _KANA[number - 1] if number <= len(_KANA) else ""
