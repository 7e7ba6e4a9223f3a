"""Do published sums give a hidden sum away? Exact elimination over unknown numbers, for any views of the same people.

A reader who knows some sums of unknown numbers can work out another sum exactly when it is a combination of them. The
sums are brought to echelon form once; each hidden sum is then reduced by it, and is exposed when nothing is left.
Source: linear disclosure of cell suppression, e.g. Hundepool et al., Statistical Disclosure Control (2012), ch. 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from heapq import heapify, heappop, heappush
from math import gcd

Vector = dict[int, int]  # unknown number -> coefficient


class KnownSums:
    """Sums of unknown numbers that a reader knows, each a set of numbers; asked which other sums follow from them."""

    def __init__(self, sums: Sequence[Collection[int]]) -> None:
        self._rows: list[Vector] = []
        self._made_of: list[int] = []  # bit n: the sum n is part of the row
        self._pivots: list[int] = []
        self._place: dict[int, int] = {}  # pivot -> row
        for place in _easy_first(sums):
            vector, made_of = self._reduced(dict.fromkeys(sums[place], 1), 1 << place)
            if vector:
                self._add(vector, made_of)

    def _add(self, vector: Vector, made_of: int) -> None:
        pivot = min(vector)
        self._place[pivot] = len(self._rows)
        self._rows.append(vector)
        self._made_of.append(made_of)
        self._pivots.append(pivot)

    def _reduced(self, vector: Vector, made_of: int) -> tuple[Vector, int]:
        """The vector without pivots, and the sums used. Rows hold no pivot of an earlier row: one pass."""
        waiting = [self._place[number] for number in vector if number in self._place]
        heapify(waiting)
        while waiting:
            place = heappop(waiting)
            factor = vector.get(self._pivots[place], 0)
            if not factor:
                continue
            row = self._rows[place]
            scale = row[self._pivots[place]]
            if scale not in (1, -1):
                shared = gcd(scale, factor)
                times = abs(scale // shared)
                vector = {number: value * times for number, value in vector.items()}
                factor *= times
            factor //= scale
            for number, value in row.items():
                rest = vector.get(number, 0) - factor * value
                if rest:
                    if number not in vector and number in self._place:
                        heappush(waiting, self._place[number])
                    vector[number] = rest
                else:
                    vector.pop(number, None)
            made_of |= self._made_of[place]
        return vector, made_of

    def exposing(self, hidden: Collection[int]) -> frozenset[int] | None:
        """The places of the sums that together give the sum of the hidden numbers; None when they cannot.

        >>> KnownSums([(1, 2), (2, 3), (3,)]).exposing([1])
        frozenset({0, 1, 2})
        >>> KnownSums([(1, 2)]).exposing([1]) is None
        True
        """
        if not any(number in self._place for number in hidden):
            return None if hidden else frozenset()
        rest, made_of = self._reduced(dict.fromkeys(hidden, 1), 0)
        if rest:
            return None
        return frozenset(place for place in range(made_of.bit_length()) if made_of >> place & 1)


def _easy_first(sums: Sequence[Collection[int]]) -> list[int]:
    """Places of the sums, short ones first; only the time depends on the order, and which way of exposing is named."""
    uses = Counter(number for one in sums for number in one)
    return sorted(range(len(sums)), key=lambda place: (len(sums[place]), sum(uses[n] for n in sums[place]), place))
