"""How are many row numbers written in one short text? Run-length, in the order of the values: "5-7,12"."""

from __future__ import annotations

from collections.abc import Sequence


def encode_rows(rows: Sequence[int]) -> str:
    """Run-length text of row numbers (>= 0), order kept; only ascending steps of one are joined.

    >>> encode_rows([5, 6, 7, 12])
    '5-7,12'
    """
    parts: list[str] = []
    first = last = -1
    for row in rows:
        if row < 0:
            raise ValueError(f"row number {row} is negative")
        if first >= 0 and row == last + 1:
            last = row
            continue
        if first >= 0:
            parts.append(_run(first, last))
        first = last = row
    if first >= 0:
        parts.append(_run(first, last))
    return ",".join(parts)


def _run(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def decode_rows(text: str) -> tuple[int, ...]:
    """The row numbers of a run-length text; "" has none. Raises ValueError when the text is not in the notation.

    >>> decode_rows("5-7,12")
    (5, 6, 7, 12)
    """
    rows: list[int] = []
    for part in text.split(",") if text else ():
        first, dash, last = part.partition("-")
        if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
            raise ValueError(f"not a run of rows: {part!r}")
        start, end = int(first), int(last) if dash else int(first)
        if dash and end <= start:
            raise ValueError(f"run of rows does not ascend: {part!r}")
        rows.extend(range(start, end + 1))
    return tuple(rows)
