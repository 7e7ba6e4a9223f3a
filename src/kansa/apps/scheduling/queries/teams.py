"""How do the teams of a year look: whose load is how heavy, what changed, and why is somebody not in a team?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kansa.apps.scheduling.models import Draft
from kansa.apps.scheduling.queries.cases import present_teams
from kansa.apps.scheduling.queries.years import year_audits
from kansa.core.permission import Actor
from kansa.planning.assignment.checker.breaches import blocking, check
from kansa.planning.assignment.stored import case_of, teams_of
from kansa.planning.assignment.values import AssignmentCase, AssignmentPlan, Auditor, AuditTask, Breach, Team
from kansa.planning.calendar.slots import HALVES, Slot


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One audit of a plan. `before`: its team now, None where there is none; `breaches`: what its team breaks;
    `reasons_ja`: what the team of today breaks."""

    task: AuditTask
    department_ja: str
    team: Team
    slot: Slot | None
    lead_ja: str
    others_ja: tuple[str, ...]
    before: Team | None
    joined_ja: tuple[str, ...]
    left_ja: tuple[str, ...]
    is_moved: bool
    reasons_ja: tuple[str, ...]
    breaches: tuple[Breach, ...]

    @property
    def slot_ja(self) -> str:
        """Such as 10月3日（金）午前."""
        return slot_words(self.slot) if self.slot else "－"

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from the team of today."""
        return bool(self.joined_ja or self.left_ja or self.is_moved)


@dataclass(frozen=True, slots=True)
class AuditorLoad:
    """How many audits somebody has, and how many of them to lead."""

    auditor: Auditor
    audit_count: int
    lead_count: int


def slot_words(slot: Slot) -> str:
    """Such as 10月3日（金）午前."""
    return f"{slot.on.month}月{slot.on.day}日（{'月火水木金土日'[slot.on.weekday()]}）{HALVES[slot.half]}"


def draft_case(draft: Draft) -> AssignmentCase:
    """The question of an assignment draft, as it was asked."""
    return case_of(draft.question)


def draft_teams(draft: Draft) -> tuple[Team, ...]:
    """The teams of an assignment draft; empty while there are none."""
    return () if draft.answer is None else teams_of(draft.answer["teams"])


def draft_plan(draft: Draft) -> AssignmentPlan:
    """An assignment draft as kansa.planning answered it."""
    kept = draft.answer or {}
    return AssignmentPlan(
        "optimal" if draft.gap == 0 else "feasible",
        draft_teams(draft),
        draft.objective,
        draft.bound,
        kept.get("slot_objective"),
        kept.get("slot_bound"),
        0.0,
        draft.seed,
        draft.solver,
        draft.input_sha256,
    )


@dataclass(frozen=True, slots=True)
class Present:
    """The teams of today, the days of their audits, and the names of everybody in them."""

    teams: tuple[Team, ...] = ()
    days: Mapping[str, date | None] = field(default_factory=dict)
    names_ja: Mapping[str, str] = field(default_factory=dict)


def present_of(actor: Actor, fiscal_year: int) -> Present:
    """How the year is assigned today."""
    audits = year_audits(actor, fiscal_year)
    staff = [one.staff for audit in audits for one in audit.people if one.staff is not None]
    return Present(
        present_teams(actor.municipality_id, fiscal_year),
        {one.engagement.code: one.on for one in audits},
        {one.staff_number: one.name_ja for one in staff},
    )


def why_fallen(case: AssignmentCase, present: Present) -> dict[str, tuple[str, ...]]:
    """Audit -> which rules its team of today breaks; of one with somebody who cannot be sent any more only that."""
    found: dict[str, list[Breach]] = {}
    for one in blocking(case, [team for team in present.teams if team.staff_numbers]):
        found.setdefault(one.task_code, []).append(one)
    gone = {
        code: tuple(
            f"「{present.names_ja.get(one.staff_number, one.staff_number)}」は、今は割り当てられません。"
            for one in breaches
            if one.rule == "unknown" and one.staff_number
        )
        for code, breaches in found.items()
    }
    return {code: gone[code] or tuple(one.reason_ja for one in breaches) for code, breaches in found.items()}


def team_lines(case: AssignmentCase, teams: Sequence[Team], present: Present | None = None) -> list[TeamLine]:
    """Every audit of the question with its team, in order of time, beside the teams and days of today."""
    today = present or Present()
    names = {**today.names_ja, **{one.staff_number: one.name_ja for one in case.auditors}}
    slots = {one.slot_id: one for one in case.slots}
    now = {one.task_code: one for one in teams}
    were = {one.task_code: one for one in today.teams}
    broken, reasons = check(case, teams), why_fallen(case, today)
    lines = []
    for task in case.tasks:
        team = now.get(task.code, Team(task.code, ()))
        old = were.get(task.code)
        slot, day = slots.get(team.slot_id or ""), today.days.get(task.code)
        is_moved = bool(old and old.slot_id and old.slot_id != team.slot_id) or bool(day and slot and slot.on != day)
        members, past = set(team.staff_numbers), set(old.staff_numbers if old else ())
        lines.append(
            TeamLine(
                task,
                case.departments.get(task.department_code, task.department_code),
                team,
                slot,
                names.get(team.lead, ""),
                tuple(names.get(one, one) for one in team.staff_numbers if one != team.lead),
                old,
                tuple(names.get(one, one) for one in sorted(members - past)) if past else (),
                tuple(names.get(one, one) for one in sorted(past - members)),
                is_moved,
                reasons.get(task.code, ()),
                tuple(one for one in broken if one.task_code == task.code),
            )
        )
    return sorted(lines, key=lambda line: (line.slot is None, line.team.slot_id or "", line.task.code))


def auditor_loads(case: AssignmentCase, teams: Sequence[Team]) -> list[AuditorLoad]:
    """Everybody's number of audits, the busiest first."""
    counts = Counter(number for team in teams for number in team.staff_numbers)
    leads = Counter(team.lead for team in teams if team.lead)
    loads = [AuditorLoad(one, counts[one.staff_number], leads[one.staff_number]) for one in case.auditors]
    return sorted(loads, key=lambda one: (-one.audit_count, one.auditor.staff_number))


def new_breaches(case: AssignmentCase, before: Sequence[Team], after: Sequence[Team]) -> tuple[Breach, ...]:
    """The rules that a change breaks and that were not broken before."""
    standing = {(one.rule, one.task_code, one.staff_number) for one in check(case, before) if one.is_blocking}
    return tuple(
        one
        for one in check(case, after)
        if one.is_blocking and (one.rule, one.task_code, one.staff_number) not in standing
    )
