"""Which cells of a published table would disclose what a few people answered?

A cell with 1..k-1 people is hidden (primary). A hidden cell that can be worked out from what is published makes others
hidden too (complementary), until none can be, and until what is hidden under each published cell holds k people.
"Worked out" is decided exactly: each published cell is an equation over the hidden leaves, and a hidden cell is
exposed when it is a combination of those equations. That holds for several views of the same people at once (by
bureau and by kind), as long as all published views are in the tree.
Worked examples: docs/spec/08-suppression.md (secondary suppression as in official statistics).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

BANDS_JA = {"at_least_95": "95％以上", "at_most_5": "５％以下"}
REASONS_JA = {
    "primary": "人数が少ないため表示しない",
    "complementary": "他の欄から算出できるため表示しない",
}
BAND_BELOW = 20  # people

Vector = dict[str, int]  # hidden leaf -> coefficient


def may_be_shown(counts: Sequence[int], k: int) -> bool:
    """Whether the answers of one cell that stands alone are told: how many people chose each of them.

    Not of fewer than k people, and not of fewer than 20 who all chose the same.

    >>> may_be_shown((4, 1), 5), may_be_shown((3, 1), 5), may_be_shown((9, 0), 5), may_be_shown((20, 0), 5)
    (True, False, False, True)
    """
    people = sum(counts)
    return people >= k and (people >= BAND_BELOW or max(counts) < people)


@dataclass(frozen=True, slots=True)
class _Equation:
    """What a reader knows: a combination of hidden leaves, made of these published cells."""

    leaf: str  # the pivot: no later equation has it
    vector: Vector
    cells: frozenset[str]


class _Table:
    """The cells while some are being hidden."""

    def __init__(self, children: Mapping[str, Sequence[str]], counts: Mapping[str, int]) -> None:
        self.children = {parent: tuple(cells) for parent, cells in children.items() if cells}
        cells = {*counts, *self.children, *(cell for below in self.children.values() for cell in below)}
        self.leaves = {cell: self._leaves(cell, frozenset()) for cell in sorted(cells)}
        self.counts = {cell: sum(counts[leaf] for leaf in leaves) for cell, leaves in self.leaves.items()}
        self.hidden: dict[str, str] = {}
        for cell in sorted(counts):
            if counts[cell] < 0 or counts[cell] != self.counts[cell]:
                raise ValueError(f"{cell} has a wrong count: {counts[cell]}")

    def _leaves(self, cell: str, above: frozenset[str]) -> frozenset[str]:
        if cell in above:
            raise ValueError(f"{cell} stands under itself")
        if cell not in self.children:
            return frozenset({cell})
        parts = [self._leaves(child, above | {cell}) for child in self.children[cell]]
        return frozenset().union(*parts)

    def indicator(self, cell: str) -> Vector:
        """The hidden leaves of a cell that have people in them; everything else about the cell is published."""
        return {leaf: 1 for leaf in sorted(self.leaves[cell]) if leaf in self.hidden and self.counts[leaf]}

    def reach(self, cell: str) -> list[str]:
        """The cells below that a reader meets going down through hidden ones: hidden leaves and published cells."""
        met: list[str] = []
        for child in self.children.get(cell, ()):
            if child in self.hidden and child in self.children:
                met += self.reach(child)
            else:
                met.append(child)
        return met

    def equations(self) -> list[_Equation]:
        """Independent equations of the published cells, by whole-number elimination."""
        known: list[_Equation] = []
        # Small cells first: what exposes a department is then its bureau, not the whole city.
        for cell in sorted(self.children, key=lambda cell: (len(self.leaves[cell]), cell)):
            if cell in self.hidden:
                continue
            vector, cells = _reduced(self.indicator(cell), known)
            if vector:
                known.append(_Equation(min(vector), vector, cells | {cell}))
        return known

    def fault(self, k: int) -> tuple[str, frozenset[str]] | None:
        """A hidden cell that is exposed, with the cells that expose it; or a published cell with too few hidden."""
        known = self.equations()
        for cell in sorted(self.hidden):
            rest, cells = _reduced(self.indicator(cell), known)
            if not rest:
                return cell, cells
        for cell in sorted(self.children):
            people = sum(self.counts[met] for met in self.reach(cell) if met in self.hidden)
            if cell not in self.hidden and 0 < people < k:
                return "", frozenset({cell})
        return None

    def next_to_hide(self, exposed: str, cells: frozenset[str]) -> str:
        """The smallest published cell that helps; without one, an exposing cell itself. Ties go by name."""
        sources = cells or {exposed}
        below = self._below(exposed) if cells else set()
        options = {
            met
            for source in sources
            for met in self.reach(source)
            if met not in self.hidden and self.counts[met] and met not in below
        }
        return min(options or cells, key=lambda cell: (self.counts[cell], cell))

    def _below(self, cell: str) -> set[str]:
        return {cell}.union(*(self._below(child) for child in self.children.get(cell, ())))


def _reduced(vector: Vector, known: Iterable[_Equation]) -> tuple[Vector, frozenset[str]]:
    """The vector without the pivots of the known equations, and the cells used. Scaling does not matter."""
    used: frozenset[str] = frozenset()
    for equation in known:
        factor = vector.get(equation.leaf, 0)
        if not factor:
            continue
        pivot = equation.vector[equation.leaf]
        leaves = vector.keys() | equation.vector.keys()
        mixed = {leaf: vector.get(leaf, 0) * pivot - equation.vector.get(leaf, 0) * factor for leaf in sorted(leaves)}
        vector = {leaf: number for leaf, number in mixed.items() if number}
        used |= equation.cells
    return vector, used


def suppress(
    children: Mapping[str, Sequence[str]], counts: Mapping[str, int], k: int, *, also: Collection[str] = ()
) -> dict[str, str]:
    """The hidden cells with their reason, primary or complementary.

    `children` has parent -> cells: city -> bureaus, bureau -> departments; a cell may stand under several parents (a
    department also under its kind), and every view that is published must be in it. `counts` are people per leaf, 0 or
    more; parents may repeat their sums. A cell with nobody in it discloses nothing and stays. `also`: cells to be
    hidden as primary ones whatever their size, where what people did tells more than how many they are.
    The answer does not depend on the order of the cells.
    Raises ValueError for a negative count, a wrong sum or a cell under itself, KeyError for a leaf without a count.

    >>> suppress({"市": ("甲", "乙", "丙")}, {"甲": 3, "乙": 9, "丙": 20}, 5)
    {'甲': 'primary', '乙': 'complementary'}
    """
    table = _Table(children, counts)
    for cell in sorted(table.counts):
        if 0 < table.counts[cell] < k or (cell in also and table.counts[cell]):
            table.hidden[cell] = "primary"
    while True:
        # One cell at a time: each hiding may settle or expose another. The set only grows, so this ends.
        fault = table.fault(k)
        if fault is None:
            return dict(table.hidden)
        table.hidden[table.next_to_hide(*fault)] = "complementary"


def band_extreme(rate: Fraction, n: int) -> str | None:
    """at_least_95 or at_most_5 when 100 % or 0 % of fewer than 20 people would disclose everyone; else None."""
    if n >= BAND_BELOW or rate not in (0, 1):
        return None
    return "at_least_95" if rate == 1 else "at_most_5"
