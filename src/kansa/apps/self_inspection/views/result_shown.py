"""How do the values of results read on a page: signs, words, and the class of a cell of the heat map?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from kansa.apps.self_inspection.queries.result_lines import LINEAGES_JA, Line
from kansa.core.compliance import RATE_EFFECTS_JA
from kansa.core.errors import NotComputable
from kansa.core.results import DIRECTIONS_JA, TEACH_REASONS_JA, Movement, ShownRate, YearResults
from kansa.core.rounding import printed
from kansa.core.year import ControlItem


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with its rate beside last year's, and beside the city's for a department."""

    item: ControlItem
    lineage_ja: str
    rate: ShownRate
    prior: ShownRate | None
    change_shown: str
    direction: str
    direction_ja: str
    city: ShownRate | None = None


class HeatCell(NamedTuple):
    """A cell of the heat map: its class, what is printed in it, and why nothing is."""

    band: str
    shown: str
    reason_ja: str


class HeatRow(NamedTuple):
    """A department (or the city) and its cells in the order of the items."""

    line: Line
    cells: list[HeatCell]


def item_lines(
    moves: Sequence[Movement], places: int, city: Sequence[ShownRate | None] | None = None
) -> list[ItemLine]:
    """A line for each item."""
    return [
        ItemLine(
            one.item,
            LINEAGES_JA.get(one.item.lineage, ""),
            one.this,
            one.prior,
            printed(one.change * 100, places, signed=True) if one.change is not None else "",
            one.direction,
            DIRECTIONS_JA.get(one.direction, ""),
            beside,
        )
        for one, beside in zip(moves, city or [None] * len(moves), strict=True)
    ]


def heat_rows(results: YearResults, lines: Sequence[Line]) -> list[HeatRow]:
    """The heat map's rows."""
    return [
        HeatRow(line, [heat_cell(results.rate(line.group, item.code)) for item in results.table.items])
        for line in lines
    ]


def heat_cell(rate: ShownRate) -> HeatCell:
    """A cell: a band, 秘匿 or nobody."""
    band = rate.band or ("hidden" if rate.is_hidden else "nobody")
    return HeatCell(band.replace("_", "-"), rate.shown, rate.reason_ja)


def effect_rows(results: YearResults) -> list[tuple[str, str]]:
    """Each part of the change with its ポイント, zero ones too: the parts add up to the change."""
    comparison = results.comparison
    if isinstance(comparison, NotComputable):
        return []
    places = results.table.places + 1
    return [(RATE_EFFECTS_JA[one.code], printed(one.value * 100, places, signed=True)) for one in comparison.effects]


def like_words(results: YearResults, group: str) -> str:
    """The change over the items that did not change, in words; "" when there is none."""
    found = results.like_for_like(group)
    if found is None:
        return ""
    change, count = found
    points = printed(change * 100, results.table.places, signed=True)
    return _("変更がなく両年度とも表示できる%(count)s項目だけで比べると %(points)s ポイント") % {
        "count": count,
        "points": points,
    }


def teach_lines(results: YearResults) -> list[tuple[ItemLine, list[str]]]:
    """The items to teach first with the words of their reasons."""
    lines = item_lines([one.movement for one in results.to_teach], results.table.places)
    words = ([TEACH_REASONS_JA[code] for code in one.reasons] for one in results.to_teach)
    return list(zip(lines, words, strict=True))
