"""Is no edit lost in silence, and does no record come out that nobody wrote?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import RuleError
from kansa.core.three_way import Record, merge, resolved

NAMES = ("level", "reason", "note", "method")
TOGETHER = (("level", "reason"),)
RECORDS = st.lists(st.sampled_from(["", "a", "b", 1, None]), min_size=4, max_size=4).map(
    lambda values: tuple(zip(NAMES, values, strict=True))
)
SIDES = st.sampled_from(["mine", "theirs"])


@given(RECORDS, RECORDS, RECORDS)
def test_no_edit_is_lost(base: Record, mine: Record, theirs: Record) -> None:
    was, ours, others = dict(base), dict(mine), dict(theirs)
    for field in merge(base, mine, theirs, TOGETHER):
        changed = {side[field.name] for side in (ours, others) if side[field.name] != was[field.name]}
        if field.kind != "conflict":
            assert changed <= {field.value}
            assert field.value in (ours[field.name], others[field.name])


@given(RECORDS, RECORDS, RECORDS)
def test_both_sides_see_the_same_conflicts(base: Record, mine: Record, theirs: Record) -> None:
    turned = {"mine": "theirs", "theirs": "mine"}
    there, back = merge(base, mine, theirs, TOGETHER), merge(base, theirs, mine, TOGETHER)
    assert [turned.get(field.kind, field.kind) for field in there] == [field.kind for field in back]
    assert [field.value for field in there] == [field.value for field in back]


@given(RECORDS, RECORDS)
def test_one_edit_alone_is_taken_whole(base: Record, mine: Record) -> None:
    assert resolved(merge(base, mine, base, TOGETHER), {}, TOGETHER) == mine
    assert resolved(merge(base, mine, mine, TOGETHER), {}, TOGETHER) == mine


@given(RECORDS, RECORDS, RECORDS, SIDES, SIDES)
def test_level_and_reason_were_written_by_one_person(
    base: Record, mine: Record, theirs: Record, side: str, other: str
) -> None:
    fields = merge(base, mine, theirs, TOGETHER)
    choices = {"level": side, "reason": side, "note": other, "method": other}
    done = dict(resolved(fields, choices, TOGETHER))
    pairs = [(record["level"], record["reason"]) for record in map(dict, (base, mine, theirs))]
    assert (done["level"], done["reason"]) in pairs


@given(RECORDS, RECORDS, RECORDS)
def test_a_conflict_waits_for_a_choice(base: Record, mine: Record, theirs: Record) -> None:
    fields = merge(base, mine, theirs, TOGETHER)
    if any(field.kind == "conflict" for field in fields):
        with pytest.raises(RuleError, match="選んで"):
            resolved(fields, {}, TOGETHER)


def test_other_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="same fields"):
        merge((("level", "3"),), (("note", "3"),), (("level", "3"),))
