"""When may somebody be reminded of a self-inspection once more, and when is a reminder due by itself?

Days are arguments. Source: docs/adr/0035.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from kansa.core.errors import InputError, Place, Refusal

PLACES_JA = {
    "name": "氏名",
    "department": "課所等の名称",
    "title": "自己点検の題名",
    "deadline": "締切日",
    "link": "回答の入口（全員同じ）",
}
HEAD_PLACES_JA = {
    "name": "長の氏名",
    "department": "課所等の名称",
    "title": "自己点検の題名",
    "deadline": "締切日",
    "count": "まだの人数",
    "link": "一覧の入口（サインインが必要）",
}
MOST_DAYS = 60
MOST_PLANNED = 10


@dataclass(frozen=True, slots=True)
class ReminderLimits:
    """Not more than `most_count` times in a campaign, and not again within `gap_days` days."""

    most_count: int
    gap_days: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """How often somebody was reminded so far, and when last; None for never."""

    count: int = 0
    last_on: date | None = None


def may_remind(reminded: Reminded, limits: ReminderLimits, today: date) -> bool:
    """Whether the limits allow one more reminder today.

    >>> may_remind(Reminded(1, date(2024, 9, 2)), ReminderLimits(3, 5), date(2024, 9, 6))
    False
    """
    if reminded.count >= limits.most_count:
        return False
    return reminded.last_on is None or (today - reminded.last_on).days >= limits.gap_days


def planned_days(text: str) -> tuple[int, ...]:
    """The days before the deadline as they were typed, the earliest reminder first. Raises InputError.

    >>> planned_days("２、7、7"), planned_days("")
    ((7, 2), ())
    """
    parts = [one for one in re.split(r"[,、，\s]+", unicodedata.normalize("NFKC", text)) if one]
    if not all(re.fullmatch(r"[0-9]{1,3}", one) and int(one) <= MOST_DAYS for one in parts):
        reason = f"締切日の何日前かを、0から{MOST_DAYS}までの数で入力してください。二つ以上は「、」で区切ります。"
        raise InputError(Refusal("bad_reminder_days", reason, Place(column="自動で催促する日")))
    found = sorted({int(one) for one in parts}, reverse=True)
    if len(found) > MOST_PLANNED:
        reason = f"{MOST_PLANNED}回までにしてください。"
        raise InputError(Refusal("bad_reminder_days", reason, Place(column="自動で催促する日")))
    return tuple(found)


def due_by_plan(planned: Sequence[int], done: Collection[int], closes_on: date, today: date) -> int | None:
    """Which planned reminder is due: the one nearest to the deadline; None when none is.

    One that was missed because nothing ran on its day is made up later, but never two at once, and none once a later
    one was done or the deadline is over.

    >>> due_by_plan((7, 2), {7}, date(2024, 9, 30), date(2024, 9, 25)) is None
    True
    >>> due_by_plan((7, 2), {7}, date(2024, 9, 30), date(2024, 9, 29))
    2
    """
    left = (closes_on - today).days
    due = [days for days in planned if days >= left >= 0]
    return min(due) if due and not any(one <= min(due) for one in done) else None
