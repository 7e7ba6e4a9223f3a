"""Do the masks hold what was answered, and is nobody alone where answers are counted?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.cover import counted_together
from kansa.core.errors import RuleError
from kansa.core.inspection import ANSWERS_JA, MOVES, NO_ANSWERS, STATES, answer_bits, answer_of


@pytest.mark.parametrize(("answer", "masks"), [("yes", (8, 8, 8)), ("no", (0, 8, 8)), ("not_applicable", (0, 0, 8))])
def test_the_bits_of_an_answer(answer: str, masks: tuple[int, int, int]) -> None:
    assert answer_bits(answer, 3)[:3] == masks


@given(st.sampled_from(sorted(ANSWERS_JA)), st.integers(0, 62))
def test_what_was_answered_is_read_back(answer: str, bit: int) -> None:
    assert answer_of(answer_bits(answer, bit), bit) == answer
    assert answer_of(NO_ANSWERS, bit) == ""


def test_another_word_is_no_answer() -> None:
    with pytest.raises(RuleError):
        answer_bits("maybe", 0)


def test_small_departments_go_to_the_smallest_large_one_of_their_bureau() -> None:
    """Worked by hand, k = 5: 1 (2 people) goes to 2 (6) not to 3 (9); 4 (1) has no large one near and goes to 2."""
    people = {1: 2, 2: 6, 3: 9, 4: 1}
    bureaus = {1: "総務部", 2: "総務部", 3: "総務部", 4: "市民部"}
    assert counted_together(people, bureaus, 5) == {1: 2, 2: 2, 3: 3, 4: 2}


def test_where_no_department_is_large_a_bureau_is_one_and_fewer_than_k_in_all_are_refused() -> None:
    """Worked by hand, k = 5: bureau a is 4 + 3, stored under its larger one; bureau b has 2 and goes there too."""
    assert counted_together({1: 3, 2: 4, 3: 2}, {1: "a", 2: "a", 3: "b"}, 5) == {1: 2, 2: 2, 3: 2}
    with pytest.raises(RuleError, match="5人に足りない"):
        counted_together({1: 2, 2: 2}, {1: "a", 2: "a"}, 5)


@given(st.dictionaries(st.integers(1, 50), st.integers(1, 40), min_size=1), st.integers(1, 10))
def test_no_answer_is_counted_among_fewer_than_k(people: dict[int, int], k: int) -> None:
    bureaus = {key: f"部{key % 3}" for key in people}
    if sum(people.values()) < k:
        return
    found = counted_together(people, bureaus, k)
    sums: dict[int, int] = {}
    for own, other in found.items():
        sums[other] = sums.get(other, 0) + people[own]
    assert found.keys() == people.keys()
    assert min(sums.values()) >= k and sum(sums.values()) == sum(people.values())


def test_the_states_are_reached_in_order() -> None:
    assert [MOVES[code].to_state for code in ("approve", "open", "close")] == list(STATES[1:])
