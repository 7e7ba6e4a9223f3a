"""Does the ranking follow the evidence, keep its odds finite, and not depend on the order of the records?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import NotComputable
from kansa.core.likeness import Observed, Signs, calibration, likely_departments, sharing

SIGNS = st.builds(
    Signs,
    st.sampled_from(["甲", "乙", "丙", "丁"]),
    st.sampled_from(["head_office", "nursery"]),
    st.sampled_from(["found", "not_found", "unknown"]),
    st.sampled_from(["low", "middle", "high", "unknown"]),
)
OBSERVED = st.lists(st.builds(Observed, st.sampled_from(["x", "y"]), SIGNS, st.booleans()), max_size=12)
CANDIDATES = st.lists(SIGNS, max_size=4, unique_by=lambda signs: signs.department)


def both(observed: list[Observed]) -> bool:
    return len({one.is_found for one in observed}) == 2


@given(OBSERVED, CANDIDATES)
def test_every_candidate_has_a_probability_and_reasons(observed: list[Observed], candidates: list[Signs]) -> None:
    if not both(observed):
        with pytest.raises(NotComputable):
            likely_departments("x", observed, candidates)
        return
    found = likely_departments("x", observed, candidates)
    assert sorted(one.department for one in found) == sorted(signs.department for signs in candidates)
    for one in found:
        assert 0 < one.probability < 1
        assert one.reasons_ja
        product = one.rate / (1 - one.rate) * (one.last_audit_ratio or 1) * (one.band_ratio or 1)
        assert one.odds == product
    assert [one.odds for one in found] == sorted((one.odds for one in found), reverse=True)
    assert found == likely_departments("x", reversed(observed), reversed(candidates))


@given(OBSERVED, SIGNS)
def test_one_more_of_its_kind_found_makes_it_likelier(observed: list[Observed], signs: Signs) -> None:
    if not both(observed):
        return
    bare = replace(signs, last_audit="unknown", band="unknown")
    more = [*observed, Observed("x", bare, True)]
    before, after = (likely_departments("x", cells, [bare])[0] for cells in (observed, more))
    assert after.rate > before.rate


@given(OBSERVED, SIGNS)
def test_what_was_never_seen_is_no_evidence(observed: list[Observed], signs: Signs) -> None:
    rest = [one for one in observed if one.signs.last_audit != "found" and one.signs.band != "high"]
    if not both(rest):
        return
    [found] = likely_departments("x", rest, [replace(signs, last_audit="found", band="high")])
    assert (found.last_audit_ratio, found.band_ratio) == (1, 1)


@given(OBSERVED, SIGNS)
def test_an_item_nobody_judged_has_the_overall_rate(observed: list[Observed], signs: Signs) -> None:
    if both(observed):
        found = likely_departments("z", observed, [replace(signs, last_audit="unknown", band="unknown")])[0]
        assert found.probability == Fraction(sum(one.is_found for one in observed), len(observed))


@given(
    st.dictionaries(st.sampled_from("甲乙丙丁"), st.sets(st.sampled_from("pqr"))), st.sets(st.sampled_from("甲乙丙"))
)
def test_a_shared_cause_reaches_everybody_who_shares_it(used: dict[str, set[str]], already: set[str]) -> None:
    found = set(sharing("shared_system", "p", used, already))
    assert found == {name for name in used if "p" in used[name]} - already
    assert sharing("individual", "p", used, already) == ()


def test_an_unknown_cause_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown cause"):
        sharing("bad luck", "p", {})


@given(st.lists(st.tuples(st.fractions(0, 1, max_denominator=20), st.booleans())))
def test_calibration_counts_everything_once(outcomes: list[tuple[Fraction, bool]]) -> None:
    bands = calibration(outcomes)
    assert sum(band.count for band in bands) == len(outcomes)
    assert sum(band.count * band.found_rate for band in bands) == sum(found for _p, found in outcomes)
    assert sum(band.count * band.predicted_mean for band in bands) == sum(p for p, _found in outcomes)
