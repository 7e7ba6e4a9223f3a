"""How long does it take to assign a year's auditors, to explain an impossible year, and to plan anew?

Two sizes: 40 auditors / 25 audits, and 300 auditors / 200 audits. The solver beside a greedy baseline that fills one
audit after another; for each its cost, its proved gap, and what the checker says. Run: python -m benchmarks.assignment
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from benchmarks.harness import Result, Timing, main, timed
from kansa.planning.assignment.values import AssignmentCase

SEED = 3


@dataclass(frozen=True)
class Size:
    """A city, and what was promised for it: seconds for a plan, for an impossible year with its repair."""

    name: str
    departments: int
    auditors: int
    audits: int
    slots: int
    plan_seconds: float
    repair_seconds: float
    runs: int


SIZES = (
    Size("75 departments, 40 auditors, 25 audits", 75, 40, 25, 20, 2, 2, 5),
    Size("600 departments, 300 auditors, 200 audits", 600, 300, 200, 40, 15, 5, 2),
)


def impossible(size: Size) -> AssignmentCase:
    """The city with too few experienced people: each of them goes at most twice."""
    from tests.planning.staffed_city import staffed_city

    case = staffed_city(SEED, size.departments, size.auditors, size.audits, size.slots)
    few = size.audits * 2 // 5
    able = [one.staff_number for one in case.auditors if one.is_experienced][:few]
    return replace(
        case,
        auditors=tuple(replace(one, is_experienced=one.staff_number in able, max_audits=2) for one in case.auditors),
    )


def plans(size: Size) -> list[Result]:
    """A plan from nothing, and a new one after an auditor dropped out."""
    from kansa.planning.assignment.checker.breaches import blocking
    from kansa.planning.assignment.checker.costs import faults, slot_cost, team_cost
    from kansa.planning.assignment.greedy import greedy
    from kansa.planning.assignment.replan import replan
    from kansa.planning.assignment.solve import assign
    from tests.planning.staffed_city import staffed_city

    case = staffed_city(SEED, size.departments, size.auditors, size.audits, size.slots)
    plan, by_hand = assign(case), greedy(case)
    assert not faults(case, plan), faults(case, plan)
    solved = timed("teams and slots", lambda: assign(case), size.runs, 0)
    quick = timed("greedy", lambda: greedy(case), size.runs, 0)
    checked = timed("checker", lambda: blocking(case, plan.teams), 5, 1)
    wrong = Counter(one.rule for one in blocking(case, by_hand))
    note = (
        f"{plan.status}, teams {plan.objective} (gap {plan.gap}), slots {plan.slot_objective} "
        f"(bound {plan.slot_bound}), {plan.rounds} rounds, {plan.solver}; greedy: teams {team_cost(case, by_hand)}, "
        f"slots {slot_cost(case, by_hand)}, broken rules {dict(wrong)}"
    )
    gone = plan.teams[0].staff_numbers[0]
    now = replace(case, auditors=tuple(one for one in case.auditors if one.staff_number != gone))
    changes = replan(now, plan.teams)[1]
    again = timed("new plan, one auditor gone", lambda: replan(now, plan.teams), size.runs, 0)
    return [
        Result(
            f"assigned in {size.plan_seconds} s: {size.name}",
            solved,
            quick,
            size.plan_seconds,
            note=note,
            by_processor=True,
        ),
        Result(
            f"planned anew in {size.plan_seconds} s: {size.name}",
            again,
            solved,
            size.plan_seconds,
            by_processor=True,
            note=f"{len(changes)} audits changed, {sum(len(one.joined) for one in changes)} people joined",
        ),
        Result(f"checked while editing by hand in 0.5 s: {size.name}", checked, solved, 0.5, by_processor=True),
    ]


def repair(size: Size, solved: Timing) -> Result:
    """An impossible year: rules in conflict and the cheapest way out."""
    from kansa.planning.assignment.repair import why_impossible

    case = impossible(size)
    found = why_impossible(case)
    assert not found.unnamed
    took = timed("contradiction and way out", lambda: why_impossible(case), size.runs, 0)
    note = (
        f"conflict {found.rules_ja} (minimal: {found.is_minimal}), {len(found.steps)} steps, price {found.price}, "
        f"proved cheapest: {found.is_cheapest}"
    )
    name = f"an impossible year explained and repaired in {size.repair_seconds} s: {size.name}"
    return Result(name, took, solved, size.repair_seconds, note=note, by_processor=True)


def run() -> list[Result]:
    """Both sizes."""
    results = []
    for size in SIZES:
        made = plans(size)
        results += [*made, repair(size, made[0].timing)]
    return results


if __name__ == "__main__":
    main(run)
