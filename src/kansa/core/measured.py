"""How far is the improvement of a finding whose work is done by measures? Everything comes from the measures.

A finding of a diagnosis has no plan and no verification of its own: its plan is what was approved for its measures, it
is improved when all of them are done, verified when scans or second persons saw all of them hold, and open again when
one comes back. What a measure accepts stays open only until nothing else is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

KEPT = ("kept", "review")


@dataclass(frozen=True, slots=True)
class MeasureCourse:
    """How far one measure is: its standing (core.measures), treatment, and days.

    `planned_on`: first approved; `cleared_on`: the scan that showed the last of its vulnerabilities gone.
    """

    standing: str
    treatment: str = ""
    planned_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    verified_on: date | None = None
    cleared_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeasuredDays:
    """The days of a finding's improvement. `is_accepted`: nothing is left to do but a risk that was accepted."""

    planned_on: date | None
    due_on: date | None
    improved_on: date | None
    verified_on: date | None
    is_accepted: bool


def settled_days(one: MeasureCourse) -> tuple[date | None, date | None]:
    """(improved, verified) of one measure; a scan that shows it gone needs no report and no second person.

    >>> settled_days(MeasureCourse("verified", cleared_on=date(2025, 2, 4)))
    (datetime.date(2025, 2, 4), datetime.date(2025, 2, 4))
    """
    if one.standing == "done":
        return one.done_on, None
    if one.standing != "verified":
        return None, None
    improved_on = min((day for day in (one.done_on, one.cleared_on) if day), default=None)
    seen = [day for day in (one.verified_on, one.cleared_on) if day and improved_on and day >= improved_on]
    return improved_on, min(seen, default=improved_on)


def is_risk_kept(one: MeasureCourse) -> bool:
    """Whether its risk is left on purpose, also when the day of looking at it again has come."""
    return one.treatment == "accept" and one.standing in KEPT


def measured_days(courses: Sequence[MeasureCourse]) -> MeasuredDays:
    """The days of a finding with these measures, at least one."""
    is_planned = all(one.planned_on is not None or one.standing == "verified" for one in courses)
    planned = [one.planned_on for one in courses if one.planned_on is not None]
    due = [one.due_on for one in courses if one.due_on is not None and one.treatment != "accept"]
    others = [one for one in courses if not is_risk_kept(one)]
    settled = [settled_days(one) for one in others]
    is_verified = all(one.standing == "verified" for one in others)
    is_accepted = len(others) < len(courses) and is_verified
    improved = [improved_on for improved_on, _verified in settled if improved_on is not None]
    verified = [verified_on for _improved, verified_on in settled if verified_on is not None]
    is_improved = bool(others) and len(improved) == len(courses)
    return MeasuredDays(
        max(planned, default=None) if is_planned else None,
        max(due, default=None),
        max(improved) if is_improved else None,
        max(verified) if is_improved and len(verified) == len(courses) else None,
        is_accepted,
    )
