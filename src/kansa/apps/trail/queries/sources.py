"""How do the rows that values came from become the sources of a frozen value?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kansa.core.runs import encode_rows
from kansa.core.year import SourceRows

# What every query selects to say where a row came from, in this order.
SOURCE_VALUES = ("source_file__sha256", "sheet", "row")


def one_row(sha256: str | None, sheet: str, row: int) -> SourceRows | None:
    """The source of a single row; None when it was typed in."""
    return SourceRows(sha256, sheet, str(row)) if sha256 else None


def sourced(row: Sequence[Any]) -> tuple[Any, ...]:
    """A selected row that ends with SOURCE_VALUES, those three put together into its source."""
    return (*row[:-3], one_row(*row[-3:]))


def many_rows(rows: Iterable[tuple[str | None, str, int]]) -> tuple[SourceRows, ...]:
    """Sources of a value made of many rows, one per sheet, rows ascending and each once."""
    sheets: dict[tuple[str, str], set[int]] = {}
    for sha256, sheet, row in rows:
        if sha256:
            sheets.setdefault((sha256, sheet), set()).add(row)
    return tuple(
        SourceRows(sha256, sheet, encode_rows(sorted(found))) for (sha256, sheet), found in sorted(sheets.items())
    )


def positioned_rows(rows: Iterable[tuple[int, str | None, str, int]], length: int) -> tuple[SourceRows, ...]:
    """Sources of a record with `length` values, from (position of the value, file, sheet, row)."""
    sheets: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for position, sha256, sheet, row in rows:
        if sha256:
            sheets.setdefault((sha256, sheet), []).append((position, row))
    result = []
    for (sha256, sheet), found in sorted(sheets.items()):
        found.sort()
        positions = [position for position, _ in found]
        named = "" if positions == list(range(length)) else encode_rows(positions)
        result.append(SourceRows(sha256, sheet, encode_rows([row for _, row in found]), named))
    return tuple(result)
