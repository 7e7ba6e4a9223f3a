"""Is every plan of the solver right for any city? The checker accepts it, and trying all plans finds none better."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.planning.rotation.checker import breaches, coverage
from kansa.planning.rotation.conflict import diagnose, repaired
from kansa.planning.rotation.costs import objective
from kansa.planning.rotation.replan import alternatives, differences
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.values import (
    EXTERNAL,
    INTERNAL,
    Capacity,
    Excluded,
    ExternalCount,
    ExternalTarget,
    FixedCell,
    MustAudit,
    MustNotAudit,
    PlanCell,
    PlannedDepartment,
    RotationRules,
    RotationTask,
    SameYear,
    Weights,
    Wish,
)
from tests.planning.cities import FIRST, least_cost

KINDS = ("head_office", "nursery", "branch_office")
few = settings(max_examples=25, deadline=None, derandomize=True)


@st.composite
def departments(draw: st.DrawFn, most: int, length: int) -> tuple[PlannedDepartment, ...]:
    small = st.integers(0, 9)
    lap = st.none() | st.integers(FIRST, FIRST + length)
    found = []
    for code in range(draw(st.integers(1, most))):
        opens, closes = draw(lap), draw(lap)
        if opens is not None and closes is not None and opens >= closes:
            opens = None
        found.append(
            PlannedDepartment(
                f"{code:03}",
                f"第{code}課",
                kind=draw(st.sampled_from(KINDS)),
                staff_count=draw(st.integers(0, 40)),
                risk_level=draw(st.sampled_from((0, 20, 50, 100))),
                systems_count=draw(small),
                distance_minutes=draw(st.sampled_from((0, 10, 25))),
                site_code=draw(st.sampled_from(("", "", "P", "Q"))),
                last_audited_year=draw(st.none() | st.integers(FIRST - 5, FIRST - 1)),
                last_external_year=draw(st.none() | st.integers(FIRST - 5, FIRST - 1)),
                covered_in=draw(st.sampled_from((None, None, None, None, FIRST))),
                opens_in=opens,
                closes_in=closes,
            )
        )
    return tuple(found)


@st.composite
def tasks(draw: st.DrawFn, most: int = 4, length: int = 3) -> RotationTask:
    """Any small city with any few rules, many of which contradict each other."""
    known = draw(departments(most, length))
    by_code = {one.code: one for one in known}

    def stands(code: str, year: int) -> bool:
        one = by_code[code]
        return year < FIRST or ((one.opens_in or 0) <= year and (one.closes_in is None or year < one.closes_in))

    codes = st.sampled_from([one.code for one in known])
    lap = st.integers(FIRST, FIRST + length - 1)
    keys = st.lists(st.tuples(codes, lap), max_size=2, unique=True)
    groups = st.lists(codes, min_size=2, max_size=3, unique=True) if len(known) > 1 else st.just([])
    group, more = draw(groups), draw(groups)
    same = [SameYear("組", tuple(group), is_hard=True)] if group and draw(st.booleans()) else []
    same += [SameYear("別", tuple(more), weight=7)] if more and draw(st.booleans()) else []
    visits = draw(st.lists(st.tuples(codes, st.sampled_from((INTERNAL, EXTERNAL)), st.booleans()), max_size=2))
    fixed = {
        (code, stream): FixedCell(PlanCell(code, FIRST if is_past else FIRST + 1, stream), is_past)
        for code, stream, is_past in visits
    }
    targets = draw(st.lists(st.tuples(codes, st.integers(FIRST - 1, FIRST + length - 1)), max_size=2, unique=True))
    counts = draw(st.lists(st.tuples(lap, st.integers(0, 2)), max_size=1))
    return RotationTask(
        departments=known,
        rules=RotationRules(
            FIRST,
            length,
            external_counts_for_rotation=draw(st.booleans()),
            external_limit=draw(st.integers(1, 2)),
            weights=Weights(tolerance_percent=draw(st.sampled_from((0, 5, 20)))),
            must=tuple(MustAudit(*key) for key in draw(keys) if stands(*key)),
            must_not=tuple(MustNotAudit(*key) for key in draw(keys)),
            wishes=tuple(Wish(*key, 5, draw(st.booleans())) for key in draw(keys)),
            same_year=tuple(same),
            capacities=tuple(Capacity(year, 0, 2) for year in draw(st.sets(lap, max_size=2))),
            excluded=tuple(Excluded(code, "別の組織が監査") for code in draw(st.sets(codes, max_size=1))),
        ),
        external_targets=tuple(ExternalTarget(*key) for key in targets if stands(*key)),
        external_counts=tuple(ExternalCount(*count) for count in counts if len(known) >= 2),
        fixed=tuple(one for one in fixed.values() if one.is_past or stands(one.cell.department_code, FIRST + 1)),
        previous=tuple(PlanCell(*key) for key in draw(keys)),
        open_from=draw(st.sampled_from((None, None, FIRST, FIRST + 1))),
    )


@given(tasks())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_plan_is_better_and_none_is_missed(task: RotationTask) -> None:
    plan = solve_rotation(task)
    best = least_cost(task)
    if best is None:
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal"
    assert breaches(task, plan.cells) == ()
    assert plan.objective == objective(task, plan.cells) == best
    assert all(one.state != "missing" for one in coverage(task, plan.cells))


@given(tasks(most=20, length=4), st.integers(0, 10**6))
@few
def test_larger_cities_are_verified_and_their_order_is_irrelevant(task: RotationTask, seed: int) -> None:
    plan = solve_rotation(task)
    shuffled = list(task.departments)
    Random(seed).shuffle(shuffled)
    again = solve_rotation(replace(task, departments=tuple(shuffled), previous=tuple(reversed(task.previous))))
    assert again == plan
    if plan.status == "optimal":
        assert breaches(task, plan.cells) == ()
        assert plan.objective == objective(task, plan.cells)


@given(tasks(most=12))
@few
def test_planning_anew_without_a_reason_changes_nothing(task: RotationTask) -> None:
    plan = solve_rotation(replace(task, previous=()))
    if plan.status != "optimal":
        return
    found = alternatives(replace(task, previous=plan.cells))
    assert [one.changes for one in found] == [()]
    assert found[0].plan.cells == plan.cells


@given(tasks(most=12), tasks(most=12))
@few
def test_differences_lead_from_one_plan_to_the_other(one: RotationTask, other: RotationTask) -> None:
    before, after = solve_rotation(one).cells, solve_rotation(other).cells
    cells = {(cell.department_code, cell.stream, cell.fiscal_year) for cell in before}
    for change in differences(before, after, {}):
        if change.from_year is not None:
            cells.remove((change.department_code, change.stream, change.from_year))
        if change.to_year is not None:
            cells.add((change.department_code, change.stream, change.to_year))
    assert cells == {(cell.department_code, cell.stream, cell.fiscal_year) for cell in after}


@given(tasks())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_impossible_task_has_a_proved_reason_and_a_repair(task: RotationTask) -> None:
    found = diagnose(task)
    if least_cost(task) is not None:
        assert found is None
        return
    assert found is not None
    assert found.is_proved is not False
    assert found.is_repair_verified
    assert found.repair
    assert {one.kind for one in found.rules} == set(found.kinds)
    plan = repaired(task)
    assert plan.status == "optimal"
    assert plan.objective == objective(task, plan.cells)
    broken = {one.rule for one in breaches(task, plan.cells)}
    assert broken == {one.rule.kind for one in found.repair} or sum(one.amount for one in found.repair) >= len(broken)
