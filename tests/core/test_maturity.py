"""Are counts and means what a plain loop over the judgements gives?"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kansa.core.errors import NothingJudged
from kansa.core.maturity import (
    Grid,
    LevelCounts,
    conformity_rate,
    count_levels,
    department_counts,
    finding_rate,
    group_counts,
    item_counts,
    mean_level,
    mean_over,
)
from tests.core.instances import grids

GRIDS = grids("d", ("a", "b", "c"))
COUNTS = st.builds(LevelCounts, st.lists(st.integers(0, 9), min_size=1, max_size=6).map(tuple))


def cells(grid: Grid) -> list[tuple[str, str, str]]:
    return [
        (department, code, sign)
        for department, row in zip(grid.departments, grid.rows, strict=True)
        for code, sign in zip(grid.items, row, strict=True)
    ]


@given(GRIDS)
def test_counts_are_those_of_a_plain_loop(grid: Grid) -> None:
    signs = [sign for _department, _code, sign in cells(grid)]
    counts = count_levels(grid)
    assert counts.counts == tuple(signs.count(str(level)) for level in range(5))
    assert (counts.not_applicable, counts.not_judged) == (signs.count("N"), signs.count("-"))


@given(GRIDS)
def test_departments_items_and_groups_sum_to_the_whole(grid: Grid) -> None:
    whole, nothing = count_levels(grid), LevelCounts((0, 0, 0, 0, 0))
    for parts in (department_counts(grid), item_counts(grid), group_counts(grid, {"a": "x", "b": "x", "c": "y"})):
        assert sum(parts.values(), nothing) == whole


@given(GRIDS)
def test_means_are_those_of_a_plain_loop(grid: Grid) -> None:
    assume(count_levels(grid).judged)
    groups: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in ("departments", "items")}
    levels = []
    for department, code, sign in cells(grid):
        if sign.isdigit():
            levels.append(int(sign))
            groups["departments"][department].append(int(sign))
            groups["items"][code].append(int(sign))
    assert mean_over(grid, "judgements") == Fraction(sum(levels), len(levels))
    for basis, parts in groups.items():
        means = [Fraction(sum(part), len(part)) for part in parts.values()]
        assert mean_over(grid, basis) == sum(means) / len(means)


@given(st.lists(st.text("01234", min_size=3, max_size=3), min_size=1, max_size=5))
def test_without_gaps_the_three_means_are_equal(rows: list[str]) -> None:
    grid = Grid(tuple(f"d{place}" for place in range(len(rows))), ("a", "b", "c"), tuple(rows))
    assert mean_over(grid, "judgements") == mean_over(grid, "departments") == mean_over(grid, "items")


@given(COUNTS, COUNTS)
def test_adding_counts_pools_them(first: LevelCounts, second: LevelCounts) -> None:
    both = first + second
    assert both.judged == first.judged + second.judged
    assert both.level_sum == first.level_sum + second.level_sum
    assert both == second + first


@given(COUNTS, st.integers(0, 6))
def test_findings_and_conformity_make_the_whole(counts: LevelCounts, conforms_from: int) -> None:
    assume(counts.judged)
    assert finding_rate(counts, conforms_from) + conformity_rate(counts, conforms_from) == 1


@pytest.mark.parametrize("rate", [mean_level, lambda counts: finding_rate(counts, 3)])
def test_nothing_judged_has_no_value(rate: object) -> None:
    with pytest.raises(NothingJudged):
        rate(LevelCounts((0, 0, 0, 0, 0), 5, 2))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("departments", "items", "rows"),
    [
        (("甲",), ("a", "b"), ("3",)),
        (("甲",), ("a",), ("3", "3")),
        (("甲",), ("a", "a"), ("33",)),
        (("甲",), ("a",), ("5",)),
        (("甲",), ("a",), ("n",)),
        (("甲",), ("a", "b", "c"), ("3?3",)),
        (("甲",), ("a",), ("３",)),
    ],
)
def test_a_grid_that_does_not_fit_is_refused(departments: tuple[str], items: tuple[str], rows: tuple[str]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Grid(departments, items, rows)


def test_a_longer_scale() -> None:
    grid = Grid(("甲",), ("a", "b"), ("59",), top_level=9)
    assert mean_over(grid, "judgements") == 7
    with pytest.raises(ValueError, match="basis"):
        mean_over(grid, "people")
