"""Are the intervals exact enough, never too narrow, and silent when there is too little?"""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kansa.core.errors import NothingJudged
from kansa.core.intervals import paired_change, square_root, t_quantile, welch_change, wilson

SUMS = st.dictionaries(st.sampled_from("甲乙丙丁戊己庚"), st.tuples(st.integers(0, 80), st.integers(1, 20)), min_size=1)


def t_probability(value: float, df: int) -> float:
    """Probability that |t| <= value, by Simpson's rule over the density: an independent way to the table."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    steps = 2000
    width = value / steps
    total = 0.0
    for place in range(steps + 1):
        weight = 1 if place in (0, steps) else 4 if place % 2 else 2
        total += weight * (1 + (place * width) ** 2 / df) ** (-(df + 1) / 2)
    return 2 * scale * total * width / 3


@pytest.mark.parametrize("df", [*range(2, 31), 40, 50, 60, 80, 100, 120, 200, 500, 1000])
def test_the_table_of_quantiles(df: int) -> None:
    assert abs(t_probability(float(t_quantile(df)), df) - 0.95) < 0.0001


def test_the_quantile_of_one_degree_of_freedom() -> None:
    assert abs(float(t_quantile(1)) - math.tan(0.475 * math.pi)) < 0.0005


@given(st.integers(1, 5000))
def test_quantiles_never_fall_below_the_next(df: int) -> None:
    assert t_quantile(df) >= t_quantile(df + 1) > Fraction(1959, 1000)


@given(st.fractions(min_value=0, max_value=10**6))
def test_square_root(value: Fraction) -> None:
    root = square_root(value)
    assert root * root <= value < (root + Fraction(1, 10**12)) ** 2


@given(st.integers(1, 3000), st.data())
def test_wilson(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson(successes, n)
    assert 0 <= low <= Fraction(successes, n) <= high <= 1
    mirrored = wilson(n - successes, n)
    assert abs(mirrored[0] - (1 - high)) < Fraction(1, 10**9)
    z = 1.959964
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    assert math.isclose(float(low), max(0.0, centre - half), abs_tol=1e-9)
    assert math.isclose(float(high), min(1.0, centre + half), abs_tol=1e-9)


def test_wilson_of_nothing() -> None:
    with pytest.raises(NothingJudged):
        wilson(0, 0)
    with pytest.raises(ValueError, match="share"):
        wilson(3, 2)


def variance_of_mean(sums: dict[str, tuple[int, int]]) -> float:
    """The ratio estimator's variance in floating point, with the standard library's sample variance."""
    mean = sum(total for total, _n in sums.values()) / sum(n for _total, n in sums.values())
    size = sum(n for _total, n in sums.values()) / len(sums)
    return statistics.variance([(total - mean * n) / size for total, n in sums.values()]) / len(sums)


@given(SUMS, SUMS)
def test_welch(prior: dict[str, tuple[int, int]], this: dict[str, tuple[int, int]]) -> None:
    interval = welch_change(prior, this)
    assert (interval.k0, interval.k1) == (len(prior), len(this))
    if min(len(prior), len(this)) < 2:
        assert (interval.half_width, interval.low, interval.high, interval.df) == (None, None, None, None)
        assert interval.verdict == "too_few"
        return
    assert interval.half_width is not None and interval.df is not None
    v0, v1 = variance_of_mean(prior), variance_of_mean(this)
    assert math.isclose(
        float(interval.half_width), float(t_quantile(interval.df)) * math.sqrt(v0 + v1), rel_tol=1e-6, abs_tol=1e-6
    )
    if v0 + v1 > 1e-9:
        df = (v0 + v1) ** 2 / (v0**2 / (len(prior) - 1) + v1**2 / (len(this) - 1))
        assert interval.df <= df + 1e-6 and interval.df > df - 1 - 1e-6
    if min(len(prior), len(this)) < 5:
        assert interval.verdict == "too_few"
    else:
        excludes = abs(interval.change) > interval.half_width
        assert interval.verdict == ("beyond_turnover" if excludes else "within_turnover")


@given(SUMS, SUMS)
def test_paired(prior: dict[str, tuple[int, int]], this: dict[str, tuple[int, int]]) -> None:
    common = prior.keys() & this.keys()
    assume(common)
    interval = paired_change(prior, this)
    assert interval.k0 == interval.k1 == len(common)
    swapped = paired_change(this, prior)
    assert (swapped.change, swapped.half_width) == (-interval.change, interval.half_width)
    same = paired_change(prior, {key: prior[key] for key in common})
    assert same.change == 0 and not same.half_width


def test_departments_without_judgements_do_not_count() -> None:
    prior = {"甲": (3, 1), "乙": (0, 0)}
    assert welch_change(prior, prior).k0 == 1
    with pytest.raises(NothingJudged):
        welch_change(prior, {"乙": (0, 0)})
    with pytest.raises(NothingJudged):
        paired_change({"甲": (3, 1)}, {"乙": (3, 1)})
