"""How far do auditors judge alike in the calibration exercise, and what should they talk about or read again?

Judgements are texts of one character a case, as in `core.year`: a level, 対象外 or not judged. Rates and kappa are over
cases that both judged with a level; whether a case applies at all is compared apart; what is not judged is in neither.
Worked examples: docs/spec/18-agreement.md.
Source: Cohen, Weighted kappa, Psychological Bulletin 70 (1968); Light, Psychological Bulletin 76 (1971) for the mean
over pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from kansa.core.errors import NotComputable, NothingJudged
from kansa.core.year import LEVELS, NOT_APPLICABLE, NOT_JUDGED

_SIGNS = frozenset(LEVELS + NOT_APPLICABLE + NOT_JUDGED)
_WIDE = 2  # a spread or a distance from which it is talked about
TENDENCY_FROM = Fraction(1, 4)  # of a level, on average
TENDENCIES_JA = {"severe": "厳しめ", "none": "偏りなし", "lenient": "甘め"}

REASONS_JA = {
    "spread": "レベルの幅が２以上ある",
    "far_from_reference": "基準と一致した者が半数に満たない",
    "applicability_split": "対象かどうかの判断が分かれた",
    "crosses_conformity": "適合と不適合が基準と逆である",
    "far": "基準と２段階以上離れている",
    "applicability": "対象かどうかが基準と異なる",
    "not_judged": "判定していない",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two rows of judgements compared: counts, and what follows from them exactly."""

    pair_count: int  # cases that both judged with a level
    exact_count: int
    within_one_count: int
    difference_sum: int  # second minus first
    square_sum: int  # of the differences, case by case
    chance_square_sum: int  # of the differences of every level of one with every level of the other
    answered_count: int  # cases that both answered, 対象外 included
    same_applicability_count: int

    def _per_pair(self, numerator: int) -> Fraction:
        if not self.pair_count:
            raise NothingJudged("双方がレベルを付けた事例がないため算出できない")
        return Fraction(numerator, self.pair_count)

    @property
    def exact_rate(self) -> Fraction:
        """Share of equal levels, 0..1. Raises NothingJudged."""
        return self._per_pair(self.exact_count)

    @property
    def within_one_rate(self) -> Fraction:
        """Share of levels at most one apart, 0..1. Raises NothingJudged."""
        return self._per_pair(self.within_one_count)

    @property
    def mean_difference(self) -> Fraction:
        """Mean of second minus first, in levels: below 0 the second is the more severe. Raises NothingJudged."""
        return self._per_pair(self.difference_sum)

    @property
    def kappa(self) -> Fraction:
        """Quadratic weighted kappa, -1..1. Raises NothingJudged, NotComputable (no_variance) when all are one level."""
        self._per_pair(0)
        if not self.chance_square_sum:
            raise NotComputable("no_variance", "双方の判定が全て同じレベルで、ばらつきがないため算出できない")
        return 1 - Fraction(self.pair_count * self.square_sum, self.chance_square_sum)

    @property
    def applicability_rate(self) -> Fraction:
        """Share of cases that both held for 対象, or both for 対象外, 0..1. Raises NothingJudged."""
        if not self.answered_count:
            raise NothingJudged("双方が答えた事例がないため算出できない")
        return Fraction(self.same_applicability_count, self.answered_count)


@dataclass(frozen=True, slots=True)
class Between:
    """All pairs of auditors: rates over all pairs' cases together, kappa as the mean over pairs that have one."""

    pairs: tuple[tuple[str, str, Agreement], ...]

    def _pooled(self, numerator: int) -> Fraction:
        denominator = sum(pair.pair_count for _one, _other, pair in self.pairs)
        if not denominator:
            raise NothingJudged("二人以上がレベルを付けた事例がないため算出できない")
        return Fraction(numerator, denominator)

    @property
    def exact_rate(self) -> Fraction:
        """Share of equal levels, 0..1. Raises NothingJudged."""
        return self._pooled(sum(pair.exact_count for _one, _other, pair in self.pairs))

    @property
    def within_one_rate(self) -> Fraction:
        """Share of levels at most one apart, 0..1. Raises NothingJudged."""
        return self._pooled(sum(pair.within_one_count for _one, _other, pair in self.pairs))

    def _kappas(self) -> list[Fraction]:
        return [pair.kappa for _one, _other, pair in self.pairs if pair.chance_square_sum]

    @property
    def uncomputable_count(self) -> int:
        """Pairs without a kappa."""
        return len(self.pairs) - len(self._kappas())

    @property
    def mean_kappa(self) -> Fraction:
        """Mean of the pairs' kappas (Light). Raises NothingJudged, NotComputable (no_variance) when no pair has one."""
        self._pooled(0)
        kappas = self._kappas()
        if not kappas:
            raise NotComputable("no_variance", "どの組の判定にもばらつきがないため算出できない")
        return sum(kappas, Fraction(0)) / len(kappas)


@dataclass(frozen=True, slots=True)
class CaseAgreement:
    """One case over all auditors who answered it. `spread` is None when nobody gave a level."""

    case: str
    answered_count: int
    agreed_count: int  # equal to the reference, 対象外 included
    spread: int | None
    reasons: tuple[str, ...]  # codes of REASONS_JA; empty: nothing to talk about


@dataclass(frozen=True, slots=True)
class Reread:
    """A case that an auditor should read again, and why (a code of REASONS_JA)."""

    case: str
    reason: str


def _checked(*rows: str) -> None:
    if len({len(row) for row in rows}) > 1:
        raise ValueError("every row judges the same cases")
    strange = set("".join(rows)) - _SIGNS
    if strange:
        raise ValueError(f"not a judgement: {sorted(strange)!r}")


def agreement(first: str, second: str) -> Agreement:
    """Compares two rows over the same cases; for a reference, it comes first. Raises ValueError for other signs.

    >>> agreement("3241N3", "3141N2").kappa
    Fraction(27, 32)
    """
    _checked(first, second)
    answered = [pair for pair in zip(first, second, strict=True) if NOT_JUDGED not in pair]
    pairs = [(int(one), int(other)) for one, other in answered if NOT_APPLICABLE not in (one, other)]
    differences = [other - one for one, other in pairs]
    return Agreement(
        pair_count=len(pairs),
        exact_count=differences.count(0),
        within_one_count=sum(1 for difference in differences if abs(difference) <= 1),
        difference_sum=sum(differences),
        square_sum=sum(difference * difference for difference in differences),
        chance_square_sum=sum((one - other) ** 2 for one, _second in pairs for _first, other in pairs),
        answered_count=len(answered),
        same_applicability_count=sum((one == NOT_APPLICABLE) == (other == NOT_APPLICABLE) for one, other in answered),
    )


def between(answers: Mapping[str, str]) -> Between:
    """Compares every pair of auditors, in the order of the mapping."""
    return Between(
        tuple((one, other, agreement(answers[one], answers[other])) for one, other in combinations(answers, 2))
    )


def by_case(cases: Sequence[str], reference: str, answers: Mapping[str, str]) -> tuple[CaseAgreement, ...]:
    """Each case over all auditors, in order, with what makes it worth talking about. Raises ValueError."""
    _checked(reference, *answers.values())
    columns = [[row[place] for row in answers.values()] for place in range(len(reference))]
    rows = zip(cases, reference, columns, strict=True)
    return tuple(
        _case(case, expected, [sign for sign in column if sign != NOT_JUDGED]) for case, expected, column in rows
    )


def _case(case: str, expected: str, signs: list[str]) -> CaseAgreement:
    levels = [int(sign) for sign in signs if sign != NOT_APPLICABLE]
    spread = max(levels) - min(levels) if levels else None
    agreed = signs.count(expected)
    applicable = {sign != NOT_APPLICABLE for sign in [*signs, expected]}
    reasons = []
    if spread is not None and spread >= _WIDE:
        reasons.append("spread")
    if 2 * agreed < len(signs):
        reasons.append("far_from_reference")
    if signs and len(applicable) > 1:
        reasons.append("applicability_split")
    return CaseAgreement(case, len(signs), agreed, spread, tuple(reasons))


def reread(cases: Sequence[str], reference: str, answer: str, conforms_from: int) -> tuple[Reread, ...]:
    """The cases that an auditor should read again, in order, with the weightiest reason of each. Raises ValueError."""
    _checked(reference, answer)
    rows = zip(cases, reference, answer, strict=True)
    reasons = [(case, _reason(expected, given, conforms_from)) for case, expected, given in rows]
    return tuple(Reread(case, reason) for case, reason in reasons if reason)


def _reason(expected: str, given: str, conforms_from: int) -> str:
    if NOT_JUDGED in (expected, given):
        return "not_judged" if given == NOT_JUDGED else ""
    if NOT_APPLICABLE in (expected, given):
        return "" if expected == given else "applicability"
    right, said = int(expected), int(given)
    if (right >= conforms_from) != (said >= conforms_from):
        return "crosses_conformity"
    return "far" if abs(right - said) >= _WIDE else ""


def tendency(mean_difference: Fraction, limit: Fraction = TENDENCY_FROM) -> str:
    """severe, none or lenient, for the mean of auditor minus reference; the limit itself is a tendency."""
    if abs(mean_difference) < limit:
        return "none"
    return "lenient" if mean_difference > 0 else "severe"
