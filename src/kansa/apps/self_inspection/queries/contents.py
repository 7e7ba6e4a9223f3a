"""What was answered besides はい and いいえ: how are the levels of a scale spread, and what did people write?

Only after closing, and only where k people or more were asked (docs/adr/0027).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Sum

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.models import Campaign, Comment, DepartmentTally, Tally, TallyLevel
from kansa.apps.self_inspection.queries.campaigns import asked_items
from kansa.apps.self_inspection.queries.decisions import NotDecided, publication_of
from kansa.core.job_types import is_asked_of
from kansa.core.publication import CITY
from kansa.core.rounding import printed
from kansa.core.suppression import may_be_shown


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level of a scale, with the part of the bar that it takes: `start` and `level_count` of all who chose one."""

    level: int
    label_ja: str
    level_count: int
    start: int
    chosen_count: int

    @property
    def percent(self) -> str:
        """Its part of all who chose a level, with one decimal; a dash when nobody did."""
        return printed(Fraction(100 * self.level_count, self.chosen_count), 1) if self.chosen_count else "－"


@dataclass(frozen=True, slots=True)
class LevelView:
    """How a scale was answered. `is_hidden`: by few people, or all alike, or the report hides it: nothing is shown."""

    item: ControlItem
    levels: tuple[LevelLine, ...]
    not_applicable_count: int
    blank_count: int
    is_hidden: bool

    @property
    def chosen_count(self) -> int:
        """People who chose a level."""
        return sum(one.level_count for one in self.levels)


@dataclass(frozen=True, slots=True)
class CommentView:
    """What was written to an item, in an order by chance. `is_hidden`: fewer than k people were asked."""

    item: ControlItem
    texts_ja: tuple[str, ...]
    is_hidden: bool


def asked_counts(campaign: Campaign, items: list[ControlItem]) -> dict[int, int]:
    """Item key -> respondents who were asked it. One query."""
    heads = DepartmentTally.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    people = dict(heads.order_by().values("job_type").annotate(n=Sum("respondent_count")).values_list("job_type", "n"))
    return {
        item.pk: sum(count for job_type, count in people.items() if is_asked_of(item.asked_of, job_type))
        for item in items
    }


def level_views(campaign: Campaign) -> list[LevelView]:
    """The scales of a closed campaign in their order; none before. Four queries."""
    items = [one for one in asked_items(campaign) if one.answer_kind == "scale"] if campaign.state == "closed" else []
    if not items:
        return []
    asked = asked_counts(campaign, items)
    keys = {"municipality_id": campaign.municipality_id, "item__in": items}
    chosen = TallyLevel.objects.filter(**keys).order_by().values("item", "level").annotate(n=Sum("level_count"))
    counts = Counter({(row["item"], row["level"]): row["n"] for row in chosen})
    sums = Tally.objects.filter(**keys).order_by().values("item")
    rest = {row["item"]: row for row in sums.annotate(away=Sum("not_applicable_count"), blank=Sum("blank_count"))}
    printed_codes = codes_in_print(campaign)
    found = []
    for item in items:
        lines = level_lines(item, counts)
        is_told = asked[item.pk] >= campaign.small_cell_k and (not item.met_from or item.code in printed_codes)
        is_told = is_told and may_be_shown([one.level_count for one in lines], max(campaign.small_cell_k, 1))
        away, blank = (rest[item.pk][name] if item.pk in rest else 0 for name in ("away", "blank"))
        found.append(LevelView(item, lines, away, blank, is_hidden=not is_told))
    return found


def codes_in_print(campaign: Campaign) -> set[str]:
    """The items of which the report prints the city's counts: levels of any other would tell what it hides."""
    try:
        decided = publication_of(campaign.municipality_id, campaign.checklist.fiscal_year)
    except NotDecided:
        return set()  # of a large city the job is still at it
    return {one.code for one in decided.table.items if decided.exact(CITY, one.code) is not None}


def level_lines(item: ControlItem, counts: Counter[tuple[int, int]]) -> tuple[LevelLine, ...]:
    """The levels of one scale side by side."""
    labels = item.levels_ja.splitlines()
    total = sum(counts[item.pk, level] for level in range(1, len(labels) + 1))
    found, start = [], 0
    for level, label in enumerate(labels, 1):
        found.append(LevelLine(level, label, counts[item.pk, level], start, total))
        start += counts[item.pk, level]
    return tuple(found)


def comment_views(campaign: Campaign) -> list[CommentView]:
    """What was written in a closed campaign, by item; none before. Three queries.

    The keys are by chance and were drawn anew at closing, so their order is one by chance, and the same at each look.
    """
    items = [one for one in asked_items(campaign) if one.answer_kind == "comment"] if campaign.state == "closed" else []
    if not items:
        return []
    asked = asked_counts(campaign, items)
    rows = Comment.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign).order_by("pk")
    texts: dict[int, list[str]] = {}
    for item, text in rows.values_list("item_id", "text_ja"):
        texts.setdefault(item, []).append(text)
    hidden = {item.pk: asked[item.pk] < campaign.small_cell_k for item in items}
    return [
        CommentView(item, () if hidden[item.pk] else tuple(texts.get(item.pk, ())), hidden[item.pk]) for item in items
    ]
