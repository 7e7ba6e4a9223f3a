"""On which days is the town hall open, and on which day must a notice have gone out?

Closed: Saturdays, Sundays, national holidays with substitute holidays and the day between two holidays, the turn of the
year (29 December to 3 January, as the ordinances of municipalities set it), and days the municipality adds.
Holidays are computed offline by jpholiday (MIT licence). Those of a year to come follow the law as it stands; a law
made for one year reaches us with a newer version, or as days the office adds.
Source: 国民の祝日に関する法律（昭和23年法律第178号）第２条・第３条、地方自治法第４条の２第２項.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import jpholiday

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_date_ja, fiscal_year_end, fiscal_year_start

WEEKDAYS_JA = "月火水木金土日"
SHEET = "暦"


@dataclass(frozen=True, slots=True)
class DayRules:
    """The municipality's days of one fiscal year. `open_days` are open although they would be closed."""

    fiscal_year: int
    closed_days: frozenset[date] = frozenset()
    open_days: frozenset[date] = frozenset()
    closes_at_year_end: bool = True


def holiday_ja(day: date) -> str:
    """The name of the national holiday, "" on any other day."""
    return jpholiday.is_holiday_name(day) or ""


def closed_reason_ja(rules: DayRules, day: date) -> str:
    """Why the town hall is closed on this day; "" when it is open."""
    if day in rules.open_days:
        return ""
    if day in rules.closed_days:
        return "市の閉庁日"
    if holiday := holiday_ja(day):
        return f"祝日（{holiday}）"
    if day.weekday() >= 5:
        return f"{WEEKDAYS_JA[day.weekday()]}曜日"
    if rules.closes_at_year_end and ((day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)):
        return "年末年始"
    return ""


def working_days(rules: DayRules, first: date | None = None, last: date | None = None) -> tuple[date, ...]:
    """Open days of the fiscal year, or of the part from `first` to `last`, both included."""
    begin = max(first or date.min, fiscal_year_start(rules.fiscal_year))
    end = min(last or date.max, fiscal_year_end(rules.fiscal_year))
    days = (begin + timedelta(number) for number in range((end - begin).days + 1))
    return tuple(day for day in days if not closed_reason_ja(rules, day))


def notice_on(rules: DayRules, held_on: date, days: int, counts: str = "working") -> date:
    """The last day on which a notice `days` days ahead may go out: always an open day, never later than asked.

    counts: "working" (the open days between, the day of the audit not counted) or "calendar".
    Raises ValueError for a number below 0 or another way of counting.
    """
    if days < 0 or counts not in ("working", "calendar"):
        raise ValueError(f"no such rule of notice: {days} {counts} days")
    day = held_on
    if counts == "calendar":
        day -= timedelta(days)
        while closed_reason_ja(rules, day):
            day -= timedelta(1)
        return day
    left = days
    while left:
        day -= timedelta(1)
        left -= not closed_reason_ja(rules, day)
    return day


def check_days(rules: DayRules) -> None:
    """Raises InputError for days of another year, or a day both open and closed."""
    first, last = fiscal_year_start(rules.fiscal_year), fiscal_year_end(rules.fiscal_year)
    faults = [
        Refusal("day_outside_year", "この年度の日ではありません。", Place(sheet=SHEET, column=era_date_ja(day)))
        for day in sorted(rules.closed_days | rules.open_days)
        if not first <= day <= last
    ]
    faults += [
        Refusal("day_open_and_closed", "開庁日と閉庁日の両方です。", Place(sheet=SHEET, column=era_date_ja(day)))
        for day in sorted(rules.closed_days & rules.open_days)
    ]
    if faults:
        raise InputError(*faults)
