"""Which tables does a file of a past year hold, whatever their layout: headings, rows, what is answered?

LimeSurvey's CSV: UTF-8 with a byte order mark, every field quoted, lines ended by CR LF, an empty line at the end,
fields split by "," or ";". Source: LimeSurvey, application/helpers/admin/export/CsvWriter.php.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kansa.core.errors import Place, Refusal
from kansa.formats.folding import matching_key
from kansa.formats.tables import Cell
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.read import EXPLAINING_SHEETS
from kansa.formats.tables.workbook import (
    COLUMN_LIMIT,
    DELIMITERS,
    Book,
    Sheet,
    is_workbook,
    open_book,
    open_text,
    split_text,
)
from kansa.formats.unsafe import UnsafeFile

SEARCHED_ROWS = 20
LEAST_HEADINGS = 2


@dataclass(frozen=True, slots=True)
class PastTable:
    """One table. `headings` are unique: a repeated one has #2 after it. `rows`: (number as Excel shows it, cells)."""

    sheet: str
    header_row: int
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    merged: tuple[tuple[int, int], ...] = ()  # (row number, column) of cells merged over several rows, below the header

    def column(self, heading: str) -> Iterator[str]:
        """The cells below a heading."""
        at = self.headings.index(heading)
        return (row[at] for _number, row in self.rows)


def heading_key(heading: str) -> str:
    """A heading for comparison with that of another year's file."""
    return matching_key(heading)


def past_tables(
    data: bytes, file_name: str, known: Collection[str] = ()
) -> tuple[tuple[PastTable, ...], tuple[Refusal, ...]]:
    """The tables of a file and what stands in the way of reading it; `known` are heading keys of a saved mapping."""
    try:
        book = open_book(data) if is_workbook(data) else Book((_text_sheet(data),))
    except UnsafeFile as fault:
        return (), (Refusal(fault.code, fault.reason_ja, Place(file_name)),)
    tables = []
    for sheet in book.sheets:
        if not sheet.is_hidden and sheet.name not in EXPLAINING_SHEETS:
            table = _table(sheet, frozenset(known))
            if table is not None:
                tables.append(table)
    names = {table.sheet for table in tables}
    refusals = tuple(
        Refusal(one.code, one.reason_ja, Place(file_name, one.place.sheet, one.place.row, one.place.column))
        for one in book.refusals
        if one.place.sheet in names
    )
    if not tables:
        reason = f"表が見つかりません。先頭の{SEARCHED_ROWS}行以内に見出しの行が必要です。"
        refusals += (Refusal("no_header", reason, Place(file_name)),)
    return tuple(tables), refusals


def _text_sheet(data: bytes) -> Sheet:
    """The rows of a CSV, split by the delimiter that gives most columns in most of the first rows."""
    text, _encoding = open_text(data)
    best, best_score = DELIMITERS[0], (0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = split_text(text, delimiter, SEARCHED_ROWS)
        except UnsafeFile:
            continue
        widths = Counter(len(row) for row in rows if any(row))
        width, count = max(widths.items(), key=lambda pair: (pair[1] if pair[0] > 1 else 0, pair[0]), default=(0, 0))
        if width > 1 and (count, width) > best_score:
            best, best_score = delimiter, (count, width)
    return Sheet("", split_text(text, best))


def _table(sheet: Sheet, known: frozenset[str]) -> PastTable | None:
    """The table of a sheet; None when it has no row of headings."""
    top = _header_row(sheet.rows, known)
    if top is None:
        return None
    headings = _headings(sheet.rows[top][:COLUMN_LIMIT])
    rows = []
    for number, row in enumerate(sheet.rows[top + 1 :], top + 2):
        cells = tuple(cell_text(row[at]) if at < len(row) else "" for at in range(len(headings)))
        if any(cells):
            rows.append((number, cells))
    merged = tuple(
        (number + 1, left)
        for (first, left), (last, right) in sheet.merges
        if first > top and (last > first or right > left)
        for number in range(first, min(last + 1, len(sheet.rows)))
    )
    return PastTable(sheet.name, top + 1, headings, tuple(rows), merged)


def _header_row(rows: Sequence[Sequence[Cell]], known: frozenset[str]) -> int | None:
    """The first of the rows with most headings: known ones count before others, each text once."""
    best, best_score = None, (0, LEAST_HEADINGS - 1)
    for at, row in enumerate(rows[:SEARCHED_ROWS]):
        texts = {heading_key(text) for cell in row if isinstance(cell, str) and (text := cell_text(cell))}
        score = (len(texts & known), len(texts))
        if score[1] >= LEAST_HEADINGS and score > best_score:
            best, best_score = at, score
    return best


def _headings(row: Sequence[Cell]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    found = []
    for at, cell in enumerate(row, 1):
        text = " ".join(cell_text(cell).split()) or f"（{at}列目）"
        seen[heading_key(text)] += 1
        count = seen[heading_key(text)]
        found.append(f"{text}#{count}" if count > 1 else text)
    return tuple(found)
