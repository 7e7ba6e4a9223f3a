"""How wide and how high must a cell be so that its Japanese text is seen?

LibreOffice does not fit wrapped rows by itself, so heights are computed: full-width characters count two half-widths.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LINE_POINTS = 15
MOST_POINTS = 400  # Excel shows rows up to 409 points


def text_width(text: str) -> int:
    """Half-widths of the widest line."""
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line) for line in text.split("\n")
    )


def line_count(text: str, width: int) -> int:
    """Lines that the text takes in a column of `width` half-widths; at least 1."""
    return sum(max(1, -(-text_width(line) // max(1, width - 1))) for line in text.split("\n"))


def row_points(cells: Iterable[tuple[str, int]], line_points: int = LINE_POINTS) -> int:
    """Height in points of a row of (text, column width)."""
    lines = max((line_count(text, width) for text, width in cells), default=1)
    return min(MOST_POINTS, lines * line_points + 3)


def column_width(texts: Iterable[str], least: int = 8, most: int = 50) -> int:
    """Width in half-widths for a column of texts, between `least` and `most`."""
    return min(most, max(least, max((text_width(text) + 2 for text in texts), default=least)))
