"""What may a copy of the database hold of a self-inspection under way, when somebody may keep every copy?

Two copies are a difference. A person who has newly begun beside an answer that is new is that person's answer, unless
there are k such persons. So a copy takes of each group what k people cover, and else says what the last one said.
The argument stands in docs/adr/0041.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Answers = tuple[int, ...]  # what a row says, to be compared only


@dataclass(frozen=True, slots=True)
class GroupState:
    """One group that answers are stored under: who has begun (nobody is known where nothing is marked), and the rows.

    `answers`: what a row is found by -> what it says.
    """

    begun: frozenset[int] = frozenset()
    answers: Mapping[str, Answers] = field(default_factory=dict)


def next_copy(last: GroupState, now: GroupState, asked_count: int, k: int) -> GroupState:
    """What the next copy holds of a group of `asked_count` people, after one that held `last`.

    New people are taken k or more at a time, with all new rows, and only if the people left are k or more, or nobody.
    New rows without new people (of some who began earlier, or of an anonymous campaign) are taken k or more at a time.
    Rows that changed are taken k or more at a time. What is not taken stays as it was in the last copy.

    >>> two, five = GroupState(frozenset({1, 2})), GroupState(frozenset({1, 2, 3, 4, 5}))
    >>> [len(next_copy(GroupState(), now, 20, 5).begun) for now in (two, five)]
    [0, 5]
    """
    if not last.begun <= now.begun:
        return last  # not what came after it: the state of another past
    new_people = now.begun - last.begun
    new_rows = {token: row for token, row in now.answers.items() if token not in last.answers}
    changed = {token for token, row in last.answers.items() if now.answers.get(token) != row}
    left = asked_count - len(now.begun)
    takes_people = len(new_people) >= k and (left == 0 or left >= k)
    takes_rows = takes_people or (not new_people and len(new_rows) >= k)
    answers = dict(last.answers)
    if len(changed) >= k:
        answers = {token: now.answers[token] for token in last.answers if token in now.answers}
    if takes_rows:
        answers |= new_rows
    return GroupState(now.begun if takes_people else last.begun, answers)
