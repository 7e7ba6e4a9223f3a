"""When is each audit of a year, by when must the department be told, and how does that look in a calendar file?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from kansa.apps.scheduling.queries.years import (
    STREAMS_JA,
    YearAudit,
    audit_year,
    day_rules,
    notice_rules,
    year_audits,
)
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can
from kansa.planning.calendar.days import closed_reason_ja, notice_on
from kansa.planning.calendar.ics import CalendarEntry, entry_uid

# As kansa.planning.calendar lays out its half days.
HALF_TIMES = {"am": (time(9, 30), time(11, 30)), "pm": (time(13, 30), time(16, 0))}


@dataclass(frozen=True, slots=True)
class DatedAudit:
    """An audit with a day. `notice_on`: the last day for its notice, None where it went out; late when it is past."""

    audit: YearAudit
    on: date
    until: date
    notice_on: date | None
    is_late: bool
    closed_ja: str


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The audits of one month."""

    first_on: date
    audits: tuple[DatedAudit, ...]


def dated_audits(actor: Actor, fiscal_year: int, today: date) -> list[DatedAudit]:
    """The audits with a day that the person may see, in order of time."""
    municipality = actor.municipality_id
    days = day_rules(municipality, fiscal_year)
    audits = [one for one in year_audits(actor, fiscal_year) if one.on is not None]
    notices = notice_dates(municipality, fiscal_year, [one.on for one in audits if one.on is not None])
    found = []
    for one in audits:
        assert one.on is not None
        told = notices[one.on] if one.engagement.state == "planned" else None
        until = one.engagement.ended_on or one.on
        is_late = told is not None and told < today
        found.append(DatedAudit(one, one.on, until, told, is_late, closed_reason_ja(days, one.on)))
    return sorted(
        found, key=lambda one: (one.on, one.audit.slot.half if one.audit.slot else "", one.audit.engagement.code)
    )


def notice_dates(municipality_id: int, fiscal_year: int, days: Iterable[date]) -> dict[date, date]:
    """Day of an audit -> the last day for its notice, as the year's rules say."""
    rules, notice = day_rules(municipality_id, fiscal_year), notice_rules(audit_year(municipality_id, fiscal_year))
    return {day: notice_on(rules, day, notice.days, notice.counts) for day in set(days)}


def by_month(audits: Iterable[DatedAudit]) -> list[MonthDays]:
    """The months of the year that have an audit, in order."""
    months: dict[date, list[DatedAudit]] = {}
    for one in audits:
        months.setdefault(one.on.replace(day=1), []).append(one)
    return [MonthDays(first, tuple(held)) for first, held in sorted(months.items())]


def calendar_entries(actor: Actor, fiscal_year: int, city_ja: str, today: date) -> list[CalendarEntry]:
    """The same as entries of a calendar file; the office also gets the last days for the notices."""
    entries, year_ja = [], era_year_ja(fiscal_year)
    for one in dated_audits(actor, fiscal_year, today):
        engagement, department = one.audit.engagement, one.audit.engagement.department
        name = department.name_ja if department else ""
        starts_at, ends_at = times_of(one)
        entries.append(
            CalendarEntry(
                entry_uid(f"{city_ja}/{actor.municipality_id}", fiscal_year, engagement.code),
                f"情報セキュリティ{STREAMS_JA[engagement.stream]}　{name}",
                one.on,
                starts_at,
                ends_at,
                place_ja=name,
                text_ja=f"{year_ja}　実施番号 {engagement.code}\n監査員　{one.audit.names_ja or '未定'}",
                sequence=engagement.version,
            )
        )
        if one.notice_on is not None and can(actor, "manage_engagements"):
            entries.append(
                CalendarEntry(
                    entry_uid(f"{city_ja}/{actor.municipality_id}", fiscal_year, engagement.code, "notice"),
                    f"監査実施通知の期限　{name}",
                    one.notice_on,
                    text_ja=f"実施番号 {engagement.code}",
                    sequence=engagement.version,
                )
            )
    return entries


def times_of(one: DatedAudit) -> tuple[time | None, time | None]:
    """The times of the half day; none for an audit of a whole day or of several."""
    slot = one.audit.slot
    if slot is None or slot.day != one.on or one.until != one.on:
        return None, None
    return HALF_TIMES[slot.half]
