"""Which department of the sample city is audited in which year, by whom, and who was trained for it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from kansa.formats.records import EngagementRecord, PlanRecord, StaffRecord, TrainingRecord
from kansa.sample.organisation import NOT_FROM_A_FILE
from kansa.sample.targets import NEXT_YEAR, PRIOR_YEAR, THIS_YEAR, YEARS
from kansa.sample.texts import DepartmentText, departments, departments_of

LAP = (PRIOR_YEAR, THIS_YEAR, NEXT_YEAR)
HOLIDAYS = {date(2023, 11, 3), date(2023, 11, 23), date(2024, 11, 4)}
DIAGNOSIS_DAYS = {2023: (date(2023, 8, 7), date(2023, 8, 10)), 2024: (date(2024, 8, 5), date(2024, 8, 9))}
DRILL_DAYS = {2023: (date(2023, 9, 13), date(2023, 9, 29)), 2024: (date(2024, 9, 11), date(2024, 9, 30))}
INTERNAL_FROM = {2023: date(2023, 10, 16), 2024: date(2024, 10, 15)}
EXTERNAL_FROM = {2023: date(2023, 11, 27), 2024: date(2024, 11, 25)}
STUDY_DAYS = {2023: date(2023, 9, 27), 2024: date(2024, 9, 25)}
CASE_DAYS = {
    2023: (date(2023, 10, 4), date(2023, 10, 6)),
    2024: (date(2024, 10, 2), date(2024, 10, 4)),
}
FIRM_AUDITORS_JA = ("受託監査人Ａ", "受託監査人Ｂ")


def internal_years() -> dict[str, int]:
    """Department code -> its year in the lap FY2023-2025: equal years, kinds spread, never beside its external audit.

    A department that a reorganisation ended after FY2023 has no year of its own: its successor has one.
    """
    years: dict[str, int] = {}
    by_kind: dict[tuple[str, int], int] = {}
    loads = dict.fromkeys(LAP, 0)
    for department in sorted(departments_of(THIS_YEAR), key=_freedom):
        allowed = [year for year in LAP if department.stands_in(year) and year not in department.external_years]
        year = min(allowed, key=lambda year: (loads[year], by_kind.get((department.kind, year), 0), year))
        years[department.code] = year
        loads[year] += 1
        by_kind[department.kind, year] = by_kind.get((department.kind, year), 0) + 1
    return years


def _freedom(department: DepartmentText) -> tuple[int, str, str]:
    """Departments with few possible years come first."""
    possible = sum(1 for year in LAP if department.stands_in(year) and year not in department.external_years)
    return possible, department.kind, department.code


def plan_records() -> tuple[PlanRecord, ...]:
    """The medium-term plan FY2023-2025: external targets and the internal lap."""
    internal = internal_years()
    cells = [
        (year, department.code, "external_audit") for department in departments() for year in department.external_years
    ]
    cells += [(year, code, "internal_audit") for code, year in internal.items()]
    names = {department.code: department.name_ja for department in departments()}
    return tuple(PlanRecord(year, code, stream, NOT_FROM_A_FILE, names[code]) for year, code, stream in sorted(cells))


def external_targets(fiscal_year: int) -> tuple[DepartmentText, ...]:
    """The departments of the year's external audit."""
    return tuple(department for department in departments() if fiscal_year in department.external_years)


def internal_targets(fiscal_year: int) -> tuple[DepartmentText, ...]:
    """The departments of the year's internal audit."""
    years = internal_years()
    return tuple(department for department in departments_of(fiscal_year) if years.get(department.code) == fiscal_year)


def _working_days(start: date) -> Iterator[date]:
    day = start
    while True:
        if day.weekday() < 5 and day not in HOLIDAYS:
            yield day
        day += timedelta(days=1)


def engagement_code(prefix: str, fiscal_year: int, number: int = 0) -> str:
    """Such as EX24-01 (external), IN24-01 (internal), TD24 (diagnosis), MD24 (mail drill)."""
    stem = f"{prefix}{fiscal_year % 100:02d}"
    return f"{stem}-{number:02d}" if number else stem


def engagement_records(
    chance: Random, rosters: dict[int, tuple[StaffRecord, ...]]
) -> dict[int, tuple[EngagementRecord, ...]]:
    """Every engagement of FY2023 and FY2024; nobody audits a department of their own, now or a year ago."""
    return {year: (*_city_wide(year), *_external(year), *_internal(chance, year, rosters)) for year in YEARS}


def _city_wide(fiscal_year: int) -> list[EngagementRecord]:
    rows = (("TD", "technical_diagnosis", DIAGNOSIS_DAYS), ("MD", "mail_drill", DRILL_DAYS))
    return [
        EngagementRecord(
            fiscal_year=fiscal_year,
            code=engagement_code(prefix, fiscal_year),
            stream="external_audit",
            method=method,
            department_code="",
            started_on=days[fiscal_year][0],
            ended_on=days[fiscal_year][1],
            auditor_numbers=FIRM_AUDITORS_JA,
            is_special=False,
            source=NOT_FROM_A_FILE,
        )
        for prefix, method, days in rows
    ]


def _check(
    fiscal_year: int, code: str, stream: str, department: str, day: date, who: Sequence[str]
) -> EngagementRecord:
    return EngagementRecord(
        fiscal_year=fiscal_year,
        code=code,
        stream=stream,
        method="control_check",
        department_code=department,
        started_on=day,
        ended_on=day,
        auditor_numbers=tuple(who),
        is_special=False,
        source=NOT_FROM_A_FILE,
    )


def _external(fiscal_year: int) -> list[EngagementRecord]:
    days = _working_days(EXTERNAL_FROM[fiscal_year])
    return [
        _check(
            fiscal_year,
            engagement_code("EX", fiscal_year, number),
            "external_audit",
            department.code,
            next(days),
            FIRM_AUDITORS_JA,
        )
        for number, department in enumerate(external_targets(fiscal_year), start=1)
    ]


def _internal(chance: Random, fiscal_year: int, rosters: dict[int, tuple[StaffRecord, ...]]) -> list[EngagementRecord]:
    belonged: dict[str, set[str]] = {}
    for roster in rosters.values():
        for person in roster:
            belonged.setdefault(person.staff_number, set()).add(person.department_code)
    auditors = [person.staff_number for person in rosters[fiscal_year] if person.is_auditor]
    chance.shuffle(auditors)
    days = _working_days(INTERNAL_FROM[fiscal_year])
    load = dict.fromkeys(auditors, 0)
    records = []
    for number, department in enumerate(internal_targets(fiscal_year), start=1):
        roots = {department.code, *department.predecessors}
        free = [auditor for auditor in auditors if not belonged[auditor] & roots]
        pair = sorted(free, key=lambda auditor: load[auditor])[:2]
        for auditor in pair:
            load[auditor] += 1
        code = engagement_code("IN", fiscal_year, number)
        records.append(_check(fiscal_year, code, "internal_audit", department.code, next(days), sorted(pair)))
    return records


def training_records(
    chance: Random, rosters: dict[int, tuple[StaffRecord, ...]]
) -> dict[int, tuple[TrainingRecord, ...]]:
    """Prior study and case study before the internal audit, with a few who could not come."""
    result: dict[int, tuple[TrainingRecord, ...]] = {}
    for year in YEARS:
        auditors = [person.staff_number for person in rosters[year] if person.is_auditor]
        half = len(auditors) // 2
        sessions = (
            ("prior_study", "監査項目と判定基準の事前学習", STUDY_DAYS[year], 60, auditors),
            ("case_study", "検出内容の事例紹介と判定の練習（第１回）", CASE_DAYS[year][0], 90, auditors[:half]),
            ("case_study", "検出内容の事例紹介と判定の練習（第２回）", CASE_DAYS[year][1], 90, auditors[half:]),
        )
        result[year] = tuple(
            TrainingRecord(year, number, kind, title, day, minutes, NOT_FROM_A_FILE)
            for kind, title, day, minutes, people in sessions
            for number in people
            if chance.randrange(100) >= 3
        )
    return result
