"""Did the mean change because of more top judgements, fewer findings, or shallower findings?

With P the conforming level, a the mean height above P (levels above P, share times distance), f the share of
findings (levels below P) and d their mean depth below P:

    M - P = a - f d        so        change of M = change of a - (change of f) mid d - mid f (change of d)

with the midpoint of both years for d and f. On the scale 0..4 with P = 3, a is the share of level 4.
A year without findings has no depth; it takes the other year's, and when both have none both terms are 0.
Worked examples: docs/spec/05-level-distribution.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NothingJudged
from kansa.core.maturity import LevelCounts, finding_count, mean_level


@dataclass(frozen=True, slots=True)
class LevelContribution:
    """The change of the mean in level points and its three parts, which sum to it exactly; counts and rates both years.

    `above` counts judgements above the conforming level (level 4 on the usual scale); rates are 0..1.
    """

    change: Fraction
    above_effect: Fraction
    fewer_findings_effect: Fraction
    shallower_effect: Fraction
    prior_judged: int
    this_judged: int
    prior_findings: int
    this_findings: int
    prior_above: int
    this_above: int

    @property
    def prior_finding_rate(self) -> Fraction:
        """Share of findings last year."""
        return Fraction(self.prior_findings, self.prior_judged)

    @property
    def this_finding_rate(self) -> Fraction:
        """Share of findings this year; printed next to the count, which falls by itself when fewer are audited."""
        return Fraction(self.this_findings, self.this_judged)

    @property
    def prior_above_rate(self) -> Fraction:
        """Share of judgements above the conforming level last year."""
        return Fraction(self.prior_above, self.prior_judged)

    @property
    def this_above_rate(self) -> Fraction:
        """Share of judgements above the conforming level this year."""
        return Fraction(self.this_above, self.this_judged)


def _height(counts: LevelCounts, pass_level: int) -> Fraction:
    above = sum((level - pass_level) * count for level, count in enumerate(counts.counts) if level > pass_level)
    return Fraction(above, counts.judged)


def _depth(counts: LevelCounts, pass_level: int) -> Fraction | None:
    findings = finding_count(counts, pass_level)
    if not findings:
        return None
    below = sum((pass_level - level) * count for level, count in enumerate(counts.counts[:pass_level]))
    return Fraction(below, findings)


def level_contribution(prior: LevelCounts, this: LevelCounts, pass_level: int = 3) -> LevelContribution:
    """Divides the change of the mean by level distribution. Raises NothingJudged when a year has no judgement."""
    if not prior.judged or not this.judged:
        raise NothingJudged("一方の年度に判定がないため算出できない")
    findings0, findings1 = finding_count(prior, pass_level), finding_count(this, pass_level)
    rate0, rate1 = Fraction(findings0, prior.judged), Fraction(findings1, this.judged)
    depth0, depth1 = _depth(prior, pass_level), _depth(this, pass_level)
    depth0 = depth0 if depth0 is not None else depth1 if depth1 is not None else Fraction(0)
    depth1 = depth1 if depth1 is not None else depth0
    return LevelContribution(
        change=mean_level(this) - mean_level(prior),
        above_effect=_height(this, pass_level) - _height(prior, pass_level),
        fewer_findings_effect=-(rate1 - rate0) * (depth0 + depth1) / 2,
        shallower_effect=-(rate0 + rate1) / 2 * (depth1 - depth0),
        prior_judged=prior.judged,
        this_judged=this.judged,
        prior_findings=findings0,
        this_findings=findings1,
        prior_above=sum(prior.counts[pass_level + 1 :]),
        this_above=sum(this.counts[pass_level + 1 :]),
    )
