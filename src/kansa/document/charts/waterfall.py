"""Which effects lead from last year's mean to this year's, and how large is each?"""

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
    SOFT_INK,
    WIDTH,
    Canvas,
    plain,
    ticks,
    wrapped,
)


class Step(NamedTuple):
    """One column: an exact value and its printed form."""

    label: str
    value: Fraction
    shown: str


_TOP, _BOTTOM, _LEFT = 26, 226, 40


def _reached(start: Step, steps: Sequence[Step]) -> list[Fraction]:
    """The height before the first step and after each one."""
    heights = [start.value]
    for step in steps:
        heights.append(heights[-1] + step.value)
    return heights


Column = tuple[Step, Fraction, Fraction]  # a step, and the heights before and after it


def columns_of(start: Step, steps: Sequence[Step], end: Step) -> list[Column]:
    """Last year, every effect, this year. ValueError when the steps do not lead exactly from start to end."""
    start, end = Step(*start), Step(*end)
    heights = _reached(start, [Step(*step) for step in steps])
    if heights[-1] != end.value:
        raise ValueError(f"the steps end at {heights[-1]}, not at {end.value}")
    middle = [(Step(*step), *ends) for step, ends in zip(steps, pairwise(heights), strict=True)]
    low, high = _range([*heights, end.value])
    base = min(max(low, Fraction(0)), high)  # whole columns stand on zero where the axis shows it
    return [(start, base, start.value), *middle, (end, base, end.value)]


def value_range(columns: Sequence[Column]) -> tuple[Fraction, Fraction]:
    """The axis of columns."""
    return _range([columns[0][2], *(after for _step, _before, after in columns[1:])])


def _range(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """A range that shows the steps: cut below, never above; from zero when the steps are large."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or Fraction(1)
    unit = Fraction(1)
    while unit > span:
        unit /= 10
    below = (low - span / 2) // unit * unit
    above = -(-(high + span / 5) // unit) * unit
    return (min(Fraction(0), low) if below <= 0 <= low else below), above


def waterfall(title: str, desc: str, start: Step, steps: Sequence[Step], end: Step) -> str:
    """A column for last year, floating ones for the effects, a column for this year.

    ValueError when the steps do not lead exactly from start to end. A cut axis says so in the picture.
    """
    columns = columns_of(start, steps, end)
    low, high = value_range(columns)
    pitch = Fraction(WIDTH - _LEFT, len(columns))
    labels = [wrapped(step.label, pitch - 4, 10, 4) for step, _before, _after in columns]
    canvas = Canvas(_BOTTOM + 12 + 13 * max(len(label) for label in labels))
    scale = (_BOTTOM - _TOP) / (high - low)
    for value in ticks(low, high):
        y = _BOTTOM - (value - low) * scale
        canvas.line((_LEFT, y), (WIDTH, y), FAINT)
        canvas.text(_LEFT - 6, y + 4, plain(value), 10, "end", SOFT_INK)
    for index, (step, before, after) in enumerate(columns):
        whole = index in (0, len(columns) - 1)
        top, bottom = _BOTTOM - (max(before, after) - low) * scale, _BOTTOM - (min(before, after) - low) * scale
        x = _LEFT + pitch * index
        fill = SOFT_INK if whole else BLUE if after >= before else ORANGE
        canvas.rect(x + pitch / 6, top, pitch * 2 / 3, max(bottom - top, Fraction(1)), fill)
        canvas.text(x + pitch / 2, top - 5, step.shown, 11, "middle", INK if whole else fill)
        for line, words in enumerate(labels[index]):
            canvas.text(x + pitch / 2, _BOTTOM + 16 + 13 * line, words, 10, "middle")
        if index < len(columns) - 1:
            level = _BOTTOM - (after - low) * scale
            canvas.line((x + pitch * 5 / 6, level), (x + pitch * 7 / 6, level), SOFT_INK, 1, "2 2")
    canvas.line((_LEFT, _BOTTOM), (WIDTH, _BOTTOM), SOFT_INK)
    if low > 0:
        canvas.text(_LEFT, 12, f"縦軸は{plain(low)}から始まる（0からではない）", 10, fill=SOFT_INK)
    return canvas.svg(title, desc)
