"""How are levels and answers chosen so that a sum comes out exactly, while good and weak places stay realistic?

Everything gets a score in whole numbers (department, item, chance); the scores are ranked, and the ranking is cut at
counts that give the wanted sum. So the sum is exact and the pattern still comes from the scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

NOISE = 60


def nearest(value: Fraction) -> int:
    """The whole number nearest to the value, half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def noise(chance: Random) -> int:
    """A bell-shaped whole number around 0 (sum of three draws of -60..60)."""
    return sum(chance.randint(-NOISE, NOISE) for _ in range(3))


def level_counts(total: int, level_sum: int, shares: Sequence[int]) -> list[int]:
    """How many of `total` judgements get each level 0..4, near `shares`, so that the levels add up to `level_sum`.

    Raises ValueError when no such counts are near the shares.
    """
    counts = [total * share // sum(shares) for share in shares]
    counts[3] += total - sum(counts)
    missing = level_sum - sum(level * count for level, count in enumerate(counts))
    turn = 0
    while missing:
        low = (2, 3)[turn % 2]
        source, goal = (low, low + 1) if missing > 0 else (low + 1, low)
        turn += 1
        if counts[source]:
            counts[source] -= 1
            counts[goal] += 1
            missing -= 1 if missing > 0 else -1
        elif not any(counts[2:]) or turn > 9 * total:
            raise ValueError(f"{total} judgements cannot add up to {level_sum}")
    return counts


def ranked_levels(scores: Sequence[int], counts: Sequence[int]) -> list[int]:
    """The level of each score: the lowest scores get the lowest level, `counts[level]` of them each."""
    if len(scores) != sum(counts):
        raise ValueError("scores and counts differ")
    order = sorted(range(len(scores)), key=lambda place: (scores[place], place))
    levels = [0] * len(scores)
    start = 0
    for level, count in enumerate(counts):
        for place in order[start : start + count]:
            levels[place] = level
        start += count
    return levels


def spread_counts(counts: Sequence[int], wanted: int, movable: Sequence[int]) -> list[int]:
    """Change `counts` at the `movable` places by one after the other, in turn, until they add up to `wanted`.

    A place never falls below 1. Raises ValueError when nothing can move.
    """
    result = list(counts)
    difference = wanted - sum(result)
    while difference:
        step = 1 if difference > 0 else -1
        moved = False
        for place in movable:
            if difference and result[place] + step >= 1:
                result[place] += step
                difference -= step
                moved = True
        if not moved:
            raise ValueError(f"counts cannot be brought to {wanted}")
    return result
