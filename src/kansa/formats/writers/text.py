"""How is a table written as CSV that Excel opens, and that cannot run as a formula there?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
# Excel takes these first characters as the beginning of a formula. A cell that already looks guarded gets one more
# apostrophe, so that the reader, which takes exactly one away, gives back what was written.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """The cell with a leading apostrophe where Excel would take it for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def write_delimited(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """UTF-8 with byte order mark, CRLF, every dangerous cell guarded; None is an empty cell."""
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(text) for text in header])
    for row in rows:
        writer.writerow(["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8")
