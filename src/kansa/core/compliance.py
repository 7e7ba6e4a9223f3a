"""What is the compliance rate of the self-inspection, and where does its change come from?

The rate is はい / (はい + いいえ) pooled over answers; 該当なし and unanswered leave the denominator and are reported
beside it. The change divides by the same operator as the mean level (see `pulls`): sums are exact.
Worked examples: docs/spec/06-compliance.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kansa.core.comparison import ClassAmounts, ItemLinks, both_means, classify
from kansa.core.errors import NotComputable, NothingJudged
from kansa.core.pulls import Amount, ClassShare, Effect, RationalSum, core_weights, pull_effects
from kansa.core.rounding import rounded

RATE_EFFECTS_JA = {
    "carried": "変更がない項目の変化",
    "coverage": "該当なし等による構成の変化",
    "carried_not_applicable": "変更がない項目・一方の年度で全て該当なし",
    "revised": "見直した項目",
    "added": "追加した項目",
    "dropped": "廃止した項目",
    "not_comparable": "共通する項目がないため比較できない分",
}


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Answers to one question, or to many pooled."""

    yes: int
    no: int
    not_applicable: int = 0
    blank: int = 0

    @property
    def applicable(self) -> int:
        """はい + いいえ: the denominator of the compliance rate."""
        return self.yes + self.no

    def __add__(self, other: AnswerCounts) -> AnswerCounts:
        return AnswerCounts(
            self.yes + other.yes,
            self.no + other.no,
            self.not_applicable + other.not_applicable,
            self.blank + other.blank,
        )


@dataclass(frozen=True, slots=True)
class ItemMovement:
    """One carried question in both years; `direction` is up, kept or down, kept when the change prints as zero."""

    this_code: str
    prior_code: str
    prior_rate: Fraction
    this_rate: Fraction
    direction: str

    @property
    def change(self) -> Fraction:
        """Change of the question's rate, -1..1."""
        return self.this_rate - self.prior_rate


@dataclass(frozen=True, slots=True)
class RateComparison:
    """The change of the rate (0..1; times 100 = ポイント) and its parts; `sum of effects == change` exactly.

    Effects: carried, coverage, revised, added, dropped, carried_not_applicable; or only not_comparable, with
    `core` None, when no carried question was answered in both years.
    """

    prior_rate: Fraction
    this_rate: Fraction
    change: Fraction
    core: ClassShare | None
    effects: tuple[Effect, ...]
    classes: tuple[ClassShare, ...]
    movements: tuple[ItemMovement, ...]

    def effect(self, code: str) -> Fraction:
        """The value of one effect. Raises KeyError when this comparison does not have it."""
        return {effect.code: effect.value for effect in self.effects}[code]

    @property
    def carried_change(self) -> Fraction | None:
        """Change of the rate over carried questions, the sum of carried and coverage; None when there is no core."""
        return None if self.core is None else self.effect("carried") + self.effect("coverage")

    def count(self, direction: str) -> int:
        """Number of carried questions that went up, were kept, or went down."""
        return sum(1 for movement in self.movements if movement.direction == direction)


def compliance_rate(counts: AnswerCounts) -> Fraction:
    """はい / (はい + いいえ), 0..1. Raises NothingJudged when nobody gave an applicable answer.

    >>> compliance_rate(AnswerCounts(28230, 1770))
    Fraction(941, 1000)
    """
    if not counts.applicable:
        raise NothingJudged("該当する回答がないため算出できない")
    return Fraction(counts.yes, counts.applicable)


def response_rate(respondents: int, roster: int) -> Fraction:
    """Respondents / people on the roster. Raises NothingJudged for an empty roster. May exceed 1: a check says so."""
    if roster <= 0:
        raise NothingJudged("対象者がいないため算出できない")
    return Fraction(respondents, roster)


def _movements(amounts: ClassAmounts, places: int) -> tuple[ItemMovement, ...]:
    moves = []
    for (this_code, prior_code), (prior, this) in zip(amounts.core_pairs, amounts.core, strict=True):
        before, after = Fraction(prior.total, prior.count), Fraction(this.total, this.count)
        shown = rounded((after - before) * 100, places)
        direction = "up" if shown > 0 else "down" if shown < 0 else "kept"
        moves.append(ItemMovement(this_code, prior_code, before, after, direction))
    return tuple(moves)


def _core_effects(amounts: ClassAmounts) -> tuple[Effect, ...]:
    weights = core_weights(amounts.core)
    within = RationalSum()
    for (prior, this), middle in zip(amounts.core, weights.middle, strict=True):
        within.add(middle * this.total, this.count)
        within.add(-middle * prior.total, prior.count)
    return Effect("carried", within.value() / weights.scale), Effect("coverage", weights.coverage)


def compare_rates(
    prior: Mapping[str, AnswerCounts] | None, this: Mapping[str, AnswerCounts], links: ItemLinks, places: int = 1
) -> RateComparison:
    """Divides the change of the pooled rate by question class.

    A carried question is kept when its change in ポイント prints as zero at `places` decimals.
    Raises NotComputable (no_prior, nothing_judged_this, nothing_judged_prior), ValueError when the links do not fit.
    """
    if prior is None:
        raise NotComputable("no_prior", "前年度の記録がないため比較できない")
    before = {code: Amount(counts.applicable, counts.yes) for code, counts in prior.items()}
    after = {code: Amount(counts.applicable, counts.yes) for code, counts in this.items()}
    amounts = classify(before, after, links)
    prior_rate, this_rate = both_means(before, after)
    change = this_rate - prior_rate
    core = amounts.classes[0]
    if not core.this_count:
        only = (Effect("not_comparable", change),)
        return RateComparison(prior_rate, this_rate, change, None, only, amounts.classes, ())
    effects = _core_effects(amounts) + pull_effects(core, amounts.classes[1:])
    moves = _movements(amounts, places)
    return RateComparison(prior_rate, this_rate, change, core, effects, amounts.classes, moves)
