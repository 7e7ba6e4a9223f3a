"""Which published figures shall the sample city's records give? The only place where they are typed.

Source: the shape of a published 情報セキュリティ監査実施報告書 (令和６年度); last year's external mean is not
printed there and was chosen here. Nothing but this package reads these values: every figure of a report comes from
records.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PRIOR_YEAR = 2023
THIS_YEAR = 2024
NEXT_YEAR = 2025
YEARS = (PRIOR_YEAR, THIS_YEAR)
STAFF_COUNT = 1500
AUDITOR_COUNT = 40


@dataclass(frozen=True, slots=True)
class LevelTarget:
    """Mean level (0..4) and the shares of the levels 0, 1, 2, 3, 4 before the mean is met exactly."""

    mean: Fraction
    shares: tuple[int, int, int, int, int]


EXTERNAL = {
    PRIOR_YEAR: LevelTarget(Fraction(283, 100), (2, 22, 168, 738, 70)),
    THIS_YEAR: LevelTarget(Fraction(288, 100), (2, 18, 158, 730, 92)),
}
EXTERNAL_CARRIED_CHANGE = Fraction(1, 10)
EXTERNAL_ADDED_MEAN = Fraction(272, 100)
INTERNAL = {
    PRIOR_YEAR: LevelTarget(Fraction(283, 100), (3, 20, 177, 744, 56)),
    THIS_YEAR: LevelTarget(Fraction(312, 100), (1, 4, 75, 713, 207)),
}
COMPLIANCE = {PRIOR_YEAR: Fraction(941, 1000), THIS_YEAR: Fraction(952, 1000)}
