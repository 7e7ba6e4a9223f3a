"""Rules of the improvement of a finding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kansa.core.errors import Refusal
from kansa.core.improvement import (
    ACTS,
    AGE_BANDS_JA,
    STATES_JA,
    URGENCIES_JA,
    Detected,
    ImprovementFacts,
    RiskAcceptance,
    acceptance_refusals,
    age_band,
    may_do,
    plan_refusals,
    recurrences,
    state_on,
    urgency,
    verification_refusals,
)
from kansa.core.permission import ROLES_JA
from tests.spec.rules.reading import NONE, Rule, each, listed
from tests.spec.tables import Row

ROLE_OF = {name: role for role, name in ROLES_JA.items()}


def _text(text: str) -> str:
    return "" if text == NONE else text


def _day(text: str) -> date | None:
    return None if text == NONE else date.fromisoformat(text)


def _codes(refusals: Iterable[Refusal]) -> str:
    return listed(refusal.code for refusal in refusals)


def _facts(row: Row) -> ImprovementFacts:
    accepted = row["リスク受容（日～見直し日）"]
    acceptance = None
    if accepted != NONE:
        days = [_day(part) for part in accepted.split("～")]
        acceptance = RiskAcceptance("副市長", "更新まで代替策がない", *days)
    promised = row.get("約束の年度", NONE)
    return ImprovementFacts(
        planned_on=_day(row["計画日"]),
        due_on=_day(row["期限"]),
        promised_fiscal_year=None if promised == NONE else int(promised),
        improved_on=_day(row["改善日"]),
        verified_on=_day(row.get("確認日", NONE)),
        acceptance=acceptance,
        recurred_on=_day(row.get("再発日", NONE)),
        plan_due_on=_day(row.get("計画の提出期限", NONE)),
    )


def _state(row: Row) -> Row:
    return {"状態": STATES_JA[state_on(_facts(row), date.fromisoformat(row["その日"]))]}


def _recurrences(rows: list[Row], given: list[Row]) -> list[Row]:
    links = recurrences(
        Detected(row["検出事項"], row["監査"], row["項目の系譜"], row["所属"], date.fromisoformat(row["検出日"]))
        for row in given
    )
    return [{"再発元": links.get(row["検出事項"], NONE)} for row in rows]


def _urgency(row: Row) -> Row:
    found = urgency(_facts(row), date.fromisoformat(row["その日"]))
    if found is None:
        return {"区分": NONE, "日数": NONE, "知らせる相手": NONE}
    return {
        "区分": URGENCIES_JA[found.code],
        "日数": str(found.days),
        "知らせる相手": listed(ROLES_JA[role] for role in found.roles),
    }


def _age(row: Row) -> Row:
    return {"経過": AGE_BANDS_JA[age_band(date.fromisoformat(row["検出日"]), date.fromisoformat(row["その日"]))]}


def _acts(row: Row) -> Row:
    return {"できること": listed(act for act in ACTS if may_do(act, {ROLE_OF[row["役割"]]}))}


def _verification(row: Row) -> Row:
    days = (_day(row["改善日"]), date.fromisoformat(row["確認日"]))
    people = (row["確認者"], row["報告者"], row["担当者"])
    return {"できない理由": _codes(verification_refusals({ROLE_OF[row["役割"]]}, *people, days))}


def _plan(row: Row) -> Row:
    promised = row["約束の年度"]
    return {
        "足りないもの": _codes(
            plan_refusals(
                _text(row["措置"]),
                _text(row["担当者"]),
                _day(row["期限"]),
                None if promised == NONE else int(promised),
            )
        )
    }


def _acceptance(row: Row) -> Row:
    days = (_day(row["承認日"]), _day(row["見直し日"]))
    return {
        "足りないもの": _codes(acceptance_refusals(RiskAcceptance(_text(row["承認者"]), _text(row["理由"]), *days)))
    }


RULES: dict[str, Rule] = {
    "improvement_state": each(_state),
    "recurrences": _recurrences,
    "urgency": each(_urgency),
    "age_band": each(_age),
    "improvement_acts": each(_acts),
    "verification": each(_verification),
    "plan_refusals": each(_plan),
    "acceptance_refusals": each(_acceptance),
}
