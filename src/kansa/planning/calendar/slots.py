"""Which half days of the fiscal year may an audit be held in?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

HALVES = {"am": "午前", "pm": "午後"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A half day. `capacity`: how many audits may be held in it at once (rooms, cars), None for any number."""

    slot_id: str
    on: date
    half: str  # am | pm
    starts_at: time | None = None
    ends_at: time | None = None
    capacity: int | None = None
