"""Is a difference more than the change of audited departments could explain?

For the audited departments a mean is a census: exact. Uncertainty is about the whole city and the next time, and its
unit is the department, never the single judgement (intervals over judgements claimed a change in 25-34 % of simulated
years that had none). Everything here is deterministic: rational numbers, integer square roots, a table of quantiles.
Worked examples: docs/spec/07-uncertainty.md.
Source: Wilson 1927; Welch 1947 and Satterthwaite 1946 for the degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from kansa.core.errors import NothingJudged

Z = Fraction(1959964, 1000000)  # 0.975 quantile of the normal distribution
_ROOT_DIGITS = 12
_NO_INTERVAL_BELOW = 2  # departments a year
_NO_CLAIM_BELOW = 5  # departments a year

# 0.975 quantiles of Student's t in thousandths. Degrees of freedom between two rows take the row above, which is
# wider, so the table never overclaims.
_T_THOUSANDTHS = {
    1: 12706, 2: 4303, 3: 3182, 4: 2776, 5: 2571, 6: 2447, 7: 2365, 8: 2306, 9: 2262, 10: 2228,
    11: 2201, 12: 2179, 13: 2160, 14: 2145, 15: 2131, 16: 2120, 17: 2110, 18: 2101, 19: 2093, 20: 2086,
    21: 2080, 22: 2074, 23: 2069, 24: 2064, 25: 2060, 26: 2056, 27: 2052, 28: 2048, 29: 2045, 30: 2042,
    40: 2021, 50: 2009, 60: 2000, 80: 1990, 100: 1984, 120: 1980, 200: 1972, 500: 1965, 1000: 1962,
}  # fmt: skip

VERDICTS_JA = {
    "beyond_turnover": "偶然や対象所属の違いだけでは説明しにくい変化である",
    "within_turnover": "対象所属の違いの範囲内であり、全庁の変化とは言えない",
    "too_few": "対象所属が少なく、全庁の変化とは言えない",
}

Sums = Mapping[str, tuple[int, int]]  # department -> (sum of levels, number of judgements)


@dataclass(frozen=True, slots=True)
class ChangeInterval:
    """The change of the mean with its 95 % interval for the whole city, in level points.

    `half_width`, `low`, `high`, `df` are None when a year has fewer than 2 judged departments.
    `verdict`: beyond_turnover | within_turnover | too_few (fewer than 5 departments in a year: nothing is claimed).
    """

    change: Fraction
    half_width: Fraction | None
    low: Fraction | None
    high: Fraction | None
    df: int | None
    prior_departments: int
    this_departments: int
    verdict: str

    @property
    def k0(self) -> int:
        """Departments judged last year."""
        return self.prior_departments

    @property
    def k1(self) -> int:
        """Departments judged this year."""
        return self.this_departments


def square_root(value: Fraction) -> Fraction:
    """Square root of a value >= 0, cut after 12 decimals."""
    unit = 10**_ROOT_DIGITS
    return Fraction(isqrt(value.numerator * unit * unit // value.denominator), unit)


def t_quantile(df: int) -> Fraction:
    """0.975 quantile of Student's t for df >= 1, from the table at the next lower tabulated df."""
    if df < 1:
        raise ValueError("degrees of freedom must be 1 or more")
    return Fraction(_T_THOUSANDTHS[max(known for known in _T_THOUSANDTHS if known <= df)], 1000)


def wilson(successes: int, n: int) -> tuple[Fraction, Fraction]:
    """95 % Wilson interval of a share, both ends 0..1. Raises NothingJudged for n = 0.

    >>> low, high = wilson(5, 5); (low > Fraction(565, 1000), high == 1)
    (True, True)
    """
    if n <= 0:
        raise NothingJudged("件数がないため算出できない")
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    share = Fraction(successes, n)
    square = Z * Z
    stretch = 1 + square / n
    centre = (share + square / (2 * n)) / stretch
    half = Z * square_root(share * (1 - share) / n + square / (4 * n * n)) / stretch
    # At the ends the exact bound is 0 or 1; the cut square root must not leave a trace of 1e-12.
    low = Fraction(0) if successes == 0 else max(Fraction(0), centre - half)
    high = Fraction(1) if successes == n else min(Fraction(1), centre + half)
    return low, high


def _judged(sums: Sums) -> dict[str, tuple[int, int]]:
    return {key: (total, count) for key, (total, count) in sums.items() if count}


def _mean(sums: Sums) -> Fraction:
    count = sum(n for _total, n in sums.values())
    if not count:
        raise NothingJudged("一方の年度に判定がないため算出できない")
    return Fraction(sum(total for total, _n in sums.values()), count)


def _residuals(sums: Sums) -> dict[str, Fraction]:
    """Each department's deviation from the pooled mean, scaled by the mean number of judgements (ratio estimator)."""
    mean = _mean(sums)
    size = Fraction(sum(n for _total, n in sums.values()), len(sums))
    return {key: (total - mean * n) / size for key, (total, n) in sums.items()}


def _variance_of_mean(residuals: Sequence[Fraction]) -> Fraction:
    """Sample variance (k - 1) of residuals divided by k; k >= 2."""
    k = len(residuals)
    mean = sum(residuals, Fraction(0)) / k
    return sum(((residual - mean) ** 2 for residual in residuals), Fraction(0)) / (k - 1) / k


def _interval(change: Fraction, variance: Fraction, df: int, k0: int, k1: int) -> ChangeInterval:
    half = t_quantile(df) * square_root(variance)
    low, high = change - half, change + half
    if min(k0, k1) < _NO_CLAIM_BELOW:
        verdict = "too_few"
    else:
        verdict = "within_turnover" if low <= 0 <= high else "beyond_turnover"
    return ChangeInterval(change, half, low, high, df, k0, k1, verdict)


def welch_change(prior: Sums, this: Sums) -> ChangeInterval:
    """Change of the pooled mean between two sets of departments, treated as independent samples of the city.

    Departments without a judgement are left out. Raises NothingJudged when a year has no judgement.
    """
    before, after = _judged(prior), _judged(this)
    change = _mean(after) - _mean(before)
    k0, k1 = len(before), len(after)
    if min(k0, k1) < _NO_INTERVAL_BELOW:
        return ChangeInterval(change, None, None, None, None, k0, k1, "too_few")
    v0 = _variance_of_mean(list(_residuals(before).values()))
    v1 = _variance_of_mean(list(_residuals(after).values()))
    if v0 + v1 == 0:
        return _interval(change, Fraction(0), min(k0, k1) - 1, k0, k1)
    df = (v0 + v1) ** 2 / (v0**2 / (k0 - 1) + v1**2 / (k1 - 1))
    return _interval(change, v0 + v1, int(df), k0, k1)


def paired_change(prior: Sums, this: Sums) -> ChangeInterval:
    """Change of the pooled mean over the departments judged both times (keys equal), as pairs.

    Raises NothingJudged when there is no common department.
    """
    before, after = _judged(prior), _judged(this)
    common = sorted(before.keys() & after.keys())
    before, after = {key: before[key] for key in common}, {key: after[key] for key in common}
    change = _mean(after) - _mean(before)
    k = len(common)
    if k < _NO_INTERVAL_BELOW:
        return ChangeInterval(change, None, None, None, None, k, k, "too_few")
    first, second = _residuals(before), _residuals(after)
    variance = _variance_of_mean([second[key] - first[key] for key in common])
    return _interval(change, variance, k - 1, k, k)
