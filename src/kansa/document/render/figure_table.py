"""Which columns does the list of all figures have? One place for the workbook and the CSV."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kansa.document.figure import Figure, FigureBook
from kansa.document.render.words import exact, unit_words

FIGURE_HEADS = (
    "数値ID",
    "名称",
    "値",
    "値（分数）",
    "印刷した形",
    "単位",
    "分母・件数",
    "小数点以下の桁数",
    "算式",
    "出どころ",
    "値がない理由",
    "備考",
)

Field = str | int | Fraction | None

# Figures whose value is a share but whose printed form counts hundredths.
_PER_HUNDRED = ("percent", "percent_points")


def figure_rows(book: FigureBook) -> Iterator[list[Field]]:
    """One row a figure, in the order they were made; an absent value is None, never 0."""
    for figure in book.figures.values():
        yield [
            figure.id,
            figure.label_ja,
            _value(figure),
            _fraction(figure),
            figure.shown,
            unit_words(figure.unit),
            figure.n,
            figure.places if isinstance(figure.value, int | Fraction) else None,
            figure.formula,
            "公表値" if figure.is_published else "記録から算出",
            figure.missing_ja,
            figure.note_ja,
        ]


def _value(figure: Figure) -> Field:
    """The exact value in the unit that the row names, so that 1067/1121 stands as 95.18… ％."""
    value = figure.value
    if isinstance(value, int | Fraction) and figure.unit in _PER_HUNDRED:
        value = Fraction(value) * 100
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def _fraction(figure: Figure) -> str:
    """p/q of the value before any scaling by its unit; empty for words."""
    return "" if isinstance(figure.value, str) else exact(figure)
