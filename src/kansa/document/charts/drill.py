"""How wide is the doubt about a drill's rates, and how did clicks and reports come in over time?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    ticks,
)


class RangeRow(NamedTuple):
    """One rate, 0..1: by the strictest reading, by the chosen rules, by the loosest; and how it is printed."""

    label: str
    low: Fraction
    value: Fraction
    high: Fraction
    shown: str


_LEFT, _RIGHT, _ROW = 170, 500, 34


def range_bars(title: str, desc: str, rows: Sequence[RangeRow]) -> str:
    """A bar from the strictest to the loosest reading with a mark at the chosen one; the axis begins at 0."""
    highest = max((row.high for row in rows), default=Fraction(0))
    top = max(Fraction(1, 10), Fraction(-(-highest * 10 // 1), 10))
    bottom = 30 + _ROW * len(rows)
    canvas = Canvas(bottom + 24)

    def x(value: Fraction) -> Fraction:
        return _LEFT + (_RIGHT - _LEFT) * value / top

    canvas.rect(_LEFT, 6, 26, 10, FAINT, RULE)
    canvas.text(_LEFT + 32, 15, "厳しい読み方から緩い読み方まで", 10, fill=SOFT_INK)
    canvas.circle(_LEFT + 218, 11, 5, BLUE)
    canvas.text(_LEFT + 228, 15, "選んだ規則", 10, fill=SOFT_INK)
    for tick in ticks(Fraction(0), top * 100):
        canvas.line((x(tick / 100), 26), (x(tick / 100), bottom), FAINT)
        canvas.text(x(tick / 100), bottom + 16, f"{plain(tick)}%", 10, "middle", SOFT_INK)
    for place, row in enumerate(rows):
        y = 30 + _ROW * place + Fraction(_ROW, 2)
        canvas.text(2, y + 4, fitted(row.label, _LEFT - 14, 12), 12)
        width = max(x(row.high) - x(row.low), Fraction(2))
        canvas.rect(x(row.low), y - 7, width, 14, FAINT, RULE)
        canvas.circle(x(row.value), y, 5, BLUE)
        canvas.text(WIDTH - 2, y + 4, row.shown, 11, "end")
    return canvas.svg(title, desc)


class CourseRow(NamedTuple):
    """One line over time: its words and the people up to each step."""

    label: str
    counts: Sequence[int]


_TOP, _FLOOR, _COURSE_LEFT, _COURSE_RIGHT = 26, 210, 48, 560


def course_lines(title: str, desc: str, steps: Sequence[str], rows: Sequence[CourseRow]) -> str:
    """Steps of people over time, at most two rows: the first a blue line, the second orange and broken.

    The steps are equally wide although they last longer and longer; the words under them say how long.
    """
    most = max((count for row in rows for count in row.counts), default=0)
    axis = ticks(Fraction(0), Fraction(max(most, 4)))
    top = max(axis[-1], Fraction(most), Fraction(1))
    canvas = Canvas(_FLOOR + 42)
    pitch = Fraction(_COURSE_RIGHT - _COURSE_LEFT, max(len(steps), 1))

    def y(count: Length) -> Fraction:
        return _FLOOR - (_FLOOR - _TOP) * Fraction(count) / top

    canvas.rect(_COURSE_LEFT, _TOP, _COURSE_RIGHT - _COURSE_LEFT, _FLOOR - _TOP, PAPER, BAND)
    for tick in axis:
        if tick.denominator == 1:
            canvas.line((_COURSE_LEFT, y(tick)), (_COURSE_RIGHT, y(tick)), FAINT)
            canvas.text(_COURSE_LEFT - 6, y(tick) + 4, plain(tick), 10, "end", SOFT_INK)
    for place, words in enumerate(steps):
        right = _COURSE_LEFT + pitch * (place + 1)
        canvas.line((right, _FLOOR), (right, _FLOOR + 4), RULE)
        canvas.text(right, _FLOOR + 17, words, 10, "middle", SOFT_INK)
    canvas.text(_COURSE_LEFT, _FLOOR + 36, "最初の送信から（目盛りは等間隔ではない）", 10, fill=SOFT_INK)
    canvas.text(2, 14, "人", 10, fill=SOFT_INK)
    for number, row in enumerate(rows):
        _course(canvas, row, number, pitch, y)
    return canvas.svg(title, desc)


def _course(canvas: Canvas, row: CourseRow, number: int, pitch: Fraction, y: Callable[[Length], Fraction]) -> None:
    colour, dash = ((BLUE, ""), (ORANGE, "6 4"))[number % 2]
    before = (Fraction(_COURSE_LEFT), y(0))
    for place, count in enumerate(row.counts):
        now = (_COURSE_LEFT + pitch * (place + 1), y(count))
        canvas.line(before, now, colour, 2, dash)
        canvas.circle(now[0], now[1], 3, colour if number % 2 == 0 else PAPER, colour)
        before = now
    left = _COURSE_LEFT + 16 + 200 * number
    canvas.line((left, 14), (left + 26, 14), colour, 2, dash)
    canvas.circle(left + 13, 14, 3, colour if number % 2 == 0 else PAPER, colour)
    canvas.text(left + 34, 18, f"{row.label} {row.counts[-1] if row.counts else 0:,}人", 11, fill=INK)
