"""Where does each domain or item stand, this year and last year?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from kansa.document.charts.svg import (
    BAND,
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PAPER,
    RULE,
    SOFT_INK,
    WIDTH,
    Canvas,
    Length,
    fitted,
    plain,
    text_width,
    ticks,
    wrapped,
)


class DotRow(NamedTuple):
    """One domain: exact means for the places of the dots, printed ones for the words."""

    label: str
    this: Fraction | None
    prior: Fraction | None
    this_shown: str = "—"
    prior_shown: str = "—"


class RateRow(NamedTuple):
    """One item: rate 0..1, None when hidden or not computable (`shown` then says 秘匿 or —).

    `marker`: "" | "new" | "revised".
    """

    label: str
    rate: Fraction | None
    shown: str
    marker: str = ""
    prior: Fraction | None = None
    prior_shown: str = ""


# This year's value and last year's.
_Pair = tuple[Fraction | None, Fraction | None]

_LEFT = 216
_RIGHT = 520
_RATE_LEFT = 296  # items are named by whole sentences
_CHIP = 38
MARKERS_JA = {"new": "新規", "revised": "見直し"}


class _Axis:
    """Turns a value into a place between the two ends of the plot."""

    def __init__(self, low: Fraction, high: Fraction, left: int = _LEFT) -> None:
        self.low = low
        self.high = high
        self.left = left

    def x(self, value: Fraction) -> Fraction:
        if not self.low <= value <= self.high:
            raise ValueError(f"{value} lies outside the axis {self.low}..{self.high}")
        return self.left + (_RIGHT - self.left) * (value - self.low) / (self.high - self.low)

    def draw(self, canvas: Canvas, top: Length, bottom: Length, suffix: str = "", scale: int = 1) -> None:
        for value in ticks(self.low * scale, self.high * scale):
            x = self.x(value / scale)
            canvas.line((x, top), (x, bottom), FAINT)
            canvas.text(x, bottom + 14, plain(value) + suffix, 10, "middle", SOFT_INK)


def _key(
    canvas: Canvas,
    x: Length,
    this_label: str,
    prior_label: str,
    pairs: Sequence[_Pair],
) -> None:
    """What the marks mean; `pairs` are this year's and last year's values, so only marks that occur are explained."""
    if any(prior is not None for _, prior in pairs):
        canvas.circle(x + 5, 10, 4, PAPER, SOFT_INK)
        canvas.text(x + 14, 14, prior_label, 11)
        x += 14 + text_width(prior_label, 11) + 18
    canvas.circle(x + 5, 10, 5, BLUE)
    canvas.text(x + 14, 14, this_label, 11)
    x += 14 + text_width(this_label, 11) + 18
    if any(this is not None and prior is not None and this < prior for this, prior in pairs):
        canvas.circle(x + 5, 10, 5, ORANGE)
        canvas.text(x + 14, 14, f"{this_label}（低下）", 11)


def _pair(canvas: Canvas, axis: _Axis, y: Length, this: Fraction | None, prior: Fraction | None) -> None:
    """Last year's ring, this year's disc and the line between them, orange when it goes down."""
    if this is not None and prior is not None and this != prior:
        canvas.line((axis.x(prior), y), (axis.x(this), y), BLUE if this > prior else ORANGE, 2)
    if prior is not None:
        canvas.circle(axis.x(prior), y, 4, PAPER, SOFT_INK)
    if this is not None:
        down = prior is not None and this < prior
        canvas.circle(axis.x(this), y, 5, ORANGE if down else BLUE)


def _columns(canvas: Canvas, y: Length, this_label: str, prior_label: str, with_prior: bool) -> None:
    canvas.text(582, y, fitted(this_label, 56, 10), 10, "end", SOFT_INK)
    if with_prior:
        canvas.text(WIDTH - 2, y, fitted(prior_label, 54, 10), 10, "end", SOFT_INK)


def mean_dots(
    title: str,
    desc: str,
    rows: Sequence[DotRow],
    pass_mark: Fraction,
    low: Fraction | int,
    high: Fraction | int,
    *,
    pass_shown: str,
    this_label: str = "今年度",
    prior_label: str = "前年度",
) -> str:
    """A dot a year on one line a domain, with the pass mark as a dashed line and the printed means at the right.

    ValueError when a mean lies outside `low`..`high`.
    """
    pitch = 24
    axis = _Axis(Fraction(low), Fraction(high))
    bottom = 44 + pitch * len(rows)
    canvas = Canvas(bottom + 22)
    with_prior = any(row[2] is not None for row in rows)
    _key(canvas, _LEFT, this_label, prior_label, [(row[1], row[2]) for row in rows])
    _columns(canvas, 34, this_label, prior_label, with_prior)
    axis.draw(canvas, 40, bottom)
    for index, row in enumerate(DotRow(*row) for row in rows):
        y = 44 + pitch * index + pitch // 2
        canvas.line((0, y + pitch // 2), (WIDTH, y + pitch // 2), FAINT)
        canvas.text(_LEFT - 14, y + 4, fitted(row.label, _LEFT - 16, 12), 12, "end")
        _pair(canvas, axis, y, row.this, row.prior)
        canvas.text(582, y + 4, row.this_shown, 12, "end")
        if with_prior:
            canvas.text(WIDTH - 2, y + 4, row.prior_shown, 12, "end", SOFT_INK)
    if axis.low <= pass_mark <= axis.high:
        canvas.line((axis.x(pass_mark), 38), (axis.x(pass_mark), bottom), INK, Fraction(3, 2), "5 3")
        canvas.text(axis.x(pass_mark), 34, f"合格点 {pass_shown}", 10, "middle")
    return canvas.svg(title, desc)


def rate_range(rows: Sequence[RateRow]) -> tuple[Fraction, Fraction]:
    """From the ten below the lowest rate to 100 %."""
    rates = [rate for row in rows for rate in (row.rate, row.prior) if rate is not None]
    lowest = min(rates, default=Fraction(0))
    low = Fraction(min(lowest * 10 // 1, 9), 10)
    return max(Fraction(0), low), Fraction(1)


def rate_bars(
    title: str,
    desc: str,
    rows: Sequence[RateRow],
    *,
    this_label: str = "今年度",
    prior_label: str = "前年度",
) -> str:
    """One line an item: last year's and this year's rate as marks, the printed rates at the right.

    Marks, not bars, because the axis begins at the ten below the lowest rate, which is written under it.
    New and revised items carry 新規 or 見直し; a hidden or missing rate is written in words where its mark would be.
    """
    named = [RateRow(*row) for row in rows]
    pitch, size, lines = (28, 10, 2) if len(named) <= 30 else (18, 10, 1)
    axis = _Axis(*rate_range(named), _RATE_LEFT)
    bottom = 44 + pitch * len(named)
    canvas = Canvas(bottom + (38 if axis.low else 22))
    with_prior = any(row.prior is not None or row.prior_shown for row in named)
    _key(canvas, _RATE_LEFT, this_label, prior_label, [(row.rate, row.prior) for row in named])
    _columns(canvas, 34, this_label, prior_label, with_prior)
    for index in range(0, len(named), 2):
        canvas.rect(0, 44 + pitch * index, WIDTH, pitch, BAND)
    axis.draw(canvas, 40, bottom, "%", 100)
    for index, row in enumerate(named):
        y = 44 + pitch * index + Fraction(pitch, 2)
        _item(canvas, row, y, size, lines, any(other.marker for other in named))
        _rate(canvas, axis, row, y, with_prior)
    if axis.low:
        canvas.text(_RATE_LEFT, bottom + 30, f"横軸は{plain(axis.low * 100)}%から始まる", 10, fill=SOFT_INK)
    return canvas.svg(title, desc)


def _item(canvas: Canvas, row: RateRow, y: Fraction, size: int, max_lines: int, with_chips: bool) -> None:
    """An item's words, after the chip that says it is new or revised."""
    left = _CHIP if with_chips else 2
    if row.marker:
        colour = ORANGE if row.marker == "new" else SOFT_INK
        canvas.rect(2, y - 7, _CHIP - 7, 14, PAPER, colour)
        canvas.text(2 + Fraction(_CHIP - 7, 2), y + 3, MARKERS_JA[row.marker], 9, "middle", colour)
    lines = wrapped(row.label, _RATE_LEFT - 14 - left, size, max_lines)
    first = y + Fraction(size, 3) - Fraction((len(lines) - 1) * (size + 2), 2)
    for index, words in enumerate(lines):
        canvas.text(left, first + (size + 2) * index, words, size)


def _rate(canvas: Canvas, axis: _Axis, row: RateRow, y: Fraction, with_prior: bool) -> None:
    """An item's marks and printed rates; words on a hatched bar where there is no rate."""
    if row.rate is None:
        canvas.rect(axis.left, y - 6, _RIGHT - axis.left, 12, PAPER, RULE)
        canvas.hatch(axis.left, y - 6, _RIGHT - axis.left, 12, FAINT, 6)
        canvas.rect(axis.left + 4, y - 5, text_width(row.shown, 10) + 8, 10, PAPER)
        canvas.text(axis.left + 8, y + 4, row.shown, 10, fill=SOFT_INK)
    _pair(canvas, axis, y, row.rate, row.prior)
    canvas.text(582, y + 4, row.shown, 11, "end")
    if with_prior:
        canvas.text(WIDTH - 2, y + 4, row.prior_shown or "—", 11, "end", SOFT_INK)
