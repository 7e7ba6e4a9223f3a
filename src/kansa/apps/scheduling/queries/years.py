"""How far is the year's plan carried out: which planned departments have no audit yet, and which audits are there?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.plan.models import PlanCell as PlanRow
from kansa.apps.scheduling.models import AuditYear, CalendarDay, EngagementSlot
from kansa.core.errors import InputError
from kansa.core.flow import STATES_JA
from kansa.core.permission import Actor
from kansa.planning.calendar.days import DayRules
from kansa.planning.calendar.notices import NoticeRules
from kansa.planning.calendar.slots import Slot, SlotRules, year_slots

METHOD = "control_check"  # what the cells of the medium-term plan are carried out by
STREAMS_JA = {"internal_audit": "内部監査", "external_audit": "外部監査"}


@dataclass(frozen=True, slots=True)
class YearAudit:
    """One audit of the year with its team, lead first, and its half day ("" when none was settled)."""

    engagement: Engagement
    people: tuple[EngagementAuditor, ...]
    slot: EngagementSlot | None

    @property
    def state_ja(self) -> str:
        """The state in words."""
        return STATES_JA[self.engagement.state]

    @property
    def stream_ja(self) -> str:
        """The stream in words."""
        return STREAMS_JA[self.engagement.stream]

    @property
    def is_assigned_here(self) -> bool:
        """Whether a computation may give it a team: an internal audit that nobody was notified of."""
        return is_assignable(self.engagement)

    @property
    def on(self) -> date | None:
        """The day of the audit."""
        return self.engagement.started_on

    @property
    def half_ja(self) -> str:
        """The part of the day, as long as the day is the one it was settled for."""
        if self.slot is None or self.slot.day != self.engagement.started_on:
            return ""
        return {"am": "午前", "pm": "午後"}[self.slot.half]

    @property
    def names_ja(self) -> str:
        """The team, lead first."""
        return "、".join(one.staff.name_ja if one.staff else one.reference for one in self.people)


def is_assignable(engagement: Engagement) -> bool:
    """Whether a computation may give it a team: an internal audit of a department that nobody was notified of."""
    return (
        engagement.stream == "internal_audit"
        and engagement.method == METHOD
        and engagement.state == "planned"
        and engagement.department_id is not None
    )


def audit_year(municipality_id: int, fiscal_year: int) -> AuditYear:
    """The rules of the year's assignment, unsaved defaults where nothing was set."""
    found = AuditYear.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year).first()
    return found or AuditYear(municipality_id=municipality_id, fiscal_year=fiscal_year)


def cells_without_engagement(municipality_id: int, fiscal_year: int) -> QuerySet[PlanRow]:
    """Cells of the accepted plan that no audit of the year carries out yet."""
    made = Engagement.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, method=METHOD, department__isnull=False
    ).values_list("department_id", "stream")
    taken: dict[str, set[int]] = {}
    for department, stream in made:
        if department is not None:
            taken.setdefault(stream, set()).add(department)
    rows = PlanRow.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year).select_related("department")
    for stream, departments in taken.items():
        rows = rows.exclude(stream=stream, department__in=departments)
    return rows.order_by("stream", "department__code")


def year_audits(actor: Actor, fiscal_year: int, method: str = METHOD) -> list[YearAudit]:
    """The audits of departments that the person may see, in order of the code; four queries."""
    rows = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year, method=method, department__isnull=False)
    return with_teams(actor.municipality_id, rows.select_related("department", "firm").order_by("code"))


def with_teams(municipality_id: int, engagements: Iterable[Engagement]) -> list[YearAudit]:
    """These engagements with their teams and half days."""
    shown = list(engagements)
    keys = [one.pk for one in shown]
    people: dict[int, list[EngagementAuditor]] = {}
    rows = EngagementAuditor.objects.filter(municipality_id=municipality_id, engagement__in=keys)
    for one in rows.select_related("staff").order_by("-is_lead", "reference"):
        people.setdefault(one.engagement_id, []).append(one)
    slots = {
        one.engagement_id: one
        for one in EngagementSlot.objects.filter(municipality_id=municipality_id, engagement__in=keys)
    }
    return [YearAudit(one, tuple(people.get(one.pk, ())), slots.get(one.pk)) for one in shown]


def day_rules(municipality_id: int, fiscal_year: int) -> DayRules:
    """The municipality's closed and open days of the year."""
    rows = list(CalendarDay.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year))
    return DayRules(
        fiscal_year,
        closed_days=frozenset(one.day for one in rows if not one.is_open),
        open_days=frozenset(one.day for one in rows if one.is_open),
    )


def slots_of(year: AuditYear) -> tuple[Slot, ...]:
    """The half days of the year in which audits may be held; none as long as the days were not decided.

    Raises InputError when the rules leave none.
    """
    if year.first_on is None or year.last_on is None:
        return ()
    rules = SlotRules(
        day_rules(year.municipality_id, year.fiscal_year),
        year.first_on,
        year.last_on,
        tuple(year.halves.split(",")),
        capacity=year.slot_capacity,
    )
    return year_slots(rules)


def known_slots(year: AuditYear) -> tuple[Slot, ...]:
    """The same for a page that only looks: none where the rules leave none."""
    try:
        return slots_of(year)
    except InputError:
        return ()


def notice_rules(year: AuditYear) -> NoticeRules:
    """How long ahead a department is told."""
    return NoticeRules(year.notice_days, year.notice_counts)
