"""Why is this department in this year, and what would another year cost?

Hard rules are asked of the checker, costs of the objective counted from the cells: nothing is taken from the solver,
except the cost of planning everything anew around the other year, when a search is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja
from kansa.planning.program import Search
from kansa.planning.rotation.checker import breaches, coverage
from kansa.planning.rotation.costs import costs, objective
from kansa.planning.rotation.replan import with_cell_moved
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.values import INTERNAL, Cost, MustAudit, PlanCell, RotationTask


@dataclass(frozen=True, slots=True)
class YearOption:
    """One year of the lap for one department.

    `barred_ja`: the hard rules that the plan would break with the department in this year, nothing else changed.
    `moved_difference`: the objective's change by moving it alone; `parts`: its lines that change.
    `replanned_difference`: the change when everything else may move too; None when not asked for, impossible, or the
    search was stopped.
    """

    fiscal_year: int
    is_planned: bool
    barred_ja: tuple[str, ...]
    moved_difference: int
    parts: tuple[tuple[str, int], ...]
    replanned_difference: int | None

    @property
    def is_open(self) -> bool:
        """No hard rule bars it."""
        return not self.barred_ja


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a department stands where it stands, as values and in sentences."""

    department_code: str
    options: tuple[YearOption, ...]
    sentences_ja: tuple[str, ...]


def explain(task: RotationTask, cells: Iterable[PlanCell], code: str, search: Search | None = None) -> Explanation:
    """The years of the lap for one department of a plan. `search`: also plan anew for each open year, within its limit.

    Raises InputError for a department that the task does not know.
    """
    plan = tuple(cells)
    if code not in {one.code for one in task.departments}:
        place = Place(sheet="課所等", column=code)
        raise InputError(Refusal("unknown_department", f"課所等「{code}」はありません。", place))
    years = {cell.fiscal_year for cell in plan if cell.department_code == code and cell.stream == INTERNAL}
    reached = next(one for one in coverage(task, plan) if one.department_code == code)
    if not years and reached.state != "missing":
        return Explanation(code, (), (f"「{reached.name_ja}」は内部監査の計画にありません。{reached.reason_ja}",))
    options = tuple(_option(task, plan, code, year, years, search) for year in task.rules.years)
    return Explanation(code, options, tuple(_sentences(reached.name_ja, options)))


def _option(
    task: RotationTask, plan: tuple[PlanCell, ...], code: str, year: int, years: set[int], search: Search | None
) -> YearOption:
    if year in years:
        barred = [one.reason_ja for one in breaches(task, plan) if one.department_code == code]
        return YearOption(year, True, tuple(barred), 0, (), 0)
    moved = with_cell_moved(plan, code, year)
    before = {(one.rule, one.department_code, one.fiscal_year) for one in breaches(task, plan)}
    barred = [
        one.reason_ja for one in breaches(task, moved) if (one.rule, one.department_code, one.fiscal_year) not in before
    ]
    parts = tuple(_parts(costs(task, plan), costs(task, moved)))
    replanned = None if search is None or barred else _replanned(task, plan, code, year, search)
    return YearOption(year, False, tuple(barred), sum(part for _, part in parts), parts, replanned)


def _parts(before: Sequence[Cost], after: Sequence[Cost]) -> Iterator[tuple[str, int]]:
    """The lines of the objective that change, by how much. Both have the same lines: they are those of the task."""
    for old, new in zip(before, after, strict=True):
        if new.cost != old.cost:
            yield new.name_ja, new.cost - old.cost


def _replanned(task: RotationTask, plan: tuple[PlanCell, ...], code: str, year: int, search: Search) -> int | None:
    asked = replace(task, rules=replace(task.rules, must=(*task.rules.must, MustAudit(code, year))))
    found = solve_rotation(asked, search)
    if found.status != "optimal" or found.objective is None:
        return None
    return found.objective - objective(task, plan)


def _sentences(name_ja: str, options: Sequence[YearOption]) -> Iterator[str]:
    planned = [era_year_ja(one.fiscal_year) for one in options if one.is_planned]
    if planned:
        yield f"「{name_ja}」は{'、'.join(planned)}に内部監査を行う計画です。"
    else:
        yield f"「{name_ja}」はどの年度にも計画されていません。"
    others = [one for one in options if not one.is_planned]
    if planned and not any(one.is_open for one in others):
        yield "ほかの年度はどれも条件に反します。"
    for one in others:
        year = era_year_ja(one.fiscal_year)
        if not one.is_open:
            yield f"{year}にはできません。{''.join(one.barred_ja)}"
            continue
        moved = f"{_difference_ja(one.moved_difference)}{_parts_ja(one.parts)}"
        yield f"{year}にもできます。この課所等だけを移すと、{moved}。"
        if one.replanned_difference is not None:
            yield f"{year}とし、ほかの課所等も組み直すと、{_difference_ja(one.replanned_difference)}。"


def _difference_ja(difference: int) -> str:
    if difference == 0:
        return "計画の評価（小さいほど良い）は変わりません"
    verb = "悪くなります" if difference > 0 else "良くなります"
    return f"計画の評価（小さいほど良い）が{abs(difference):,}点{verb}"


def _parts_ja(parts: Sequence[tuple[str, int]]) -> str:
    if not parts:
        return ""
    shown = "、".join(f"{words}{'＋' if change > 0 else '－'}{abs(change):,}" for words, change in parts)
    return f"（{shown}）"
