"""May a second way of grouping the same people (by kind of office) be published beside the first?

Each published sum is an equation over the hidden leaves. A cell of the second view is published only while no hidden
leaf can be solved for from all equations together, and only while the hidden people inside it number at least k.
Source: cell suppression in linked tables (linear audit over the rationals); exact recovery only, not intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

Equation = dict[str, Fraction]


def hidden_in_second_view(
    hidden_leaves: Iterable[str],
    counts: Mapping[str, int],
    published: Iterable[Iterable[str]],
    candidates: Mapping[str, tuple[str, ...]],
    k: int,
) -> dict[str, str]:
    """Cells of the second view that must stay hidden, with the reason primary or complementary.

    `published` are the leaf sets whose sums are already published, `candidates` the leaf sets of the second view,
    `counts` people per leaf. Larger cells are kept first.

    >>> hidden_in_second_view({"a"}, {"a": 3, "b": 9, "c": 9}, [("a", "b", "c")], {"x": ("a", "b"), "y": ("c",)}, 5)
    {'x': 'complementary', 'y': 'complementary'}
    """
    secret = frozenset(hidden_leaves)
    solved: list[Equation] = []
    for group in published:
        _add(solved, _equation(group, secret))
    result: dict[str, str] = {}
    sizes = {cell: sum(counts[leaf] for leaf in leaves) for cell, leaves in candidates.items()}
    for cell in sorted(candidates, key=lambda cell: (-sizes[cell], cell)):
        if 0 < sizes[cell] < k:
            result[cell] = "primary"
            continue
        equation = _equation(candidates[cell], secret)
        inside = sum(counts[leaf] for leaf in equation)
        trial = [dict(row) for row in solved]
        _add(trial, equation)
        if (equation and inside < k) or _gives_away(trial, counts, k):
            result[cell] = "complementary"
        else:
            solved = trial
    return dict(sorted(result.items()))


def _equation(leaves: Iterable[str], secret: frozenset[str]) -> Equation:
    return {leaf: Fraction(1) for leaf in leaves if leaf in secret}


def _add(rows: list[Equation], equation: Equation) -> None:
    """Adds an equation and keeps the rows fully reduced (each leading leaf stands in one row only)."""
    rest = dict(equation)
    for row in rows:
        _subtract(rest, row, min(row))
    if not rest:
        return
    lead = min(rest)
    factor = rest[lead]
    rest = {leaf: value / factor for leaf, value in rest.items()}
    for row in rows:
        _subtract(row, rest, lead)
    rows.append(rest)


def _subtract(target: Equation, row: Equation, lead: str) -> None:
    factor = target.get(lead)
    if not factor:
        return
    for leaf, value in row.items():
        left = target.get(leaf, Fraction(0)) - factor * value
        if left:
            target[leaf] = left
        else:
            target.pop(leaf, None)


def _gives_away(rows: list[Equation], counts: Mapping[str, int], k: int) -> bool:
    """Whether a reduced equation names one leaf alone, or a plain sum of fewer than k people."""
    for row in rows:
        if len(row) == 1:
            return True
        if all(value > 0 for value in row.values()) and sum(counts[leaf] for leaf in row) < k:
            return True
    return False
