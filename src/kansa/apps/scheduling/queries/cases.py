"""What exactly is asked when the auditors of a year are assigned? Everything it depends on, as one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kansa.apps.controls.queries import audit_rules
from kansa.apps.people.queries import departments, posts_of, successions
from kansa.apps.plan.models import Engagement
from kansa.apps.scheduling.models import AuditYear, DepartmentBusy, DepartmentFact, TeamRule
from kansa.apps.scheduling.queries.auditors import AuditorRow, auditor_rows, is_taken
from kansa.apps.scheduling.queries.years import YearAudit, audit_year, is_assignable, slots_of, with_teams
from kansa.core.independence import Post
from kansa.planning.assignment.values import (
    AssignmentCase,
    AssignmentRules,
    Auditor,
    AuditTask,
    FixedSlot,
    Pair,
    Team,
    Travel,
)
from kansa.planning.calendar.slots import BusySpan, Slot, open_slots

WEIGHTS = ("travel", "preferred", "avoided", "warning", "slot", "change")


@dataclass(frozen=True, slots=True)
class _Year:
    """The rows of a year, read once."""

    year: AuditYear
    slots: tuple[Slot, ...]
    sites: Mapping[int, DepartmentFact]
    open_audits: tuple[YearAudit, ...]
    begun_audits: tuple[YearAudit, ...]


def assignment_case(municipality_id: int, fiscal_year: int, *, keeps_changes_few: bool = True) -> AssignmentCase:
    """The question as it is today: audits still planned, auditors who can be sent, the present teams to keep.

    Raises InputError when the calendar's rules leave no half day.
    """
    found = _read(municipality_id, fiscal_year)
    rules = audit_rules(municipality_id, fiscal_year)
    first = fiscal_year - max(rules.former_post_years, 1)
    people = [one for one in auditor_rows(municipality_id, fiscal_year) if one.can_be_sent]
    posts = posts_of(municipality_id, [one.staff.staff_number for one in people], first)
    present = tuple(team for one in found.open_audits if (team := present_team(one)).staff_numbers or team.slot_id)
    return AssignmentCase(
        fiscal_year=fiscal_year,
        auditors=tuple(_auditor(one, posts, found) for one in people),
        tasks=_tasks(found),
        rules=assignment_rules(found.year),
        slots=found.slots,
        departments={one.code: one.name_ja for one in departments(municipality_id, fiscal_year)},
        successions=successions(municipality_id, first, fiscal_year + 1),
        travel=_travel(found.sites.values()),
        fixed=_pairs(found, people, "fixed"),
        excluded=(*_pairs(found, people, "excluded"), *_mutual_to_begun(found, people)),
        fixed_slots=_fixed_slots(found),
        previous=present if keeps_changes_few else (),
    )


def assignment_rules(year: AuditYear) -> AssignmentRules:
    """The year's rules as kansa.planning asks for them; training is asked of everybody or nobody (can_be_sent)."""
    rules = audit_rules(year.municipality_id, year.fiscal_year)
    weights = {f"{name}_weight": year.weights[name] for name in WEIGHTS if name in year.weights}
    return AssignmentRules(
        team_size=year.team_size,
        former_post_years=rules.former_post_years,
        former_post_rule=rules.former_post_rule,
        mutual_audit_rule=rules.mutual_audit_rule,
        head_audit_rule=year.head_audit_rule,
        experienced_count=year.experienced_count,
        trained_count=0,
        lead_count=year.lead_count,
        load_tolerance=year.load_tolerance,
        site_capacity=year.site_capacity,
        **weights,
    )


def present_team(audit: YearAudit) -> Team:
    """Who is assigned now, and when."""
    staff = [one for one in audit.people if one.staff is not None]
    lead = next((one.reference for one in staff if one.is_lead), "")
    slot = audit.slot.slot_id if audit.slot is not None and audit.slot.day == audit.engagement.started_on else None
    return Team(audit.engagement.code, tuple(sorted(one.reference for one in staff)), slot, lead)


def present_teams(municipality_id: int, fiscal_year: int) -> tuple[Team, ...]:
    """The teams of the audits that can still be assigned, also of those without anybody."""
    return tuple(present_team(one) for one in _read(municipality_id, fiscal_year).open_audits)


def _read(municipality_id: int, fiscal_year: int) -> _Year:
    rows = Engagement.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, department__isnull=False
    ).select_related("department")
    audits = with_teams(municipality_id, rows.order_by("code"))
    facts = DepartmentFact.objects.filter(municipality_id=municipality_id)
    year = audit_year(municipality_id, fiscal_year)
    return _Year(
        year,
        slots_of(year),
        {one.department_id: one for one in facts},
        tuple(one for one in audits if is_assignable(one.engagement)),
        tuple(one for one in audits if not is_assignable(one.engagement)),
    )


def _site(found: _Year, department_id: int | None) -> str:
    fact = found.sites.get(department_id or 0)
    return fact.site_code if fact is not None else ""


def _auditor(row: AuditorRow, posts: Mapping[str, Sequence[tuple[int, str]]], found: _Year) -> Auditor:
    staff, most = row.staff, row.fact.max_audits
    held = [one for one in found.begun_audits if any(person.reference == staff.staff_number for person in one.people)]
    busy = {slot.slot_id for slot in found.slots if is_taken(row.busy, slot.on, slot.half)}
    busy |= {slot.slot_id for slot in found.slots for one in held if _is_held(one, slot)}
    return Auditor(
        staff.staff_number,
        staff.name_ja,
        tuple(Post(*one) for one in posts.get(staff.staff_number, ())),
        is_head=row.is_head,
        is_experienced=row.is_experienced,
        may_lead=row.fact.may_lead,
        max_audits=None if most is None else max(0, most - len(held)),
        busy_slots=frozenset(busy),
        site=_site(found, staff.department_id),
        preferred_departments=frozenset(one.department.code for one in row.wishes if not one.is_avoided),
        avoided_departments=frozenset(one.department.code for one in row.wishes if one.is_avoided),
    )


def _is_held(audit: YearAudit, slot: Slot) -> bool:
    """Whether an audit that is under way already takes a half day."""
    first = audit.engagement.started_on
    last = audit.engagement.ended_on or first
    if first is None or last is None or not first <= slot.on <= last:
        return False
    return audit.slot is None or audit.slot.day != slot.on or audit.slot.half == slot.half


def _tasks(found: _Year) -> tuple[AuditTask, ...]:
    spans = [
        BusySpan(one.department.code, one.first_on, one.last_on, one.reason_ja)
        for one in DepartmentBusy.objects.filter(
            municipality_id=found.year.municipality_id, fiscal_year=found.year.fiscal_year
        ).select_related("department")
    ]
    busy = {span.department_code for span in spans}
    tasks = []
    for audit in found.open_audits:
        department = audit.engagement.department
        assert department is not None
        code = department.code
        slots = open_slots(found.slots, code, spans) if found.slots and code in busy else None
        site, wanted = _site(found, department.pk), _own_day(found, audit)
        tasks.append(AuditTask(audit.engagement.code, code, site=site, slots=slots, wanted_slots=wanted))
    return tuple(tasks)


def _own_day(found: _Year, audit: YearAudit) -> frozenset[str]:
    """The half days of a day that was planned without saying which half: wished for."""
    if audit.half_ja or audit.on is None:
        return frozenset()
    return frozenset(slot.slot_id for slot in found.slots if slot.on == audit.on)


def _travel(facts: Iterable[DepartmentFact]) -> tuple[Travel, ...]:
    """Minutes between premises over the town hall: what the departments' facts say, added up."""
    minutes: dict[str, int] = {}
    for one in facts:
        if one.site_code:
            minutes[one.site_code] = max(minutes.get(one.site_code, 0), one.distance_minutes)
    sites = sorted(minutes)
    return tuple(
        Travel(near, far, minutes[near] + minutes[far])
        for place, near in enumerate(sites)
        for far in sites[place + 1 :]
    )


def _pairs(found: _Year, people: Iterable[AuditorRow], kind: str) -> tuple[Pair, ...]:
    codes = {one.engagement.pk: one.engagement.code for one in found.open_audits}
    known = {one.staff.pk: one.staff.staff_number for one in people}
    rows = TeamRule.objects.filter(
        municipality_id=found.year.municipality_id, engagement__in=codes, staff__in=known, kind=kind
    )
    return tuple(Pair(known[one.staff_id], codes[one.engagement_id]) for one in rows.order_by("pk"))


def _mutual_to_begun(found: _Year, people: Sequence[AuditorRow]) -> tuple[Pair, ...]:
    """Nobody audits the department of somebody who audits the own one this year, in an audit under way already."""
    if assignment_rules(found.year).mutual_audit_rule != "block":
        return ()
    made = {
        (person.staff.department_id, one.engagement.department_id)
        for one in found.begun_audits
        for person in one.people
        if person.staff is not None
    }
    fixed = {(one.staff_number, one.task_code) for one in _pairs(found, people, "fixed")}
    return tuple(
        Pair(row.staff.staff_number, audit.engagement.code)
        for audit in found.open_audits
        for row in people
        if (audit.engagement.department_id, row.staff.department_id) in made
        and (row.staff.staff_number, audit.engagement.code) not in fixed
    )


def _fixed_slots(found: _Year) -> tuple[FixedSlot, ...]:
    known = {slot.slot_id for slot in found.slots}
    return tuple(
        FixedSlot(one.engagement.code, one.slot.slot_id)
        for one in found.open_audits
        if one.slot is not None and one.slot.is_fixed and one.slot.slot_id in known
    )
