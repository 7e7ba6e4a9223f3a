"""A city with auditors, audits and slots, drawn with a seed: for property tests and for the benchmark."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from kansa.core.independence import Post
from kansa.core.year import Succession
from kansa.planning.assignment.values import AssignmentCase, AssignmentRules, Auditor, AuditTask, Travel
from kansa.planning.calendar.slots import Slot

YEAR = 2024
SITES = ("本庁", "北支所", "南支所", "消防本部")


def year_slots(count: int, capacity: int | None = None) -> tuple[Slot, ...]:
    """Mornings and afternoons from 1 October on, without Saturdays and Sundays."""
    days = [day for day in (date(YEAR, 10, 1) + timedelta(n) for n in range(120)) if day.weekday() < 5]
    halves = [(day, half) for day in days for half in ("am", "pm")]
    return tuple(Slot(f"{day:%m%d}{half}", day, half, capacity=capacity) for day, half in halves[:count])


def staffed_city(
    seed: int,
    departments: int = 75,
    auditors: int = 40,
    audits: int = 25,
    slots: int = 20,
    busy_rate: int = 40,
    rules: AssignmentRules | None = None,
) -> AssignmentCase:
    """Everybody has a post of the year and of three years before; `busy_rate` of 100 slots are taken."""
    chance = random.Random(seed)
    codes = [f"D{number:03}" for number in range(departments)]
    table = year_slots(slots)
    ids = [slot.slot_id for slot in table]
    site = {code: chance.choice(SITES) for code in codes}

    def busy(rate: int) -> frozenset[str]:
        return frozenset(one for one in ids if chance.randrange(100) < rate)

    people = []
    for number in range(auditors):
        own = chance.choice(codes)
        posts = [Post(YEAR, own), *(Post(YEAR - back, chance.choice([own, *codes])) for back in (1, 2, 3))]
        people.append(
            Auditor(
                f"S{number:03}",
                f"監査員{number}",
                tuple(posts),
                is_head=chance.randrange(10) == 0,
                is_experienced=chance.randrange(100) < 55,
                is_trained=chance.randrange(100) < 85,
                may_lead=chance.randrange(100) < 70,
                busy_slots=busy(busy_rate),
                site=site[own],
                preferred_departments=frozenset(chance.sample(codes, min(2, departments))[:1]),
            )
        )
    audited = chance.sample(codes, min(audits, departments))
    tasks = [
        AuditTask(
            f"A{number:03}",
            code,
            site=site[code],
            slots=frozenset(ids) - busy(busy_rate // 2) or frozenset(ids),
            wanted_slots=frozenset(chance.sample(ids, min(4, len(ids)))),
        )
        for number, code in enumerate(audited)
    ]
    changes = tuple(
        Succession(YEAR - back, "renamed", f"X{codes[back]}", codes[back]) for back in range(min(3, departments))
    )
    return AssignmentCase(
        YEAR,
        tuple(people),
        tuple(tasks),
        rules or AssignmentRules(),
        table,
        {code: f"{code}課" for code in codes},
        changes,
        tuple(Travel(one, other, 10 * (place + 1)) for place, one in enumerate(SITES) for other in SITES[place + 1 :]),
    )


def shuffled(case: AssignmentCase, seed: int) -> AssignmentCase:
    """The same question put in another order."""
    chance = random.Random(seed)

    def mixed(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(items, len(items)))

    people = tuple(replace(one, posts=mixed(one.posts)) for one in case.auditors)  # type: ignore[arg-type]
    return replace(
        case,
        auditors=mixed(people),  # type: ignore[arg-type]
        tasks=mixed(case.tasks),  # type: ignore[arg-type]
        slots=mixed(case.slots),  # type: ignore[arg-type]
        travel=mixed(case.travel),  # type: ignore[arg-type]
        successions=mixed(case.successions),  # type: ignore[arg-type]
    )
