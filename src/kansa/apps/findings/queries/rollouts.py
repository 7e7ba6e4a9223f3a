"""How far is each rollout, and who has not answered?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kansa.apps.findings import models
from kansa.core.permission import Actor, can


@dataclass(frozen=True, slots=True)
class Progress:
    """A rollout with the numbers of its answers; `percent`: answered among asked, rounded down."""

    rollout: models.LateralRollout
    asked_count: int
    counts: dict[str, int]  # answer -> number; "" = not yet
    own: models.RolloutTarget | None  # the answer of the person's own department

    @property
    def answered_count(self) -> int:
        """How many departments have answered."""
        return self.asked_count - self.counts.get("", 0)

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return self.answered_count * 100 // self.asked_count if self.asked_count else 0

    def is_late(self, today: date) -> bool:
        """Whether answers are missing after the day."""
        return self.rollout.closed_at is None and today > self.rollout.due_on and self.counts.get("", 0) > 0


def progress(actor: Actor) -> list[Progress]:
    """The rollouts that concern the person, newest first; other departments' answers count for the office only."""
    rollouts = list(
        models.LateralRollout.objects.visible_to(actor).select_related("finding").order_by("-ordered_at", "-pk")
    )
    counts: dict[int, Counter[str]] = {one.pk: Counter() for one in rollouts}
    own: dict[int, models.RolloutTarget] = {}
    targets = models.RolloutTarget.objects.visible_to(actor).filter(rollout__in=list(counts))
    for target in targets.defer("reasons_ja", "answer_ja").order_by("pk"):
        counts[target.rollout_id][target.answer] += 1
        if target.department_id in actor.departments:
            own.setdefault(target.rollout_id, target)
    return [Progress(one, counts[one.pk].total(), dict(counts[one.pk]), own.get(one.pk)) for one in rollouts]


def is_office(actor: Actor) -> bool:
    """Whether the person follows all departments."""
    return can(actor, "read_all")
