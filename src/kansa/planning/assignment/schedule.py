"""Which slot does each team get, and which teams can have none? The second stage, and the cuts it sends back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kansa.planning.assignment.candidates import free_slots
from kansa.planning.assignment.values import AssignmentCase
from kansa.planning.program import Outcome, Program, Search

UNSCHEDULED = 10**6
SMALL = 14  # tasks in a knot that is reduced to its core one by one


@dataclass(frozen=True, slots=True)
class Schedule:
    """Slot ids by task; `missing`: tasks that could have none. `objective` and `bound` are for the scheduled ones."""

    slots: dict[int, str]
    missing: tuple[int, ...]
    objective: int
    bound: int | None
    seconds: float
    is_best: bool = False


def scheduled(case: AssignmentCase) -> list[int]:
    """The tasks that need a slot, when the year has any."""
    return [place for place, task in enumerate(case.tasks) if task.needs_slot] if case.slots else []


def schedule(
    case: AssignmentCase, teams: Sequence[Collection[int]], search: Search, only: Collection[int] | None = None
) -> Schedule:
    """The cheapest slots for given teams; as few tasks as possible stay without one."""
    program = Program()
    places = [place for place in scheduled(case) if only is None or place in only]
    columns, missing = _columns(case, teams, program, places)
    _no_clash(case, teams, program, columns)
    outcome = program.solve(search)
    if not outcome.values:
        return Schedule({}, tuple(places), 0, None, outcome.seconds)
    return _read(outcome, columns, missing)


def has_slots_for_all(case: AssignmentCase, search: Search) -> bool:
    """False when the slots do not even suffice with nobody to ask: capacities, sites, days of the departments."""
    alone = schedule(case, [()] * len(case.tasks), replace(search, on_progress=None))
    return alone.bound is None or not alone.missing or not alone.is_best


def _read(outcome: Outcome, columns: dict[tuple[int, str], int], missing: dict[int, int]) -> Schedule:
    gone = tuple(place for place, column in missing.items() if outcome.values[column])
    paid = UNSCHEDULED * len(gone)
    return Schedule(
        {place: slot_id for (place, slot_id), column in columns.items() if outcome.values[column]},
        gone,
        (outcome.objective or 0) - paid,
        None if outcome.bound is None else max(0, outcome.bound - paid),
        outcome.seconds,
        outcome.status == "optimal",
    )


def slot_cost(case: AssignmentCase, place: int, slot_id: str) -> int:
    """What this slot costs: outside the wanted ones, moved from the previous plan."""
    task = case.tasks[place]
    before = {team.task_code: team.slot_id for team in case.previous}.get(task.code)
    cost = case.rules.slot_weight if task.wanted_slots and slot_id not in task.wanted_slots else 0
    return cost + (case.rules.change_weight if before is not None and before != slot_id else 0)


def _columns(
    case: AssignmentCase, teams: Sequence[Collection[int]], program: Program, places: list[int]
) -> tuple[dict[tuple[int, str], int], dict[int, int]]:
    columns: dict[tuple[int, str], int] = {}
    missing: dict[int, int] = {}
    for place in places:
        busy = frozenset[str]().union(*(case.auditors[one].busy_slots for one in teams[place]))
        allowed = free_slots(case, case.tasks[place]) - busy
        for slot in case.slots:
            if slot.slot_id in allowed:
                columns[place, slot.slot_id] = program.variable(cost=slot_cost(case, place, slot.slot_id))
        missing[place] = program.variable(cost=UNSCHEDULED)
        mine = [(columns[place, slot.slot_id], 1) for slot in case.slots if slot.slot_id in allowed]
        program.row([*mine, (missing[place], 1)], 1, 1)
    return columns, missing


def _no_clash(
    case: AssignmentCase, teams: Sequence[Collection[int]], program: Program, columns: dict[tuple[int, str], int]
) -> None:
    """In one slot: one audit per auditor, one per department, as many as the slot and the site hold."""
    shared: dict[tuple[str, object, str], list[int]] = defaultdict(list)
    capacity = {slot.slot_id: slot.capacity for slot in case.slots}
    for (place, slot_id), column in columns.items():
        task = case.tasks[place]
        for one in teams[place]:
            shared["auditor", one, slot_id].append(column)
        shared["department", task.department_code, slot_id].append(column)
        if capacity[slot_id] is not None:
            shared["slot", "", slot_id].append(column)
        if case.rules.site_capacity is not None and task.site:
            shared["site", task.site, slot_id].append(column)
    for (kind, _what, slot_id), together in shared.items():
        most = {"slot": capacity[slot_id], "site": case.rules.site_capacity}.get(kind) or 1
        if len(together) > most:
            program.row([(column, 1) for column in together], upper=most)


def cuts(
    case: AssignmentCase, teams: Sequence[Collection[int]], missing: Collection[int], search: Search
) -> list[list[tuple[int, int]]]:
    """Sets of (auditor, task) that cannot all be kept, whatever else is chosen: each with a proof of its own."""
    found: list[list[tuple[int, int]]] = []
    for place in missing:
        lonely = _without_common_slot(case, teams[place], place)
        if lonely:
            found += [[(one, number) for one in lonely] for number in _likewise(case, lonely, place)]
        else:
            knot = _core(case, teams, _knot(case, teams, place), search)
            found.append([(one, number) for number in knot for one in teams[number]])
    return found


def _without_common_slot(case: AssignmentCase, team: Collection[int], place: int) -> tuple[int, ...]:
    """The smallest part of the team that has no slot in common for this task; () when all have one."""
    allowed = free_slots(case, case.tasks[place])
    for count in range(1, len(team) + 1):
        for some in combinations(sorted(team), count):
            if not allowed - frozenset[str]().union(*(case.auditors[one].busy_slots for one in some)):
                return some
    return ()


def _likewise(case: AssignmentCase, lonely: tuple[int, ...], place: int) -> list[int]:
    """Every task for which the same people have no slot in common."""
    busy = frozenset[str]().union(*(case.auditors[one].busy_slots for one in lonely))
    return [number for number in scheduled(case) if number == place or not free_slots(case, case.tasks[number]) - busy]


def _knot(case: AssignmentCase, teams: Sequence[Collection[int]], place: int) -> list[int]:
    """The tasks that hang together with this one: through people, departments, sites or slots with a capacity."""
    if any(slot.capacity is not None for slot in case.slots):
        return scheduled(case)
    knot, waiting = {place}, [place]
    while waiting:
        one = waiting.pop()
        for other in scheduled(case):
            if other not in knot and _touch(case, teams, one, other):
                knot.add(other)
                waiting.append(other)
    return sorted(knot)


def _touch(case: AssignmentCase, teams: Sequence[Collection[int]], one: int, other: int) -> bool:
    left, right = case.tasks[one], case.tasks[other]
    at_one_site = case.rules.site_capacity is not None and left.site != "" and left.site == right.site
    return at_one_site or left.department_code == right.department_code or bool({*teams[one]} & {*teams[other]})


def _core(case: AssignmentCase, teams: Sequence[Collection[int]], knot: list[int], search: Search) -> list[int]:
    """A knot that cannot be scheduled, reduced to tasks that are all needed for that (when it is small)."""
    if len(knot) > SMALL:
        return knot
    core = list(knot)
    for place in knot:
        rest = [one for one in core if one != place]
        if rest and schedule(case, teams, Search(search.seconds, search.seed), rest).missing:
            core = rest
    return core
