"""What stands in the locked worksheet of one engagement?"""

from __future__ import annotations

from collections.abc import Iterable

from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.assessment.queries.levels import JUDGED_METHOD
from kansa.apps.assessment.queries.prior import prior_levels
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items, year_rules, year_settings
from kansa.apps.people.queries import municipality_of
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.trail.queries import WORKSHEET_KEY, derived_key
from kansa.core.errors import RuleError
from kansa.core.permission import Actor, can
from kansa.formats.worksheets import WorksheetItem, WorksheetPlan, checklist_digest, write_worksheet


def digest_of(items: Iterable[ControlItem]) -> str:
    """The digest of a stream's whole checklist, by which a worksheet of another edition is noticed."""
    return checklist_digest((item.code, item.text_ja, item.criteria_ja) for item in items)


def references_ja(item: ControlItem) -> str:
    """Policy clause, guideline number, JIS number and law in one line."""
    named = (
        ("", item.policy_clause),
        ("総務省ガイドライン ", item.mic_number),
        ("JIS Q 27002 ", item.jis_number),
        ("", item.law_ja),
    )
    return "、".join(f"{name}{text}" for name, text in named if text)


def worksheet_items(
    engagement: Engagement, items: Iterable[ControlItem], own: int | None = None
) -> tuple[WorksheetItem, ...]:
    """The items of the engagement, with what is already judged; all of the checklist when none was assigned yet.

    `own`: an account whose own judgements are written, where two judge apart.
    """
    judged = {row.item_id: row for row in Judgement.objects.filter(engagement=engagement)}
    apart = AuditorJudgement.objects.filter(engagement=engagement, account_id=own) if own is not None else ()
    said = {row.item_id: row for row in apart}
    prior = prior_levels(engagement)
    found = []
    for item in items:
        row = judged.get(item.pk)
        if judged and row is None:
            continue
        row = row or Judgement(state="not_judged")
        told = row if own is None else said.get(item.pk) or AuditorJudgement(state="not_judged")
        found.append(
            WorksheetItem(
                code=item.code,
                domain_ja=item.domain_ja,
                text_ja=item.text_ja,
                criteria_ja=item.criteria_ja,
                references_ja=references_ja(item),
                prior_ja=prior.get(item.prior_code, "") if item.prior_code else "",
                state=told.state,
                level=told.level,
                reason_ja=told.reason_ja,
                evidence_ja=told.evidence_ja,
                auditor_ja=row.auditor_ja,
                methods=tuple(filter(None, told.methods.split(","))),
            )
        )
    return tuple(found)


def worksheet_plan(actor: Actor, fiscal_year: int, engagement_code: str) -> WorksheetPlan:
    """Everything the worksheet of one engagement holds.

    Raises RuleError: not allowed, no such engagement, not a control check, no checklist, or no judging scale.
    """
    if not can(actor, "export"):
        raise RuleError("not_allowed", "書き出す権限がありません。")
    engagements = Engagement.objects.visible_to(actor).select_related("department")
    engagement = engagements.filter(fiscal_year=fiscal_year, code=engagement_code).first()
    if engagement is None:
        raise RuleError("unknown_engagement", f"実施計画「{engagement_code}」は{fiscal_year}年度に登録されていません。")
    return plan_of(actor, engagement)


def plan_of(actor: Actor, engagement: Engagement, own: int | None = None) -> WorksheetPlan:
    """The worksheet of an engagement that the actor may have. Raises as `worksheet_plan`, but for not allowed."""
    fiscal_year, engagement_code = engagement.fiscal_year, engagement.code
    if engagement.method != JUDGED_METHOD:
        raise RuleError("not_a_control_check", f"実施計画「{engagement_code}」は対策状況確認ではありません。")
    items = list(active_items(actor.municipality_id, [fiscal_year]).get((fiscal_year, engagement.stream), {}).values())
    if not items:
        raise RuleError("no_checklist", f"{fiscal_year}年度のチェックリストが登録されていません。")
    told = year_settings(actor.municipality_id, fiscal_year)
    scale = year_rules(actor.municipality_id, fiscal_year, told).scale
    if not scale:
        raise RuleError("no_scale", f"{fiscal_year}年度の判定基準が登録されていません。")
    names = EngagementAuditor.objects.filter(engagement=engagement).order_by("pk").select_related("staff")
    department = engagement.department
    return WorksheetPlan(
        municipality_ja=told.values.get("municipality_ja") or municipality_of(actor).name_ja,
        fiscal_year=fiscal_year,
        engagement_code=engagement_code,
        stream=engagement.stream,
        department_code=department.code if department else "",
        department_ja=department.name_ja if department else "",
        scale=scale,
        items=worksheet_items(engagement, items, own),
        checklist_sha256=digest_of(items),
        auditors_ja="、".join(one.staff.name_ja if one.staff else one.reference for one in names),
    )


def plan_bytes(plan: WorksheetPlan) -> bytes:
    """The locked Excel file of a plan, sealed by this installation."""
    return write_worksheet(plan, derived_key(WORKSHEET_KEY))


def worksheet_file(actor: Actor, fiscal_year: int, engagement_code: str) -> bytes:
    """The locked Excel file of one engagement; raises as `worksheet_plan`."""
    return plan_bytes(worksheet_plan(actor, fiscal_year, engagement_code))
