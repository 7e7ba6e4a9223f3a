"""What was judged when a worksheet was written? It travels in the sealed part, to tell later who changed what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from kansa.formats.folding import fold_prose
from kansa.formats.worksheets import layout
from kansa.formats.worksheets.plan import WorksheetItem

# state, level, reason, evidence, methods
Written = tuple[str, int | None, str, str, tuple[str, ...]]


def base_text(items: Iterable[WorksheetItem]) -> str:
    """One line an item, in the order of the worksheet; texts as they stand in the cells."""
    return "\n".join(
        json.dumps(
            [item.code, item.state, item.level, *map(fold_prose, (item.reason_ja, item.evidence_ja)), item.methods],
            ensure_ascii=False,
        )
        for item in items
    )


def base_cells(text: str) -> Iterator[str]:
    """The text in pieces that fit a cell, cut between lines; a line that is too long by itself is left out.

    Without its line an item counts as not judged when it was written: whoever merges is asked once more.
    """
    piece: list[str] = []
    size = 0
    for line in text.split("\n"):
        if len(line) > layout.BASE_CHARACTERS:
            continue
        if piece and size + len(line) > layout.BASE_CHARACTERS:
            yield "\n".join(piece)
            piece, size = [], 0
        piece.append(line)
        size += len(line) + 1
    if piece:
        yield "\n".join(piece)


def read_base(text: str) -> dict[str, Written]:
    """Item code -> what was judged when the worksheet was written. The text was sealed, so it is as it was written."""
    found: dict[str, Written] = {}
    for line in filter(None, text.split("\n")):
        code, state, level, reason_ja, evidence_ja, methods = json.loads(line)
        found[code] = (state, level, reason_ja, evidence_ja, tuple(methods))
    return found
