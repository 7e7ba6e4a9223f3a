"""Is a lap planned, proved, repaired and planned anew in the promised time, and how much better than by hand?

`by hand` is what a careful clerk would do: departments with the fewest possible years first, each into the year that
has the fewest audits so far, then the fewest of its kind, then the time since its last visit, then the fewest people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from random import Random

from benchmarks.harness import Result, main, timed
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.conflict import diagnose
from kansa.planning.rotation.costs import objective
from kansa.planning.rotation.replan import alternatives, with_cell_moved
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.values import (
    EXTERNAL,
    INTERNAL,
    Capacity,
    ExternalTarget,
    MustAudit,
    MustNotAudit,
    PlanCell,
    PlannedDepartment,
    RotationPlan,
    RotationRules,
    RotationTask,
)

FIRST = 2026
LAP = range(FIRST, FIRST + 3)
KINDS = (("head_office", 60), ("branch_office", 12), ("nursery", 16), ("facility", 12))
PLAN_SECONDS = {75: 3, 600: 20}
REPAIR_SECONDS = {75: 2, 600: 5}
CHECK_SECONDS = 0.02
CITIES = 3


def made_city(size: int, seed: int) -> RotationTask:
    """A city with kinds, risks, premises, last visits, external targets for each year, and some musts and must-nots."""
    chance = Random(seed)
    pool = [kind for kind, share in KINDS for _ in range(share)]
    departments = []
    for number in range(size):
        kind = chance.choice(pool)
        away = kind != "head_office"
        departments.append(
            PlannedDepartment(
                f"{number:04d}",
                f"第{number}課",
                kind=kind,
                staff_count=chance.randint(4, 45),
                risk_level=20 * chance.randint(1, 5),
                systems_count=chance.randint(0, 6),
                distance_minutes=5 * chance.randint(1, 10) if away else 0,
                site_code=f"S{chance.randrange(max(2, size // 6))}" if away else "",
                last_audited_year=FIRST - chance.randint(1, 3) if chance.random() > 0.06 else None,
            )
        )
    codes = [one.code for one in departments]
    chance.shuffle(codes)
    per_year = max(1, size // 15)
    targets = [ExternalTarget(codes.pop(), year) for year in LAP for _ in range(per_year)]
    must = [MustAudit(codes.pop(), chance.choice(LAP)) for _ in range(size // 25)]
    must_not = [MustNotAudit(codes.pop(), chance.choice(LAP)) for _ in range(size // 15)]
    rules = RotationRules(FIRST, len(LAP), must=tuple(must), must_not=tuple(must_not))
    return RotationTask(tuple(departments), rules, tuple(targets))


def by_hand(task: RotationTask) -> tuple[PlanCell, ...]:
    """The plan of a careful clerk; keeps must, must-not and external years, knows no objective."""
    external = {(one.department_code, one.fiscal_year) for one in task.external_targets}
    barred = external | {(one.department_code, one.fiscal_year) for one in task.rules.must_not}
    wanted = {one.department_code: one.fiscal_year for one in task.rules.must}
    possible = {
        one.code: [wanted[one.code]] if one.code in wanted else [y for y in LAP if (one.code, y) not in barred]
        for one in task.departments
    }
    audits, people, kinds = Counter[int](), Counter[int](), Counter[tuple[str, int]]()
    cells = [PlanCell(code, year, EXTERNAL) for code, year in sorted(external)]
    for one in sorted(task.departments, key=lambda one: (len(possible[one.code]), -one.staff_count, one.code)):
        due = (one.last_audited_year or FIRST) + len(LAP)
        key = {
            year: (audits[year], kinds[one.kind, year], abs(year - due), people[year], year)
            for year in possible[one.code]
        }
        year = min(key, key=lambda year: key[year])
        audits[year] += 1
        people[year] += one.staff_count
        kinds[one.kind, year] += 1
        cells.append(PlanCell(one.code, year))
    return tuple(cells)


@dataclass
class Kept:
    """What the last timed call gave, for the notes."""

    plan: RotationPlan | None = None
    note: str = ""


def planning(size: int, seed: int) -> Result:
    """One city planned, against the plan by hand."""
    task, kept = made_city(size, seed), Kept()
    clerk = by_hand(task)

    def plan() -> None:
        kept.plan = solve_rotation(task)

    took = timed(f"{size} departments, 3 years, city {seed}", plan, runs=1, warm=0)
    reference = timed("the plan by hand", lambda: by_hand(task), runs=3)
    found = kept.plan
    assert found is not None
    assert not breaches(task, found.cells)
    assert objective(task, found.cells) == found.objective
    note = (
        f"{found.status}, cost {found.objective}, bound {found.bound}, gap {found.gap}; "
        f"by hand {objective(task, clerk)}; verified by the checker"
    )
    return Result(
        f"{size} departments planned and proved in {PLAN_SECONDS[size]} s",
        took,
        reference,
        PLAN_SECONDS[size],
        note=note,
    )


def impossible(size: int) -> dict[str, RotationTask]:
    """The same city with a contradiction planted, of one department, of a group of rules, and of counting."""
    task = made_city(size, 1)
    rules = task.rules
    busy = {one.department_code for one in (*rules.must, *rules.must_not, *task.external_targets)}
    free = [one.code for one in task.departments if one.code not in busy]
    barred = tuple(MustNotAudit(free[0], year) for year in LAP)
    target = (*task.external_targets, ExternalTarget(free[1], FIRST))
    few = tuple(Capacity(year, 0, size // 3 - 1) for year in LAP)
    return {
        "barred from every year": replace(task, rules=replace(rules, must_not=(*rules.must_not, *barred))),
        "must in its external year": replace(
            task, external_targets=target, rules=replace(rules, must=(*rules.must, MustAudit(free[1], FIRST)))
        ),
        "too little room": replace(task, rules=replace(rules, capacities=few)),
    }


def repairing(size: int) -> list[Result]:
    """Impossible years, named and repaired."""
    results = []
    for name, task in impossible(size).items():
        kept = Kept()

        def explain(task: RotationTask = task, kept: Kept = kept) -> None:
            found = diagnose(task)
            assert found is not None
            assert found.is_repair_verified
            kept.note = f"{'、'.join(found.kinds)}: {len(found.rules)} rules, repair {found.price}"

        took = timed(f"{size} departments, {name}", explain, runs=1, warm=0)
        promise = f"{size} departments called infeasible, with the cheapest repair, in {REPAIR_SECONDS[size]} s"
        results.append(Result(promise, took, limit_seconds=REPAIR_SECONDS[size], note=kept.note))
    return results


def replanning(size: int) -> list[Result]:
    """New external targets in the second year: up to three alternatives; and one cell changed by hand."""
    task, kept = made_city(size, 1), Kept()
    plan = solve_rotation(task)
    busy = {one.department_code for one in (*task.rules.must, *task.external_targets)}
    moved = [cell for cell in plan.cells if cell.stream == INTERNAL and cell.fiscal_year == FIRST + 1]
    forced = [cell.department_code for cell in moved if cell.department_code not in busy][: max(2, size // 50)]
    targets = tuple(ExternalTarget(code, FIRST + 1) for code in forced)
    changed = replace(task, previous=plan.cells, external_targets=(*task.external_targets, *targets))

    def replan() -> None:
        found = alternatives(changed)
        moves = [sum(1 for one in way.changes if one.kind == "moved") for way in found]
        costs = [way.quality for way in found]
        kept.note = f"{len(forced)} forced to move; alternatives move {moves}, cost {costs}"

    took = timed(f"{size} departments, {len(forced)} new external targets", replan, runs=1, warm=0)
    by_hand_cells = with_cell_moved(plan.cells, forced[0], FIRST)
    check = timed(f"{size} departments, one cell changed by hand", lambda: breaches(task, by_hand_cells), runs=10)
    return [
        Result(
            f"{size} departments planned anew in {PLAN_SECONDS[size]} s",
            took,
            limit_seconds=PLAN_SECONDS[size],
            note=kept.note,
        ),
        Result("every rule checked after one cell in 20 ms", check, limit_seconds=CHECK_SECONDS),
    ]


def run() -> list[Result]:
    """All promises of the rotation."""
    results = []
    for size in PLAN_SECONDS:
        results += [planning(size, seed) for seed in range(1, CITIES + 1)]
        results += repairing(size)
        results += replanning(size)
    return results


if __name__ == "__main__":
    main(run)
