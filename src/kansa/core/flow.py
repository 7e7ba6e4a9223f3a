"""In which state is an engagement, who may move it on, and what has to be there first?

The moves are data. A person's roles are those for this engagement: an auditor who is not assigned to it has none here.
Improvement goes on after the result was notified; its states are derived (`core.improvement`), not moved.
Worked examples: docs/spec/15-engagement-flow.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from kansa.core.errors import RuleError
from kansa.core.fiscal import official_digits
from kansa.core.permission import ROLES_JA

STATES_JA = {
    "planned": "計画",
    "notified": "実施通知済",
    "preliminary": "予備調査",
    "fieldwork": "実地監査",
    "working_paper": "監査調書作成",
    "fact_check": "事実誤認の確認",
    "result_notified": "結果通知済",
    "improvement": "改善中",
    "followed_up": "フォローアップ済",
    "closed": "終了",
}
STATES = tuple(STATES_JA)

_OFFICE = frozenset({"audit_director", "audit_clerk"})
_DIRECTOR = frozenset({"audit_director"})
_AUDITORS = frozenset({"external_auditor", "staff_auditor"})
_AUDITEE = frozenset({"auditee_head", "auditee_contact"})


@dataclass(frozen=True, slots=True)
class Move:
    """One step from one state to another: who may take it, what has to be there, whether a reason is asked."""

    code: str
    from_state: str
    to_state: str
    label_ja: str
    roles: frozenset[str]
    needs: tuple[str, ...] = ()
    wants_reason: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementFacts:
    """What the needs are decided from. Nothing has a default: a count that nobody took is not 0."""

    has_department: bool  # or the whole city is named as the scope
    auditor_count: int
    has_lead: bool  # one of the auditors leads; a single auditor leads anyway
    has_day: bool  # the day of the fieldwork is fixed
    has_notice_document: bool  # number and date of the 実施通知書
    preliminary_submitted: bool
    preliminary_waived: bool  # with its reason, after it had begun
    is_control_check: bool  # other methods have no items to judge
    item_count: int
    not_judged_count: int
    unexplained_count: int  # 対象外 without a reason
    judges_apart: bool  # rule of the year: two judge apart and reconcile
    unreconciled_count: int
    wants_review: bool  # rule of the year: one judges, another reviews
    unreviewed_count: int
    finding_count: int  # 検出事項 and 改善提言
    detection_count: int  # 検出事項 only
    unraised_count: int  # judgements that do not conform and have no finding
    incomplete_finding_count: int  # criterion, fact, evidence, effect or recommendation is empty
    unanswered_count: int  # findings without an answer in the fact check
    undecided_count: int  # disagreements without a decision and its text
    has_result_document: bool  # number and date of the 結果通知書
    unplanned_count: int  # detections with neither plan nor risk acceptance
    unsettled_count: int  # detections neither verified, accepted nor carried over
    unsettled_due_count: int  # of these, not promised for a later fiscal year
    open_count: int  # detections neither verified, accepted nor recurred; carried over ones are open


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing that is missing for a move: how many, and what to do."""

    code: str
    reason_ja: str


@dataclass(frozen=True, slots=True)
class Step:
    """One move that was made. The history of an engagement is a row of steps; reopening adds one, it removes none."""

    code: str
    from_state: str
    to_state: str
    reason_ja: str = ""


MOVES = (
    Move(
        *("notify", "planned", "notified", "実施を通知する", _OFFICE),
        needs=("department", "auditor", "lead", "day", "notice_document"),
    ),
    Move("begin_preliminary", "notified", "preliminary", "予備調査を始める", _OFFICE | _AUDITORS),
    Move(
        *("skip_preliminary", "notified", "fieldwork", "予備調査を省略して実地監査を始める", _DIRECTOR | _AUDITORS),
        wants_reason=True,  # it is the waiver
    ),
    Move(
        *("begin_fieldwork", "preliminary", "fieldwork", "実地監査を始める", _AUDITORS),
        needs=("preliminary_answered",),
    ),
    Move(
        *("write_up", "fieldwork", "working_paper", "監査調書の作成に移る", _AUDITORS),
        needs=("items", "items_judged", "not_applicable_explained", "reconciled", "reviewed"),
    ),
    Move(
        *("ask_fact_check", "working_paper", "fact_check", "事実誤認の確認を依頼する", _AUDITORS),
        needs=("findings", "shortfalls_raised", "findings_complete"),
    ),
    Move(
        *("notify_result_without_findings", "working_paper", "result_notified", "検出事項なしとして結果を通知する"),
        roles=_OFFICE,
        needs=("no_findings", "shortfalls_raised", "result_document"),
    ),
    Move(
        *("notify_result", "fact_check", "result_notified", "結果を通知する", _OFFICE),
        needs=(
            *("items_judged", "not_applicable_explained", "reconciled", "reviewed"),
            *("shortfalls_raised", "findings_complete"),
            *("fact_check_answered", "disagreements_decided", "result_document"),
        ),
    ),
    Move(
        *("begin_improvement", "result_notified", "improvement", "改善を始める", _OFFICE | {"auditee_head"}),
        needs=("detections",),
    ),
    Move(
        *("finish_without_detections", "result_notified", "followed_up", "検出事項なしとしてフォローアップを終える"),
        roles=_OFFICE,
        needs=("no_detections",),
    ),
    Move(
        *("record_follow_up", "improvement", "followed_up", "フォローアップを記録する", _OFFICE | _AUDITORS),
        needs=("plans_written", "settled"),
    ),
    Move(
        *("carry_over", "improvement", "followed_up", "残りを翌年度以降に繰り越す", _OFFICE),
        needs=("plans_written", "something_to_carry", "promised_later"),
        wants_reason=True,
    ),
    Move("close", "followed_up", "closed", "終了する", _OFFICE, needs=("nothing_open",)),
)


def _cases(count: int) -> str:
    return f"{official_digits(count)}件"


def _if(missing: bool, reason_ja: str) -> str:
    return reason_ja if missing else ""


# Need -> what is missing, in Japanese; "" when it is met.
_NEEDS: dict[str, Callable[[EngagementFacts], str]] = {
    "department": lambda facts: _if(
        not facts.has_department,
        "監査の対象所属が決まっていません。対象所属（全庁のときは全庁）を選んでください。",
    ),
    "auditor": lambda facts: _if(
        facts.auditor_count < 1, "監査員が割り当てられていません。１人以上割り当ててください。"
    ),
    "lead": lambda facts: _if(
        facts.auditor_count > 1 and not facts.has_lead,
        f"監査員が{official_digits(facts.auditor_count)}人いますが、主任が決まっていません。主任を１人選んでください。",
    ),
    "day": lambda facts: _if(not facts.has_day, "実地監査の日が決まっていません。日を入力してください。"),
    "notice_document": lambda facts: _if(
        not facts.has_notice_document, "実施通知書の文書番号と日付がありません。両方を入力してください。"
    ),
    "preliminary_answered": lambda facts: _if(
        not facts.preliminary_submitted and not facts.preliminary_waived,
        "予備調査の回答が提出されていません。提出を依頼するか、省略する理由を記録してください。",
    ),
    "items": lambda facts: _if(
        facts.is_control_check and not facts.item_count,
        "チェックリストの項目がありません。監査項目を割り当ててください。",
    ),
    "items_judged": lambda facts: _if(
        facts.not_judged_count > 0,
        f"未判定の項目が{_cases(facts.not_judged_count)}あります。全て判定するか、理由を付けて対象外としてください。",
    ),
    "not_applicable_explained": lambda facts: _if(
        facts.unexplained_count > 0,
        f"理由のない対象外が{_cases(facts.unexplained_count)}あります。理由を入力してください。",
    ),
    "reconciled": lambda facts: _if(
        facts.judges_apart and facts.unreconciled_count > 0,
        f"二人の判定を合わせていない項目が{_cases(facts.unreconciled_count)}あります。"
        "話し合って一つの判定にしてください。",
    ),
    "reviewed": lambda facts: _if(
        facts.wants_review and facts.unreviewed_count > 0,
        f"査読していない判定が{_cases(facts.unreviewed_count)}あります。判定した者とは別の監査員が査読してください。",
    ),
    "findings": lambda facts: _if(
        facts.finding_count < 1,
        "検出事項も改善提言もありません。事実誤認の確認を経ずに結果を通知できます。",
    ),
    "no_findings": lambda facts: _if(
        facts.finding_count > 0,
        f"検出事項等が{_cases(facts.finding_count)}あります。事実誤認の確認を依頼してください。",
    ),
    "shortfalls_raised": lambda facts: _if(
        facts.unraised_count > 0,
        f"不適合と判定したのに検出事項のない項目が{_cases(facts.unraised_count)}あります。"
        "検出事項を起こすか、判定を見直してください。",
    ),
    "findings_complete": lambda facts: _if(
        facts.incomplete_finding_count > 0,
        "判定基準・事実・証拠・影響・改善の提言のいずれかが書かれていない検出事項等が"
        f"{_cases(facts.incomplete_finding_count)}あります。全て記入してください。",
    ),
    "fact_check_answered": lambda facts: _if(
        facts.unanswered_count > 0,
        f"事実誤認の確認に回答のない検出事項等が{_cases(facts.unanswered_count)}あります。"
        "対象所属に回答を依頼してください。",
    ),
    "disagreements_decided": lambda facts: _if(
        facts.undecided_count > 0,
        f"見解の相違のうち、扱いを決めていないものが{_cases(facts.undecided_count)}あります。"
        "扱いとその理由を記録してください。",
    ),
    "result_document": lambda facts: _if(
        not facts.has_result_document, "結果通知書の文書番号と日付がありません。両方を入力してください。"
    ),
    "detections": lambda facts: _if(
        facts.detection_count < 1, "検出事項がありません。改善計画を求めずにフォローアップ済とできます。"
    ),
    "no_detections": lambda facts: _if(
        facts.detection_count > 0,
        f"検出事項が{_cases(facts.detection_count)}あります。改善計画を求めてください。",
    ),
    "plans_written": lambda facts: _if(
        facts.unplanned_count > 0,
        f"改善計画もリスク受容もない検出事項が{_cases(facts.unplanned_count)}あります。"
        "対象所属に改善計画を求めてください。",
    ),
    "settled": lambda facts: _if(
        facts.unsettled_count > 0,
        f"確認済・リスク受容・繰越のいずれでもない検出事項が{_cases(facts.unsettled_count)}あります。"
        "改善を確認するか、翌年度以降の約束であれば繰り越してください。",
    ),
    "something_to_carry": lambda facts: _if(
        facts.unsettled_count < 1, "繰り越す検出事項がありません。フォローアップを記録してください。"
    ),
    "promised_later": lambda facts: _if(
        facts.unsettled_due_count > 0,
        f"翌年度以降の改善を約束していない検出事項が{_cases(facts.unsettled_due_count)}残っています。"
        "改善を確認するか、対象所属に計画の見直しを求めてください。",
    ),
    "nothing_open": lambda facts: _if(
        facts.open_count > 0,
        f"改善を確認しておらず、リスク受容もしていない検出事項が{_cases(facts.open_count)}あります。"
        "確認されるまでフォローアップ済のまま追跡してください。",
    ),
}

# An audit that was carried out outside kansa and only recorded ends where its findings are.
RECORDED_MOVES = {"followed_up": "follow_up_recorded", "closed": "close_recorded"}

# What -> who may edit it in which states. A judgement and a finding stay open during the fact check, because an error
# of fact that was accepted changes them; the plan stays open after the follow-up, because it is carried over.
_EDITS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "engagement": (_OFFICE, frozenset({"planned", "notified", "preliminary", "fieldwork"})),
    "preliminary": (_AUDITEE, frozenset({"preliminary"})),
    "judgement": (_AUDITORS, frozenset({"fieldwork", "fact_check"})),
    "finding": (_AUDITORS, frozenset({"fieldwork", "working_paper", "fact_check"})),
    "fact_check_answer": (_AUDITEE, frozenset({"fact_check"})),
    "fact_check_decision": (_AUDITORS | _DIRECTOR, frozenset({"fact_check"})),
    "improvement_plan": (_AUDITEE, frozenset({"improvement", "followed_up"})),
    "verification": (_AUDITORS | _OFFICE, frozenset({"improvement", "followed_up"})),
}
EDITABLE = tuple(_EDITS)


def unmet(move: Move, facts: EngagementFacts) -> tuple[Unmet, ...]:
    """Everything that is missing for the move, in the order of its needs; empty when it may be made."""
    reasons = ((need, _NEEDS[need](facts)) for need in move.needs)
    return tuple(Unmet(need, reason) for need, reason in reasons if reason)


def moves_from(state: str, roles: Collection[str]) -> tuple[Move, ...]:
    """The moves ahead that a person with these roles may make from this state, whether or not their needs are met.

    >>> [move.code for move in moves_from("planned", {"audit_clerk"})]
    ['notify']
    """
    return tuple(move for move in MOVES if move.from_state == state and not move.roles.isdisjoint(roles))


def reopenings_from(state: str) -> tuple[Move, ...]:
    """The moves back to each earlier state: the director's, with a reason. Raises ValueError for an unknown state."""
    earlier = STATES[: STATES.index(state)]
    return tuple(
        Move(f"reopen_{to}", state, to, f"「{STATES_JA[to]}」に戻す", _DIRECTOR, wants_reason=True) for to in earlier
    )


def step(state: str, code: str, facts: EngagementFacts, roles: Collection[str], reason_ja: str = "") -> Step:
    """The step that this move makes from this state.

    Raises RuleError: not_from_this_state, not_your_role, needs_unmet (all reasons, a line each) or reason_missing.
    """
    possible = {move.code: move for move in (*MOVES, *reopenings_from(state)) if move.from_state == state}
    move = possible.get(code)
    if move is None:
        raise RuleError(
            "not_from_this_state",
            f"「{STATES_JA[state]}」の監査には、この操作はできません。画面を読み直して、今の状態を確かめてください。",
        )
    if move.roles.isdisjoint(roles):
        may = "・".join(ROLES_JA[role] for role in ROLES_JA if role in move.roles)
        raise RuleError("not_your_role", f"「{move.label_ja}」は{may}が行います。")
    missing = unmet(move, facts)
    if missing:
        raise RuleError("needs_unmet", "\n".join(need.reason_ja for need in missing))
    if move.wants_reason and not reason_ja.strip():
        raise RuleError("reason_missing", f"「{move.label_ja}」には理由が必要です。理由を入力してください。")
    return Step(code, state, move.to_state, reason_ja.strip())


def recorded_step(state: str, open_count: int, reason_ja: str) -> Step:
    """The step of a planned audit that was only recorded: over, or still followed while a detection is open.

    `open_count` as in EngagementFacts. Raises RuleError (not_from_this_state) unless it is still called planned.

    >>> recorded_step("planned", 1, "").to_state
    'followed_up'
    """
    if state != "planned":
        raise RuleError("not_from_this_state", f"「{STATES_JA[state]}」の監査は、記録だけの監査ではありません。")
    to_state = "followed_up" if open_count else "closed"
    return Step(RECORDED_MOVES[to_state], state, to_state, reason_ja)


def may_edit(state: str, what: str, roles: Collection[str]) -> bool:
    """Whether a person with these roles may edit `what` (one of EDITABLE) in this state. Raises KeyError otherwise.

    >>> may_edit("improvement", "improvement_plan", {"staff_auditor"})
    False
    """
    may, states = _EDITS[what]
    return state in states and not may.isdisjoint(roles)
