"""How do teams and days become those of the audits? Verified anew; independence is asked again by the app `audits`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.audits.actions import Planned, assign, edit_engagement, set_lead, unassign
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.scheduling.actions.breaking import refuse_breaches
from kansa.apps.scheduling.actions.engaging import year_for_change
from kansa.apps.scheduling.models import AuditYear, Draft, EngagementSlot
from kansa.apps.scheduling.queries import assignment_case, draft_teams, new_breaches, present_teams
from kansa.apps.scheduling.queries.years import is_assignable
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.planning.assignment.checker.breaches import blocking
from kansa.planning.assignment.values import AssignmentCase, Breach, Team
from kansa.planning.calendar.slots import Slot

# What the app `audits` refuses whatever the reason; the rules of the year say whether these forbid or only warn.
INDEPENDENCE = frozenset({"own_department", "related_department", "former_post", "mutual_audit", "post_unknown"})


@dataclass(frozen=True, slots=True)
class TeamByHand:
    """Who audits and when, as a person decided. `is_fixed`: no computation moves the half day."""

    staff_numbers: tuple[str, ...]
    lead: str = ""
    slot_id: str | None = None
    is_fixed: bool = False


def accept_assignment(actor: Actor, fiscal_year: int, draft: Draft, reason_ja: str) -> int:
    """The draft's teams and days become those of the audits; how many audits were changed.

    Audits that somebody was notified of since are left alone. Raises RuleError for a draft without teams or accepted
    before, InputError for rules broken as things are today, RuleError where `audits` finds somebody not independent.
    """
    require(actor, "manage_plan")
    with transaction.atomic():
        year = year_for_change(actor, fiscal_year)
        held = Draft.objects.select_for_update().get(pk=draft.pk)
        if held.state not in ("ready", "infeasible") or not draft_teams(held):
            raise RuleError("not_ready", f"この計算の結果は「{held.state_ja}」のため、採用できません。")
        case = assignment_case(actor.municipality_id, fiscal_year, keeps_changes_few=False)
        codes = {one.task_code for one in draft_teams(held)}
        case = replace(case, tasks=tuple(one for one in case.tasks if one.code in codes))
        open_codes = {one.code for one in case.tasks}
        teams = tuple(one for one in draft_teams(held) if one.task_code in open_codes)
        broken = refuse_breaches(blocking(case, teams), reason_ja, INDEPENDENCE)
        changed = write_teams(actor, year, case, teams)
        values: dict[str, object] = {
            "draft": held.pk,
            "input_sha256": held.input_sha256,
            "objective": held.objective,
            "bound": held.bound,
            "solver": held.solver,
            "seed": held.seed,
            "count": changed,
            "reason_ja": reason_ja.strip(),
            "broken": [one.rule for one in broken],
        }
        held.state, held.accepted_at = "accepted", timezone.now()
        held.accepted_by_ja, held.reason_ja = actor.name, reason_ja.strip()
        held.save(update_fields=["state", "accepted_at", "accepted_by_ja", "reason_ja"])
        record(actor, "accept_assignment", "audit_year", str(fiscal_year), {}, values)
    return changed


def broken_by_hand(municipality_id: int, fiscal_year: int, code: str, new: TeamByHand) -> tuple[Breach, ...]:
    """The rules that this team of one audit would break and that are not broken now."""
    case = assignment_case(municipality_id, fiscal_year, keeps_changes_few=False)
    before = present_teams(municipality_id, fiscal_year)
    team = Team(code, tuple(sorted(new.staff_numbers)), new.slot_id, new.lead)
    return new_breaches(case, before, tuple(team if one.task_code == code else one for one in before))


def set_team(
    actor: Actor, fiscal_year: int, version: int, code: str, new: TeamByHand, reason_ja: str
) -> tuple[Breach, ...]:
    """Team and half day of one audit, by hand; gives the rules that were broken with a reason.

    Raises RuleError when somebody changed the assignment meanwhile, or the audit began; InputError for unknown people,
    an unknown half day, and a broken rule without a reason.
    """
    require(actor, "manage_plan")
    with transaction.atomic():
        year = year_for_change(actor, fiscal_year, version)
        case = assignment_case(actor.municipality_id, fiscal_year, keeps_changes_few=False)
        if code not in {one.code for one in case.tasks}:
            raise RuleError("not_planned", "通知した後の監査の監査員と日は、監査の画面で変えてください。")
        if new.slot_id is not None and new.slot_id not in {one.slot_id for one in case.slots}:
            raise InputError(Refusal("unknown_slot", "日程の中の時間枠を選んでください。", Place(column="時間枠")))
        if new.lead and new.lead not in new.staff_numbers:
            raise InputError(Refusal("lead_not_in_team", "主任は班の中から選んでください。", Place(column="主任")))
        broken = refuse_breaches(broken_by_hand(actor.municipality_id, fiscal_year, code, new), reason_ja, INDEPENDENCE)
        team = Team(code, tuple(sorted(new.staff_numbers)), new.slot_id, new.lead)
        before = next(one for one in present_teams(actor.municipality_id, fiscal_year) if one.task_code == code)
        write_teams(actor, year, case, (team,))
        EngagementSlot.objects.filter(
            engagement__municipality_id=actor.municipality_id,
            engagement__fiscal_year=fiscal_year,
            engagement__code=code,
        ).update(is_fixed=new.is_fixed)
        told = _told(team) | {"reason_ja": reason_ja.strip(), "broken": [one.rule for one in broken]}
        record(actor, "set_team", "engagement", f"{fiscal_year}/{code}", _told(before), told)
    return broken


def _told(team: Team) -> dict[str, object]:
    return {"staff_numbers": list(team.staff_numbers), "lead": team.lead, "slot": team.slot_id or ""}


def write_teams(actor: Actor, year: AuditYear, case: AssignmentCase, teams: Sequence[Team]) -> int:
    """Teams and days of the audits of these teams; how many were changed. Whoever leaves goes before anybody comes.

    In that order nobody is refused because of a team that is about to be dissolved.
    """
    rows = Engagement.objects.filter(
        municipality_id=actor.municipality_id, fiscal_year=year.fiscal_year, code__in=[one.task_code for one in teams]
    ).select_related("department", "firm")
    audits = {one.code: one for one in rows if is_assignable(one)}
    slots = {one.slot_id: one for one in case.slots}
    now = [one for one in teams if one.task_code in audits]
    changed: set[str] = set()
    for team in now:
        changed |= {team.task_code} if _dismiss(actor, audits[team.task_code], team) else set()
    for team in now:
        changed |= {team.task_code} if _appoint(actor, audits[team.task_code], team) else set()
        if team.slot_id is not None:
            changed |= {team.task_code} if _place(actor, audits[team.task_code], slots[team.slot_id]) else set()
    AuditYear.objects.filter(pk=year.pk).update(version=year.version + 1)
    return len(changed)


def _staff_of(engagement: Engagement) -> dict[str, EngagementAuditor]:
    rows = EngagementAuditor.objects.filter(engagement=engagement, staff__isnull=False)
    return {one.reference: one for one in rows}


def _dismiss(actor: Actor, engagement: Engagement, team: Team) -> bool:
    leaving = [one for number, one in _staff_of(engagement).items() if number not in team.staff_numbers]
    for one in leaving:
        unassign(actor, engagement.fiscal_year, engagement.code, one.pk)
    return bool(leaving)


def _appoint(actor: Actor, engagement: Engagement, team: Team) -> bool:
    present = set(_staff_of(engagement))
    coming = [number for number in team.staff_numbers if number not in present]
    for number in coming:
        assign(actor, engagement.fiscal_year, engagement.code, staff_number=number)
    lead = _staff_of(engagement).get(team.lead)
    if lead is not None and not lead.is_lead:
        set_lead(actor, engagement.fiscal_year, engagement.code, lead.pk)
        return True
    return bool(coming)


def _place(actor: Actor, engagement: Engagement, slot: Slot) -> bool:
    """The half day; the audit's days become this one."""
    held = EngagementSlot.objects.filter(engagement=engagement).first()
    is_same = held is not None and (held.day, held.half) == (slot.on, slot.half)
    if is_same and (engagement.started_on, engagement.ended_on) == (slot.on, slot.on):
        return False
    EngagementSlot.objects.update_or_create(
        engagement=engagement,
        defaults={"municipality_id": engagement.municipality_id, "day": slot.on, "half": slot.half},
    )
    planned = planned_on(engagement, slot.on)
    edit_engagement(actor, engagement.fiscal_year, engagement.code, engagement.version, planned)
    return True


def planned_on(engagement: Engagement, day: date) -> Planned:
    """The audit as it is planned, on another day."""
    return Planned(
        engagement.stream,
        engagement.method,
        engagement.department,
        engagement.firm,
        day,
        day,
        engagement.is_special,
        engagement.scope_left_out_ja,
    )
