"""Which department was or will be audited in which year of the rotation?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
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
    Length,
    fitted,
    text_width,
)


class RotationRow(NamedTuple):
    """One department: a mark a year, "internal" | "external" | "both" | ""."""

    group: str
    label: str
    marks: Sequence[str]


_PITCH = 15
_PAGE_LINES = 57  # lines of a column that fit a page of A4
_YEAR_WIDTH = 26
_MARKS_JA = {"internal": "内", "external": "外", "both": "両"}
_FILLS = {"internal": BLUE, "external": ORANGE, "both": INK}

# A line of the grid: the group's name, or a department.
_Line = str | RotationRow


def _lines(rows: Sequence[RotationRow]) -> list[_Line]:
    """Departments with a heading line wherever the group changes."""
    lines: list[_Line] = []
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(group)
        lines.append(row)
    return lines


def _columns(lines: list[_Line], count: int) -> list[list[_Line]]:
    """The lines dealt into `count` columns of equal height; a group that is cut repeats its heading."""
    height = -(-len(lines) // count)
    columns: list[list[_Line]] = [[]]
    group = ""
    for line in lines:
        if isinstance(line, str):
            group = line
        full = len(columns[-1]) >= height
        # A heading never stands alone at the foot of a column.
        lonely = isinstance(line, str) and len(columns[-1]) == height - 1
        if (full or lonely) and len(columns) < count:
            columns.append([] if isinstance(line, str) else [f"{group}（続き）"])
        columns[-1].append(line)
    return columns


def _column_count(lines: int, years: int) -> int:
    """How many columns stand side by side: as few as a page's height allows, as many as the names' width does."""
    if lines > 2 * _PAGE_LINES and years <= 3:
        return 3
    return 2 if lines > 24 and years <= 6 else 1


def _mark(canvas: Canvas, x: Length, y: Length, kind: str) -> None:
    """A disc for internal, a square for external, a ringed square for both; each with its word."""
    if not kind:
        canvas.line((x - 3, y), (x + 3, y), FAINT, 2)
        return
    if kind == "internal":
        canvas.circle(x, y, 6, _FILLS[kind])
    else:
        canvas.rect(x - 6, y - 6, 12, 12, _FILLS[kind])
    canvas.text(x, y + 3, _MARKS_JA[kind], 9, "middle", PAPER)


def _column(canvas: Canvas, left: Length, width: Length, years: Sequence[str], lines: Sequence[_Line]) -> None:
    label_width = width - _YEAR_WIDTH * len(years)
    for index, year in enumerate(years):
        canvas.text(left + label_width + _YEAR_WIDTH * index + _YEAR_WIDTH // 2, 38, year, 10, "middle", SOFT_INK)
    for place, line in enumerate(lines):
        y = 44 + _PITCH * place
        if isinstance(line, str):
            canvas.text(left, y + 11, fitted(line, label_width, 10), 10, fill=SOFT_INK)
            canvas.line((left, y + 14), (left + width, y + 14), SOFT_INK, Fraction(1, 2))
            continue
        if len(line.marks) != len(years):
            raise ValueError(f"{line.label}: {len(line.marks)} marks for {len(years)} years")
        canvas.text(left + 6, y + 11, fitted(line.label, label_width - 8, 10), 10)
        canvas.line((left, y + 14), (left + width, y + 14), FAINT, Fraction(1, 2))
        for index, kind in enumerate(line.marks):
            _mark(canvas, left + label_width + _YEAR_WIDTH * index + _YEAR_WIDTH // 2, y + 7, kind)


def rotation_map(title: str, desc: str, years: Sequence[str], rows: Sequence[RotationRow]) -> str:
    """A grid of departments and years, in columns when it is long, with 内 and 外 as marks.

    `years` are short column heads such as R6. Some 150 departments fit a page of A4; more are drawn smaller.
    ValueError when a row has another number of marks than there are years.
    """
    lines = _lines([RotationRow(*row) for row in rows])
    count = _column_count(len(lines), len(years))
    columns = _columns(lines, count)
    gap = 24
    width = Fraction(WIDTH - gap * (count - 1), count)
    canvas = Canvas(44 + _PITCH * max(len(column) for column in columns) + 6)
    x: Length = 0
    for kind, words in (("internal", "内部監査"), ("external", "外部監査"), ("both", "両方"), ("", "対象でない年度")):
        if kind == "both" and not any("both" in row[2] for row in rows):
            continue
        _mark(canvas, x + 7, 10, kind)
        canvas.text(x + 18, 14, words, 11)
        x += 18 + text_width(words, 11) + 18
    for place, column in enumerate(columns):
        _column(canvas, (width + gap) * place, width, years, column)
    return canvas.svg(title, desc)
