"""How far is a new installation on its way to its first audit? Everything is read from the records themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from kansa.apps.controls.models import ControlItem, ScaleLevel
from kansa.apps.people.models import Account, Appointment, Department, Municipality, StaffMember
from kansa.apps.plan.models import Engagement
from kansa.core.permission import Actor


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, whether the records show it done, and how many records there are (the name itself first)."""

    code: str
    is_done: bool
    count: int = 0
    name_ja: str = ""


def first_steps(actor: Actor) -> list[Step]:
    """The steps in their order. Eight queries."""
    found = Municipality.objects.filter(pk=actor.municipality_id).first()
    name_ja = found.name_ja if found else ""
    others = counted(actor, Account) - 1
    return [
        Step("municipality", bool(name_ja), name_ja=name_ja),
        tallied(actor, "year", ScaleLevel),
        tallied(actor, "departments", Department),
        tallied(actor, "staff", StaffMember),
        tallied(actor, "checklist", ControlItem),
        Step("accounts", others > 0 and counted(actor, Appointment) > 0, max(0, others)),
        tallied(actor, "engagement", Engagement),
    ]


def is_begun(actor: Actor) -> bool:
    """Whether every step is done."""
    return all(step.is_done for step in first_steps(actor))


def tallied(actor: Actor, code: str, model: type[models.Model]) -> Step:
    """A step that is done once the municipality has such a record, of whatever year."""
    count = counted(actor, model)
    return Step(code, count > 0, count)


def counted(actor: Actor, model: type[Any]) -> int:
    """How many rows of a table are the municipality's."""
    return int(model.objects.filter(municipality_id=actor.municipality_id).count())
