"""Is every mail in exactly one state at any moment, and can nothing that may have left leave again by itself?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import RuleError
from kansa.core.mail.replies import HINTS_JA, Reply, clean_reply, outcome_of
from kansa.core.mail.states import BATCH_MOVES, BATCH_STATES, EVENTS, FINAL, OPEN, STATES, counted, next_state

BY_A_PERSON = {"found_in_log", "not_in_log"}
BY_ITS_OWN_SENDER = {"accept", "fail", "defer", "give_back"}  # the fence lets only the sender that claimed it do these


@given(st.lists(st.sampled_from(sorted({event for _state, event in EVENTS})), max_size=30), st.integers(1, 9))
def test_the_sum_is_the_list_whatever_happens(events: list[str], people: int) -> None:
    states = ["waiting"] * people
    for number, event in enumerate(events):
        place = number % people
        try:
            states[place] = next_state(states[place], event)
        except RuleError:
            pass
        counts = counted(states)
        assert counts.total == people == sum(counts.states[state] for state in STATES)


def test_what_is_settled_moves_only_by_a_person_or_by_who_knows() -> None:
    leaving_final = {(state, event) for state, event in EVENTS if state in FINAL}
    assert {state for state, _event in leaving_final} == {"unknown"}
    assert {event for _state, event in leaving_final} == BY_A_PERSON | BY_ITS_OWN_SENDER
    assert next_state("unknown", "found_in_log") == "accepted"
    for event in ("claim", "expire", "cancel", "exclude"):
        with pytest.raises(RuleError):
            next_state("unknown", event)


def test_states_are_open_or_final_and_every_open_one_can_end() -> None:
    assert set(STATES) == OPEN | FINAL
    assert {state for state, _event in EVENTS} >= OPEN
    assert {*EVENTS.values(), "waiting"} == set(STATES)
    assert {*BATCH_MOVES.values()} == set(BATCH_STATES)


def test_delivered_is_what_was_taken_and_did_not_come_back() -> None:
    counts = counted(["accepted"] * 7 + ["failed", "unknown", "waiting"], bounced=2)
    assert (counts.accepted, counts.delivered, counts.open, counts.done_percent) == (7, 5, 1, 90)


@pytest.mark.parametrize(
    ("step", "code", "outcome"),
    [
        ("end", 250, "accept"),
        ("rcpt", 450, "defer"),
        ("end", 451, "defer"),
        ("data", 452, "defer"),
        ("rcpt", 550, "fail"),
        ("end", 554, "fail"),
        ("rcpt", 421, "close"),
        ("end", 421, "close"),
        ("connect", 450, "close"),
        ("mail", 451, "close"),
        ("mail", 550, "sender_refused"),
        ("rcpt", 530, "sender_refused"),
        ("connect", 554, "sender_refused"),
    ],
)
def test_what_a_reply_means(step: str, code: int, outcome: str) -> None:
    assert outcome_of(Reply(step, code)) == outcome


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_reply_keeps_an_address(before: str, after: str) -> None:
    text = clean_reply("rcpt", 550, f"{before} <taro.yamada@city.example.jp> {after}", "taro.yamada").text
    assert "taro.yamada" not in text.lower() and "city.example.jp" not in text
    assert text.isascii() and text.isprintable() and len(text) <= 160


def test_what_is_kept_of_a_reply() -> None:
    reply = clean_reply("rcpt", 550, "5.1.1 Taro: no mailbox 0901234567\r\nsee x@evil.example", "taro")
    assert (reply.enhanced, reply.text) == ("5.1.1", "5.1.1 (address): no mailbox # see (address)")
    assert all(HINTS_JA.values())
