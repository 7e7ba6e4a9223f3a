"""How is a risk accepted, a finding followed into the next year, and a plan asked for?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.actions.holding import check_version, demand, hold, key_of, not_in_future, placed, refused
from kansa.apps.findings.actions.improving import plan_of
from kansa.apps.findings.queries.may import is_followed
from kansa.apps.findings.queries.standing import Standing, is_promised_later, loaded, roles_for, standing_of, standings
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record, require
from kansa.core import improvement
from kansa.core.errors import InputError, RuleError
from kansa.core.improvement import acceptance_refusals, may_do
from kansa.core.permission import Actor

ACCEPTANCE_LABELS = {
    "approver": "承認者",
    "reason": "リスク受容の理由",
    "accepted_on": "承認日",
    "review_on": "見直し日",
    "review_not_later": "見直し日",
}


@dataclass(frozen=True, slots=True)
class AcceptanceWords:
    """Whose decision it is to leave a risk, why, and until when."""

    approver_ja: str
    reason_ja: str
    accepted_on: date | None
    review_on: date | None


def ask_acceptance(actor: Actor, pk: int, version: int, reason_ja: str) -> models.ImprovementPlan:
    """The department asks to leave the risk; "" takes the request back. Nothing is accepted by it."""
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "improvement_plan", "ask_acceptance")
        plan = plan_of(finding)
        check_version(plan.version, version)
        before = {"acceptance_asked_ja": plan.acceptance_asked_ja}
        plan.acceptance_asked_ja = reason_ja.strip()
        plan.version += 1
        plan.save()
        after = {"acceptance_asked_ja": plan.acceptance_asked_ja}
        record(actor, "ask_acceptance", "finding", key_of(finding), before, after)
    return plan


def record_acceptance(actor: Actor, pk: int, words: AcceptanceWords) -> models.RiskAcceptance:
    """Writes down that a risk is left. Raises RuleError for another person or state, InputError when incomplete."""
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        if not may_do("record_acceptance", roles_for(actor, finding)):
            raise RuleError("not_allowed", "リスク受容を記録する権限がありません。")
        if not is_followed(finding) or finding.is_withdrawn:
            raise RuleError("not_in_this_state", "改善の追跡が始まっていないため、リスク受容は記録できません。")
        plan = plan_of(finding)
        if plan.verified_on is not None:
            raise RuleError("already_verified", "改善が確認されているため、リスク受容は要りません。")
        given = improvement.RiskAcceptance(words.approver_ja, words.reason_ja, words.accepted_on, words.review_on)
        faults = acceptance_refusals(given)
        if faults or words.accepted_on is None or words.review_on is None:
            raise InputError(*placed(faults, ACCEPTANCE_LABELS))
        not_in_future(words.accepted_on, "承認日")
        row = models.RiskAcceptance.objects.create(
            municipality_id=actor.municipality_id,
            finding=finding,
            approver_ja=words.approver_ja.strip(),
            reason_ja=words.reason_ja.strip(),
            accepted_on=words.accepted_on,
            review_on=words.review_on,
            recorded_by_id=actor.account_id,
            recorded_at=timezone.now(),
        )
        before = {"treatment": finding.treatment}
        finding.treatment = "accept"  # as the report counts it
        finding.save(update_fields=["treatment"])
        after = {"treatment": "accept", "accepted_on": str(row.accepted_on), "review_on": str(row.review_on)}
        record(actor, "record_acceptance", "finding", key_of(finding), before, after | {"reason_ja": row.reason_ja})
    return row


def carry_over(actor: Actor, pk: int, reason_ja: str) -> models.CarryOver:
    """Follows a finding into the fiscal year that its department promised. The office does it, with a reason.

    Raises RuleError when nothing later is promised, or for another person or state.
    """
    require(actor, "manage_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "verification")
        return carry(actor, standing_of(finding, timezone.localdate()), reason_ja)


def carry_over_open(actor: Actor, engagement: Engagement, reason_ja: str) -> list[models.CarryOver]:
    """Carries over every open detection of an engagement, as its move 「繰り越す」 does; all or none."""
    require(actor, "manage_engagements")
    with transaction.atomic():
        rows = models.Finding.objects.visible_to(actor).filter(
            engagement=engagement, classification="detection", is_withdrawn=False
        )
        found = standings(loaded(rows), timezone.localdate())
        return [carry(actor, one, reason_ja) for one in found if one.is_open]


def carry(actor: Actor, standing: Standing, reason_ja: str) -> models.CarryOver:
    """One carry-over, inside a transaction."""
    finding = standing.finding
    if not standing.is_open:
        raise RuleError("nothing_open", f"「{finding.code}」は決着しているため、繰り越しません。")
    promised = improvement.promised_year(standing.facts)
    from_year = standing.carried_to or finding.fiscal_year
    if promised is None or not is_promised_later(standing) or promised <= from_year:
        raise RuleError(
            "not_promised_later",
            f"「{finding.code}」は翌年度以降の改善を約束していません。対象所属に計画の見直しを求めてください。",
        )
    if not reason_ja.strip():
        raise refused("reason", "繰り越す理由を入力してください。", "繰越の理由")
    row = models.CarryOver.objects.create(
        municipality_id=actor.municipality_id,
        finding=finding,
        from_year=from_year,
        to_year=promised,
        reason_ja=reason_ja.strip(),
        carried_by_id=actor.account_id,
        carried_at=timezone.now(),
    )
    after = {"to_year": promised, "reason_ja": row.reason_ja}
    record(actor, "carry_over", "finding", key_of(finding), {"from_year": from_year}, after)
    return row


def ask_plans(actor: Actor, fiscal_year: int, engagement_code: str, due_on: date) -> int:
    """Sets the day by which the department hands in its plans; how many findings got it."""
    require(actor, "manage_engagements")
    with transaction.atomic():
        rows = models.Finding.objects.visible_to(actor).filter(
            engagement__fiscal_year=fiscal_year,
            engagement__code=engagement_code,
            classification="detection",
            is_withdrawn=False,
        )
        if due_on < timezone.localdate():
            raise refused("day_passed", "過ぎた日です。今日以後の日を入力してください。", "改善計画の提出期限")
        count: int = rows.update(plan_due_on=due_on)
        if not count:
            raise RuleError("no_detections", "この監査には、改善計画を求める検出事項がありません。")
        record(
            actor,
            "ask_plans",
            "engagement",
            f"{fiscal_year}/{engagement_code}",
            {},
            {"plan_due_on": due_on.isoformat(), "finding_count": count},
        )
    return count
