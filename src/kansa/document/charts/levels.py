"""How are the maturity levels distributed, by department and against last year?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from kansa.document.charts.svg import (
    BAND,
    BLUE,
    FAINT,
    INK,
    LEVEL_FILLS,
    LEVEL_INKS,
    PAPER,
    RULE,
    SOFT_INK,
    WIDTH,
    Canvas,
    Length,
    fitted,
    text_width,
)


class LevelRow(NamedTuple):
    """One bar: counts from level 0 upwards; `mean_shown` as printed, "" when nothing is judged."""

    label: str
    counts: Sequence[int]
    mean_shown: str = ""


class LevelChangeRow(NamedTuple):
    """One level in both years: its share (0..1) and the printed words; None when that year has no record."""

    label: str
    prior: Fraction | None
    this: Fraction | None
    prior_shown: str
    this_shown: str


_LABEL_WIDTH = 176
_BAR_LEFT = 184
_BAR_WIDTH = 336
_GAP = 3  # between the failing and the conforming side
_HATCHES = {0: (PAPER, 5), 1: (PAPER, 8), 2: ("#d9742b", 8)}


def _fill(level: int, levels: int) -> tuple[str, str]:
    """Fill and ink of a level; scales with another number of levels are stretched over the five colours."""
    place = level if levels == len(LEVEL_FILLS) else level * (len(LEVEL_FILLS) - 1) // max(levels - 1, 1)
    return LEVEL_FILLS[place], LEVEL_INKS[place]


def _segment(canvas: Canvas, x: Length, y: Length, width: Length, height: Length, level: int, levels: int) -> None:
    fill, _ = _fill(level, levels)
    canvas.rect(x, y, width, height, fill)
    if levels == len(LEVEL_FILLS) and level in _HATCHES and width > 2:
        stroke, step = _HATCHES[level]
        canvas.hatch(x, y, width, height, stroke, step)


def _legend(canvas: Canvas, labels: Sequence[str], y: Length) -> None:
    """Swatches from the lowest level to the highest, as in the bars."""
    x: Length = _BAR_LEFT
    for level, label in enumerate(labels):
        _segment(canvas, x, y - 10, 14, 12, level, len(labels))
        canvas.text(x + 18, y, label, 11)
        x += 18 + text_width(label, 11) + 12


def _bar(canvas: Canvas, row: LevelRow, y: Fraction, height: Fraction, conforms_from: int) -> None:
    """One 100 % bar with the counts written into the segments that are wide enough."""
    total = sum(row.counts)
    size = min(Fraction(11), height - 3)
    usable = _BAR_WIDTH - _GAP
    x: Length = Fraction(_BAR_LEFT)
    for level, count in enumerate(row.counts):
        if level == conforms_from:
            x += _GAP
        width = Fraction(usable * count, total)
        _segment(canvas, x, y, width, height, level, len(row.counts))
        words = f"{count:,}"
        needed = text_width(words, size)
        if count and width >= needed + 4:
            fill, ink = _fill(level, len(row.counts))
            canvas.rect(x + (width - needed) / 2 - 2, y + 1, needed + 4, height - 2, fill)
            canvas.text(x + width / 2, y + (height + size) / 2 - 1, words, size, "middle", ink)
        x += width


def level_bars(
    title: str, desc: str, rows: Sequence[LevelRow], level_labels: Sequence[str], conforms_from: int = 3
) -> str:
    """Stacked 100 % bars, one a row, with the number of judgements and the printed mean at the right.

    A row without judgements has no bar but says 判定なし. ValueError when a row has another number of levels.
    """
    pitch = Fraction(22) if len(rows) <= 24 else max(Fraction(13), Fraction(24 * 22, len(rows)))
    height = pitch * Fraction(4, 5)
    size = min(Fraction(12), height - 2)
    canvas = Canvas(44 + pitch * len(rows) + 22)
    _legend(canvas, level_labels, 14)
    canvas.text(574, 36, "判定数", 10, "end", SOFT_INK)
    canvas.text(WIDTH - 4, 36, "平均", 10, "end", SOFT_INK)
    for index, row in enumerate(LevelRow(*row) for row in rows):
        if len(row.counts) != len(level_labels):
            raise ValueError(f"{row.label}: {len(row.counts)} counts for {len(level_labels)} levels")
        y = 44 + pitch * index
        baseline = y + (height + size) / 2 - 1
        canvas.text(_LABEL_WIDTH, baseline, fitted(row.label, _LABEL_WIDTH, size), size, "end")
        canvas.text(574, baseline, f"{sum(row.counts):,}", size, "end")
        if sum(row.counts):
            _bar(canvas, row, y, height, conforms_from)
            canvas.text(WIDTH - 4, baseline, row.mean_shown, size, "end")
        else:
            canvas.rect(_BAR_LEFT, y, _BAR_WIDTH, height, BAND, RULE)
            canvas.text(_BAR_LEFT + 8, baseline, "判定なし", size, fill=SOFT_INK)
    _percent_axis(canvas, 44 + pitch * len(rows))
    return canvas.svg(title, desc)


def _percent_axis(canvas: Canvas, y: Length) -> None:
    for percent in (0, 25, 50, 75, 100):
        x = _BAR_LEFT + Fraction(_BAR_WIDTH * percent, 100)
        canvas.line((x, y - 2), (x, y + 3))
        canvas.text(x, y + 15, f"{percent}%", 10, "middle", SOFT_INK)


def level_change(title: str, desc: str, rows: Sequence[LevelChangeRow], this_label: str, prior_label: str) -> str:
    """Two bars a level, last year above this year, from the highest level down; the axis starts at zero."""
    shares = [share for row in rows for share in (row[1], row[2]) if share is not None]
    top = max(shares, default=Fraction(1)) or Fraction(1)
    pitch, left, width = 46, 128, 400
    canvas = Canvas(30 + pitch * len(rows))
    canvas.rect(left, 4, 14, 10, PAPER, SOFT_INK)
    canvas.text(left + 20, 14, prior_label, 11)
    second = left + 20 + text_width(prior_label, 11) + 20
    canvas.rect(second, 4, 14, 10, BLUE)
    canvas.text(second + 20, 14, this_label, 11)
    for index, row in enumerate(LevelChangeRow(*row) for row in reversed(rows)):
        y = 28 + pitch * index
        canvas.line((0, y - 3), (WIDTH, y - 3), FAINT)
        canvas.text(left - 10, y + 24, fitted(row.label, left - 12, 12), 12, "end")
        bars = ((3, row.prior, row.prior_shown, PAPER), (20, row.this, row.this_shown, BLUE))
        for offset, share, shown, fill in bars:
            length = width * share / top if share is not None else Fraction(0)
            if length:
                canvas.rect(left, y + offset, length, 14, fill, SOFT_INK if fill == PAPER else "")
            canvas.text(left + length + 6, y + offset + 11, shown, 11, fill=INK)
    canvas.line((left, 25), (left, 28 + pitch * len(rows)), SOFT_INK)
    return canvas.svg(title, desc)
