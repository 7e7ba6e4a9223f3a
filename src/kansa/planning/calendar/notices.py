"""When is each audit held, who comes, and by when must the department have been told?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kansa.planning.calendar.days import DayRules, notice_on
from kansa.planning.calendar.slots import Slot


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """`days` ahead of the audit, counted in working days or calendar days."""

    days: int = 10
    counts: str = "working"  # working | calendar


@dataclass(frozen=True, slots=True)
class Meeting:
    """One audit on a day."""

    task_code: str
    department_code: str
    slot_id: str
    staff_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting with its slot and the last day for its notice. `is_late`: that day is before `known_on`."""

    meeting: Meeting
    slot: Slot
    notice_on: date
    is_late: bool


def appointments(
    meetings: Sequence[Meeting], slots: Sequence[Slot], days: DayRules, rules: NoticeRules, known_on: date | None = None
) -> tuple[Appointment, ...]:
    """The calendar of the year in order of time. `known_on`: the day the plan is made; notices before it come too late.

    Raises KeyError for a slot that the table does not have.
    """
    table = {slot.slot_id: slot for slot in slots}
    found = []
    for meeting in meetings:
        slot = table[meeting.slot_id]
        told = notice_on(days, slot.on, rules.days, rules.counts)
        found.append(Appointment(meeting, slot, told, known_on is not None and told < known_on))
    return tuple(sorted(found, key=lambda one: (one.slot.on, one.slot.half, one.meeting.task_code)))
