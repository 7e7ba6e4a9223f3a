"""Is every bit counted as often as it stands, whatever the size of the group?"""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from kansa.core.lanes import Lanes

MASKS = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=70)


@given(MASKS)
@example([2**63 - 1] * 63)
@example([2**63 - 1] * 64)
@example([2**63 - 1])
def test_counts_are_those_of_one_bit_after_another(masks: list[int]) -> None:
    lanes = Lanes.for_group(len(masks))
    sums = {shift: sum(mask >> shift & lanes.picked for mask in masks) for shift in lanes.shifts(range(63))}
    assert all(0 <= one < 2**63 for one in sums.values())  # no database would need more than a 64-bit number
    assert [lanes.count_of(sums, bit) for bit in range(63)] == [
        sum(one >> bit & 1 for one in masks) for bit in range(63)
    ]


@given(st.integers(1, 2**40), st.integers(0, 62))
def test_a_lane_holds_the_whole_group(respondent_count: int, bit: int) -> None:
    """Even when everybody of a group of millions has the bit, which no test adds up one by one."""
    lanes = Lanes.for_group(respondent_count)
    everybody = {lanes.shift_of(bit): respondent_count * ((2**63 - 1) >> lanes.shift_of(bit) & lanes.picked)}
    assert lanes.count_of(everybody, bit) == respondent_count
    assert everybody[lanes.shift_of(bit)] < 2**63
