"""Is agreement what the definition of weighted kappa says, the same from both sides, and never 0 for unknown?"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.agreement import agreement, between, by_case, reread
from kansa.core.errors import NotComputable

ROWS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.text("01234N-", min_size=size, max_size=size), min_size=2, max_size=5)
)


def kappa_by_table(one: str, other: str) -> Fraction | None:
    """Weighted kappa from the table of observed and expected shares, as Cohen defines it; None: undefined."""
    pairs = [(int(a), int(b)) for a, b in zip(one, other, strict=True) if a.isdigit() and b.isdigit()]
    if not pairs:
        return None
    n, levels = len(pairs), range(5)
    observed, rows, columns = Counter(pairs), Counter(a for a, _b in pairs), Counter(b for _a, b in pairs)
    weight = {(a, b): Fraction((a - b) ** 2, 16) for a in levels for b in levels}
    wrong = sum((weight[cell] * Fraction(observed[cell], n) for cell in weight), Fraction(0))
    chance = sum((weight[a, b] * Fraction(rows[a] * columns[b], n * n) for a, b in weight), Fraction(0))
    return None if chance == 0 else 1 - wrong / chance


@given(ROWS)
def test_kappa_is_the_kappa_of_the_table(rows: list[str]) -> None:
    expected = kappa_by_table(rows[0], rows[1])
    found = agreement(rows[0], rows[1])
    if expected is None:
        with pytest.raises(NotComputable):
            _ = found.kappa
        return
    assert found.kappa == expected
    assert -1 <= found.kappa <= 1
    assert (found.kappa == 1) == (found.exact_rate == 1)


@given(ROWS)
def test_both_sides_see_the_same(rows: list[str]) -> None:
    there, back = agreement(rows[0], rows[1]), agreement(rows[1], rows[0])
    assert there.difference_sum == -back.difference_sum
    assert there.chance_square_sum == back.chance_square_sum
    assert (there.exact_count, there.within_one_count) == (back.exact_count, back.within_one_count)
    assert there.exact_count <= there.within_one_count <= there.pair_count <= there.answered_count
    assert there.same_applicability_count <= there.answered_count


@given(ROWS)
def test_everybody_agrees_with_the_own_row(rows: list[str]) -> None:
    found = agreement(rows[0], rows[0])
    assert found.exact_count == found.pair_count
    assert found.same_applicability_count == found.answered_count
    assert not reread([""] * len(rows[0]), rows[0], rows[0].replace("-", "3"), 3) or "-" in rows[0]


@given(ROWS)
def test_all_pairs_once(rows: list[str]) -> None:
    found = between(dict(enumerate(rows)))  # type: ignore[arg-type]
    assert len(found.pairs) == len(rows) * (len(rows) - 1) // 2
    assert found.pairs == between(dict(enumerate(rows))).pairs  # type: ignore[arg-type]


@given(ROWS, st.integers(1, 4))
def test_cases_that_are_not_named_are_right_enough(rows: list[str], conforms_from: int) -> None:
    cases = [str(place) for place in range(len(rows[0]))]
    named = {one.case for one in reread(cases, rows[0], rows[1], conforms_from)}
    for case, right, said in zip(cases, rows[0], rows[1], strict=True):
        if case not in named and right != "-":
            assert (right == "N") == (said == "N")
            if right != "N":
                assert abs(int(right) - int(said)) <= 1
                assert (int(right) >= conforms_from) == (int(said) >= conforms_from)


@given(ROWS)
def test_each_case_is_looked_at(rows: list[str]) -> None:
    reference, answers = rows[0], {str(place): row for place, row in enumerate(rows[1:])}
    found = by_case([str(place) for place in range(len(reference))], reference, answers)
    assert len(found) == len(reference)
    for place, case in enumerate(found):
        signs = [row[place] for row in rows[1:] if row[place] != "-"]
        assert case.answered_count == len(signs)
        if set(signs) <= {reference[place]}:
            assert case.reasons == ()


@pytest.mark.parametrize(("first", "second"), [("33", "3"), ("3x", "33"), (".3", "33")])
def test_other_signs_are_refused(first: str, second: str) -> None:
    with pytest.raises(ValueError, match="judge"):
        agreement(first, second)
