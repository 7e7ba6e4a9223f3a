"""Rules of an engagement: states and moves, and who may audit whom."""

from __future__ import annotations

from dataclasses import replace

from kansa.core.errors import RuleError
from kansa.core.flow import (
    MOVES,
    STATES,
    STATES_JA,
    EngagementFacts,
    may_edit,
    moves_from,
    recorded_step,
    reopenings_from,
    step,
    unmet,
)
from kansa.core.permission import ROLES_JA
from tests.spec.rules.reading import NONE, Rule, each, listed
from tests.spec.tables import Row

STATE_OF = {name: state for state, name in STATES_JA.items()}
ROLE_OF = {name: role for role, name in ROLES_JA.items()}
READY = EngagementFacts(
    has_department=True,
    auditor_count=2,
    has_lead=True,
    has_day=True,
    has_notice_document=True,
    preliminary_submitted=True,
    preliminary_waived=False,
    is_control_check=True,
    item_count=40,
    not_judged_count=0,
    unexplained_count=0,
    judges_apart=False,
    unreconciled_count=0,
    wants_review=False,
    unreviewed_count=0,
    finding_count=3,
    detection_count=2,
    unraised_count=0,
    incomplete_finding_count=0,
    unanswered_count=0,
    undecided_count=0,
    has_result_document=True,
    unplanned_count=0,
    unsettled_count=0,
    unsettled_due_count=0,
    open_count=0,
)
FACTS = {
    "対象所属": "has_department",
    "監査員の数": "auditor_count",
    "主任": "has_lead",
    "実地監査の日": "has_day",
    "実施通知書": "has_notice_document",
    "予備調査の提出": "preliminary_submitted",
    "予備調査の省略": "preliminary_waived",
    "対策状況確認": "is_control_check",
    "項目の数": "item_count",
    "未判定の項目": "not_judged_count",
    "理由のない対象外": "unexplained_count",
    "別々に判定": "judges_apart",
    "合わせていない判定": "unreconciled_count",
    "査読する": "wants_review",
    "査読していない判定": "unreviewed_count",
    "検出事項等": "finding_count",
    "検出事項": "detection_count",
    "検出事項のない不適合": "unraised_count",
    "不備のある検出事項等": "incomplete_finding_count",
    "確認の回答がないもの": "unanswered_count",
    "決定していない見解の相違": "undecided_count",
    "結果通知書": "has_result_document",
    "計画のない検出事項": "unplanned_count",
    "決着していない検出事項": "unsettled_count",
    "今年度までの約束": "unsettled_due_count",
    "終わっていない検出事項": "open_count",
}
EDITS = {
    "日程・監査員": "engagement",
    "予備調査": "preliminary",
    "判定": "judgement",
    "検出事項": "finding",
    "確認の回答": "fact_check_answer",
    "相違の扱い": "fact_check_decision",
    "改善計画": "improvement_plan",
    "改善の確認": "verification",
}


def _facts(text: str) -> EngagementFacts:
    """The ready engagement with the changes of 「未判定の項目=3、主任=いいえ」."""
    changes: dict[str, int | bool] = {}
    for part in [] if text == NONE else text.split("、"):
        name, _, value = part.partition("=")
        changes[FACTS[name]] = value == "はい" if value in ("はい", "いいえ") else int(value)
    return replace(READY, **changes)  # type: ignore[arg-type]


def _moves(row: Row) -> Row:
    moves = moves_from(STATE_OF[row["状態"]], {ROLE_OF[row["役割"]]})
    return {"進められる操作": listed(move.code for move in moves)}


def _unmet(row: Row) -> Row:
    move = next(move for move in MOVES if move.code == row["操作"])
    missing = unmet(move, _facts(row["変えたところ"]))
    return {
        "足りないもの": listed(need.code for need in missing),
        "案内": listed(need.reason_ja for need in missing),
    }


def _reopenings(row: Row) -> Row:
    return {"戻せる状態": listed(STATES_JA[move.to_state] for move in reopenings_from(STATE_OF[row["状態"]]))}


def _act(row: Row) -> Row:
    reason = "" if row["理由"] == NONE else row["理由"]
    roles = {ROLE_OF[row["役割"]]}
    try:
        made = step(STATE_OF[row["状態"]], row["操作"], _facts(row["変えたところ"]), roles, reason)
    except RuleError as fault:
        return {"結果": f"受け付けない（{fault.code}）"}
    return {"結果": STATES_JA[made.to_state]}


def _recorded(row: Row) -> Row:
    try:
        made = recorded_step(STATE_OF[row["状態"]], int(row["終わっていない検出事項"]), "")
    except RuleError as fault:
        return {"結果": f"受け付けない（{fault.code}）"}
    return {"結果": STATES_JA[made.to_state]}


def _edits(row: Row) -> Row:
    what, roles = EDITS[row["直すもの"]], {ROLE_OF[row["役割"]]}
    return {"直せる状態": listed(STATES_JA[state] for state in STATES if may_edit(state, what, roles))}


RULES: dict[str, Rule] = {
    "flow_moves": each(_moves),
    "flow_unmet": each(_unmet),
    "flow_reopenings": each(_reopenings),
    "flow_act": each(_act),
    "flow_recorded": each(_recorded),
    "flow_edits": each(_edits),
}
