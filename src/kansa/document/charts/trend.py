"""How has a figure moved over the years, with gaps where there is no record?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from kansa.document.charts.svg import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PAPER,
    SOFT_INK,
    WIDTH,
    Canvas,
    plain,
    text_width,
    ticks,
)


class TrendSeries(NamedTuple):
    """One line: a value a year, None where there is none, and the printed forms beside it."""

    label: str
    values: Sequence[Fraction | None]
    shown: Sequence[str]


_LEFT, _RIGHT, _TOP, _BOTTOM = 44, WIDTH - 30, 44, 230
# Colour, dash and shape each tell the lines apart.
_LOOKS = ((BLUE, "", "disc"), (ORANGE, "6 3", "square"), (SOFT_INK, "2 2", "ring"))


def _mark(canvas: Canvas, x: Fraction, y: Fraction, colour: str, shape: str) -> None:
    if shape == "square":
        canvas.rect(x - 4, y - 4, 8, 8, colour)
    else:
        canvas.circle(x, y, 4, PAPER if shape == "ring" else colour, colour)


class _Plot:
    """The area of the lines: where a year and a value lie."""

    def __init__(self, years: Sequence[str], low: Fraction, high: Fraction) -> None:
        pitch = Fraction(_RIGHT - _LEFT, max(len(years), 1))
        self.places = [_LEFT + pitch * index + pitch / 2 for index in range(len(years))]
        self.low = low
        self.high = high

    def y(self, value: Fraction) -> Fraction:
        if not self.low <= value <= self.high:
            raise ValueError(f"{value} lies outside the axis {self.low}..{self.high}")
        return _BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low)

    def points(self, one: TrendSeries) -> list[tuple[Fraction, Fraction] | None]:
        if not len(one.values) == len(one.shown) == len(self.places):
            raise ValueError(f"{one.label}: {len(one.values)} values for {len(self.places)} years")
        pairs = zip(self.places, one.values, strict=True)
        return [None if value is None else (x, self.y(value)) for x, value in pairs]


def _draw(canvas: Canvas, plot: _Plot, one: TrendSeries, look: tuple[str, str, str]) -> None:
    """One line with its marks; a year without a value interrupts it."""
    colour, dash, shape = look
    points = plot.points(one)
    for start, end in pairwise(points):
        if start is not None and end is not None:
            canvas.line(start, end, colour, 2, dash)
    for point in points:
        if point is not None:
            _mark(canvas, *point, colour, shape)


def _numbers(canvas: Canvas, plot: _Plot, lines: Sequence[TrendSeries]) -> None:
    """The printed values: the highest of a year above its mark, the lowest below, one between at its right."""
    for index in range(len(plot.places)):
        found = []
        for look, one in zip(_LOOKS, lines, strict=False):
            point = plot.points(one)[index]
            if point is not None:
                found.append((point[1], point[0], one.shown[index], look[0]))
        found.sort(key=lambda mark: mark[0])
        for rank, (y, x, shown, colour) in enumerate(found):
            if rank == 0:
                canvas.text(x, y - 9, shown, 11, "middle", colour)
            elif rank == len(found) - 1:
                canvas.text(x, y + 18, shown, 11, "middle", colour)
            else:
                canvas.text(x + 9, y + 4, shown, 11, "start", colour)


def _legend(canvas: Canvas, series: Sequence[TrendSeries]) -> None:
    x = Fraction(_LEFT)
    for (colour, dash, shape), one in zip(_LOOKS, series, strict=False):
        canvas.line((x, 10), (x + 22, 10), colour, 2, dash)
        _mark(canvas, x + 11, Fraction(10), colour, shape)
        canvas.text(x + 28, 14, one.label, 11)
        x += 28 + text_width(one.label, 11) + 20


def trend(
    title: str,
    desc: str,
    years: Sequence[str],
    series: Sequence[TrendSeries],
    low: Fraction | int,
    high: Fraction | int,
    *,
    scale: int = 1,
    suffix: str = "",
    pass_mark: Fraction | None = None,
    pass_shown: str = "",
) -> str:
    """Up to three lines over the years; a missing year interrupts the line and is marked 記録なし below.

    `scale` multiplies the axis marks (100 with suffix "%" for rates). ValueError for more than three series, for
    a series of another length than `years`, or for a value outside `low`..`high`.
    """
    if len(series) > len(_LOOKS):
        raise ValueError(f"{len(series)} lines cannot be told apart; at most {len(_LOOKS)}")
    lines = [TrendSeries(*one) for one in series]
    plot = _Plot(years, Fraction(low), Fraction(high))
    canvas = Canvas(_BOTTOM + 46)
    for value in ticks(plot.low * scale, plot.high * scale):
        y = plot.y(value / scale)
        canvas.line((_LEFT, y), (_RIGHT, y), FAINT)
        canvas.text(_LEFT - 6, y + 4, plain(value) + suffix, 10, "end", SOFT_INK)
    if pass_mark is not None:
        y = plot.y(pass_mark)
        canvas.line((_LEFT, y), (_RIGHT, y), INK, Fraction(3, 2), "5 3")
        canvas.text(_RIGHT + 28, y - 5, f"合格点 {pass_shown}", 10, "end")
    for look, one in zip(_LOOKS, lines, strict=False):
        _draw(canvas, plot, one, look)
    _numbers(canvas, plot, lines)
    _legend(canvas, lines)
    for index, (x, year) in enumerate(zip(plot.places, years, strict=True)):
        canvas.text(x, _BOTTOM + 17, year, 11, "middle")
        if all(one.values[index] is None for one in lines):
            canvas.text(x, _BOTTOM + 31, "記録なし", 10, "middle", SOFT_INK)
    canvas.line((_LEFT, _BOTTOM), (_RIGHT, _BOTTOM), SOFT_INK)
    return canvas.svg(title, desc)
