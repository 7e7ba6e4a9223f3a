"""How does the office say how teams are made up and in which days the year's audits are held?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from kansa.apps.scheduling.actions.engaging import year_for_change
from kansa.apps.scheduling.models import COUNTS_JA, OFFERED_HALVES_JA
from kansa.apps.scheduling.queries import slots_of
from kansa.apps.scheduling.queries.cases import WEIGHTS
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.independence import RULES_JA
from kansa.core.permission import Actor

HIGHEST = {"weight": 100_000, "people": 20, "notice": 200, "capacity": 1000}


@dataclass(frozen=True, slots=True)
class YearRules:
    """What a year's assignment keeps to; None where there is no limit, or no decision yet."""

    team_size: int = 2
    experienced_count: int = 1
    lead_count: int = 1
    load_tolerance: int = 0
    head_audit_rule: str = "block"
    weights: Mapping[str, int] = field(default_factory=dict)
    first_on: date | None = None
    last_on: date | None = None
    halves: str = "am,pm"
    slot_capacity: int | None = None
    site_capacity: int | None = None
    notice_days: int = 10
    notice_counts: str = "working"


NAMES = tuple(YearRules.__dataclass_fields__)


def _faults(fiscal_year: int, new: YearRules) -> list[Refusal]:
    faults = []
    people = HIGHEST["people"]
    if not 1 <= new.team_size <= people:
        faults.append(Refusal("team_size", f"班の人数は1人から{people}人までです。", Place(column="班の人数")))
    for name, count in (("経験者の人数", new.experienced_count), ("主任になれる人の人数", new.lead_count)):
        if not 0 <= count <= new.team_size:
            faults.append(Refusal("team_too_small", "班の人数より多くできません。", Place(column=name)))
    if new.head_audit_rule not in RULES_JA or new.halves not in OFFERED_HALVES_JA or new.notice_counts not in COUNTS_JA:
        faults.append(Refusal("unknown_word", "選択肢から選んでください。"))
    if not 0 <= new.notice_days <= HIGHEST["notice"]:
        faults.append(Refusal("out_of_range", f"{HIGHEST['notice']}日までです。", Place(column="通知の日数")))
    for name, most in (("同じ時間枠の件数の上限", new.slot_capacity), ("同じ場所の件数の上限", new.site_capacity)):
        if most is not None and not 1 <= most <= HIGHEST["capacity"]:
            faults.append(Refusal("out_of_range", "1以上にしてください。", Place(column=name)))
    if any(name not in WEIGHTS or not 0 <= value <= HIGHEST["weight"] for name, value in new.weights.items()):
        faults.append(Refusal("out_of_range", f"重みは0から{HIGHEST['weight']}までです。"))
    if not 0 <= new.load_tolerance <= HIGHEST["capacity"]:
        faults.append(Refusal("out_of_range", "0以上にしてください。", Place(column="件数の差の許容")))
    return faults + _about_days(fiscal_year, new)


def _about_days(fiscal_year: int, new: YearRules) -> list[Refusal]:
    if (new.first_on is None) != (new.last_on is None):
        return [Refusal("day_needed", "始まりと終わりの両方を入力してください。", Place(column="最後の日"))]
    return [
        Refusal("day_outside_year", f"{era_year_ja(fiscal_year)}の日を入力してください。", Place(column=name))
        for name, day in (("最初の日", new.first_on), ("最後の日", new.last_on))
        if day is not None and fiscal_year_of(day) != fiscal_year
    ]


def set_year_rules(actor: Actor, fiscal_year: int, new: YearRules) -> None:
    """Rules of teams and days. Raises InputError for what contradicts itself, or leaves no half day."""
    require(actor, "manage_plan")
    faults = _faults(fiscal_year, new)
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        year = year_for_change(actor, fiscal_year)
        before = {name: _told(getattr(year, name)) for name in NAMES}
        for name in NAMES:
            value = getattr(new, name)
            setattr(year, name, dict(value) if isinstance(value, Mapping) else value)
        slots_of(year)
        year.save(update_fields=list(NAMES))
        after = {name: _told(getattr(year, name)) for name in NAMES}
        if after != before:
            record(actor, "set_year_rules", "audit_year", str(fiscal_year), before, after)


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
