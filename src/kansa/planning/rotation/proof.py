"""Do these few rules really contradict each other? Tried out on every plan of their departments, without the solver.

Sound for the rules it takes: a plan of the whole city that kept them would, cut down to these departments, be among
the plans that are tried. A lower limit of a year's number is not such a rule: other departments may fill it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, PlanCell, RotationTask
from kansa.planning.rotation.words import RuleInstance

MOST_PLANS = 5_000
ABOUT_ALL = frozenset({"capacity_least", "external_count"})
ABOUT_EXTERNAL = frozenset({"external", "external_target", "external_change", "external_limit"})


def is_contradiction(task: RotationTask, rules: Sequence[RuleInstance]) -> bool | None:
    """True when every plan breaks one of the rules, False when one keeps all; None when that cannot be tried out."""
    if any(one.kind in ABOUT_ALL for one in rules):
        return None
    small = _cut_down(task, rules)
    if not small.departments:
        return None
    cells = _possible_cells(small, rules)
    if 2 ** len(cells) > MOST_PLANS:
        return None
    wanted = {_key(one.kind, one.department_code, one.fiscal_year) for one in rules}
    for plan in _plans(cells):
        found = breaches(small, plan)
        impossible = any(one.rule in ("not_standing", "past") for one in found)
        if not impossible and not wanted & {_key(one.rule, one.department_code, one.fiscal_year) for one in found}:
            return False
    return True


def _key(kind: str, code: str, year: int | None) -> tuple[str, str, int | None]:
    return (kind, "", None) if kind == "same_year" else (kind, code, year)


def _cut_down(task: RotationTask, rules: Sequence[RuleInstance]) -> RotationTask:
    """The task of the departments that the rules name, and of the members of their groups."""
    codes = {one.department_code for one in rules} - {""}
    if any(one.kind == "same_year" for one in rules):
        for group in task.rules.same_year:
            if codes & set(group.department_codes):
                codes |= set(group.department_codes)
    kept = task.rules
    return replace(
        task,
        departments=tuple(one for one in task.departments if one.code in codes),
        rules=replace(
            kept,
            must=tuple(one for one in kept.must if one.department_code in codes),
            must_not=tuple(one for one in kept.must_not if one.department_code in codes),
            same_year=tuple(one for one in kept.same_year if set(one.department_codes) <= codes),
            excluded=tuple(one for one in kept.excluded if one.department_code in codes),
            wishes=(),
        ),
        external_targets=tuple(one for one in task.external_targets if one.department_code in codes),
        fixed=tuple(one for one in task.fixed if one.cell.department_code in codes),
        previous=(),
    )


def _possible_cells(task: RotationTask, rules: Sequence[RuleInstance]) -> list[PlanCell]:
    """Internal audits in every year; external ones where they were given or may be chosen, if that can matter."""
    lap = task.rules.years
    cells = [PlanCell(one.code, year, INTERNAL) for one in task.departments for year in lap]
    if not task.rules.external_counts_for_rotation and not any(one.kind in ABOUT_EXTERNAL for one in rules):
        return cells + [one.cell for one in task.fixed if one.is_past and one.cell.stream == EXTERNAL]
    targets = {(one.department_code, one.fiscal_year) for one in task.external_targets if one.fiscal_year in lap}
    targets |= {(one.cell.department_code, one.cell.fiscal_year) for one in task.fixed if one.cell.stream == EXTERNAL}
    targets |= {(one.code, count.fiscal_year) for one in task.departments for count in task.external_counts}
    return cells + [PlanCell(code, year, EXTERNAL) for code, year in sorted(targets)]


def _plans(cells: Sequence[PlanCell]) -> Iterator[tuple[PlanCell, ...]]:
    """Every set of these cells."""
    for chosen in product((False, True), repeat=len(cells)):
        yield tuple(cell for cell, taken in zip(cells, chosen, strict=True) if taken)
