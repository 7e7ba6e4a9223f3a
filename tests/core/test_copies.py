"""Does a chain of copies, whatever people do in between, never show fewer than k people at work in a group?

The rule knows counts only; the test knows whose row is whose, and looks at every copy with that knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from kansa.core.copies import Answers, GroupState, next_copy

K = 3
PEOPLE = 12


@dataclass
class City:
    """One group as it really is: a row is named after its person."""

    begun: set[int] = field(default_factory=set)
    rows: dict[str, Answers] = field(default_factory=dict)

    def act(self, person: int, act: str) -> None:
        if act == "begin" or f"row{person}" in self.rows or person in self.begun:
            self.begun.add(person)
        if act == "answer" and person in self.begun:
            self.rows[f"row{person}"] = (sum(self.rows.get(f"row{person}", (0,))) + 1,)

    def now(self) -> GroupState:
        return GroupState(frozenset(self.begun), dict(self.rows))


DAYS = st.lists(
    st.lists(st.tuples(st.integers(1, PEOPLE), st.sampled_from(["begin", "answer"])), max_size=14), max_size=8
)


@given(days=DAYS)
def test_every_step_of_a_chain_is_covered_by_k_people(days: list[list[tuple[int, str]]]) -> None:
    city, last, lived = City(), GroupState(), [GroupState()]
    for day in days:
        for person, act in day:
            city.act(person, act)
        now = city.now()
        lived.append(now)
        copy = next_copy(last, now, PEOPLE, K)
        new_people = copy.begun - last.begun
        new_rows = set(copy.answers) - set(last.answers)
        changed = {one for one in last.answers if copy.answers.get(one) != last.answers[one]}
        assert not new_people or len(new_people) >= K
        assert not changed or len(changed) >= K
        assert not new_rows or len(new_people) >= K or len(new_rows) >= K
        assert PEOPLE - len(copy.begun) == 0 or PEOPLE - len(copy.begun) >= K  # who may come after the last copy
        assert all(int(row.removeprefix("row")) in copy.begun for row in copy.answers)  # no row before its person
        assert all(any(one.answers.get(row) == said for one in lived) for row, said in copy.answers.items())
        last = copy


@given(days=DAYS)
def test_what_is_covered_is_not_left_out(days: list[list[tuple[int, str]]]) -> None:
    """A copy is there to be restored: enough new people bring everything new along."""
    city, last = City(), GroupState()
    for day in days:
        for person, act in day:
            city.act(person, act)
        now = city.now()
        left = PEOPLE - len(now.begun)
        copy = next_copy(last, now, PEOPLE, K)
        if len(now.begun - last.begun) >= K and (left == 0 or left >= K):
            assert copy.begun == now.begun and set(copy.answers) == set(now.answers)
        last = copy


def state(begun: int, rows: int) -> GroupState:
    return GroupState(frozenset(range(begun)), {str(row): (1,) for row in range(rows)})


def test_worked_examples() -> None:
    """Twelve people, three cover. The rows say what the last copy held, what is now, and what the next one holds."""
    for last, now, copy in (
        (state(0, 0), state(2, 2), state(0, 0)),  # two are no cover
        (state(0, 0), state(3, 2), state(3, 2)),
        (state(3, 3), state(10, 10), state(3, 3)),  # two left would be the last ones
        (state(3, 3), state(12, 12), state(12, 12)),  # nobody left
        (state(9, 6), state(9, 8), state(9, 6)),  # two who began earlier
        (state(9, 6), state(9, 9), state(9, 9)),
        (state(9, 6), state(10, 9), state(9, 6)),  # among these three new rows is that of one new person
    ):
        assert next_copy(last, now, 12, 3) == copy
    anonymous = next_copy(state(0, 4), state(0, 6), 12, 3), next_copy(state(0, 4), state(0, 7), 12, 3)
    assert anonymous == (state(0, 4), state(0, 7))
    other_past = state(4, 4)
    assert next_copy(other_past, state(3, 3), 12, 3) == other_past


def test_answers_that_changed_wait_for_others_too() -> None:
    """Who signed in that day is in the trail: a single row that changed would be theirs."""
    last = state(6, 6)
    one = GroupState(last.begun, dict(last.answers) | {"0": (2,)})
    three = GroupState(last.begun, dict(last.answers) | {"0": (2,), "1": (2,), "2": (2,)})
    assert next_copy(last, one, 12, 3) == last
    assert next_copy(last, three, 12, 3) == three
