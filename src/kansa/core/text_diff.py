"""What was deleted from a text and inserted into it, cut so that a person can read it?

For showing revised items beside last year's wording. Worked examples: docs/spec/20-text-differences.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from kansa.core.characters import clusters

_ISLAND = 2  # an unchanged piece shorter than this between two changes is told with them


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text: same, deleted or inserted."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    old: str
    new: str
    is_same: bool
    size: int


def text_diff(old: str, new: str) -> tuple[Segment, ...]:
    """The segments in reading order; of a change the deleted part comes first.

    same and deleted joined give `old` exactly, same and inserted give `new`; no segment is empty, no two neighbours are
    of one kind. Line breaks that did not change are never told as a change.

    >>> [segment.kind for segment in text_diff("年１回", "年２回")]
    ['same', 'deleted', 'inserted', 'same']
    """
    segments: list[Segment] = []
    deleted = inserted = ""
    for piece in [*_without_islands(_pieces(old, new)), _Piece("", "", True, 0)]:
        if not piece.is_same:
            deleted, inserted = deleted + piece.old, inserted + piece.new
            continue
        segments += [Segment(kind, text) for kind, text in (("deleted", deleted), ("inserted", inserted)) if text]
        deleted = inserted = ""
        if piece.old and segments and segments[-1].kind == "same":
            segments[-1] = Segment("same", segments[-1].text + piece.old)
        elif piece.old:
            segments.append(Segment("same", piece.old))
    return tuple(segments)


def _pieces(old: str, new: str) -> list[_Piece]:
    """Same and changed pieces, line breaks of the same pieces standing alone."""
    before, after = clusters(old), clusters(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[_Piece] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind != "equal":
            found.append(_Piece("".join(before[old_from:old_to]), "".join(after[new_from:new_to]), False, 0))
            continue
        run: list[str] = []
        for cluster in before[old_from:old_to]:
            if cluster in ("\n", "\r\n", "\r"):
                found += [_same(run)] if run else []
                found.append(_same([cluster]))
                run = []
            else:
                run.append(cluster)
        found += [_same(run)] if run else []
    return found


def _same(run: list[str]) -> _Piece:
    text = "".join(run)
    return _Piece(text, text, True, len(run))


def _without_islands(pieces: list[_Piece]) -> list[_Piece]:
    """Short unchanged pieces between two changes become part of the change; line breaks never do."""
    found = []
    for place, piece in enumerate(pieces):
        between = 0 < place < len(pieces) - 1 and not pieces[place - 1].is_same and not pieces[place + 1].is_same
        is_island = piece.is_same and piece.size < _ISLAND and between and piece.old.strip("\r\n") != ""
        found.append(_Piece(piece.old, piece.new, False, 0) if is_island else piece)
    return found
