"""How does a plan that an office keeps become a plain table: two heads in one, totals and notes left out?

No row moves, so that a refusal still names the row that the person sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kansa.core.fiscal import parse_fiscal_year
from kansa.formats.folding import matching_key
from kansa.formats.tables.header import SEARCHED_ROWS, header_key
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.spec import Cell
from kansa.formats.tables.workbook import Sheet

HEAD_ROWS = 3  # rows over which the head of a table may reach
TOTALS = frozenset(map(matching_key, ("合計", "計", "小計", "総計", "総合計", "件数", "合計件数", "年度計")))
NOTES = ("※", "注", "(注", "（注", "凡例", "＊", "*")

_PARENTHESES = re.compile(r"[(（]([^()（）]*)[)）]")


def fiscal_year_key(header: str) -> str | None:
    """The one year a header names, as digits: R5, 令和５年度（2023）, １年目（令和５年度）. None for none or two."""
    inner = _PARENTHESES.findall(header)
    years = {year for text in (_PARENTHESES.sub("", header), *inner) if (year := _year(text)) is not None}
    return str(years.pop()) if len(years) == 1 else None


def _year(text: str) -> int | None:
    try:
        return parse_fiscal_year(text)
    except ValueError:
        return None


def laid_out(sheet: Sheet, names: frozenset[str], listing: tuple[frozenset[str], ...]) -> Sheet:
    """The sheet with the head of its matrix in one row; a sheet without one as it is.

    `names`: keys of the headers that name a department. `listing`: keys of headers of which a list has one each.
    """
    searched = sheet.rows[:SEARCHED_ROWS]
    if any(all(_has(row, keys) for keys in listing) for row in searched):
        return sheet  # its years are values of a column
    at = next((number for number in range(len(searched)) if _is_head(sheet, number, names)), None)
    if at is None:
        return sheet
    rows = [list(row) for row in sheet.rows]
    rows[at] = _whole_head(sheet, at)
    left_out = set(_left_out(sheet, at))
    for number in left_out:
        rows[number] = []
    merges = tuple(merge for merge in sheet.merges if merge[0][0] not in left_out)
    return replace(sheet, rows=rows, merges=merges)


def _years_in(row: list[Cell]) -> set[int]:
    """Positions of cells that name a year."""
    return {place for place, cell in enumerate(row) if cell != "" and fiscal_year_key(cell_text(cell)) is not None}


def _has(row: list[Cell], keys: frozenset[str]) -> bool:
    """Whether one of these headers stands in the row."""
    return any(isinstance(cell, str) and header_key(cell) in keys for cell in row)


def _is_head(sheet: Sheet, at: int, names: frozenset[str]) -> bool:
    """A row with years that names a department, itself or in the rows of the head above."""
    above = sheet.rows[max(0, at - HEAD_ROWS + 1) : at + 1]
    return bool(_years_in(sheet.rows[at])) and any(_has(row, names) for row in above)


def _whole_head(sheet: Sheet, at: int) -> list[Cell]:
    """The row of the years; where it is blank, what stands above it in a row of the head that is filled as well."""
    head = list(sheet.rows[at])
    for number in range(at - 1, max(-1, at - HEAD_ROWS), -1):
        above = sheet.rows[number]
        if sum(1 for cell in above if cell_text(cell)) < 2:
            break  # a title, or nothing
        head += [""] * (len(above) - len(head))
        for place, cell in enumerate(above):
            if not cell_text(head[place]):
                head[place] = cell
    return head


def _left_out(sheet: Sheet, at: int) -> Iterator[int]:
    """Rows below the head that are about no department: totals, notes, a bureau on a line of its own."""
    years = _years_in(sheet.rows[at])
    wide = {top for (top, left), (_, right) in sheet.merges if right > left}
    for number in range(at + 1, len(sheet.rows)):
        filled = [(place, text) for place, cell in enumerate(sheet.rows[number]) if (text := cell_text(cell))]
        if not filled:
            continue
        place, first = filled[0]
        is_alone = len(filled) == 1 and place not in years
        if matching_key(first) in TOTALS or (is_alone and (first.startswith(NOTES) or number in wide)):
            yield number
