"""Can nobody work out a hidden cell from what is published, by any linear combination?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.suppression import band_extreme, suppress

Tree = dict[str, list[str]]
NUMBERS = st.integers(0, 12)


@st.composite
def offices(draw: st.DrawFn) -> tuple[Tree, dict[str, int]]:
    """City -> bureaus -> departments, with counts."""
    tree: Tree = {"市": []}
    counts: dict[str, int] = {}
    for bureau in range(draw(st.integers(1, 4))):
        name = f"部{bureau}"
        tree["市"].append(name)
        tree[name] = [f"{name}課{place}" for place in range(draw(st.integers(1, 4)))]
        counts |= {code: draw(NUMBERS) for code in tree[name]}
    return tree, counts


@st.composite
def two_views(draw: st.DrawFn) -> tuple[Tree, dict[str, int], dict[str, tuple[str, ...]]]:
    """The same departments by bureau and by kind."""
    tree, counts = draw(offices())
    kinds: dict[str, list[str]] = {}
    for code in counts:
        kinds.setdefault(draw(st.sampled_from(["本庁", "支所", "保育園"])), []).append(code)
    return tree, counts, {kind: tuple(codes) for kind, codes in kinds.items()}


def solved(unknowns: Sequence[str], equations: Iterable[Mapping[str, int]]) -> set[str]:
    """The unknowns that the equations determine: Gauss-Jordan over the rationals, written plainly."""
    rows = [[Fraction(equation.get(name, 0)) for name in unknowns] for equation in equations]
    lead = 0
    for column in range(len(unknowns)):
        pivot = next((place for place in range(lead, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[lead], rows[pivot] = rows[pivot], rows[lead]
        rows[lead] = [value / rows[lead][column] for value in rows[lead]]
        for place in range(len(rows)):
            if place != lead and rows[place][column]:
                factor = rows[place][column]
                rows[place] = [a - factor * b for a, b in zip(rows[place], rows[lead], strict=True)]
        lead += 1
    single = [row for row in rows if sum(1 for value in row if value) == 1]
    return {unknowns[column] for row in single for column, value in enumerate(row) if value}


def known_by_subtraction(tree: Tree, hidden: Iterable[str], same: tuple[str, ...] = ()) -> set[str]:
    """Hidden cells that the sums of the table give away, each an unknown of its own; `same` are equal by meaning."""
    unknowns = sorted(hidden)
    equations = [dict(zip((cell for cell in same if cell in unknowns), (1, -1), strict=False))] if same else []
    for parent, children in tree.items():
        cells = {child: 1 for child in children if child in unknowns}
        if parent in unknowns:
            cells[parent] = -1
        equations.append(cells)
    return solved(unknowns, equations)


def people(tree: Tree, counts: dict[str, int], cell: str) -> int:
    return sum(people(tree, counts, child) for child in tree[cell]) if cell in tree else counts[cell]


@given(offices(), st.integers(2, 7))
def test_no_hidden_cell_can_be_worked_out(case: tuple[Tree, dict[str, int]], k: int) -> None:
    tree, counts = case
    hidden = suppress(tree, counts, k)
    assert known_by_subtraction(tree, hidden) == set()


@given(offices(), st.integers(2, 7))
def test_small_cells_are_hidden_and_empty_ones_are_not(case: tuple[Tree, dict[str, int]], k: int) -> None:
    tree, counts = case
    hidden = suppress(tree, counts, k)
    for cell in {*tree, *counts}:
        size = people(tree, counts, cell)
        assert (hidden.get(cell) == "primary") == (0 < size < k)
        if size == 0:
            assert cell not in hidden


@given(offices(), st.integers(2, 7))
def test_what_is_hidden_under_a_published_cell_holds_k_people(case: tuple[Tree, dict[str, int]], k: int) -> None:
    tree, counts = case
    hidden = suppress(tree, counts, k)

    def covered(cell: str) -> int:
        inside = [child for child in tree.get(cell, []) if child in hidden]
        return sum(covered(child) if child in tree else counts[child] for child in inside)

    for parent in tree:
        if parent not in hidden:
            assert not 0 < covered(parent) < k


@given(offices(), st.integers(2, 7))
def test_nothing_is_hidden_without_a_small_cell(case: tuple[Tree, dict[str, int]], k: int) -> None:
    tree, counts = case
    hidden = suppress(tree, counts, k)
    assert bool(hidden) == ("primary" in hidden.values())


@given(offices(), st.integers(2, 7))
def test_order_does_not_matter(case: tuple[Tree, dict[str, int]], k: int) -> None:
    tree, counts = case
    turned = {parent: tree[parent][::-1] for parent in reversed(tree)}
    assert suppress(turned, dict(reversed(counts.items())), k) == suppress(tree, counts, k)


@settings(max_examples=100)
@given(two_views(), st.integers(2, 7))
def test_two_views_at_once(case: tuple[Tree, dict[str, int], dict[str, tuple[str, ...]]], k: int) -> None:
    tree, counts, kinds = case
    views = {**tree, "区分": tuple(kinds), **kinds}
    hidden = suppress(views, counts, k)
    secret = sorted(cell for cell in hidden if cell in counts)
    groups = [*((parent, codes) for parent, codes in tree.items() if parent != "市"), *kinds.items()]
    shown = [codes for parent, codes in groups if parent not in hidden]
    if "市" not in hidden:
        shown.append(list(counts))
    equations = [{code: 1 for code in codes if code in secret} for codes in shown]
    assert solved(secret, equations) == set()
    for kind, codes in kinds.items():
        if 0 < sum(counts[code] for code in codes) < k:
            assert hidden[kind] == "primary"


@pytest.mark.parametrize(
    ("tree", "counts"),
    [
        ({"市": ["甲"]}, {"甲": -1}),
        ({"市": ["甲"]}, {"甲": 3, "市": 4}),
        ({"市": ["市"]}, {"市": 3}),
    ],
)
def test_a_table_that_cannot_be_is_refused(tree: Tree, counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        suppress(tree, counts, 5)


def test_a_leaf_without_a_count_is_refused() -> None:
    with pytest.raises(KeyError):
        suppress({"市": ["甲"]}, {}, 5)


@given(st.integers(1, 60), st.data())
def test_bands_only_hide_what_is_extreme(n: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, n))
    band = band_extreme(Fraction(yes, n), n)
    assert (band is not None) == (n < 20 and yes in (0, n))
