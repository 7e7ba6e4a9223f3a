"""Which label does a heading, table or figure carry? Assigned once, in reading order."""

from __future__ import annotations

from kansa.document.blocks import Heading

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def wide(number: int) -> str:
    """A number in full-width digits, as headings print it."""
    return str(number).translate(_WIDE)


class Numbering:
    """Counts chapters, sections, tables and charts of one document."""

    def __init__(self) -> None:
        self._chapter = 0
        self._section = 0
        self._tables = 0
        self._charts = 0

    def chapter(self, text: str, anchor: str) -> Heading:
        """１, ２, ３ …"""
        self._chapter += 1
        self._section = 0
        return Heading(1, wide(self._chapter), text, anchor)

    def section(self, text: str, anchor: str) -> Heading:
        """（１）, （２） … within the chapter."""
        self._section += 1
        return Heading(2, f"（{wide(self._section)}）", text, anchor)

    def table(self) -> str:
        """表１, 表２ …"""
        self._tables += 1
        return f"表{wide(self._tables)}"

    def chart(self) -> str:
        """図１, 図２ …"""
        self._charts += 1
        return f"図{wide(self._charts)}"
