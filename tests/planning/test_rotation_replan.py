"""Does planning anew change as little as asked, and is it said why a department stands in its year?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kansa.core.errors import InputError
from kansa.planning.program import Search
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.costs import costs, objective
from kansa.planning.rotation.explain import explain
from kansa.planning.rotation.replan import alternatives, differences, with_cell_moved
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.values import (
    ExternalTarget,
    FixedCell,
    MustAudit,
    MustNotAudit,
    PlanCell,
    RotationTask,
)
from tests.planning.cities import city, department, years

NINE = tuple(department(f"{n}", staff_count=10 * n) for n in range(1, 10))


def cells(**planned: int) -> tuple[PlanCell, ...]:
    return tuple(PlanCell(code, year) for code, year in planned.items())


def test_differences_by_name() -> None:
    found = differences(cells(A=2023, B=2024, C=2025), cells(A=2024, B=2024, D=2025), {"A": "市民課", "D": "新設課"})
    assert [(one.kind, one.department_code, one.from_year, one.to_year) for one in found] == [
        ("moved", "A", 2023, 2024),
        ("removed", "C", 2025, None),
        ("added", "D", None, 2025),
    ]
    assert [one.text_ja for one in found] == [
        "「市民課」の内部監査を令和５年度から令和６年度に移します。",
        "「C」の内部監査を令和７年度から除きます。",
        "「新設課」の内部監査を令和７年度に加えます。",
    ]


def test_an_external_target_moves_only_itself() -> None:
    before = solve_rotation(city(*NINE))
    moved = next(cell.department_code for cell in before.cells if cell.fiscal_year == 2024)
    task = city(*NINE, previous=before.cells, external_targets=(ExternalTarget(moved, 2024),))
    least, *others = alternatives(task)
    assert [(one.kind, one.department_code) for one in least.changes if one.stream == "internal_audit"] == [
        ("moved", moved)
    ]
    assert breaches(task, least.plan.cells) == ()
    for one in others:
        assert one.quality is not None
        assert least.quality is not None
        assert one.quality < least.quality
        assert len(one.changes) > len(least.changes)


def test_a_new_department_is_added_and_nothing_else_moves() -> None:
    before = solve_rotation(city(*NINE))
    task = city(*NINE, department("new", staff_count=10), previous=before.cells)
    least = alternatives(task)[0]
    assert [(one.kind, one.department_code) for one in least.changes] == [("added", "new")]


def test_a_department_that_is_gone_is_removed_by_name() -> None:
    before = solve_rotation(city(*NINE))
    least = alternatives(city(*NINE[:-1], previous=before.cells), names_ja={"9": "旧水道課"})[0]
    assert [(one.kind, one.name_ja) for one in least.changes] == [("removed", "旧水道課")]


def test_fixed_cells_stay_in_every_alternative() -> None:
    before = solve_rotation(city(*NINE))
    fixed = tuple(FixedCell(cell) for cell in before.cells if cell.fiscal_year == 2023)
    late = next(cell for cell in before.cells if cell.fiscal_year == 2025)
    by_hand = FixedCell(replace(late, fiscal_year=2024), is_past=False, reason_ja="工事")
    task = city(*NINE, previous=before.cells, fixed=(*fixed, by_hand), open_from=2024)
    for one in alternatives(task):
        assert {cell.cell for cell in task.fixed} <= set(one.plan.cells)
        assert breaches(task, one.plan.cells) == ()


def test_an_impossible_task_has_no_alternatives() -> None:
    task = city(*NINE, must=(MustAudit("1", 2023), MustAudit("1", 2024)), previous=cells(**{"1": 2023}))
    (only,) = alternatives(task)
    assert (only.plan.status, only.changes, only.quality) == ("infeasible", (), None)


def explained(task: RotationTask, code: str, search: Search | None = None) -> tuple[str, ...]:
    return explain(task, solve_rotation(task).cells, code, search).sentences_ja


def test_why_this_year_when_rules_leave_no_other() -> None:
    task = city(
        department("A"),
        department("B"),
        department("C"),
        must_not=(MustNotAudit("A", 2023, "選挙"),),
        external_targets=(ExternalTarget("A", 2025),),
    )
    assert explained(task, "A") == (
        "「A課」は令和６年度に内部監査を行う計画です。",
        "ほかの年度はどれも条件に反します。",
        "令和５年度にはできません。「A課」は令和５年度には監査しません（選挙）が、計画にあります。",
        "令和７年度にはできません。「A課」は令和７年度の外部監査の対象なので、同じ年度に内部監査を行いません。",
    )


def test_what_another_year_would_cost() -> None:
    # One department a year. B alone to 2023: 2, 0, 1 instead of 1, 1, 1 (2 x 10, 2 x 2), and a year early (1).
    due = (("A", 2020), ("B", 2021), ("C", 2022))
    task = city(*(department(code, last_audited_year=year) for code, year in due))
    plan = solve_rotation(task)
    found = explain(task, plan.cells, "B", Search(seconds=5))
    by_year = {one.fiscal_year: one for one in found.options}
    assert by_year[2024].is_planned
    assert by_year[2023].moved_difference == 25
    assert dict(by_year[2023].parts) == {
        "件数の差": 20,
        "課所等の種別ごとの件数の差": 4,
        "前回からの間隔と一巡の年数の差（年）": 1,
    }
    # Planned anew, A and B change places: a year off each.
    assert by_year[2023].replanned_difference == 2
    assert found.sentences_ja[1] == (
        "令和５年度にもできます。この課所等だけを移すと、計画の評価（小さいほど良い）が25点悪くなります"
        "（件数の差＋20、課所等の種別ごとの件数の差＋4、前回からの間隔と一巡の年数の差（年）＋1）。"
    )
    assert found.sentences_ja[2] == (
        "令和５年度とし、ほかの課所等も組み直すと、計画の評価（小さいほど良い）が2点悪くなります。"
    )


def test_the_parts_add_up_to_the_difference_for_every_department() -> None:
    task = city(*NINE, previous=cells(**{"1": 2025, "2": 2024}))
    plan = solve_rotation(task)
    for one in task.departments:
        for option in explain(task, plan.cells, one.code).options:
            moved = with_cell_moved(plan.cells, one.code, option.fiscal_year)
            assert option.moved_difference == objective(task, moved) - objective(task, plan.cells)
            assert option.moved_difference >= 0 or option.barred_ja


def test_a_department_without_an_internal_audit_is_explained_by_its_reason() -> None:
    task = city(department("A"), department("B", covered_in=2023))
    assert explained(task, "B") == ("「B課」は内部監査の計画にありません。令和５年度に前身の所属を監査済みです。",)


def test_an_unknown_department_is_refused() -> None:
    with pytest.raises(InputError):
        explain(city(department("A")), (), "Z")


def test_a_cell_moved_by_hand_is_checked_at_once() -> None:
    task = city(*NINE, must_not=(MustNotAudit("1", 2024),))
    plan = solve_rotation(task)
    moved = with_cell_moved(plan.cells, "1", 2024)
    assert years(moved)["1"] == [2024]
    assert [one.rule for one in breaches(task, moved)] == ["must_not"]
    assert sum(one.cost for one in costs(task, moved)) == objective(task, moved)
