"""Do the three contributions of the level distribution sum exactly to the change of the mean?"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kansa.core.distribution import level_contribution
from kansa.core.errors import NothingJudged
from kansa.core.maturity import LevelCounts, mean_level

COUNTS = st.builds(LevelCounts, st.lists(st.integers(0, 9), min_size=5, max_size=7).map(tuple))


@given(COUNTS, COUNTS, st.integers(1, 5))
def test_contributions_sum_to_the_change(prior: LevelCounts, this: LevelCounts, pass_level: int) -> None:
    assume(prior.judged and this.judged)
    parts = level_contribution(prior, this, pass_level)
    assert parts.above_effect + parts.fewer_findings_effect + parts.shallower_effect == parts.change
    assert parts.change == mean_level(this) - mean_level(prior)


@given(COUNTS)
def test_the_same_distribution_contributes_nothing(counts: LevelCounts) -> None:
    assume(counts.judged)
    parts = level_contribution(counts, counts)
    assert (parts.above_effect, parts.fewer_findings_effect, parts.shallower_effect) == (0, 0, 0)


def test_a_year_without_judgements_has_no_contribution() -> None:
    with pytest.raises(NothingJudged):
        level_contribution(LevelCounts((0, 0, 0, 0, 0)), LevelCounts((0, 0, 0, 1, 0)))
