"""What is the mean maturity level, over which judgements, and how many judgements are findings?

対象外 (N), not yet judged (-) and not assigned (.) leave numerator and denominator; they are never 0.
The mean over judgements is the only one for which sentences about level counts are arithmetic about the mean;
the means over departments and over items are computed beside it.
Worked examples: docs/spec/03-means.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NothingJudged
from kansa.core.year import LEVELS, NOT_APPLICABLE, NOT_ASSIGNED, NOT_JUDGED

TOP_LEVEL = 4
BASES_JA = {
    "judgements": "全ての判定の平均",
    "departments": "所属ごとの平均の平均",
    "items": "監査項目ごとの平均の平均",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """Judgements of one stream and year: one row an engagement, one character an item (see `year.Engagement.levels`).

    `departments` names the department of each row and may repeat; `items` are unique codes.
    Raises ValueError when lengths or characters do not fit; a level above `top_level` (0..9) does not fit.
    """

    departments: tuple[str, ...]
    items: tuple[str, ...]
    rows: tuple[str, ...]
    top_level: int = TOP_LEVEL

    def __post_init__(self) -> None:
        if not 0 <= self.top_level < len(LEVELS):
            raise ValueError(f"top_level {self.top_level} is outside 0..{len(LEVELS) - 1}")
        if len(self.departments) != len(self.rows):
            raise ValueError(f"{len(self.departments)} departments for {len(self.rows)} rows")
        if len(set(self.items)) != len(self.items):
            raise ValueError("an item stands twice in the grid")
        allowed = LEVELS[: self.top_level + 1] + NOT_APPLICABLE + NOT_JUDGED + NOT_ASSIGNED
        for department, row in zip(self.departments, self.rows, strict=True):
            if len(row) != len(self.items):
                raise ValueError(f"{department}: {len(row)} judgements for {len(self.items)} items")
            strange = row.strip(allowed)
            if strange:
                raise ValueError(f"{department}: {strange[0]!r} is not a judgement")


@dataclass(frozen=True, slots=True)
class LevelCounts:
    """How many judgements have each level (index = level), and how many have none."""

    counts: tuple[int, ...]
    not_applicable: int = 0
    not_judged: int = 0

    @property
    def judged(self) -> int:
        """Number of judgements with a level: the denominator of means and rates."""
        return sum(self.counts)

    @property
    def level_sum(self) -> int:
        """Sum of the levels: the numerator of the mean."""
        return sum(level * count for level, count in enumerate(self.counts))

    def __add__(self, other: LevelCounts) -> LevelCounts:
        length = max(len(self.counts), len(other.counts))
        mine = self.counts + (0,) * (length - len(self.counts))
        theirs = other.counts + (0,) * (length - len(other.counts))
        return LevelCounts(
            tuple(a + b for a, b in zip(mine, theirs, strict=True)),
            self.not_applicable + other.not_applicable,
            self.not_judged + other.not_judged,
        )


def _counted(text: str, top_level: int) -> LevelCounts:
    return LevelCounts(
        tuple(map(text.count, LEVELS[: top_level + 1])), text.count(NOT_APPLICABLE), text.count(NOT_JUDGED)
    )


def count_levels(grid: Grid) -> LevelCounts:
    """Counts over the whole grid."""
    return _counted("".join(grid.rows), grid.top_level)


def _grouped(grid: Grid, pairs: Iterable[tuple[str, str]]) -> dict[str, LevelCounts]:
    """Counts of texts that share a key, keys in order of first appearance."""
    texts: dict[str, list[str]] = {}
    for key, text in pairs:
        texts.setdefault(key, []).append(text)
    return {key: _counted("".join(parts), grid.top_level) for key, parts in texts.items()}


def _columns(grid: Grid) -> Iterable[tuple[str, str]]:
    whole, width = "".join(grid.rows), len(grid.items)
    for position, code in enumerate(grid.items):
        yield code, whole[position::width]


def department_counts(grid: Grid) -> dict[str, LevelCounts]:
    """Counts by department; several engagements of one department are pooled."""
    return _grouped(grid, zip(grid.departments, grid.rows, strict=True))


def item_counts(grid: Grid) -> dict[str, LevelCounts]:
    """Counts by item code, in the order of the checklist."""
    return _grouped(grid, _columns(grid))


def group_counts(grid: Grid, groups: Mapping[str, str]) -> dict[str, LevelCounts]:
    """Counts by group of items (domain). Items without a group are left out."""
    return _grouped(grid, ((groups[code], column) for code, column in _columns(grid) if code in groups))


def mean_level(counts: LevelCounts) -> Fraction:
    """Mean level over judgements, 0..top level, exact. Raises NothingJudged.

    >>> mean_level(LevelCounts((1, 3, 54, 513, 149)))
    Fraction(1123, 360)
    """
    judged = counts.judged
    if not judged:
        raise NothingJudged
    return Fraction(counts.level_sum, judged)


def mean_over(grid: Grid, basis: str) -> Fraction:
    """Mean by `basis`: judgements (pooled), departments or items (mean of the means).

    A department or item with nothing judged is left out of the mean of the means.
    Raises NothingJudged when no judgement has a level, ValueError for an unknown basis.
    """
    if basis == "judgements":
        return mean_level(count_levels(grid))
    grouping: dict[str, Callable[[Grid], dict[str, LevelCounts]]] = {
        "departments": department_counts,
        "items": item_counts,
    }
    if basis not in grouping:
        raise ValueError(f"unknown basis {basis!r}")
    means = [mean_level(counts) for counts in grouping[basis](grid).values() if counts.judged]
    if not means:
        raise NothingJudged
    return sum(means, Fraction(0)) / len(means)


def finding_count(counts: LevelCounts, conforms_from: int) -> int:
    """Number of judgements below the conforming level (不適合)."""
    return sum(counts.counts[:conforms_from])


def finding_rate(counts: LevelCounts, conforms_from: int) -> Fraction:
    """Share of judgements below the conforming level, 0..1. Raises NothingJudged."""
    if not counts.judged:
        raise NothingJudged
    return Fraction(finding_count(counts, conforms_from), counts.judged)


def conformity_rate(counts: LevelCounts, conforms_from: int) -> Fraction:
    """Share of judgements at or above the conforming level (適合), 0..1. Raises NothingJudged."""
    return 1 - finding_rate(counts, conforms_from)


def passes(mean: Fraction, pass_mark: Fraction) -> bool:
    """Whether the exact mean reaches the pass mark: 2.996 does not reach 3, whatever it prints as."""
    return mean >= pass_mark
