"""How do the pictures of rates look on a telephone: one row under the other, each name above its mark?

The same values and words as `waterfall` and `rate_bars`, in a width that needs no sideways scrolling.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kansa.document.charts.dots import MARKERS_JA, RateRow, rate_range
from kansa.document.charts.svg import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PAPER,
    RULE,
    SOFT_INK,
    Canvas,
    Length,
    plain,
    text_width,
    ticks,
    wrapped,
)
from kansa.document.charts.waterfall import Step, columns_of, value_range

NARROW = 340  # units; at 375 px one is about a pixel
_SIZE = 13
_ROW = 46  # of the waterfall
_SIDE = 8  # so that a mark or a number at the end of the axis is not cut


def _x(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return _SIDE + (NARROW - 2 * _SIDE) * (value - low) / (high - low)


def _scale(canvas: Canvas, low: Fraction, high: Fraction, bottom: Length, suffix: str = "", times: int = 1) -> None:
    """The axis under the rows."""
    for value in ticks(low * times, high * times, 5):
        x = _x(value / times, low, high)
        canvas.line((x, bottom), (x, bottom + 4), SOFT_INK)
        words = plain(value) + suffix
        half = text_width(words, 11) / 2
        if x < half:
            canvas.text(0, bottom + 17, words, 11, fill=SOFT_INK)
        elif x > NARROW - half:
            canvas.text(NARROW, bottom + 17, words, 11, "end", SOFT_INK)
        else:
            canvas.text(x, bottom + 17, words, 11, "middle", SOFT_INK)
    canvas.line((_SIDE, bottom), (NARROW - _SIDE, bottom), SOFT_INK)


def waterfall_rows(title: str, desc: str, start: Step, steps: Sequence[Step], end: Step) -> str:
    """The waterfall turned on its side: a row for last year, one for each effect, one for this year.

    ValueError when the steps do not lead exactly from start to end.
    """
    columns = columns_of(start, steps, end)
    low, high = value_range(columns)
    bottom = 4 + _ROW * len(columns)
    canvas = Canvas(bottom + (40 if low > 0 else 24), NARROW)
    for index, (step, before, after) in enumerate(columns):
        whole = index in (0, len(columns) - 1)
        fill = SOFT_INK if whole else BLUE if after >= before else ORANGE
        top = 4 + _ROW * index
        left, right = sorted((_x(before, low, high), _x(after, low, high)))
        canvas.text(0, top + 14, wrapped(step.label, NARROW - 80, _SIZE, 1)[0], _SIZE)
        canvas.text(NARROW, top + 14, step.shown, _SIZE, "end", INK if whole else fill)
        canvas.rect(left, top + 20, max(right - left, Fraction(1)), 16, fill)
        if index < len(columns) - 1:
            x = _x(after, low, high)
            canvas.line((x, top + 36), (x, top + _ROW + 20), SOFT_INK, 1, "2 2")
    _scale(canvas, low, high, bottom)
    if low > 0:
        canvas.text(0, bottom + 34, f"横軸は{plain(low)}から始まる（0からではない）", 11, fill=SOFT_INK)
    return canvas.svg(title, desc)


def rate_rows(
    title: str,
    desc: str,
    rows: Sequence[RateRow],
    *,
    this_label: str = "今年度",
    prior_label: str = "前年度",
) -> str:
    """A name, and under it last year's ring and this year's disc with both printed rates."""
    low, high = rate_range(rows)
    names = [wrapped(row.label, NARROW - (44 if row.marker else 0), _SIZE, 3) for row in rows]
    heights = [17 * len(lines) + 34 for lines in names]
    bottom = 24 + sum(heights)
    canvas = Canvas(bottom + (40 if low else 24), NARROW)
    _legend(canvas, rows, this_label, prior_label)
    top = 24
    for row, lines, height in zip(rows, names, heights, strict=True):
        canvas.line((0, top), (NARROW, top), FAINT)
        _name(canvas, row, lines, top)
        _marks(canvas, row, low, high, top + height - 20)
        top += height
    _scale(canvas, low, high, bottom, "%", 100)
    if low:
        canvas.text(0, bottom + 34, f"横軸は{plain(low * 100)}%から始まる", 11, fill=SOFT_INK)
    return canvas.svg(title, desc)


def _legend(canvas: Canvas, rows: Sequence[RateRow], this_label: str, prior_label: str) -> None:
    canvas.circle(6, 10, 5, BLUE)
    canvas.text(16, 14, this_label, 11)
    x = 16 + text_width(this_label, 11) + 14
    if any(row.rate is not None and row.prior is not None and row.rate < row.prior for row in rows):
        canvas.circle(x + 6, 10, 5, ORANGE)
        canvas.text(x + 16, 14, f"{this_label}（低下）", 11)
        x += 16 + text_width(f"{this_label}（低下）", 11) + 14
    if any(row.prior is not None for row in rows):
        canvas.circle(x + 6, 10, 4, PAPER, SOFT_INK)
        canvas.text(x + 16, 14, prior_label, 11)


def _name(canvas: Canvas, row: RateRow, lines: Sequence[str], top: int) -> None:
    left = 0
    if row.marker:
        colour = ORANGE if row.marker == "new" else SOFT_INK
        canvas.rect(0, top + 6, 38, 15, PAPER, colour)
        canvas.text(19, top + 17, MARKERS_JA[row.marker], 10, "middle", colour)
        left = 44
    for number, words in enumerate(lines):
        canvas.text(left, top + 18 + 17 * number, words, _SIZE)


def _marks(canvas: Canvas, row: RateRow, low: Fraction, high: Fraction, y: int) -> None:
    """The line of the marks, and the printed rates at its right end below the name."""
    canvas.line((_SIDE, y), (NARROW - _SIDE, y), RULE)
    this, prior = row.rate, row.prior
    colour = ORANGE if this is not None and prior is not None and this < prior else BLUE
    if this is not None and prior is not None and this != prior:
        canvas.line((_x(prior, low, high), y), (_x(this, low, high), y), colour, 3)
    if prior is not None:
        canvas.circle(_x(prior, low, high), y, 5, PAPER, SOFT_INK)
    if this is not None:
        canvas.circle(_x(this, low, high), y, 6, colour)
    words = row.shown + (f"（{row.prior_shown}）" if row.prior_shown else "")
    canvas.text(NARROW, y + 17, words, 12, "end")
