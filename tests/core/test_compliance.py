"""Do the parts of a rate's change sum exactly, and do they follow from the mean's operator?"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kansa.core.comparison import ItemLinks
from kansa.core.compliance import AnswerCounts, compare_rates
from kansa.core.errors import NotComputable

ANSWERS = st.builds(AnswerCounts, *(st.integers(0, 20) for _part in range(4)))
LINKS = ItemLinks((("c0", "C0"), ("c1", "C1")), (("r", "R"),), ("a",), ("D",))
PRIOR = st.fixed_dictionaries(dict.fromkeys(("C0", "C1", "R", "D"), ANSWERS))
THIS = st.fixed_dictionaries(dict.fromkeys(("c0", "c1", "r", "a"), ANSWERS))


def total(answers: dict[str, AnswerCounts]) -> AnswerCounts:
    return sum(answers.values(), AnswerCounts(0, 0))


@given(PRIOR, THIS)
def test_effects_sum_exactly_to_the_change(prior: dict[str, AnswerCounts], this: dict[str, AnswerCounts]) -> None:
    before, after = total(prior), total(this)
    assume(before.applicable and after.applicable)
    comparison = compare_rates(prior, this, LINKS)
    assert sum(effect.value for effect in comparison.effects) == comparison.change
    assert comparison.change == Fraction(after.yes, after.applicable) - Fraction(before.yes, before.applicable)
    if comparison.core is not None:
        assert comparison.carried_change == comparison.core.change
        assert sum(comparison.count(direction) for direction in ("up", "kept", "down")) == comparison.core.this_items


@given(PRIOR, THIS, st.integers(0, 30), st.integers(0, 30))
def test_not_applicable_and_blank_change_nothing(
    prior: dict[str, AnswerCounts], this: dict[str, AnswerCounts], not_applicable: int, blank: int
) -> None:
    assume(total(prior).applicable and total(this).applicable)
    other = {code: AnswerCounts(counts.yes, counts.no, not_applicable, blank) for code, counts in this.items()}
    assert compare_rates(prior, this, LINKS) == compare_rates(prior, other, LINKS)


NOTHING = {"x": AnswerCounts(0, 0, 3, 1)}
ONE = {"x": AnswerCounts(1, 1)}
SAME = ItemLinks((("x", "x"),))


@pytest.mark.parametrize(
    ("prior", "this", "code"),
    [(None, ONE, "no_prior"), (ONE, NOTHING, "nothing_judged_this"), (NOTHING, ONE, "nothing_judged_prior")],
)
def test_what_cannot_be_compared_is_named(
    prior: dict[str, AnswerCounts] | None, this: dict[str, AnswerCounts], code: str
) -> None:
    with pytest.raises(NotComputable) as missing:
        compare_rates(prior, this, SAME)
    assert missing.value.code == code


def test_without_a_common_question_there_are_no_parts() -> None:
    comparison = compare_rates(ONE, {"y": AnswerCounts(3, 1)}, ItemLinks((), (), ("y",), ("x",)))
    assert [effect.code for effect in comparison.effects] == ["not_comparable"]
    assert (comparison.core, comparison.carried_change, comparison.movements) == (None, None, ())
