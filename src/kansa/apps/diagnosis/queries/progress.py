"""How far are measures, for whoever follows them from outside: decided when, settled when, shown by which scan?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from kansa.apps.diagnosis.models import Decision, Measure, MeasureTarget, Scan, VulnerabilityYear
from kansa.apps.diagnosis.queries.figures import decisions_now
from kansa.apps.diagnosis.queries.measures import TargetTally, course_of, tallies
from kansa.core.fiscal import fiscal_year_end, fiscal_year_of
from kansa.core.measured import MeasureCourse
from kansa.core.measures import STANDINGS_JA, TREATMENTS_JA, standing


@dataclass(frozen=True, slots=True)
class MeasureProgress:
    """A measure as it stands today. `scans`: which showed its vulnerabilities gone; `returned_on`: seen again then."""

    measure: Measure
    in_force: Decision | None
    course: MeasureCourse
    tally: TargetTally
    scans: tuple[Scan, ...]
    returned_on: date | None

    @property
    def standing_ja(self) -> str:
        """How far it is, in words."""
        return STANDINGS_JA[self.course.standing]

    @property
    def treatment_ja(self) -> str:
        """What was decided, in words; "" while nothing is."""
        return TREATMENTS_JA.get(self.course.treatment, "")


def holders(municipality_id: int, measures: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Measure -> the measures that now hold what it ever was to settle: merged or split, nothing is lost. Two queries.

    A measure without vulnerabilities, such as one that never had any, stands for itself.
    """
    asked = sorted(set(measures))
    rows = MeasureTarget.objects.filter(municipality_id=municipality_id, measure__in=asked)
    told = list(rows.values_list("measure_id", "vulnerability_id", "removed_at"))
    moved = {pk for _measure, pk, removed_at in told if removed_at is not None}
    now = MeasureTarget.objects.filter(
        municipality_id=municipality_id, vulnerability__in=moved, removed_at__isnull=True
    )
    holder = dict(now.values_list("vulnerability_id", "measure_id"))
    found: dict[int, set[int]] = defaultdict(set)
    for measure, pk, removed_at in told:
        found[measure].add(measure if removed_at is None else holder.get(pk, measure))
    return {one: tuple(sorted(found[one])) or (one,) for one in asked}


def progress_of(municipality_id: int, measures: Iterable[int], today: date) -> dict[int, MeasureProgress]:
    """Measure -> how far it is. A fixed number of queries."""
    keys = sorted(set(measures))
    rows = list(
        Measure.objects.filter(municipality_id=municipality_id, pk__in=keys).select_related(
            "owning_department", "done_by", "verified_by"
        )
    )
    if not rows:
        return {}
    year = fiscal_year_of(today)
    latest, held = decisions_now(municipality_id, keys)
    counted = tallies(municipality_id, keys, year)
    scans = {one.pk: one for one in Scan.objects.filter(pk__in={pk for one in counted.values() for pk in one.cleared})}
    planned, back = _first_approvals(municipality_id, keys), _returned(municipality_id, keys, year)
    found = {}
    for one in rows:
        tally, decision = counted.get(one.pk, TargetTally()), held.get(one.pk)
        how = standing(course_of(one, latest.get(one.pk), decision, tally), today)
        shown = sorted((scans[pk] for pk in tally.cleared), key=lambda scan: (scan.scanned_at, scan.pk))
        course = MeasureCourse(
            how,
            decision.treatment if decision else "",
            planned.get(one.pk) if decision else None,
            decision.due_on if decision else None,
            one.done_on,
            one.verified_on,
            _cleared_on(shown, tally, today) if not tally.open_count else None,
        )
        found[one.pk] = MeasureProgress(one, decision, course, tally, tuple(shown), back.get(one.pk))
    return found


def _cleared_on(shown: Sequence[Scan], tally: TargetTally, today: date) -> date:
    """The last scan that was needed; of an asset that is no more, or whose scan is not kept, the end of its last year.

    Never after today.
    """
    days = [timezone.localtime(scan.scanned_at).date() for scan in shown]
    if tally.ended_in is not None:
        days.append(fiscal_year_end(tally.ended_in))
    return min(max(days, default=today), today)


def _first_approvals(municipality_id: int, measures: Sequence[int]) -> dict[int, date]:
    """Measure -> the day of its first approval: a later decision does not move the plan's day."""
    rows = Decision.objects.filter(municipality_id=municipality_id, measure__in=measures, step="approved")
    found: dict[int, date] = {}
    for measure, day in rows.order_by("decided_at", "pk").values_list("measure_id", "approved_on"):
        if day is not None:
            found.setdefault(measure, day)
    return found


def _returned(municipality_id: int, measures: Sequence[int], fiscal_year: int) -> dict[int, date]:
    """Measure -> the last day on which a scan saw again what had been gone, as far as it is open now."""
    rows = VulnerabilityYear.objects.filter(
        municipality_id=municipality_id,
        fiscal_year__lte=fiscal_year,
        state="returned",
        vulnerability__cleared_by__isnull=True,
        vulnerability__targets__measure__in=measures,
        vulnerability__targets__removed_at__isnull=True,
    )
    found: dict[int, date] = {}
    for measure, seen_at in rows.values_list("vulnerability__targets__measure_id", "vulnerability__latest_at"):
        day = timezone.localtime(seen_at).date()
        found[measure] = max(day, found.get(measure, day))
    return found
