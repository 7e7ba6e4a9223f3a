"""How was the whole city judged in a year, department by department?"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kansa.apps.assessment.models import Judgement
from kansa.apps.assessment.queries.levels import JUDGED_METHOD, MARKS
from kansa.apps.controls.models import ControlItem
from kansa.apps.plan.models import Engagement
from kansa.core import year

# Palette of the picture: levels 0..9, then 対象外, not judged, not assigned. The same order as SIGNS.
SIGNS = year.LEVELS + year.NOT_APPLICABLE + year.NOT_JUDGED + year.NOT_ASSIGNED
PALETTE = (
    *(0xB2182B, 0xEF8A62, 0xFDDBC7, 0x92C5DE, 0x2166AC, 0x1F5A99, 0x1B4E86, 0x174273, 0x133660, 0x0F2A4D),
    *(0x8C8C8C, 0xFFFFFF, 0xE6E6E6),
)
CELL = 4  # pixels


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One engagement: its department and one character an item (see core.year.Engagement.levels)."""

    code: str
    department_ja: str
    levels: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """All control checks of one stream and year. `domains`: name and the places of its items."""

    items: tuple[str, ...]
    domains: tuple[tuple[str, tuple[int, ...]], ...]
    rows: tuple[MatrixRow, ...]


def matrix_of(municipality_id: int, fiscal_year: int, stream: str) -> Matrix:
    """Three queries, however many departments and years there are."""
    items = list(
        ControlItem.objects.filter(
            municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream=stream
        )
        .exclude(lineage="dropped")
        .order_by("position", "pk")
        .values_list("pk", "code", "domain_ja")
    )
    places = {pk: place for place, (pk, _code, _domain) in enumerate(items)}
    engagements = list(
        Engagement.objects.filter(
            municipality_id=municipality_id, fiscal_year=fiscal_year, stream=stream, method=JUDGED_METHOD
        )
        .order_by("department__code", "code")
        .values_list("pk", "code", "department__name_ja")
    )
    marks: dict[int, list[str]] = {}
    blank = [year.NOT_ASSIGNED] * len(items)
    rows = Judgement.objects.filter(municipality_id=municipality_id, engagement__in=[pk for pk, *_ in engagements])
    for engagement, item, state, level in rows.values_list("engagement_id", "item_id", "state", "level"):
        row = marks.get(engagement)
        if row is None:
            row = marks[engagement] = blank.copy()
        row[places[item]] = MARKS[state] if level is None else year.LEVELS[level]
    waiting = year.NOT_JUDGED * len(items)
    lines = [
        MatrixRow(code, name or "", "".join(marks[pk]) if pk in marks else waiting) for pk, code, name in engagements
    ]
    return Matrix(tuple(code for _pk, code, _domain in items), places_by([row[2] for row in items]), tuple(lines))


def places_by(domains: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Each domain with the places of its items, in the order in which the checklist names them."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(domains):
        found.setdefault(name, []).append(place)
    return tuple((name, tuple(places)) for name, places in found.items())


def mean_of(levels: str) -> Fraction | None:
    """The exact mean of these judgements; None when none has a level."""
    counts = [levels.count(sign) for sign in year.LEVELS]
    judged = sum(counts)
    return Fraction(sum(level * count for level, count in enumerate(counts)), judged) if judged else None


def picture_of(matrix: Matrix) -> bytes:
    """The matrix as a PNG, one coloured square a judgement, departments from above, items from the left."""
    colours = {sign: bytes([place]) * CELL for place, sign in enumerate(SIGNS)}
    width, height = max(len(matrix.items), 1) * CELL, max(len(matrix.rows), 1) * CELL
    lines = [b"\0" + b"".join(colours[sign] for sign in row.levels) for row in matrix.rows]
    pixels = b"".join(line * CELL for line in lines) or (b"\0" + bytes([len(SIGNS) - 1]) * width) * CELL
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = b"".join(struct.pack(">I", colour)[1:] for colour in PALETTE)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(pixels, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
