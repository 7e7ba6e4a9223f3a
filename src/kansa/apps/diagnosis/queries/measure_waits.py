"""Which measures wait for a person: to be weighed, approved, done, looked at again, verified?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from kansa.apps.diagnosis.models import Measure
from kansa.apps.diagnosis.queries.measure_rights import is_in_charge, may_approve, may_verify
from kansa.apps.diagnosis.queries.measures import MeasureLine, measure_lines
from kansa.core.permission import Actor, can

# What a department does next about a measure of that standing.
STEPS_JA = {
    "returned": "実施後も残っている対策をやり直す",
    "overdue": "期限を過ぎた対策を進める",
    "review": "受容・軽減した危険を見直す",
    "undecided": "対策を検討する",
    "sent_back": "差し戻された対策を検討し直す",
    "proposed": "対策の案を承認する",
    "done": "実施した対策を確かめる",
}
LATE = ("returned", "overdue", "review")


@dataclass(frozen=True, slots=True)
class MeasureWait:
    """Measures that wait for the same step. `first`: the one to open when there is only one."""

    standing: str
    count: int
    first: Measure
    due_on: date | None

    @property
    def step_ja(self) -> str:
        """What is to be done."""
        return STEPS_JA[self.standing]

    @property
    def is_late(self) -> bool:
        """Whether a day has passed."""
        return self.standing in LATE


def measure_waits(actor: Actor, today: date) -> list[MeasureWait]:
    """What waits for the person, by step; one query for whoever has no measure."""
    is_concerned = actor.departments or can(actor, "manage_diagnosis") or can(actor, "accept_risk")
    if not (can(actor, "read_diagnosis") and is_concerned and Measure.objects.visible_to(actor).exists()):
        return []
    found: dict[str, list[MeasureLine]] = defaultdict(list)
    for line in measure_lines(actor, today, is_whole=False):
        if _is_the_persons(actor, line):
            found[line.standing].append(line)
    return [
        MeasureWait(
            standing,
            len(found[standing]),
            found[standing][0].measure,
            min((one.due_on for one in found[standing] if one.due_on), default=None),
        )
        for standing in STEPS_JA
        if standing in found
    ]


def _is_the_persons(actor: Actor, line: MeasureLine) -> bool:
    """Whether the next step is the person's. Kept risks that come back are the CISO's to know of, too."""
    if line.standing == "proposed":
        return line.latest is not None and may_approve(actor, line.measure, line.latest)
    if line.standing == "done":
        return may_verify(actor, line.measure)
    if line.standing == "review" and can(actor, "accept_risk"):
        return True
    return line.standing in STEPS_JA and is_in_charge(actor, line.measure.owning_department_id)
