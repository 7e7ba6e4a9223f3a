"""How do figures get into sentences? By id only: `{external.mean}` in a template becomes a bound number."""

from __future__ import annotations

import re
from fractions import Fraction

from kansa.document.blocks import Cell, Num, Para, Run, Text
from kansa.document.figure import FigureBook

_FIGURE = re.compile(r"\{([^{}]+)\}")


def say(book: FigureBook, *templates: str) -> tuple[Run, ...]:
    """The runs of one or more templates in order. Raises KeyError for an id that the book does not hold."""
    runs: list[Run] = []
    for template in templates:
        position = 0
        for match in _FIGURE.finditer(template):
            if match.start() > position:
                runs.append(Text(template[position : match.start()]))
            runs.append(Num(match.group(1), book[match.group(1)].shown))
            position = match.end()
        if position < len(template):
            runs.append(Text(template[position:]))
    return tuple(runs)


def para(book: FigureBook, *templates: str, style: str = "body") -> Para:
    """A paragraph of templates; empty ones are passed over."""
    return Para(say(book, *(template for template in templates if template)), style)


def has(book: FigureBook, *figure_ids: str) -> bool:
    """Whether every figure is there with a value."""
    return all(book.value(figure_id) is not None for figure_id in figure_ids)


def amount(book: FigureBook, figure_id: str) -> Fraction:
    """The exact value of a numeric figure; zero is a value. Raises ValueError when there is none."""
    value = book.value(figure_id)
    if not isinstance(value, int | Fraction):
        raise ValueError(f"{figure_id} has no number")
    return Fraction(value)


def word(book: FigureBook, figure_id: str) -> str:
    """The bound word of a text figure; "" when there is none."""
    value = book.value(figure_id)
    return value if isinstance(value, str) else ""


def by_length(length: str, brief: list[str], standard: list[str], detailed: list[str]) -> list[str]:
    """Sentences for the length the year has chosen: each length adds to the one before."""
    if length == "brief":
        return brief
    return brief + standard if length == "standard" else brief + standard + detailed


def number_cell(book: FigureBook, figure_id: str, *, align: str = "right") -> Cell:
    """A table cell with one figure; an absent figure is a dash without a number."""
    if figure_id not in book:
        return Cell((Text("—"),), align="center")
    return Cell((Num(figure_id, book[figure_id].shown),), align=align)


def text_cell(text: str, *, align: str = "left", is_header: bool = False, rowspan: int = 1) -> Cell:
    """A table cell with words."""
    return Cell((Text(text),), is_header=is_header, rowspan=rowspan, align=align)
