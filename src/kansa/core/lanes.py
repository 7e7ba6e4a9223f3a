"""How are the bits of many masks counted several at a time? A few sums of whole numbers, which every database can make.

Counting each bit by a sum of its own takes as many sums as there are items. But `mask >> 2 & 0b1000010000100001`
picks every fifth bit from the second on and leaves five places for each, so one sum counts four bits at once as long as
fewer than 2**5 masks are added. How wide a lane has to be, the largest group says.

Source: bit-sliced indexes (O'Neil and Quass 1997); several small numbers in one word (Lamport 1975).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WORD = 62  # bits of a sum: below the sign of a 64-bit number


@dataclass(frozen=True, slots=True)
class Lanes:
    """A way to count bits: `width` places for each count, so that at most 2**width - 1 masks are added."""

    width: int

    @classmethod
    def for_group(cls, respondent_count: int) -> Lanes:
        """The narrowest lanes that hold the counts of a group of this size.

        >>> Lanes.for_group(31).width, Lanes.for_group(32).width
        (5, 6)
        """
        if not 0 < respondent_count < 2**WORD:
            raise ValueError(f"a group of {respondent_count}")
        return cls(respondent_count.bit_length())

    @property
    def picked(self) -> int:
        """The number with a 1 at the foot of each lane."""
        return sum(1 << foot for foot in range(0, WORD - self.width + 1, self.width))

    @property
    def span(self) -> int:
        """How many neighbouring bits of a mask all the lanes of all shifts reach."""
        return WORD // self.width * self.width

    def shift_of(self, bit: int) -> int:
        """By how many places the mask is moved for the sum that counts this bit."""
        return bit // self.span * self.span + bit % self.span % self.width

    def foot_of(self, bit: int) -> int:
        """The place in that sum where the count of this bit begins."""
        return bit % self.span // self.width * self.width

    def shifts(self, bits: Iterable[int]) -> tuple[int, ...]:
        """The shifts whose sums count all these bits.

        >>> Lanes(7).shifts(range(40))
        (0, 1, 2, 3, 4, 5, 6)
        """
        return tuple(sorted({self.shift_of(bit) for bit in bits}))

    def count_of(self, sums: dict[int, int], bit: int) -> int:
        """How many of the masks have the bit; `sums`: shift -> sum of `mask >> shift & picked`.

        >>> masks, lanes = (0b101, 0b100), Lanes.for_group(2)
        >>> lanes.count_of({shift: sum(mask >> shift & lanes.picked for mask in masks) for shift in (0, 1)}, 2)
        2
        """
        return sums[self.shift_of(bit)] >> self.foot_of(bit) & (1 << self.width) - 1

    def summed(self, mask: str, shift: int) -> str:
        """The sum as SQL, alike for SQLite, PostgreSQL and DuckDB. `mask`: a column."""
        return f"CAST(sum(({mask} >> {shift}) & {self.picked}) AS BIGINT)"

    def counted(self, column: str, bit: int) -> str:
        """The count of a bit as SQL, out of the column of its sum."""
        return f"(({column} >> {self.foot_of(bit)}) & {(1 << self.width) - 1})"
