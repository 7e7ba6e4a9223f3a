"""What do the cells of a plan say about each department, and what is known of it without any plan?

For the checker only: it is written from the words of the rules and shares nothing with the model but the values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kansa.core.fiscal import era_year_ja
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, PlanCell, PlannedDepartment, RotationTask


@dataclass(frozen=True, slots=True)
class Facts:
    """One plan against its task, indexed. Years are in ascending order."""

    task: RotationTask
    departments: dict[str, PlannedDepartment]
    internal: dict[str, list[int]]
    external: dict[str, list[int]]
    past_internal: dict[str, list[int]]
    past_external: dict[str, list[int]]
    given_external: dict[str, list[int]]  # in the lap
    external_before: frozenset[str]  # in the year before the lap
    excluded_ja: dict[str, str]

    def name_ja(self, code: str) -> str:
        """The name in brackets; the code for one that is not known."""
        known = self.departments.get(code)
        return f"「{known.name_ja if known else code}」"

    def counts_as_visit(self, code: str) -> bool:
        """Is an external audit of the lap the visit of this department?"""
        return self.task.rules.external_counts_for_rotation and bool(self.external.get(code))

    def stands_in(self, one: PlannedDepartment, year: int) -> bool:
        """Does the department exist in this year?"""
        return (one.opens_in is None or one.opens_in <= year) and (one.closes_in is None or year < one.closes_in)

    def why_unreached(self, one: PlannedDepartment) -> tuple[str, str] | None:
        """State and reason for which the lap need not visit it; None when it has to."""
        last = self.task.rules.years[-1]
        if one.code in self.excluded_ja:
            return "excluded", f"計画の条件で対象外としています（{self.excluded_ja[one.code]}）。"
        if one.covered_in is not None:
            return "predecessor", f"{era_year_ja(one.covered_in)}に前身の所属を監査済みです。"
        if one.closes_in is not None and one.closes_in <= last:
            words = f"（{one.closed_reason_ja}）" if one.closed_reason_ja else ""
            return "closed", f"{era_year_ja(one.closes_in)}に廃止されます{words}。"
        if one.opens_in is not None and one.opens_in > last:
            return "later", f"{era_year_ja(one.opens_in)}に設置されるため、次の巡目で監査します。"
        return None


def years_by_department(cells: Iterable[PlanCell], stream: str) -> dict[str, list[int]]:
    """Department -> its years in this stream, ascending."""
    found: dict[str, list[int]] = {}
    for cell in cells:
        if cell.stream == stream:
            found.setdefault(cell.department_code, []).append(cell.fiscal_year)
    for years in found.values():
        years.sort()
    return found


def facts_of(task: RotationTask, cells: Iterable[PlanCell]) -> Facts:
    """The index of a plan."""
    plan = tuple(cells)
    made = [one.cell for one in task.fixed if one.is_past]
    given = [PlanCell(one.department_code, one.fiscal_year, EXTERNAL) for one in task.external_targets]
    given += [one.cell for one in task.fixed if one.cell.stream == EXTERNAL]
    first = task.rules.first_fiscal_year
    in_lap = {(cell.department_code, cell.fiscal_year) for cell in given if cell.fiscal_year >= first}
    return Facts(
        task=task,
        departments={one.code: one for one in task.departments},
        internal=years_by_department(plan, INTERNAL),
        external=years_by_department(plan, EXTERNAL),
        past_internal=years_by_department(made, INTERNAL),
        past_external=years_by_department(made, EXTERNAL),
        given_external=years_by_department([PlanCell(code, year, EXTERNAL) for code, year in in_lap], EXTERNAL),
        external_before=frozenset(cell.department_code for cell in given if cell.fiscal_year == first - 1),
        excluded_ja={one.department_code: one.reason_ja for one in task.rules.excluded},
    )
