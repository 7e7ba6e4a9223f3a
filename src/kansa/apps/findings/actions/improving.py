"""How does a finding become improved: planned and done by the department, verified by somebody else, or accepted?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.actions.files import keep_files
from kansa.apps.findings.actions.holding import (
    check_version,
    demand,
    hold,
    key_of,
    not_in_future,
    placed,
    refused,
)
from kansa.apps.people.models import Account
from kansa.apps.trail.actions import Upload, record, require
from kansa.core.errors import InputError, RuleError
from kansa.core.improvement import plan_refusals, verification_refusals
from kansa.core.permission import Actor

PLAN_LABELS = {
    "measure": "改善の措置",
    "owner": "担当者",
    "due_on": "改善の期限",
    "promised_fiscal_year": "改善予定年度",
    "due_after_promise": "改善の期限",
}
DAY_LABELS = {"verified_before_done": "確認日"}


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What a department promises."""

    measure_ja: str
    owner_ja: str
    due_on: date | None
    promised_fiscal_year: int | None


def plan_of(finding: models.Finding) -> models.ImprovementPlan:
    """The finding's plan, a new one when there is none. Raises RuleError for a 改善提言, or when measures carry it."""
    if models.FindingMeasure.objects.filter(finding=finding).exists():
        raise RuleError(
            "follows_measures", "この検出事項の改善は、診断の対策によります。対策の画面で記録してください。"
        )
    if finding.classification != "detection":
        raise RuleError("no_detection", "改善提言には、改善計画は要りません。")
    plan: models.ImprovementPlan | None = models.ImprovementPlan.objects.filter(finding=finding).first()
    return plan or models.ImprovementPlan(municipality_id=finding.municipality_id, finding=finding)


def write_plan(actor: Actor, pk: int, version: int, words: PlanWords) -> models.ImprovementPlan:
    """The department's plan. Its day is the day of the first complete one; a later promise does not move it.

    Raises RuleError for auditors and the office, in another state, or after the improvement was reported; InputError
    for an incomplete plan.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "improvement_plan", "write_plan")
        plan = plan_of(finding)
        check_version(plan.version, version)
        if plan.improved_on is not None:
            raise RuleError(
                "already_reported", "改善は報告済みです。計画を変えるには、確認者に差戻しを求めてください。"
            )
        faults = plan_refusals(words.measure_ja, words.owner_ja, words.due_on, words.promised_fiscal_year)
        if faults:
            raise InputError(*placed(faults, PLAN_LABELS))
        before = told(plan) if plan.pk else {}
        plan.measure_ja, plan.owner_ja = words.measure_ja.strip(), words.owner_ja.strip()
        plan.due_on, plan.promised_fiscal_year = words.due_on, words.promised_fiscal_year
        plan.planned_on = plan.planned_on or timezone.localdate()
        plan.version += 1
        plan.save()
        record(actor, "write_plan", "finding", key_of(finding), before, told(plan))
    return plan


def told(plan: models.ImprovementPlan) -> dict[str, object]:
    """What the trail keeps of a plan; the owner is a person and is left out."""
    days = {name: str(getattr(plan, name) or "") for name in ("planned_on", "due_on", "improved_on", "verified_on")}
    return {"measure_ja": plan.measure_ja, "promised_fiscal_year": plan.promised_fiscal_year, **days}


def report_done(
    actor: Actor, pk: int, version: int, improved_on: date, note_ja: str, uploads: Sequence[Upload]
) -> models.ImprovementPlan:
    """The department reports what it has done, with evidence; it is not verified yet.

    Raises RuleError without a plan, for another person or state; InputError without a file or for a day to come.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "improvement_plan", "report_done")
        plan = plan_of(finding)
        check_version(plan.version, version)
        if plan.planned_on is None:
            raise RuleError("no_plan", "改善計画がまだありません。先に計画を書いてください。")
        if plan.improved_on is not None:
            raise RuleError("already_reported", "改善は既に報告されています。")
        not_in_future(improved_on, "改善した日")
        if not note_ja.strip():
            raise refused("note", "何をしたかを入力してください。", "行った措置")
        keep_files(actor, uploads, finding=finding)
        if not models.ImprovementEvidence.objects.filter(finding=finding, removed_at__isnull=True).exists():
            raise refused("evidence", "改善を示す証拠（写真・文書など）を一つ以上選んでください。", "証拠")
        before = told(plan)
        plan.improved_on, plan.done_note_ja, plan.done_by_id = improved_on, note_ja.strip(), actor.account_id
        plan.version += 1
        plan.save()
        record(actor, "report_done", "finding", key_of(finding), before, told(plan))
    return plan


def verify(actor: Actor, pk: int, version: int, verified_on: date, note_ja: str) -> models.ImprovementPlan:
    """A second person has seen the improvement. Raises RuleError, and InputError with every rule it breaks."""
    require(actor, "read_engagements")
    with transaction.atomic():
        finding, plan, roles = held_for_verification(actor, pk, version)
        account = Account.objects.filter(pk=actor.account_id).first() if actor.account_id else None
        verifier = str(actor.account_id or "")
        is_owner = account is not None and same_person(account.name_ja, plan.owner_ja)
        faults = verification_refusals(
            roles,
            verifier,
            str(plan.done_by_id or ""),
            verifier if is_owner else "",
            (plan.improved_on, verified_on),
        )
        if faults:
            raise InputError(*placed(faults, DAY_LABELS))
        not_in_future(verified_on, "確認日")
        if not note_ja.strip():
            raise refused("note", "何をどう確かめたかを入力してください。", "確認の方法")
        before = told(plan)
        plan.verified_on, plan.verify_note_ja = verified_on, note_ja.strip()
        plan.verified_by_id = actor.account_id
        plan.verifier_ja = account.name_ja if account else actor.name[:100]
        plan.version += 1
        plan.save()
        record(actor, "verify", "finding", key_of(finding), before, told(plan))
    return plan


def send_back(actor: Actor, pk: int, version: int, reason_ja: str) -> models.ImprovementPlan:
    """The report does not show the improvement yet: the department reports again. Raises RuleError, InputError."""
    require(actor, "read_engagements")
    with transaction.atomic():
        finding, plan, _roles = held_for_verification(actor, pk, version)
        if plan.improved_on is None:
            raise RuleError("not_reported_done", "改善の報告がまだありません。")
        if not reason_ja.strip():
            raise refused("reason", "足りないことを入力してください。対象所属に示されます。", "差戻しの理由")
        before = told(plan)
        plan.improved_on, plan.done_by_id = None, None
        plan.verify_note_ja = reason_ja.strip()
        plan.version += 1
        plan.save()
        record(actor, "send_back", "finding", key_of(finding), before, told(plan))
    return plan


def held_for_verification(
    actor: Actor, pk: int, version: int
) -> tuple[models.Finding, models.ImprovementPlan, frozenset[str]]:
    """Finding, plan and roles of somebody who may verify it now."""
    finding = hold(actor, pk)
    roles = demand(actor, finding, "verification", "verify")
    plan = plan_of(finding)
    check_version(plan.version, version)
    if plan.verified_on is not None:
        raise RuleError("already_verified", "改善は既に確認されています。")
    return finding, plan, roles


def same_person(name: str, other: str) -> bool:
    """Whether two names are written alike, blanks left out."""
    return "".join(name.split()) == "".join(other.split()) != ""
