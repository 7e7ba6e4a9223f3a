"""Small cities to be planned: departments, rules and tasks with defaults that weigh nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.costs import objective
from kansa.planning.rotation.values import (
    EXTERNAL,
    PlanCell,
    PlannedDepartment,
    RotationRules,
    RotationTask,
)

FIRST = 2023


def department(code: str, **fields: Any) -> PlannedDepartment:
    """A department that is called after its code."""
    return PlannedDepartment(code, f"{code}課", **fields)


def city(*departments: PlannedDepartment, length: int = 3, **fields: Any) -> RotationTask:
    """A task of a lap that begins in FY2023; rules by name, everything else goes to the task."""
    own = {name: fields.pop(name) for name in list(fields) if name not in RotationTask.__dataclass_fields__}
    return RotationTask(departments, RotationRules(FIRST, length, **own), **fields)


def years(cells: tuple[PlanCell, ...], stream: str = "internal_audit") -> dict[str, list[int]]:
    """Department -> years in the stream."""
    found: dict[str, list[int]] = {}
    for cell in cells:
        if cell.stream == stream:
            found.setdefault(cell.department_code, []).append(cell.fiscal_year)
    return found


def every_plan(task: RotationTask) -> Iterator[tuple[PlanCell, ...]]:
    """Every plan with at most one internal audit of a department, and every choice of external targets."""
    lap = task.rules.years
    given = {(one.department_code, one.fiscal_year) for one in task.external_targets if one.fiscal_year in lap}
    given |= {(one.cell.department_code, one.cell.fiscal_year) for one in task.fixed if one.cell.stream == EXTERNAL}
    per_year = []
    counts = {one.fiscal_year: one.count for one in task.external_counts}
    for year in lap:
        own = [one.code for one in task.departments if (one.code, year) in given]
        free = [one.code for one in task.departments if (one.code, year) not in given]
        more = counts.get(year, len(own)) - len(own)
        per_year.append([(*own, *chosen) for chosen in combinations(free, more)] if more >= 0 else [])
    for external in product(*per_year):
        targets = [PlanCell(code, year, EXTERNAL) for year, codes in zip(lap, external, strict=True) for code in codes]
        for internal in product((None, *lap), repeat=len(task.departments)):
            visits = [PlanCell(one.code, year) for one, year in zip(task.departments, internal, strict=True) if year]
            yield (*targets, *visits)


def least_cost(task: RotationTask) -> int | None:
    """The cost of the best plan by trying all; None when no plan keeps the rules."""
    good = [objective(task, plan) for plan in every_plan(task) if not breaches(task, plan)]
    return min(good, default=None)
