"""Is each department planned once a lap, evenly, at its time? Worked by hand for cities of a few departments."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest

from kansa.core.errors import InputError
from kansa.planning.program import Progress, Search
from kansa.planning.rotation.checker import breaches, coverage
from kansa.planning.rotation.costs import costs, objective, yearly_loads
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.task import input_sha256
from kansa.planning.rotation.values import (
    EXTERNAL,
    Capacity,
    Excluded,
    ExternalCount,
    ExternalTarget,
    FixedCell,
    MustAudit,
    MustNotAudit,
    PlanCell,
    RotationTask,
    SameYear,
    Weights,
    Wish,
)
from tests.planning.cities import city, department, years


def solved(task: RotationTask) -> tuple[dict[str, list[int]], int]:
    """Internal years and objective of a plan that is optimal, keeps every rule and costs what it says."""
    plan = solve_rotation(task)
    assert plan.status == "optimal"
    assert plan.gap == 0
    assert breaches(task, plan.cells) == ()
    assert plan.objective is not None
    assert objective(task, plan.cells) == plan.objective
    return years(plan.cells), plan.objective


def test_six_departments_in_three_years_are_two_a_year() -> None:
    found, cost = solved(city(*map(department, "ABCDEF")))
    assert sorted(chain.from_iterable(found.values())) == [2023, 2023, 2024, 2024, 2025, 2025]
    assert cost == 0


def test_seven_departments_cannot_be_even() -> None:
    # 3, 2, 2: the fullest year has one more than the emptiest (10), of the only kind as well (2).
    assert solved(city(*map(department, "ABCDEFG")))[1] == 12


def test_a_department_comes_again_after_one_lap() -> None:
    departments = [department(code, last_audited_year=year) for code, year in (("A", 2022), ("B", 2020), ("C", 2021))]
    assert solved(city(*departments)) == ({"A": [2025], "B": [2023], "C": [2024]}, 0)


def test_a_department_under_external_audit_is_left_out_in_that_year() -> None:
    # A would be due in 2023, is audited externally then, and changes places with B: one year off each.
    departments = [department(code, last_audited_year=year) for code, year in (("A", 2020), ("B", 2021), ("C", 2022))]
    task = city(*departments, external_targets=(ExternalTarget("A", 2023),))
    assert solved(task) == ({"A": [2024], "B": [2023], "C": [2025]}, 2)


def test_an_external_audit_may_be_the_visit_of_the_lap() -> None:
    task = city(
        *map(department, "ABC"), external_targets=(ExternalTarget("A", 2023),), external_counts_for_rotation=True
    )
    found, cost = solved(task)
    assert set(found) == {"B", "C"}
    assert cost == 12  # two visits in three years


def test_staff_is_balanced() -> None:
    # 40 + 10 against 30 + 20 is the only even pairing.
    sizes = {"A": 40, "B": 30, "C": 20, "D": 10}
    task = city(*(department(code, staff_count=size) for code, size in sizes.items()), length=2)
    found, cost = solved(task)
    assert found["A"] == found["D"] != found["B"] == found["C"]
    assert cost == 0


def test_a_difference_within_the_tolerance_costs_nothing() -> None:
    # 11 people against 10: five per cent of a year's mean (10.5) is 0 people, ten per cent 1.
    departments = (department("A", staff_count=11), department("B", staff_count=10))
    assert solved(city(*departments, length=2))[1] == 1
    assert solved(city(*departments, length=2, weights=Weights(tolerance_percent=10)))[1] == 0


def test_must_and_must_not() -> None:
    task = city(
        *map(department, "ABC"),
        must=(MustAudit("A", 2025),),
        must_not=(MustNotAudit("B", 2023), MustNotAudit("B", 2025)),
    )
    assert solved(task)[0] == {"A": [2025], "B": [2024], "C": [2023]}


def test_a_wish_is_kept_where_it_costs_less_than_it_is_worth() -> None:
    departments = tuple(map(department, "ABC"))
    assert solved(city(*departments, wishes=(Wish("A", 2024, 5), Wish("B", 2024, 4))))[1] == 4
    found, cost = solved(city(*departments, wishes=(Wish("A", 2024, 100), Wish("B", 2024, 100))))
    assert found["A"] == found["B"] == [2024]
    assert cost == 24  # 2 against 0: 2 x 10 and 2 x 2
    assert solved(city(*departments, wishes=(Wish("C", 2023, 5, is_avoided=True),)))[0]["C"] != [2023]


def test_a_hard_group_is_audited_in_one_year() -> None:
    task = city(*map(department, "ABCD"), length=2, same_year=(SameYear("本館", ("A", "B", "C"), is_hard=True),))
    found, cost = solved(task)
    assert found["A"] == found["B"] == found["C"]
    assert cost == 24  # 3 against 1


def test_the_same_premises_are_visited_in_one_year_where_it_costs_nothing() -> None:
    departments = [department(code, site_code="支所") for code in "AB"] + [department(code) for code in "CD"]
    found, cost = solved(city(*departments, length=2))
    assert found["A"] == found["B"]
    assert cost == 0


def test_limits_of_a_year() -> None:
    found, cost = solved(city(*map(department, "ABCDEF"), capacities=(Capacity(2024, 0, 1), Capacity(2025, 3))))
    per_year = sorted(chain.from_iterable(found.values()))
    assert (per_year.count(2023), per_year.count(2024), per_year.count(2025)) == (2, 1, 3)
    assert cost == 24


def test_kinds_are_spread() -> None:
    departments = [department(code, kind="nursery") for code in "AB"] + [department(code) for code in "CD"]
    found, cost = solved(city(*departments, length=2))
    assert found["A"] != found["B"]
    assert found["C"] != found["D"]
    assert cost == 0


def test_what_was_done_stays_and_the_rest_follows() -> None:
    done = FixedCell(PlanCell("A", 2023))
    by_hand = FixedCell(PlanCell("B", 2025), is_past=False, reason_ja="庁舎の移転")
    found, _ = solved(city(*map(department, "ABCDE"), fixed=(done, by_hand), open_from=2024))
    assert found["A"] == [2023]
    assert found["B"] == [2025]
    assert sorted(chain.from_iterable(found[code] for code in "CDE")) in ([2024, 2024, 2025], [2024, 2025, 2025])


def test_departments_that_come_and_go() -> None:
    departments = (
        department("A"),
        department("B", opens_in=2025),
        department("C", closes_in=2025, closed_reason_ja="「A課」に統合"),
        department("D", opens_in=2026),
        department("E"),
        department("F", covered_in=2023),
    )
    task = city(*departments, excluded=(Excluded("E", "議会の所管"),))
    plan = solve_rotation(task)
    assert years(plan.cells)["B"] == [2025]
    states = {one.department_code: (one.state, one.reason_ja) for one in coverage(task, plan.cells)}
    assert states["A"][0] == "internal"
    assert states["C"] == ("closed", "令和７年度に廃止されます（「A課」に統合）。")
    assert states["D"] == ("later", "令和８年度に設置されるため、次の巡目で監査します。")
    assert states["E"] == ("excluded", "計画の条件で対象外としています（議会の所管）。")
    assert states["F"] == ("predecessor", "令和５年度に前身の所属を監査済みです。")
    assert set(years(plan.cells)) == {"A", "B"}


def test_the_plan_chooses_external_targets_by_risk_and_never_twice_running() -> None:
    departments = [department(code, risk_level=risk) for code, risk in (("A", 90), ("B", 50), ("C", 10))]
    counts = (ExternalCount(2023, 1), ExternalCount(2024, 1))
    task = city(*departments, external_counts=counts, external_limit=2, weights=Weights(risk=0))
    plan = solve_rotation(task)
    assert breaches(task, plan.cells) == ()
    # A lacks 1 of ten tens, B 5, C 9: A and B in some order cost 6; A twice would cost 2.
    assert sorted(years(plan.cells, EXTERNAL)) == ["A", "B"]
    assert {one.term: one.cost for one in costs(task, plan.cells)}["external_risk"] == 6


def test_an_external_target_of_last_year_is_not_chosen_again() -> None:
    departments = [department(code, risk_level=risk) for code, risk in (("A", 90), ("B", 50))]
    before = (ExternalTarget("A", 2022),)
    plan = solve_rotation(city(*departments, external_counts=(ExternalCount(2023, 1),), external_targets=before))
    assert years(plan.cells, EXTERNAL) == {"B": [2023]}


def test_the_longest_without_external_audit_is_chosen() -> None:
    departments = [department("A", last_external_year=2021), department("B", last_external_year=2018)]
    plan = solve_rotation(city(*departments, external_counts=(ExternalCount(2023, 1),)))
    assert years(plan.cells, EXTERNAL) == {"B": [2023]}


def test_the_method_of_a_department_is_that_of_its_cells() -> None:
    plan = solve_rotation(city(department("A", method="mail_drill"), length=1))
    assert plan.cells == (PlanCell("A", 2023, "internal_audit", "mail_drill"),)


def test_loads_of_the_years() -> None:
    task = city(department("A", staff_count=4, systems_count=2), department("B", staff_count=3, distance_minutes=20))
    loads = yearly_loads(task, (PlanCell("A", 2023), PlanCell("B", 2023)))
    assert loads[2023] == {"count": 2, "staff": 7, "risk": 0, "systems": 2, "distance": 20}
    assert loads[2024] == {"count": 0, "staff": 0, "risk": 0, "systems": 0, "distance": 0}


def test_the_same_city_gives_the_same_plan_and_hash_in_any_order() -> None:
    departments = [department(code, staff_count=3 + 7 * place % 11) for place, code in enumerate("ABCDEFGH")]
    must_not = (MustNotAudit("A", 2023), MustNotAudit("C", 2024))
    one = city(*departments, must_not=must_not)
    other = city(*reversed(departments), must_not=tuple(reversed(must_not)))
    assert input_sha256(one) == input_sha256(other)
    assert solve_rotation(one) == solve_rotation(other)
    assert input_sha256(one) != input_sha256(replace(one, open_from=2023))


def test_a_search_that_is_stopped_says_so() -> None:
    departments = [department(f"{n:03}", staff_count=n * 37 % 101, last_audited_year=2022) for n in range(60)]
    plan = solve_rotation(city(*departments), Search(wants_stop=lambda: True))
    assert plan.status in ("feasible", "unknown", "optimal")
    if plan.cells:
        assert breaches(city(*departments), plan.cells) == ()


def test_progress_is_told() -> None:
    told: list[Progress] = []
    departments = [department(f"{n:03}", staff_count=n * 37 % 101, risk_level=n * 13 % 7) for n in range(40)]
    plan = solve_rotation(city(*departments), Search(on_progress=told.append))
    assert plan.status == "optimal"
    assert told
    assert all(one.bound is None or one.objective is None or one.bound <= one.objective for one in told)


@pytest.mark.parametrize(
    ("task", "code", "column"),
    [
        (city(department("A"), length=0), "rotation_length", "一巡の年数"),
        (city(), "no_departments", ""),
        (city(department("A"), department("A")), "department_twice", "A"),
        (city(department("A", staff_count=-1)), "negative", "A"),
        (city(department("A", opens_in=2024, closes_in=2024)), "never_stands", "A"),
        (city(department("A", last_audited_year=2023)), "last_visit", "A"),
        (city(department("A"), must=(MustAudit("B", 2023),)), "unknown_department", "必ず監査する"),
        (city(department("A"), must_not=(MustNotAudit("A", 2026),)), "outside_round", "監査しない"),
        (city(department("A"), same_year=(SameYear("x", ("A", "A")),)), "same_year", "同じ年度"),
        (city(department("A"), excluded=(Excluded("A", " "),)), "no_reason", "対象外"),
        (city(department("A"), external_targets=(ExternalTarget("A", 2023),) * 2), "external_twice", "A"),
        (city(department("A"), external_targets=(ExternalTarget("Z", 2023),)), "unknown_department", "Z"),
        (city(department("A"), external_counts=(ExternalCount(2023, -1),)), "external_count", "対象数"),
        (city(department("A"), capacities=(Capacity(2023, 3, 2),)), "capacity", "年度の件数"),
        (city(department("A"), external_limit=0), "external_limit", "外部監査の回数"),
        (city(department("A"), fixed=(FixedCell(PlanCell("A", 2020)),)), "outside_round", "A"),
        (city(department("A"), fixed=(FixedCell(PlanCell("A", 2023, "x")),)), "stream", "A"),
        (city(department("A"), weights=Weights(gap=-1)), "weight", "gap"),
    ],
)
def test_bad_input_is_refused_with_its_place(task: RotationTask, code: str, column: str) -> None:
    with pytest.raises(InputError) as refused:
        solve_rotation(task)
    found = {refusal.code: refusal for refusal in refused.value.refusals}
    assert code in found
    assert found[code].place.column == column
    assert found[code].place.sheet
