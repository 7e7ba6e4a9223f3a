"""What does a page show of an item?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.forms import ANSWER_CHOICES
from kansa.core.job_types import is_asked_of


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item at its place in the campaign; `number`: its place among the items that this respondent is asked."""

    position: int
    item: ControlItem
    number: int

    @property
    def place(self) -> str:
        """Its place as a text, for the names of fields."""
        return str(self.position)

    @property
    def is_comment(self) -> bool:
        """Whether it asks for words, which nobody has to give."""
        return bool(self.item.answer_kind == "comment")

    @property
    def is_scale(self) -> bool:
        """Whether it asks for a level."""
        return bool(self.item.answer_kind == "scale")

    @property
    def choices(self) -> list[tuple[str, object]]:
        """What may be chosen: what is sent, and the label; a scale from its first level on."""
        if self.item.answer_kind != "scale":
            return [*ANSWER_CHOICES]
        levels = enumerate(self.item.levels_ja.splitlines(), 1)
        return [*((str(level), label) for level, label in levels), ANSWER_CHOICES[-1]]

    @property
    def rule_ja(self) -> str:
        """The rules behind the item."""
        return "　".join(one for one in (self.item.policy_clause, self.item.law_ja) if one)


def shown_items(items: Iterable[ControlItem], job_type: str | None = None) -> list[ShownItem]:
    """The items with their places from 1; only those that are asked of a job type, when one is given."""
    places = [
        (place, one) for place, one in enumerate(items, 1) if job_type is None or is_asked_of(one.asked_of, job_type)
    ]
    return [ShownItem(place, one, number) for number, (place, one) in enumerate(places, 1)]
