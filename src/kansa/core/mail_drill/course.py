"""How did clicks and reports come in over time? People who had done it by so many minutes after the first mail.

The steps are the same for every drill and widen with time, so that two drills can be laid over each other and no single
moment of a single person is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from kansa.core.mail_drill.results import Outcome

COURSE_MINUTES = (5, 15, 30, 60, 120, 240, 480, 1440, 4320, 10080)
COURSE_ACTS = ("clicked", "reported")


def step_ja(minutes: int) -> str:
    """A step as people say it.

    >>> [step_ja(minutes) for minutes in (5, 120, 1440)]
    ['5分', '2時間', '1日']
    """
    if minutes % 1440 == 0:
        return f"{minutes // 1440}日"
    return f"{minutes // 60}時間" if minutes % 60 == 0 else f"{minutes}分"


def done_by(moments: Iterable[datetime], first_sent_at: datetime) -> dict[int, int]:
    """Step in minutes -> how many of the moments lie up to it.

    >>> from datetime import timedelta, datetime
    >>> sent = datetime(2026, 10, 1, 10)
    >>> done_by([sent + timedelta(minutes=5), sent + timedelta(minutes=31)], sent)[30]
    1
    """
    passed = [moment - first_sent_at for moment in moments]
    return {step: sum(one <= timedelta(minutes=step) for one in passed) for step in COURSE_MINUTES}


def course_of(outcomes: Iterable[Outcome], first_sent_at: datetime | None) -> dict[str, int]:
    """`clicked_by_30` and the like: people up to each step. Empty before anything was sent.

    Only people to whom the mail was delivered count, each once, by the first moment.
    """
    if first_sent_at is None:
        return {}
    reached = [one.acts.first for one in outcomes if one.was_delivered]
    found: dict[str, int] = {}
    for act in COURSE_ACTS:
        counts = done_by((first[act] for first in reached if act in first), first_sent_at)
        found |= {f"{act}_by_{step}": count for step, count in counts.items()}
    return found


def course_in(counts: Mapping[str, int | None], act: str) -> list[int]:
    """The people up to each step, read from what `course_of` gave; empty when it is not there.

    Steps after the last one at which anything changed are left to the caller.
    """
    found = [counts.get(f"{act}_by_{step}") for step in COURSE_MINUTES]
    return [count for count in found if count is not None]


def last_change(*courses: list[int]) -> int:
    """How many steps are worth showing: up to the last at which one of the courses still rose, at least two.

    >>> last_change([1, 1, 2, 2, 2], [0, 1, 1, 1, 1])
    3
    """
    changes = [place for course in courses for place, (one, two) in enumerate(pairwise(course), 1) if one != two]
    return max([1, *changes]) + 1 if any(courses) else 0
