"""What changes when a plan is made anew: as little as possible, as even as possible, or something between?

The accepted plan is `task.previous`; what was done or fixed by hand is in `task.fixed` and stays. A cell that is not
kept costs a price. At a price of 1 a cell moves only where that makes the plan better, so that a plan that was the
best already stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kansa.core.fiscal import era_year_ja
from kansa.planning.program import Search
from kansa.planning.rotation.costs import costs
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.values import INTERNAL, PlanCell, RotationPlan, RotationTask

STREAMS_JA = {"internal_audit": "内部監査", "external_audit": "外部監査"}
BETWEEN_PRICE = 5
EVEN_PRICE = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One department whose year changes: moved, added (`from_year` None) or removed (`to_year` None)."""

    kind: str
    department_code: str
    name_ja: str
    stream: str
    from_year: int | None
    to_year: int | None

    @property
    def text_ja(self) -> str:
        """The change as a sentence."""
        what = f"「{self.name_ja}」の{STREAMS_JA.get(self.stream, self.stream)}"
        if self.from_year is None and self.to_year is not None:
            return f"{what}を{era_year_ja(self.to_year)}に加えます。"
        if self.to_year is None and self.from_year is not None:
            return f"{what}を{era_year_ja(self.from_year)}から除きます。"
        return f"{what}を{era_year_ja(self.from_year or 0)}から{era_year_ja(self.to_year or 0)}に移します。"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to plan anew. `quality`: the plan's cost without the price of changes, to be compared."""

    name_ja: str
    change_price: int
    plan: RotationPlan
    quality: int | None
    changes: tuple[Change, ...]


def differences(
    before: Iterable[PlanCell], after: Iterable[PlanCell], names_ja: Mapping[str, str]
) -> tuple[Change, ...]:
    """What differs between two plans, by department and stream. The order of cells does not matter."""
    old, new = _by_department(before), _by_department(after)
    found = []
    for code, stream in sorted({*old, *new}):
        left = sorted(old.get((code, stream), set()) - new.get((code, stream), set()))
        come = sorted(new.get((code, stream), set()) - old.get((code, stream), set()))
        name = names_ja.get(code, code)
        both = min(len(left), len(come))
        found += [
            Change("moved", code, name, stream, start, end) for start, end in zip(left[:both], come[:both], strict=True)
        ]
        found += [Change("removed", code, name, stream, year, None) for year in left[both:]]
        found += [Change("added", code, name, stream, None, year) for year in come[both:]]
    return tuple(found)


def alternatives(
    task: RotationTask, search: Search | None = None, names_ja: Mapping[str, str] | None = None
) -> tuple[Alternative, ...]:
    """Up to three plans, the one with the fewest changes first; one that equals an earlier one is left out.

    A task without any plan gives one alternative without cells, whose plan's status says why.
    `names_ja`: words for departments that stand no more, on top of those of the task. Raises InputError.
    """
    names = {**(names_ja or {}), **{one.code: one.name_ja for one in task.departments}}
    least = max(task.rules.weights.change, EVEN_PRICE)
    wanted = (("変更を最小にする案", least), ("折衷案", BETWEEN_PRICE), ("均等を優先する案", EVEN_PRICE))
    found: list[Alternative] = []
    for name, price in wanted:
        if found and price >= found[-1].change_price:
            continue
        priced = _with_price(task, price)
        plan = solve_rotation(priced, search)
        if any(one.plan.cells == plan.cells for one in found):
            continue
        if not plan.cells:
            return (*found, Alternative(name, price, plan, None, ()))
        quality = sum(one.cost for one in costs(_with_price(task, 0), plan.cells))
        found.append(Alternative(name, price, plan, quality, differences(task.previous, plan.cells, names)))
    return tuple(found)


def _with_price(task: RotationTask, price: int) -> RotationTask:
    return replace(task, rules=replace(task.rules, weights=replace(task.rules.weights, change=price)))


def _by_department(cells: Iterable[PlanCell]) -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = {}
    for cell in cells:
        found.setdefault((cell.department_code, cell.stream), set()).add(cell.fiscal_year)
    return found


def with_cell_moved(
    cells: Iterable[PlanCell], code: str, fiscal_year: int, stream: str = INTERNAL
) -> tuple[PlanCell, ...]:
    """The plan with this department in this year instead of its other years: what a person does by hand."""
    plan = list(cells)
    own = [cell for cell in plan if cell.department_code == code and cell.stream == stream]
    kept = [cell for cell in plan if cell not in own]
    moved = replace(own[0], fiscal_year=fiscal_year) if own else PlanCell(code, fiscal_year, stream)
    return tuple(sorted([*kept, moved], key=lambda cell: (cell.fiscal_year, cell.department_code, cell.stream)))
