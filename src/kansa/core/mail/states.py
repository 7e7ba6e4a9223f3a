"""In which state is each mail, and what may happen to it next?

Every mail of a batch is in exactly one state at any moment; the counts of all states add up to the frozen list.
A mail that was claimed and of which nobody knows the end is `unknown`: never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kansa.core.errors import RuleError

STATES_JA = {
    "waiting": "送信待ち",
    "claimed": "送信中",
    "deferred": "再送待ち",
    "accepted": "中継サーバーが受理",
    "failed": "送信できず",
    "expired": "期限切れ",
    "cancelled": "取りやめ",
    "excluded": "対象外",
    "unknown": "不明",
}
STATES = tuple(STATES_JA)
OPEN = frozenset({"waiting", "claimed", "deferred"})  # something will still happen by itself
FINAL = frozenset(STATES) - OPEN

EVENTS: Mapping[tuple[str, str], str] = {
    ("waiting", "claim"): "claimed",
    ("deferred", "claim"): "claimed",
    ("claimed", "accept"): "accepted",
    ("claimed", "defer"): "deferred",
    ("claimed", "fail"): "failed",
    ("claimed", "give_back"): "waiting",  # the relay was not even asked for this mail
    ("claimed", "lose"): "unknown",
    ("waiting", "expire"): "expired",
    ("deferred", "expire"): "expired",
    ("waiting", "cancel"): "cancelled",
    ("deferred", "cancel"): "cancelled",
    ("waiting", "exclude"): "excluded",
    # The sender that was thought lost is alive and knows what the relay answered.
    ("unknown", "accept"): "accepted",
    ("unknown", "fail"): "failed",
    ("unknown", "defer"): "deferred",
    ("unknown", "give_back"): "waiting",
    # A person looked into the relay's log.
    ("unknown", "found_in_log"): "accepted",
    ("unknown", "not_in_log"): "waiting",
}

BATCH_STATES_JA = {
    "draft": "作成中",
    "approved": "承認済",
    "running": "送信中",
    "paused": "一時停止",
    "stopped": "停止",
    "finished": "終了",
}
BATCH_STATES = tuple(BATCH_STATES_JA)
BATCH_MOVES: Mapping[tuple[str, str], str] = {
    ("draft", "approve"): "approved",
    ("approved", "withdraw"): "draft",
    ("approved", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("draft", "stop"): "stopped",
    ("approved", "stop"): "stopped",
    ("running", "stop"): "stopped",
    ("paused", "stop"): "stopped",
    ("running", "finish"): "finished",
    ("paused", "finish"): "finished",
}


def next_state(state: str, event: str) -> str:
    """The state of a mail after the event. Raises RuleError when the event cannot happen in this state.

    >>> next_state("claimed", "accept")
    'accepted'
    """
    try:
        return EVENTS[state, event]
    except KeyError:
        label = STATES_JA.get(state, state)
        raise RuleError("no_such_mail_step", f"「{label}」のメールには、この操作はできません。") from None


def next_batch_state(state: str, move: str) -> str:
    """The state of a batch after the move. Raises RuleError when it is not possible now."""
    try:
        return BATCH_MOVES[state, move]
    except KeyError:
        label = BATCH_STATES_JA.get(state, state)
        raise RuleError("no_such_batch_step", f"「{label}」の一斉送信には、この操作はできません。") from None


def from_states(event: str) -> frozenset[str]:
    """The states in which the event can happen."""
    return frozenset(state for state, one in EVENTS if one == event)


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many mails are in each state; `bounced` are among the accepted ones."""

    states: Mapping[str, int]
    bounced: int = 0

    @property
    def total(self) -> int:
        """The frozen list."""
        return sum(self.states.values())

    @property
    def accepted(self) -> int:
        """Taken over by the relay."""
        return self.states.get("accepted", 0)

    @property
    def delivered(self) -> int:
        """Accepted and not come back so far. A bounce that comes later lowers it."""
        return self.accepted - self.bounced

    @property
    def open(self) -> int:
        """Of which something will still happen by itself."""
        return sum(self.states.get(state, 0) for state in OPEN)

    @property
    def done_percent(self) -> int:
        """0..100: how much of the list is settled."""
        return (self.total - self.open) * 100 // self.total if self.total else 100


def counted(states: Iterable[str], bounced: int = 0) -> BatchCounts:
    """The counts of a list of states."""
    found = dict.fromkeys(STATES, 0)
    for state in states:
        found[state] += 1
    return BatchCounts(found, bounced)
