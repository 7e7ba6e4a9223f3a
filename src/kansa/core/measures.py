"""Which measures are there to be taken, in which order, who decides about them, and did they help?

A measure is the unit of work: one patch, setting or replacement that settles many vulnerabilities. The priority comes
from core.ssvc; what SSVC leaves out (what a fix may break, what it costs) orders the measures inside one priority.
Worked examples: docs/spec/34-measures.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kansa.core.errors import RuleError
from kansa.core.ssvc import PRIORITIES, PRIORITIES_JA

MEASURE_KINDS_JA = {
    "patch": "更新プログラムの適用",
    "setting": "設定の変更",
    "replacement": "更改・入替え",
    "other": "その他",
}
TREATMENTS_JA = {"fix": "修正", "mitigate": "軽減", "accept": "受容", "avoid": "回避"}
STEPS_JA = {"proposed": "案", "approved": "承認", "sent_back": "差戻し", "withdrawn": "取消し"}
TESTINGS_JA = {"untested": "未検証", "tested": "検証済み（支障なし）", "known_failure": "不具合を確認"}
VENDOR_SUPPORTS_JA = {"guaranteed": "動作保証あり", "not_guaranteed": "動作保証なし", "unknown": "未確認"}
WAY_BACK_JA = {"yes": "できる", "no": "できない"}
STANDINGS_JA = {
    "returned": "残っている（やり直し）",
    "overdue": "期限超過",
    "review": "見直しの時期",
    "undecided": "未検討",
    "sent_back": "差戻し",
    "proposed": "承認待ち",
    "decided": "対応中",
    "done": "確認待ち",
    "kept": "受容・軽減中",
    "verified": "解消確認",
}
# Who has to act: these come first in the department's list; the rest wait for a day or a scan.
ACTING = ("returned", "overdue", "review", "undecided", "sent_back")
DECIDED = ("decided", "done", "kept", "verified")
# Which step may follow which; "" is the beginning.
_FOLLOWING = {
    "": ("proposed",),
    "proposed": ("proposed", "approved", "sent_back", "withdrawn"),
    "sent_back": ("proposed", "withdrawn"),
    "approved": ("proposed", "withdrawn"),
    "withdrawn": ("proposed",),
}
_KB = re.compile(r"(?<![a-z0-9])KB ?(\d{6,8})(?!\d)", re.IGNORECASE)


def check_step(before: str, step: str) -> None:
    """Raises RuleError when this step cannot follow the latest one.

    >>> check_step("proposed", "approved")
    """
    if step not in _FOLLOWING.get(before, ()):
        words = STEPS_JA.get(before, "決定なし")
        raise RuleError("step_order", f"今は「{words}」のため、「{STEPS_JA.get(step, step)}」にはできません。")


def approver_role(treatment: str, residual_priority: str) -> str:
    """Who approves: "head" of the owning department, or "ciso" when a risk of the whole city is kept.

    The CISO decides about every acceptance, and about a mitigation that leaves more than a scheduled priority.

    >>> approver_role("mitigate", "out_of_cycle")
    'ciso'
    """
    is_heavy = residual_priority in ("out_of_cycle", "immediate")
    return "ciso" if treatment == "accept" or (treatment == "mitigate" and is_heavy) else "head"


def needs_review(treatment: str) -> bool:
    """Whether a risk stays, so that the decision has to come back at a day."""
    return treatment in ("accept", "mitigate")


@dataclass(frozen=True, slots=True)
class Weighing:
    """What orders a measure: its priority, what a fix may break, what it costs. None and "": not known yet."""

    priority: str
    testing: str = ""
    vendor_support: str = ""
    has_way_back: bool | None = None
    downtime_minutes: int | None = None
    cost_once: int | None = None
    cost_yearly: int | None = None
    work_minutes: int | None = None


def side_effect_points(one: Weighing) -> int:
    """How much a fix may break, 0 (least) to 4 points. What is not known counts as the worse.

    Tested without trouble 0, not tested 1, a failure known 2; no way back 1 more; no guarantee of the vendor 1 more.

    >>> side_effect_points(Weighing("scheduled", testing="tested", has_way_back=True))
    1
    """
    tested = {"tested": 0, "known_failure": 2}.get(one.testing, 1)
    return tested + (one.has_way_back is not True) + (one.vendor_support != "guaranteed")


def first_year_cost(one: Weighing) -> int | None:
    """Yen in the first year; None while neither cost is known."""
    if one.cost_once is None and one.cost_yearly is None:
        return None
    return (one.cost_once or 0) + (one.cost_yearly or 0)


def queue_key(one: Weighing) -> tuple[int, ...]:
    """The place in the queue, smaller first: the priority, then side effect, then cost, work and downtime.

    Inside one priority what harms least and costs least is done first: most risk goes for the least trouble. What has
    no value yet stands behind what has one. An unknown priority stands before all: it has to be weighed.
    """
    rank = len(PRIORITIES) - PRIORITIES.index(one.priority) if one.priority in PRIORITIES else 0
    amounts = (first_year_cost(one), one.work_minutes, one.downtime_minutes)
    known = (part for value in amounts for part in ((0, value) if value is not None else (1, 0)))
    return (rank, side_effect_points(one), *known)


@dataclass(frozen=True, slots=True)
class Course:
    """How far a measure is. `is_open`: any of its vulnerabilities is; `seen_on`: the last day a scan saw one open."""

    step: str = ""
    treatment: str = ""
    has_approval: bool = False
    due_on: date | None = None
    review_on: date | None = None
    done_on: date | None = None
    verified_on: date | None = None
    is_open: bool = True
    seen_on: date | None = None


def standing(one: Course, today: date) -> str:
    """One of STANDINGS_JA. Only a scan or a second person makes 解消確認; a later scan may undo it."""
    if not one.is_open:
        return "verified"
    if one.done_on is not None:
        told_on = max(one.done_on, one.verified_on or one.done_on)
        if one.seen_on is not None and one.seen_on > told_on:
            return "returned"
        return "verified" if one.verified_on is not None else "done"
    if one.step in ("proposed", "sent_back"):
        return one.step
    if not one.has_approval:
        return "undecided"
    if needs_review(one.treatment) and one.review_on is not None and one.review_on <= today:
        return "review"
    if one.treatment == "accept":
        return "kept"
    if one.due_on is not None and one.due_on < today:
        return "overdue"
    return "decided"


@dataclass(frozen=True, slots=True)
class OpenWeakness:
    """An open vulnerability that no measure has yet, with what tells it from others."""

    key: int
    owner: int
    asset: int
    kind: str
    tool: str
    rule: str
    component: str = ""
    title: str = ""
    solution: str = ""
    cves: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ProposedMeasure:
    """What one act would settle: proposed, never made by itself."""

    owner: int
    kind: str
    title_ja: str
    keys: tuple[int, ...]
    asset_count: int


def solved_by(one: OpenWeakness) -> tuple[str, str]:
    """What would settle it: ("kb", number), ("component", name), ("solution", text) or the rule itself.

    >>> solved_by(OpenWeakness(1, 1, 1, "patch", "nessus", "9", solution="Apply KB5031364."))
    ('kb', 'KB5031364')
    """
    found = _KB.search(f"{one.title} {one.solution}") if one.kind == "patch" else None
    if found is not None:
        return ("kb", f"KB{found[1]}")
    if one.component:
        return ("component", one.component)
    text = " ".join(unicodedata.normalize("NFKC", one.solution).lower().split())
    return ("solution", text) if text and text != "n/a" else ("rule", f"{one.tool} {one.rule}")


def grouped(rows: Iterable[OpenWeakness]) -> tuple[ProposedMeasure, ...]:
    """One measure for what the same owner settles by the same act, and for what several tools say of one CVE.

    The largest first, then by title.
    """
    waiting = {one.key: one for one in rows}
    above = {key: key for key in waiting}

    def top(key: int) -> int:
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    first: dict[tuple[object, ...], int] = {}
    for one in waiting.values():
        marks = [(one.owner, *solved_by(one)), *((one.owner, one.asset, cve) for cve in one.cves)]
        for mark in marks:
            other = top(first.setdefault(mark, one.key))
            above[max(other, top(one.key))] = min(other, top(one.key))
    groups: dict[int, list[OpenWeakness]] = {}
    for key in waiting:
        groups.setdefault(top(key), []).append(waiting[key])
    made = [_proposed(group) for group in groups.values()]
    return tuple(sorted(made, key=lambda one: (-len(one.keys), one.title_ja, one.keys)))


def _proposed(group: Sequence[OpenWeakness]) -> ProposedMeasure:
    ways = [solved_by(one) for one in group]
    way, name = min(ways, key=lambda one: (("kb", "component", "solution", "rule").index(one[0]), one[1]))
    title = {"kb": f"{name} の適用", "component": f"{name} の更新"}.get(way) or group[0].title
    kind = {"patch": "patch", "unsupported": "replacement"}.get(group[0].kind, "setting")
    keys = tuple(sorted(one.key for one in group))
    return ProposedMeasure(group[0].owner, kind, title[:300], keys, len({one.asset for one in group}))


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many measures of one priority are how far, for the picture."""

    priority: str
    undecided: int
    waiting: int
    decided: int
    overdue: int

    @property
    def priority_ja(self) -> str:
        """The priority in words."""
        return PRIORITIES_JA.get(self.priority, "未設定")


def queue_counts(rows: Iterable[tuple[str, str]]) -> tuple[QueueCounts, ...]:
    """(priority, standing) of each measure -> counts by priority, the most urgent first, without what is settled."""
    found: dict[str, dict[str, int]] = {}
    for priority, state in rows:
        if state == "verified":
            continue
        part = _PARTS.get(state, "decided")
        found.setdefault(priority, {}).setdefault(part, 0)
        found[priority][part] += 1
    order = ("", *reversed(PRIORITIES))
    return tuple(_counts(one, found[one]) for one in order if one in found)


_PARTS: Mapping[str, str] = {
    "undecided": "undecided",
    "sent_back": "undecided",
    "proposed": "waiting",
    "overdue": "overdue",
    "returned": "overdue",
    "review": "overdue",
}


def _counts(priority: str, parts: Mapping[str, int]) -> QueueCounts:
    return QueueCounts(priority, *(parts.get(name, 0) for name in ("undecided", "waiting", "decided", "overdue")))
