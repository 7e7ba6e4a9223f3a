"""Who audits what, and when, at the least cost? Teams first, then slots; teams without a slot are cut off and replaced.

What is proved: `gap` 0 means that no plan that keeps every rule has cheaper teams. The slots are the best for these
teams; other teams of the same cost might have better slots. Where cutting goes on too long, teams and slots are chosen
in one joint program, which costs more time and proves the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kansa.planning.assignment.asking import input_sha256, settled
from kansa.planning.assignment.candidates import candidates
from kansa.planning.assignment.joint import SlotColumns, add_slots, overlaps
from kansa.planning.assignment.rows import TeamProgram, team_program
from kansa.planning.assignment.schedule import Schedule, cuts, has_slots_for_all, schedule, scheduled
from kansa.planning.assignment.values import AssignmentCase, AssignmentPlan, Auditor, Team
from kansa.planning.program import Outcome, Search

# Rounds of cutting before the joint program takes over: it is quick while tasks x slots is small.
ROUNDS, SMALL_ROUNDS, SMALL = 40, 8, 600
AFTER_STOP = 5.0  # seconds that slots of the best teams may still take once somebody stopped the search


@dataclass(frozen=True, slots=True)
class Chosen:
    """Teams and slots by number, before names come back."""

    outcome: Outcome
    teams: list[list[int]]
    schedule: Schedule
    rounds: int
    seconds: float
    constant: int


def assign(case: AssignmentCase, search: Search | None = None) -> AssignmentPlan:
    """The plan of the year. Raises InputError for bad input; an impossible year has the status `infeasible`."""
    asked, ready = search or Search(), settled(case)
    built = team_program(ready, candidates(ready))
    return named_plan(ready, asked, chosen(ready, built, asked))


def chosen(case: AssignmentCase, built: TeamProgram, asked: Search) -> Chosen:
    """Solves, schedules, cuts and solves again until every team has its slot."""
    seconds, is_joint, outcome = 0.0, False, None
    empty = Schedule({}, (), 0, 0, 0.0)
    columns = SlotColumns()
    patience = SMALL_ROUNDS if len(case.tasks) * len(case.slots) <= SMALL else ROUNDS
    for number in range(1, 10 * ROUNDS):
        outcome = built.program.solve(replace(asked, seconds=max(0.1, asked.seconds - seconds)))
        seconds += outcome.seconds
        if outcome.objective is None:
            return Chosen(outcome, [], empty, number, seconds, built.constant)
        teams = built.teams(outcome.values)
        clashes = overlaps(case, built, columns, outcome.values) if is_joint else []
        for terms in clashes:
            built.program.row([(column, 1) for column in terms], upper=3)
        if clashes:
            continue
        is_stopped = outcome.status != "optimal"
        slots = schedule(
            case, teams, Search(AFTER_STOP, asked.seed) if is_stopped else replace(asked, on_progress=None)
        )
        seconds += slots.seconds
        if not slots.missing:
            return Chosen(outcome, teams, slots, number, seconds, built.constant)
        if seconds >= asked.seconds or is_stopped:
            break
        if number == 1 and not has_slots_for_all(case, asked):
            return Chosen(_without_plan(outcome, "infeasible"), teams, slots, number, seconds, built.constant)
        for pairs in cuts(case, teams, slots.missing, asked):
            built.forbid(pairs, len(pairs) - 1)
        if number >= patience and not is_joint:
            columns, is_joint = add_slots(case, built), True
    assert outcome is not None
    return Chosen(_without_plan(outcome, "unknown"), [], empty, number, seconds, built.constant)


def _without_plan(outcome: Outcome, status: str) -> Outcome:
    """No plan; a bound only where one can still be wanted."""
    return replace(
        outcome, status=status, values=(), objective=None, bound=outcome.bound if status == "unknown" else None
    )


def named_plan(case: AssignmentCase, asked: Search, found: Chosen) -> AssignmentPlan:
    """The plan in codes and staff numbers."""
    outcome = found.outcome
    has_plan = outcome.objective is not None
    return AssignmentPlan(
        outcome.status,
        named_teams(case, found.teams, found.schedule.slots) if has_plan else (),
        outcome.objective + found.constant if has_plan and outcome.objective is not None else None,
        None if outcome.bound is None else outcome.bound + found.constant,
        found.schedule.objective if has_plan and scheduled(case) else None,
        found.schedule.bound if has_plan and scheduled(case) else None,
        found.seconds,
        asked.seed,
        outcome.solver,
        input_sha256(case),
        found.rounds,
    )


def named_teams(case: AssignmentCase, teams: Sequence[Sequence[int]], slots: dict[int, str]) -> tuple[Team, ...]:
    """Teams in the order of the tasks, each with its lead."""
    led: dict[str, int] = {}
    found = []
    for place, task in enumerate(case.tasks):
        people = [case.auditors[one] for one in sorted(teams[place])]
        lead = lead_of(people, led) if task.needs_lead else ""
        if lead:
            led[lead] = led.get(lead, 0) + 1
        numbers = tuple(one.staff_number for one in people)
        found.append(Team(task.code, numbers, slots.get(place), lead))
    return tuple(found)


def lead_of(people: Sequence[Auditor], led: dict[str, int]) -> str:
    """Who leads: an experienced one first, then who leads least so far, then by staff number; "" when nobody may."""
    able = [one for one in people if one.may_lead]
    if not able:
        return ""
    return min(
        able, key=lambda one: (not one.is_experienced, led.get(one.staff_number, 0), one.staff_number)
    ).staff_number
