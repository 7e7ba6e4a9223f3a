"""In which state is a drill, who may move it on, and what does the second person sign?

Every change of what was signed voids the approval: the hash is taken again before anything is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kansa.core.errors import RuleError

STATES_JA = {
    "draft": "計画中",
    "submitted": "承認待ち",
    "approved": "承認済み",
    "running": "送信中",
    "paused": "一時停止中",
    "ended": "送信終了・集計中",
    "closed": "終了（個人を特定できる情報は消去済み）",
}
STATES = tuple(STATES_JA)
SENDING = ("running", "paused")


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state and the verb that its doer needs. `by_other`: not by whoever submitted the plan."""

    code: str
    from_states: tuple[str, ...]
    to_state: str
    label_ja: str
    verb: str
    by_other: bool = False


MOVES = {
    one.code: one
    for one in (
        Move("submit", ("draft",), "submitted", "承認を求める", "manage_drills"),
        Move("withdraw", ("submitted", "approved"), "draft", "取り下げて直す", "manage_drills"),
        Move("approve", ("submitted",), "approved", "承認する", "approve_drills", by_other=True),
        Move("start", ("approved",), "running", "送信を始める", "manage_drills"),
        Move("pause", ("running",), "paused", "一時停止する", "manage_drills"),
        Move("resume", ("paused",), "running", "再開する", "manage_drills"),
        Move("stop", SENDING, "ended", "緊急停止する（残りは送信しない）", "manage_drills"),
        Move("end", ("running",), "ended", "送信を終えて集計に移る", "manage_drills"),
        Move("close", ("ended",), "closed", "個人を特定できる情報を消去して終了する", "approve_drills"),
    )
}


def moves_from(state: str) -> list[Move]:
    """The moves that a state allows, in the order of the table."""
    return [one for one in MOVES.values() if state in one.from_states]


def check_move(code: str, state: str, *, is_submitter: bool) -> Move:
    """The move, when it is its turn. Raises RuleError otherwise, and when one person would sign the own plan."""
    move = MOVES.get(code)
    if move is None:
        raise RuleError("no_such_move", "この操作はありません。")
    if state not in move.from_states:
        raise RuleError("wrong_state", f"今は「{STATES_JA[state]}」のため、「{move.label_ja}」はできません。")
    if move.by_other and is_submitter:
        raise RuleError("same_person", "承認を求めた人とは別の人が承認してください。")
    return move


@dataclass(frozen=True, slots=True)
class SignedPlan:
    """What the approval is about: the whole list, every text, when and how fast, which domains, to what purpose."""

    recipients: tuple[tuple[str, str, str], ...]  # keyed token of the address, group, reason of exclusion
    texts: Mapping[str, str]  # group -> canonical text of its scenario
    schedule: Mapping[str, str | int]
    domains: tuple[str, ...]
    words: Mapping[str, str | bool]  # purpose, use of results, notices, follow-up


def approval_sha256(plan: SignedPlan) -> str:
    """64 hex digits over the plan; the order of recipients, groups and domains does not matter."""
    whole = {
        "recipients": sorted(plan.recipients),
        "texts": dict(plan.texts),
        "schedule": dict(plan.schedule),
        "domains": sorted(plan.domains),
        "words": dict(plan.words),
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_signed(plan: SignedPlan, signed_sha256: str) -> None:
    """Raises RuleError when the plan is not the one that was approved."""
    if not signed_sha256 or approval_sha256(plan) != signed_sha256:
        raise RuleError(
            "approval_void",
            "承認の後で名簿・文面・日程・ドメインのいずれかが変わったため、承認は無効です。もう一度承認を受けてください。",
        )


MISSING_JA = {
    "purpose": "目的",
    "use_of_results": "結果の利用（教育のためであり、人事評価に使わないこと）",
    "recipients": "対象者の一覧",
    "domains": "送信を許すドメイン",
    "sender": "差出人のアドレス",
    "landing": "リンク先のサーバーのアドレス",
    "how_to_report": "報告の方法",
    "help_desk": "問合せ窓口への連絡文",
    "texts": "組ごとの文案",
}


def check_complete(given: Iterable[str]) -> None:
    """Raises RuleError naming what is missing before somebody is asked to approve."""
    there = set(given)
    missing = [ja for code, ja in MISSING_JA.items() if code not in there]
    if missing:
        raise RuleError("plan_incomplete", f"次の項目がまだありません：{'、'.join(missing)}。")
