"""Does the solver answer as promised: proved optimum, infeasible, stopped with the best kept, repeatable?"""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.planning.program import Outcome, Program, Progress, Search


def knapsack() -> Program:
    """Worked by hand: weights 5 4 3, values 10 8 5, at most 8 -> the second and the third... 13; first and third 15."""
    program = Program()
    items = [program.variable(cost=-value) for value in (10, 8, 5)]
    program.row(zip(items, (5, 4, 3), strict=True), upper=8)
    return program


def test_a_small_program_has_its_proved_optimum() -> None:
    outcome = knapsack().solve()
    assert (outcome.status, outcome.values, outcome.objective, outcome.gap) == ("optimal", (1, 0, 1), -15, 0)
    assert outcome.solver.startswith("HiGHS ")


def test_contradicting_rows_are_infeasible() -> None:
    program = Program()
    one = program.variable()
    program.row([(one, 1)], lower=1)
    program.row([(one, 1)], upper=0)
    assert program.solve().status == "infeasible"


def test_rows_that_contradict_in_fractions_are_seen_without_a_search() -> None:
    program = Program()
    one = program.variable()
    program.row([(one, 2)], 1, 1)  # only one half would do
    assert not program.is_empty_even_in_fractions()
    assert program.solve().status == "infeasible"
    program.row([(one, 1)], lower=1)
    assert program.is_empty_even_in_fractions()


def test_a_program_with_nothing_to_choose_is_judged_by_its_rows() -> None:
    program = Program()
    assert (program.solve().status, program.solve().objective) == ("optimal", 0)
    program.row([], lower=1)
    assert program.solve().status == "infeasible"


def test_a_variable_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="between"):
        Program().variable(2, 1)


def hard_program() -> Program:
    """A market split: no plan is found for a long time, the kind that has to be stopped."""
    chance = random.Random(4)
    program = Program()
    columns = [program.variable() for _ in range(40)]
    for _ in range(5):
        weights = [chance.randrange(100) for _ in columns]
        over, under = program.variable(0, 10**6, 1), program.variable(0, 10**6, 1)
        half = sum(weights) // 2
        program.row([*zip(columns, weights, strict=True), (over, -1), (under, 1)], half, half)
    return program


def test_a_stopped_search_keeps_its_best_and_tells_the_gap() -> None:
    told: list[Progress] = []
    outcome = hard_program().solve(Search(seconds=30, on_progress=told.append, wants_stop=lambda: len(told) >= 3))
    assert outcome.status == "feasible"
    assert outcome.seconds < 25
    assert outcome.gap is not None
    assert outcome.gap > 0
    assert told


def test_the_same_program_gives_the_same_plan() -> None:
    def solved() -> Outcome:
        return knapsack().solve(Search(seed=7))

    assert solved().values == solved().values


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.lists(st.integers(-5, 5), min_size=6, max_size=6), st.integers(-8, 8)), min_size=1, max_size=4
    ),
)
def test_small_programs_agree_with_trying_everything(costs: list[int], rows: list[tuple[list[int], int]]) -> None:
    program = Program()
    columns = [program.variable(cost=cost) for cost in costs]
    for factors, upper in rows:
        program.row(zip(columns, factors, strict=False), upper=upper)
    fitting = [
        sum(cost * value for cost, value in zip(costs, values, strict=True))
        for values in product((0, 1), repeat=len(costs))
        if all(sum(f * v for f, v in zip(factors, values, strict=False)) <= upper for factors, upper in rows)
    ]
    outcome = program.solve()
    assert outcome.objective == (min(fitting) if fitting else None)
    assert outcome.status == ("optimal" if fitting else "infeasible")


def test_a_contradiction_names_its_rows_and_no_innocent_one() -> None:
    program = Program()
    first, second, third = (program.variable() for _ in range(3))
    program.row([(third, 1)], upper=1)
    program.row([(first, 1), (second, 1)], lower=1)
    program.row([(first, 1)], upper=0)
    program.row([(second, 1)], upper=0)
    assert program.contradiction() == (1, 2, 3)
    assert program.solve().status == "infeasible"


def test_a_contradiction_of_wholeness_alone_names_no_rows() -> None:
    program = Program()
    only = program.variable(0, 5)
    program.row([(only, 2)], 3, 3)
    assert program.contradiction() == ()
    assert program.solve().status == "infeasible"


def test_a_program_without_variables() -> None:
    program = Program()
    program.row([], upper=3)
    assert program.solve().status == "optimal"
    program.row([], lower=1)
    assert program.solve().status == "infeasible"
    assert program.contradiction() == (1,)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    knapsack().solve()
    assert capfd.readouterr() == ("", "")
