"""How does the office say who may be sent when, and which days the year has? Each change leaves its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from kansa.apps.people.models import Department, StaffMember
from kansa.apps.plan.models import Engagement
from kansa.apps.scheduling.actions.engaging import year_for_change
from kansa.apps.scheduling.models import (
    HALVES_JA,
    TEAM_RULES_JA,
    AuditorBusy,
    AuditorFact,
    AuditorWish,
    CalendarDay,
    DepartmentBusy,
    TeamRule,
)
from kansa.apps.scheduling.queries.years import is_assignable
from kansa.apps.trail.actions import Upload, keep_originals, record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.permission import Actor
from kansa.formats.readers.availability import read_availability
from kansa.formats.tables import place_of

MOST_AUDITS = 1000


@dataclass(frozen=True, slots=True)
class SaidOfAuditor:
    """What the office says; None where the records are to say it."""

    is_experienced: bool | None = None
    is_head: bool | None = None
    may_lead: bool = True
    max_audits: int | None = None
    is_left_out: bool = False


def set_auditors(actor: Actor, fiscal_year: int, said: Mapping[str, SaidOfAuditor]) -> int:
    """Staff number -> what is said; how many were changed. Raises InputError for unknown people and numbers."""
    require(actor, "manage_plan")
    people = {one.staff_number: one for one in _auditors(actor, fiscal_year)}
    faults = [
        Refusal("unknown_staff", f"職員番号「{number}」の監査員は、この年度にいません。", Place(column="監査員"))
        for number in said
        if number not in people
    ]
    for number, one in said.items():
        if one.max_audits is not None and not 0 <= one.max_audits <= MOST_AUDITS:
            reason = f"担当件数の上限は0から{MOST_AUDITS}までです。"
            faults.append(Refusal("out_of_range", reason, Place(column=number)))
    if faults:
        raise InputError(*faults)
    changed = 0
    with transaction.atomic():
        for number, one in said.items():
            old = AuditorFact.objects.filter(staff=people[number]).first()
            before = {name: getattr(old, name) for name in asdict(one)} if old else asdict(SaidOfAuditor())
            if before == asdict(one):
                continue
            AuditorFact.objects.update_or_create(
                staff=people[number], defaults={"municipality_id": actor.municipality_id, **asdict(one)}
            )
            record(actor, "set_auditor", "auditor", f"{fiscal_year}/{number}", before, asdict(one))
            changed += 1
    return changed


def facts_to_copy(municipality_id: int, fiscal_year: int) -> dict[str, SaidOfAuditor]:
    """What was said last year of auditors of whom nothing is said this year. Being left out was for last year only."""
    said = AuditorFact.objects.filter(municipality_id=municipality_id, staff__fiscal_year=fiscal_year)
    rows = AuditorFact.objects.filter(
        municipality_id=municipality_id,
        staff__fiscal_year=fiscal_year - 1,
        staff__staff_number__in=StaffMember.objects.filter(
            municipality_id=municipality_id, fiscal_year=fiscal_year, is_auditor=True
        ).values("staff_number"),
    ).exclude(staff__staff_number__in=said.values("staff__staff_number"))
    found = {
        one.staff.staff_number: SaidOfAuditor(
            one.is_experienced or None, None, one.may_lead, one.max_audits, is_left_out=False
        )
        for one in rows.select_related("staff")
    }
    return {number: one for number, one in found.items() if one != SaidOfAuditor()}


def copy_auditors(actor: Actor, fiscal_year: int) -> int:
    """Takes over what was said last year; of how many people. Raises InputError when there is nothing to take over."""
    require(actor, "manage_plan")
    said = facts_to_copy(actor.municipality_id, fiscal_year)
    if not said:
        raise InputError(Refusal("nothing_to_copy", "前年度から写すものはありません。"))
    return set_auditors(actor, fiscal_year, said)


def _auditors(actor: Actor, fiscal_year: int) -> Any:
    return StaffMember.objects.filter(municipality_id=actor.municipality_id, fiscal_year=fiscal_year, is_auditor=True)


def _add(actor: Actor, table: type[Model], kind: str, key: str, values: Mapping[str, Any], told: Any) -> None:
    """One more row and its row in the trail. Raises InputError for one that stands already."""
    try:
        with transaction.atomic():
            table._default_manager.create(municipality_id=actor.municipality_id, **values)
            record(actor, "add", kind, key, {}, told)
    except IntegrityError:
        raise InputError(Refusal("stands_already", "同じものが、既に登録されています。")) from None


def _check_span(fiscal_year: int, first_on: date, last_on: date) -> None:
    if last_on < first_on:
        raise InputError(Refusal("days_reversed", "終わりの日が始まりの日より前です。", Place(column="終わりの日")))
    if fiscal_year_of(first_on) != fiscal_year or fiscal_year_of(last_on) != fiscal_year:
        reason = f"{era_year_ja(fiscal_year)}の日を入力してください。"
        raise InputError(Refusal("day_outside_year", reason, Place(column="始まりの日")))


def add_busy(
    actor: Actor, staff: StaffMember, first_on: date, last_on: date, half: str = "", reason_ja: str = ""
) -> None:
    """When an auditor cannot come. Raises InputError for days of another year, reversed, or given already."""
    require(actor, "manage_plan")
    _check_span(staff.fiscal_year, first_on, last_on)
    if half not in HALVES_JA:
        raise InputError(Refusal("unknown_word", "終日・午前・午後から選んでください。", Place(column="時間帯")))
    values = {"first_on": first_on, "last_on": last_on, "half": half, "reason_ja": reason_ja.strip()[:200]}
    told = {"first_on": first_on.isoformat(), "last_on": last_on.isoformat(), "half": half}
    key = f"{staff.fiscal_year}/{staff.staff_number}"
    _add(actor, AuditorBusy, "auditor_busy", key, {"staff": staff, **values}, told)


def import_busy(actor: Actor, fiscal_year: int, file: Upload) -> int:
    """Days that auditors cannot come, from a table; how many spans are new. All rows or, with InputError, none."""
    require(actor, "manage_plan")
    records, refusals = read_availability(file.data, file.name)
    people = {one.staff_number: one for one in _auditors(actor, fiscal_year)}
    faults = list(refusals)
    for one in records:
        if one.staff_number not in people:
            reason = f"職員番号「{one.staff_number}」の監査員は、この年度にいません。"
            faults.append(Refusal("unknown_staff", reason, place_of(one.source, "職員番号")))
        if {fiscal_year_of(one.first_on), fiscal_year_of(one.last_on)} != {fiscal_year}:
            reason = f"{era_year_ja(fiscal_year)}の日ではありません。"
            faults.append(Refusal("day_outside_year", reason, place_of(one.source, "始まりの日")))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        keep_originals(actor.municipality_id, "availability", [file])
        new = 0
        for one in records:
            _row, is_new = AuditorBusy.objects.get_or_create(
                municipality_id=actor.municipality_id,
                staff=people[one.staff_number],
                first_on=one.first_on,
                last_on=one.last_on,
                half=one.half,
                defaults={"reason_ja": one.reason_ja[:200]},
            )
            new += is_new
        told = {"files": [file.name], "sha256": file.sha256, "count": new}
        record(actor, "import", "auditor_busy", str(fiscal_year), {}, told)
    return new


def add_wish(actor: Actor, staff: StaffMember, department: Department, is_avoided: bool) -> None:
    """A department an auditor would like to audit, or rather not. Raises InputError for one that was said already."""
    require(actor, "manage_plan")
    values = {"staff": staff, "department": department, "is_avoided": is_avoided}
    told = {"department": department.code, "is_avoided": is_avoided}
    _add(actor, AuditorWish, "auditor_wish", f"{staff.fiscal_year}/{staff.staff_number}", values, told)


def add_department_busy(
    actor: Actor, fiscal_year: int, departments: Sequence[Department], first_on: date, last_on: date, reason_ja: str
) -> None:
    """Days in which these departments are not audited. Raises InputError as `add_busy`."""
    require(actor, "manage_plan")
    _check_span(fiscal_year, first_on, last_on)
    with transaction.atomic():
        for one in departments:
            values = {"first_on": first_on, "last_on": last_on, "reason_ja": reason_ja.strip()[:200]}
            told = values | {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
            row = {"fiscal_year": fiscal_year, "department": one, **values}
            _add(actor, DepartmentBusy, "department_busy", f"{fiscal_year}/{one.code}", row, told)


def add_day(actor: Actor, fiscal_year: int, day: date, is_open: bool, reason_ja: str) -> None:
    """A day that is closed or open against the rule. Raises InputError for another year's, or one said already."""
    require(actor, "manage_plan")
    _check_span(fiscal_year, day, day)
    values = {"fiscal_year": fiscal_year, "day": day, "is_open": is_open, "reason_ja": reason_ja.strip()[:200]}
    _add(actor, CalendarDay, "calendar_day", str(fiscal_year), values, values | {"day": day.isoformat()})


def add_team_rule(actor: Actor, engagement: Engagement, staff: StaffMember, kind: str, reason_ja: str) -> None:
    """Somebody stays at an audit, or must not come. Raises InputError without a reason, RuleError once it began."""
    require(actor, "manage_plan")
    if kind not in TEAM_RULES_JA:
        raise InputError(Refusal("unknown_word", "固定する・外すから選んでください。", Place(column="扱い")))
    if not reason_ja.strip():
        raise InputError(Refusal("reason_needed", "理由を入力してください。", Place(column="理由")))
    if not is_assignable(engagement):
        raise RuleError("not_planned", "通知した後の監査の監査員は、監査の画面で変えてください。")
    values = {"engagement": engagement, "staff": staff, "kind": kind, "reason_ja": reason_ja.strip()[:200]}
    told = {"staff_number": staff.staff_number, "rule": kind, "reason_ja": values["reason_ja"]}
    _add(actor, TeamRule, "team_rule", f"{engagement.fiscal_year}/{engagement.code}", values, told)


# What a page may take away: table, its word in the trail, and the way from it to the fiscal year.
REMOVABLE: Mapping[str, tuple[type[Model], str, str]] = {
    "busy": (AuditorBusy, "auditor_busy", "staff__fiscal_year"),
    "wish": (AuditorWish, "auditor_wish", "staff__fiscal_year"),
    "department": (DepartmentBusy, "department_busy", "fiscal_year"),
    "day": (CalendarDay, "calendar_day", "fiscal_year"),
    "team": (TeamRule, "team_rule", "engagement__fiscal_year"),
}


def remove_row(actor: Actor, fiscal_year: int, kind: str, pk: int) -> None:
    """Takes one of these rows away. Raises RuleError when it is gone already."""
    require(actor, "manage_plan")
    table, word, year = REMOVABLE[kind]
    with transaction.atomic():
        year_for_change(actor, fiscal_year)
        rows = table._default_manager.filter(municipality_id=actor.municipality_id, pk=pk, **{year: fiscal_year})
        before = rows.values().first()
        if before is None:
            raise RuleError("gone", "既に取り除かれています。")
        rows.delete()
        told: dict[str, object] = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in before.items()
            if name not in ("id", "municipality_id")
        }
        record(actor, "remove", word, str(fiscal_year), told, {})
