"""How does a plan look as a table: each department, its last visit, and its cell in each year?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kansa.planning.rotation.checker import breaches, coverage
from kansa.planning.rotation.costs import yearly_loads
from kansa.planning.rotation.values import EXTERNAL, Breach, Coverage, PlanCell, PlannedDepartment, RotationTask

STREAM_MARKS_JA = {"internal_audit": "内部", "external_audit": "外部"}


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What happens to a department in a year. `state`: "", kept, added, moved_here, moved_away; `is_past`: done."""

    fiscal_year: int
    words_ja: str
    state: str
    is_past: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One department of the plan."""

    department: PlannedDepartment
    cells: tuple[MatrixCell, ...]
    coverage: Coverage
    breaches: tuple[Breach, ...]


def lap_matrix(
    task: RotationTask, cells: Iterable[PlanCell], before: Iterable[PlanCell] | None = None
) -> list[MatrixRow]:
    """Every department of the task with its cells; `before`: the plan to show the difference to."""
    plan = set(cells)
    old = plan if before is None else set(before)
    fixed = {one.cell for one in task.fixed if not one.is_past}
    found: dict[str, list[Breach]] = {}
    for one in breaches(task, plan):
        found.setdefault(one.department_code, []).append(one)
    proofs = {one.department_code: one for one in coverage(task, plan)}
    rows = []
    for department in task.departments:
        years = tuple(
            _cell(department.code, year, plan, old, fixed, task.open_from or year) for year in task.rules.years
        )
        of_department = tuple(found.get(department.code, ()))
        rows.append(MatrixRow(department, years, proofs[department.code], of_department))
    return rows


def _cell(
    code: str, year: int, plan: set[PlanCell], old: set[PlanCell], fixed: set[PlanCell], open_from: int
) -> MatrixCell:
    streams = sorted(one.stream for one in plan if (one.department_code, one.fiscal_year) == (code, year))
    were = sorted(one.stream for one in old if (one.department_code, one.fiscal_year) == (code, year))
    words = "・".join(STREAM_MARKS_JA[stream] for stream in reversed(streams))
    state = "kept" if streams else ""
    if streams != were:
        state = "added" if set(streams) - set(were) else "removed"
    is_fixed = any((one.department_code, one.fiscal_year) == (code, year) for one in fixed)
    return MatrixCell(year, words, state, year < open_from, is_fixed)


@dataclass(frozen=True, slots=True)
class YearLoad:
    """How much work a year holds."""

    fiscal_year: int
    internal_count: int
    external_count: int
    staff_count: int
    systems_count: int


def year_loads(task: RotationTask, cells: Iterable[PlanCell]) -> list[YearLoad]:
    """The work of each year, for the bars above the matrix."""
    plan = tuple(cells)
    loads = yearly_loads(task, plan)
    return [
        YearLoad(
            year,
            loads[year]["count"],
            sum(1 for cell in plan if cell.fiscal_year == year and cell.stream == EXTERNAL),
            loads[year]["staff"],
            loads[year]["systems"],
        )
        for year in task.rules.years
    ]
