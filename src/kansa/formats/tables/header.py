"""Which row is the header, and which column is which?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kansa.formats.folding import matching_key
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.spec import Cell, Column, TableSpec

SEARCHED_ROWS = 20
ENOUGH = 2  # known headers that make a row a header

_DECORATION = re.compile(r"^[※*＊●■]+|[※*＊]+$|[(（]?必須[)）]?$|[(（]任意[)）]$")


@dataclass(frozen=True, slots=True)
class Header:
    """The header row (0-based) and what stands in each column (0-based positions)."""

    row: int
    columns: dict[str, int]  # column key -> position
    extras: tuple[tuple[str, int], ...]  # (key of an extra column, position)
    repeated: tuple[str, ...]  # headers that stand there twice
    unknown: tuple[tuple[str, int], ...]  # (header, position)


def header_key(text: str) -> str:
    """A header for comparison: 「※ 所属コード（必須）」 is 「所属コード」."""
    return matching_key(_DECORATION.sub("", text.strip()))


def _known(columns: tuple[Column, ...]) -> dict[str, str]:
    return {header_key(name): column.key for column in columns for name in (column.header_ja, *column.aliases)}


def find_header(rows: list[list[Cell]], spec: TableSpec) -> Header | None:
    """The row with most known headers among the first rows; None when none has enough of them."""
    known = _known(spec.columns)
    enough = min(ENOUGH, len(spec.columns) + (spec.extra is not None))
    best, best_count = None, enough - 1
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        keys = {known[key] for cell in row if isinstance(cell, str) and (key := header_key(cell)) in known}
        count = len(keys) + (spec.extra is not None and any(_is_extra(cell, spec) for cell in row))
        if keys and count > best_count:
            best, best_count = number, count
    return None if best is None else _assigned(best, rows[best], spec, known)


def _is_extra(cell: Cell, spec: TableSpec) -> bool:
    return cell != "" and spec.extra is not None and spec.extra.key_of(cell_text(cell)) is not None


def _assigned(number: int, row: list[Cell], spec: TableSpec, known: dict[str, str]) -> Header:
    columns: dict[str, int] = {}
    extras: dict[str, int] = {}
    repeated: list[str] = []
    unknown: list[tuple[str, int]] = []
    remarks = {header_key(name) for name in spec.remark_headers}
    for position, cell in enumerate(row):
        text = cell_text(cell)
        key = header_key(text)
        if key in known:
            if known[key] in columns:
                repeated.append(text)
            columns.setdefault(known[key], position)
            continue
        if not key or key in remarks:
            continue
        extra = spec.extra.key_of(text) if spec.extra is not None else None
        if extra is None:
            unknown.append((text, position))
        elif extra in extras:
            repeated.append(text)
        else:
            extras[extra] = position
    return Header(number, columns, tuple(extras.items()), tuple(repeated), tuple(unknown))


def nearest_ja(text: str, columns: Iterable[Column]) -> str:
    """「もしかして…」 for a mistyped header; "" when nothing is near."""
    names = [column.header_ja for column in columns]
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.6)
    return f"「{near[0]}」の誤りではありませんか。" if near else ""


def column_letter(position: int) -> str:
    """The letter Excel shows for a 0-based column: 0 -> A, 26 -> AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
