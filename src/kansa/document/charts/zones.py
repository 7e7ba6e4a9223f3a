"""How many vulnerabilities are open in each network zone, of which kind, against last year?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from kansa.document.charts.svg import (
    BAND,
    LEVEL_FILLS,
    LEVEL_INKS,
    SOFT_INK,
    WIDTH,
    Canvas,
    Length,
    fitted,
    text_width,
)


class ZoneBar(NamedTuple):
    """One bar: a zone in a year, how many of each kind, and the printed total."""

    label: str
    year_label: str
    counts: Sequence[int]
    total_shown: str


# One fill a kind, neighbours differing in lightness too.
_PLACES = (0, 1, 3, 4)
_LEFT = 244
_RIGHT = 590
_PITCH = 24


def zone_bars(title: str, desc: str, rows: Sequence[ZoneBar], kind_labels: Sequence[str]) -> str:
    """Stacked bars on one scale that starts at zero, the total at the right. At most four kinds (ValueError)."""
    if len(kind_labels) > len(_PLACES):
        raise ValueError(f"{len(kind_labels)} kinds")
    most = max((sum(row.counts) for row in rows), default=0)
    canvas = Canvas(34 + _PITCH * len(rows))
    _legend(canvas, kind_labels)
    for index, row in enumerate(rows):
        y = 30 + _PITCH * index
        if index == 0 or rows[index - 1].label != row.label:
            canvas.text(0, y + 14, fitted(row.label, 150, 12), 12)
        canvas.text(_LEFT - 10, y + 14, row.year_label, 11, "end", SOFT_INK)
        canvas.rect(_LEFT, y + 2, _RIGHT - _LEFT, 16, BAND)
        _bar(canvas, row.counts, y + 2, most)
        canvas.text(WIDTH - 2, y + 14, row.total_shown, 12, "end")
    return canvas.svg(title, desc)


def _legend(canvas: Canvas, labels: Sequence[str]) -> None:
    x: Length = 0
    for place, label in zip(_PLACES, labels, strict=False):
        canvas.rect(x, 4, 14, 12, LEVEL_FILLS[place])
        canvas.text(x + 18, 14, label, 11)
        x += 18 + text_width(label, 11) + 14


def _bar(canvas: Canvas, counts: Sequence[int], y: Length, most: int) -> None:
    x: Length = Fraction(_LEFT)
    for place, count in zip(_PLACES, counts, strict=False):
        width = Fraction((_RIGHT - _LEFT) * count, most) if most else Fraction(0)
        canvas.rect(x, y, width, 16, LEVEL_FILLS[place])
        words = f"{count:,}"
        if count and width >= text_width(words, 10) + 4:
            canvas.text(x + width / 2, y + 12, words, 10, "middle", LEVEL_INKS[place])
        x += width
