"""How does the change of a pooled mean divide into a comparable core and the pulls of everything else?

For a whole made of a core K and groups g with shares s_g and means m_g,

    M = m_K + sum of s_g (m_g - m_K)            s_g (m_g - m_K) is the pull of g

holds in each year, so the change of M is the change of m_K plus the changes of the pulls: exact, free of order,
without an interaction term, and defined whenever the core is judged in both years.
Source: Melitz & Polanec 2015, RAND J. Econ. 46(2) 362-375, applied to audit items; inside the core the midpoint
weights of Bennet 1920 (for two factors the Shapley value).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Effect:
    """One named part of a change, in the unit of the mean (level points, or rate 0..1)."""

    code: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Amount:
    """Numerator and denominator of a mean: `total` is the sum of levels or of はい, `count` what it is divided by."""

    count: int
    total: int

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.count + other.count, self.total + other.total)

    @property
    def mean(self) -> Fraction | None:
        """The mean; None when there is nothing to divide by."""
        return Fraction(self.total, self.count) if self.count else None


@dataclass(frozen=True, slots=True)
class ClassShare:
    """One class of items (carried, revised, ...) in both years: number of items, denominator, numerator."""

    code: str
    prior_items: int
    this_items: int
    prior_count: int
    prior_sum: int
    this_count: int
    this_sum: int

    @property
    def prior_mean(self) -> Fraction | None:
        """Mean of the class last year; None when nothing was judged."""
        return Amount(self.prior_count, self.prior_sum).mean

    @property
    def this_mean(self) -> Fraction | None:
        """Mean of the class this year; None when nothing was judged."""
        return Amount(self.this_count, self.this_sum).mean

    @property
    def change(self) -> Fraction | None:
        """Change of the class mean; None unless both years have one."""
        if self.prior_mean is None or self.this_mean is None:
            return None
        return self.this_mean - self.prior_mean


class RationalSum:
    """An exact sum of many fractions: integers by denominator, one Fraction for each at the end."""

    def __init__(self) -> None:
        self._numerators: dict[int, int] = {}

    def add(self, numerator: int, denominator: int) -> None:
        """Adds numerator / denominator (denominator > 0)."""
        self._numerators[denominator] = self._numerators.get(denominator, 0) + numerator

    def value(self) -> Fraction:
        """The sum."""
        return sum((Fraction(top, bottom) for bottom, top in self._numerators.items()), Fraction(0))


def total_of(amounts: Iterable[Amount]) -> Amount:
    """Sum of amounts."""
    count = total = 0
    for amount in amounts:
        count += amount.count
        total += amount.total
    return Amount(count, total)


def class_share(code: str, prior: Sequence[Amount], this: Sequence[Amount]) -> ClassShare:
    """The class made of these items of last year and of this year."""
    before, after = total_of(prior), total_of(this)
    return ClassShare(code, len(prior), len(this), before.count, before.total, after.count, after.total)


def pull(group: Amount, core: Amount, whole: Amount) -> Fraction:
    """Pull of a group in one year: its share of the whole times its distance from the core's mean; 0 when empty."""
    if not group.count:
        return Fraction(0)
    return Fraction(group.total * core.count - group.count * core.total, whole.count * core.count)


def pull_effects(core: ClassShare, groups: Sequence[ClassShare]) -> tuple[Effect, ...]:
    """Change of the pull of each group, under the group's code. The core must be judged in both years."""
    core0, core1 = Amount(core.prior_count, core.prior_sum), Amount(core.this_count, core.this_sum)
    parts0 = [Amount(group.prior_count, group.prior_sum) for group in groups]
    parts1 = [Amount(group.this_count, group.this_sum) for group in groups]
    whole0, whole1 = total_of([core0, *parts0]), total_of([core1, *parts1])
    return tuple(
        Effect(group.code, pull(part1, core1, whole1) - pull(part0, core0, whole0))
        for group, part0, part1 in zip(groups, parts0, parts1, strict=True)
    )


@dataclass(frozen=True, slots=True)
class CoreWeights:
    """Midpoint weights of the core's items, as integers over the common `scale`.

    `middle[i] / scale` is the mean of the item's shares of both years; `coverage` is the part of the core's change
    that comes from changed shares (対象外・対象範囲), measured against the core's middle mean.
    """

    middle: tuple[int, ...]
    scale: int
    coverage: Fraction


def core_weights(pairs: Sequence[tuple[Amount, Amount]]) -> CoreWeights:
    """Weights and coverage effect of core items given as (last year, this year), every count > 0."""
    count0 = sum(prior.count for prior, _this in pairs)
    count1 = sum(this.count for _prior, this in pairs)
    scale = 2 * count0 * count1
    coverage = RationalSum()
    middle = []
    for prior, this in pairs:
        # Any constant may stand for the reference mean in the coverage sum, because the weight changes sum to zero;
        # 0 keeps the integers small.
        shift = this.count * count0 - prior.count * count1
        coverage.add(shift * prior.total, prior.count)
        coverage.add(shift * this.total, this.count)
        middle.append(prior.count * count1 + this.count * count0)
    return CoreWeights(tuple(middle), scale, coverage.value() / scale)
