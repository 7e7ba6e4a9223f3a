"""Are the locked cells of a worksheet as they were written, and if not, which one was changed?

The seal is one HMAC over everything locked, in the order of the item codes, so that sorting the rows does not break
it. Each row also carries short HMACs of its cells; they are looked at only when the seal does not fit.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence

FIELD = "\x1f"  # never in a cell: control characters are folded away
ROW = "\x1e"
SHORT = 8  # hexadecimal digits of a cell's own HMAC

META_KEYS = (
    "schema",
    "fiscal_year",
    "engagement_code",
    "department_code",
    "stream",
    "checklist_sha256",
    "levels",
    "item_codes",
    "base",
)


def meta_seal(key: bytes, meta: Mapping[str, str], names: Sequence[str] = META_KEYS) -> str:
    """HMAC-SHA-256 (hex) over the identity of the worksheet; `names` are its parts."""
    return _hmac(key, "meta" + ROW + ROW.join(f"{name}{FIELD}{meta.get(name, '')}" for name in names))


def cells_seal(key: bytes, meta_hmac: str, rows: Iterable[str]) -> str:
    """HMAC-SHA-256 (hex) over all locked rows (`row_text`), whatever their order, bound to this worksheet."""
    return _hmac(key, "cells" + ROW + meta_hmac + ROW + ROW.join(sorted(rows)))


def row_text(code: str, cells: Sequence[str]) -> str:
    """The item code and the locked cells of a row as one text."""
    return code + FIELD + FIELD.join(cells)


def cell_marks(key: bytes, code: str, cells: Sequence[str]) -> str:
    """The short HMACs of a row's locked cells, one after the other."""
    return "".join(
        _hmac(key, f"cell{FIELD}{code}{FIELD}{place}{FIELD}{text}")[:SHORT] for place, text in enumerate(cells)
    )


def changed_cells(key: bytes, code: str, cells: Sequence[str], marks: str) -> list[int]:
    """Positions of the locked cells that do not fit their mark."""
    fresh = cell_marks(key, code, cells)
    return [
        place
        for place in range(len(cells))
        if not hmac.compare_digest(
            fresh[place * SHORT : (place + 1) * SHORT].encode(), marks[place * SHORT : (place + 1) * SHORT].encode()
        )
    ]


def same(first: str, second: str) -> bool:
    """Whether two seals are the same, in constant time."""
    return hmac.compare_digest(first.encode("utf-8"), second.encode("utf-8"))


def _hmac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode("utf-8"), "sha256").hex()
