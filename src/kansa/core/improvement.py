"""How far is the improvement of one finding on a given day, who may do what about it, and who is reminded?

The state is derived from the facts each time and stored nowhere; what is dated after the day is not yet there.
`core.findings` counts findings for the report of a year; here is the one finding, from day to day, with the same rule
of what improved means: reported as done, then verified by a second pair of eyes.
Worked examples: docs/spec/16-improvement-states.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from kansa.core.errors import Refusal
from kansa.core.fiscal import era_year_ja, fiscal_year_end, fiscal_year_of

STATES_JA = {
    "no_plan": "計画なし",
    "planned": "改善予定",
    "done": "改善済・未検証",
    "verified": "確認済",
    "risk_accepted": "リスク受容",
    "review_due": "見直し時期",
    "carried_over": "繰越",
    "recurred": "再発",
}
# Nobody needs to look at the others again: they are verified, accepted, or followed under the later finding.
OPEN_STATES = frozenset({"no_plan", "planned", "done", "carried_over", "review_due"})

URGENCIES_JA = {"": "なし", "due_soon": "期限間近", "overdue": "期限超過", "escalated": "上申"}
AGE_BANDS_JA = {"to_90": "90日以内", "to_180": "180日以内", "to_365": "１年以内", "over_365": "１年超"}
_AGE_LIMITS = ((90, "to_90"), (180, "to_180"), (365, "to_365"))

_AUDITEE = frozenset({"auditee_head", "auditee_contact"})
_OFFICE = frozenset({"audit_director", "audit_clerk"})
ACTS: dict[str, frozenset[str]] = {
    "write_plan": _AUDITEE,
    "report_done": _AUDITEE,
    "ask_acceptance": _AUDITEE,
    "verify": _OFFICE | {"external_auditor", "staff_auditor"},
    "record_acceptance": _OFFICE | {"ciso"},  # the office writes down whose decision it was
}


@dataclass(frozen=True, slots=True)
class RiskAcceptance:
    """Leaving a risk: who approved it when and why, and when it is looked at again."""

    approver_ja: str
    reason_ja: str
    accepted_on: date | None
    review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementFacts:
    """What is known about the improvement of one 検出事項. 改善提言 have no state."""

    planned_on: date | None = None  # the day a complete plan was written
    due_on: date | None = None
    promised_fiscal_year: int | None = None
    improved_on: date | None = None  # reported as done, with evidence
    verified_on: date | None = None
    acceptance: RiskAcceptance | None = None
    recurred_on: date | None = None  # see `recurred_days`
    plan_due_on: date | None = None  # the day by which the plan was asked for


@dataclass(frozen=True, slots=True)
class Detected:
    """Where and when something was detected. `lineage` is one name for an item through the years; "" links nothing."""

    code: str
    engagement_code: str
    lineage: str
    department: str
    detected_on: date


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """Days, rules of the year: from when to remind, and after how many days of delay whom else to tell."""

    due_soon_days: int = 30
    head_after_days: int = 30
    top_after_days: int = 60


@dataclass(frozen=True, slots=True)
class Urgency:
    """due_soon, overdue, escalated or "" (not yet); days left (negative: days late); roles to be told."""

    code: str
    days: int
    roles: tuple[str, ...]


def _by(moment: date | None, day: date) -> bool:
    return moment is not None and moment <= day


def is_accepted(acceptance: RiskAcceptance | None, day: date) -> bool:
    """Whether a complete risk acceptance stands on the day; one without approver, reason or review day does not."""
    return acceptance is not None and not acceptance_refusals(acceptance) and _by(acceptance.accepted_on, day)


def promised_year(facts: ImprovementFacts) -> int | None:
    """The fiscal year of the promise or, lacking one, of the due day. None: nothing was promised."""
    if facts.promised_fiscal_year is not None:
        return facts.promised_fiscal_year
    return None if facts.due_on is None else fiscal_year_of(facts.due_on)


def is_verified(facts: ImprovementFacts, day: date) -> bool:
    """Reported as done and verified on that day or later, both by `day`. A verification before the report is none."""
    if facts.improved_on is None or facts.verified_on is None:
        return False
    return facts.improved_on <= facts.verified_on <= day


def state_on(facts: ImprovementFacts, day: date) -> str:
    """The state on the day, one of STATES_JA; the first of the rules that holds.

    >>> state_on(ImprovementFacts(planned_on=date(2024, 11, 1), due_on=date(2025, 2, 28)), date(2025, 4, 1))
    'carried_over'
    """
    if _by(facts.recurred_on, day):
        return "recurred"
    if is_verified(facts, day):
        return "verified"
    if is_accepted(facts.acceptance, day):
        review_on = facts.acceptance.review_on if facts.acceptance else None
        return "review_due" if review_on and day > review_on else "risk_accepted"
    promised = promised_year(facts)
    if _by(facts.planned_on, day) and promised is not None and day > fiscal_year_end(promised):
        return "carried_over"
    if _by(facts.improved_on, day):
        return "done"
    return "planned" if _by(facts.planned_on, day) else "no_plan"


def _is_later(later: Detected, earlier: Detected) -> bool:
    """The same item and department in another engagement, on a later day."""
    same = (later.lineage, later.department) == (earlier.lineage, earlier.department)
    apart = later.engagement_code != earlier.engagement_code
    return bool(later.lineage) and same and apart and later.detected_on > earlier.detected_on


def _grouped(detections: Iterable[Detected]) -> list[list[Detected]]:
    groups: dict[tuple[str, str], list[Detected]] = {}
    for found in detections:
        groups.setdefault((found.lineage, found.department), []).append(found)
    return list(groups.values())


def recurrences(detections: Iterable[Detected]) -> dict[str, str]:
    """Code of a finding -> code of the latest earlier one of the same lineage and department; first ones are left out.

    `department` has to be one name through renaming (`core.succession`); findings of one engagement never recur in it.
    """
    links: dict[str, str] = {}
    for group in _grouped(detections):
        for later in group:
            earlier = [found for found in group if _is_later(later, found)]
            if earlier:
                links[later.code] = max(earlier, key=lambda found: (found.detected_on, found.code)).code
    return links


def recurred_days(detections: Iterable[Detected]) -> dict[str, date]:
    """Code of a finding -> the first day on which the same was detected again by a later engagement."""
    days: dict[str, date] = {}
    for group in _grouped(detections):
        for earlier in group:
            again = [found.detected_on for found in group if _is_later(found, earlier)]
            if again:
                days[earlier.code] = min(again)
    return days


def deadline(facts: ImprovementFacts, day: date) -> date | None:
    """The next day that somebody has to keep: review of an acceptance, due day of the plan, or the plan itself.

    None: nothing is waited for from the auditee, or no day was set.
    """
    state = state_on(facts, day)
    if state in ("risk_accepted", "review_due"):
        return facts.acceptance.review_on if facts.acceptance else None
    if state not in OPEN_STATES or _by(facts.improved_on, day):
        return None
    return facts.due_on if _by(facts.planned_on, day) else facts.plan_due_on


def urgency(facts: ImprovementFacts, today: date, rules: ReminderRules | None = None) -> Urgency | None:
    """How urgent the next deadline is and who is told; None when there is no deadline.

    The limits belong to the milder side: 30 days left is already due soon, 30 days late is still overdue.
    """
    rules = rules or ReminderRules()
    last = deadline(facts, today)
    if last is None:
        return None
    days = (last - today).days
    if days > rules.due_soon_days:
        return Urgency("", days, ())
    if days >= 0:
        return Urgency("due_soon", days, ("auditee_contact",))
    if -days > rules.top_after_days:
        return Urgency("escalated", days, ("auditee_contact", "auditee_head", "audit_director", "ciso"))
    if -days > rules.head_after_days:
        return Urgency("escalated", days, ("auditee_contact", "auditee_head"))
    return Urgency("overdue", days, ("auditee_contact",))


def age_band(detected_on: date, today: date) -> str:
    """to_90, to_180, to_365 or over_365 days since the detection; for findings in OPEN_STATES.

    Raises ValueError when the detection lies after today.
    """
    days = (today - detected_on).days
    if days < 0:
        raise ValueError("検出日が今日より後になっています。検出日を確かめてください。")
    return next((band for limit, band in _AGE_LIMITS if days <= limit), "over_365")


def may_do(act: str, roles: Collection[str]) -> bool:
    """Whether a person with these roles may do one of ACTS. Raises KeyError for another act.

    >>> may_do("write_plan", {"staff_auditor"})
    False
    """
    return not ACTS[act].isdisjoint(roles)


def verification_refusals(
    roles: Collection[str],
    verifier: str,
    reporter: str,
    owner: str,
    days: tuple[date | None, date],
) -> tuple[Refusal, ...]:
    """Why this person may not verify the improvement; empty when nothing stands against it.

    Persons are identifiers; "" is nobody. `days`: reported as done, verified.
    """
    improved_on, verified_on = days
    found = []
    if not may_do("verify", roles):
        found.append(("not_your_role", "改善の確認は、監査人又は監査事務局が行います。"))
    if improved_on is None:
        found.append(("not_reported_done", "改善の報告がまだありません。対象所属の報告を待って確認してください。"))
    elif verified_on < improved_on:
        found.append(("verified_before_done", "確認日が改善日より前です。改善日以後の日を入力してください。"))
    if verifier and verifier == reporter:
        found.append(("same_as_reporter", "改善を報告した本人は確認できません。別の者が確認してください。"))
    if verifier and verifier == owner:
        found.append(("same_as_owner", "改善計画の担当者は確認できません。別の者が確認してください。"))
    return tuple(Refusal(code, reason) for code, reason in found)


def plan_refusals(
    measure_ja: str, owner: str, due_on: date | None, promised_fiscal_year: int | None
) -> tuple[Refusal, ...]:
    """What an improvement plan lacks, and a due day after the promised fiscal year; empty when it is complete."""
    found = []
    if not measure_ja.strip():
        found.append(("measure", "改善の措置が書かれていません。何をするかを入力してください。"))
    if not owner.strip():
        found.append(("owner", "担当者が決まっていません。担当者を入力してください。"))
    if due_on is None:
        found.append(("due_on", "改善の期限がありません。日を入力してください。"))
    if promised_fiscal_year is None:
        found.append(("promised_fiscal_year", "改善予定年度がありません。年度を入力してください。"))
    elif due_on is not None and due_on > fiscal_year_end(promised_fiscal_year):
        year = era_year_ja(promised_fiscal_year)
        found.append(("due_after_promise", f"期限が改善予定年度（{year}）の後です。どちらかを直してください。"))
    return tuple(Refusal(code, reason) for code, reason in found)


def acceptance_refusals(acceptance: RiskAcceptance) -> tuple[Refusal, ...]:
    """What a risk acceptance lacks; empty when it is complete. Only a complete one counts as acceptance."""
    found = []
    if not acceptance.approver_ja.strip():
        found.append(("approver", "リスク受容の承認者がありません。承認した者を入力してください。"))
    if not acceptance.reason_ja.strip():
        found.append(("reason", "リスク受容の理由がありません。理由を入力してください。"))
    if acceptance.accepted_on is None:
        found.append(("accepted_on", "リスク受容の承認日がありません。日を入力してください。"))
    if acceptance.review_on is None:
        found.append(("review_on", "リスク受容の見直し日がありません。日を入力してください。"))
    elif acceptance.accepted_on is not None and acceptance.review_on <= acceptance.accepted_on:
        found.append(("review_not_later", "見直し日が承認日以前です。承認日より後の日を入力してください。"))
    return tuple(Refusal(code, reason) for code, reason in found)
