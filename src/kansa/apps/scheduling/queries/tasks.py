"""What exactly is the planner asked? The organisation, past audits, rules and the accepted plan as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kansa.apps.people.models import Department as DepartmentRow
from kansa.apps.people.queries import roster_counts, roster_years_before, successions
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.models import PlanCell as PlanRow
from kansa.apps.scheduling.models import DepartmentFact, LapRule
from kansa.apps.scheduling.queries.laps import LapFrame, lap_years
from kansa.core.year import Succession
from kansa.planning.rotation.past import History, Visit, closed_reason_ja, histories
from kansa.planning.rotation.values import (
    EXTERNAL,
    INTERNAL,
    Capacity,
    Excluded,
    ExternalCount,
    ExternalTarget,
    FixedCell,
    MustAudit,
    MustNotAudit,
    PlanCell,
    PlannedDepartment,
    RotationRules,
    RotationTask,
    SameYear,
    Weights,
    Wish,
)

HISTORY_YEARS = 30  # how far back visits are looked for


@dataclass(frozen=True, slots=True)
class _Past:
    """What happened before the first year that is still open."""

    visits: tuple[Visit, ...]
    successions: tuple[Succession, ...]
    histories: Mapping[str, History]


def cells_of_lap(municipality_id: int, frame: LapFrame) -> tuple[PlanCell, ...]:
    """The plan as it is accepted now, by year, department and stream."""
    rows = PlanRow.objects.filter(
        municipality_id=municipality_id, fiscal_year__range=(frame.years[0], frame.years[-1])
    ).order_by("fiscal_year", "department__code", "stream")
    return tuple(
        PlanCell(code, year, stream)
        for code, year, stream in rows.values_list("department__code", "fiscal_year", "stream")
    )


def first_open_year(municipality_id: int, frame: LapFrame, this_year: int) -> int:
    """The first year of the lap whose plan may still change: not one that is over, nor one with an audit under way."""
    begun = Engagement.objects.filter(
        municipality_id=municipality_id,
        fiscal_year__range=(frame.years[0], frame.years[-1]),
        is_special=False,
        method="control_check",
    ).exclude(state="planned")
    latest = max(begun.values_list("fiscal_year", flat=True), default=frame.years[0] - 1)
    return max(frame.years[0], this_year, latest + 1)


def _visits(municipality_id: int, first_year: int, before: int) -> tuple[Visit, ...]:
    """Audits before a year: those recorded; in years without any record of a stream, those that were planned."""
    span = (first_year, before - 1)
    made = Engagement.objects.filter(
        municipality_id=municipality_id,
        fiscal_year__range=span,
        department__isnull=False,
        is_special=False,
        method="control_check",
    ).values_list("department__code", "fiscal_year", "stream")
    planned = PlanRow.objects.filter(municipality_id=municipality_id, fiscal_year__range=span).values_list(
        "department__code", "fiscal_year", "stream"
    )
    recorded = {(year, stream) for _, year, stream in made}
    found = {*made, *(one for one in planned if (one[1], one[2]) not in recorded)}
    return tuple(Visit(*one) for one in sorted(found))


def _standing(municipality_id: int, frame: LapFrame) -> list[DepartmentRow]:
    """Departments that stand in some year of the lap; of a code that came back the latest."""
    rows = DepartmentRow.objects.filter(municipality_id=municipality_id, valid_from__lte=frame.years[-1]).exclude(
        valid_to__lt=frame.years[0]
    )
    latest = {one.code: one for one in rows.order_by("code", "valid_from")}
    return list(latest.values())


def rotation_task(municipality_id: int, frame: LapFrame, open_from: int) -> RotationTask:
    """Everything the plan of a lap depends on, the years before `open_from` as they were."""
    rows = _standing(municipality_id, frame)
    as_of = min(max(open_from, frame.years[0]), frame.years[-1])
    staff = _staff_counts(municipality_id, as_of)
    past = _past(municipality_id, frame, as_of, rows, staff)
    facts = {one.department_id: one for one in DepartmentFact.objects.filter(municipality_id=municipality_id)}
    names = {one.code: one.name_ja for one in rows}
    departments = tuple(_department(one, frame, past, facts.get(one.pk), staff[one.code], names) for one in rows)
    known = {one.code for one in departments}
    stored = tuple(cell for cell in cells_of_lap(municipality_id, frame) if cell.department_code in known)
    rules = list(LapRule.objects.filter(lap=frame.lap).select_related("department")) if frame.lap else []
    rules = [one for one in rules if one.department.code in known]
    return RotationTask(
        departments=departments,
        rules=_rules(frame, rules, as_of),
        external_targets=_external_targets(frame, rules, past, _still_standing(stored, departments), known, as_of),
        external_counts=_external_counts(frame, as_of),
        fixed=(*_past_cells(frame, past, known, as_of), *_fixed_cells(rules, as_of)),
        previous=tuple(cell for cell in stored if cell.fiscal_year >= as_of),
        open_from=as_of,
    )


def _still_standing(cells: Iterable[PlanCell], departments: Iterable[PlannedDepartment]) -> tuple[PlanCell, ...]:
    """Cells of the accepted plan without those of departments that a reorganisation has closed by then."""
    closing = {one.code: one.closes_in for one in departments if one.closes_in is not None}
    return tuple(cell for cell in cells if cell.fiscal_year < closing.get(cell.department_code, cell.fiscal_year + 1))


def _staff_counts(municipality_id: int, as_of: int) -> Counter[str]:
    """People by department from the roster of the year, or the latest one before it."""
    years = roster_years_before(municipality_id, as_of + 1)
    return roster_counts(municipality_id, years[0]) if years else Counter()


def _past(
    municipality_id: int, frame: LapFrame, as_of: int, rows: Iterable[DepartmentRow], staff: Mapping[str, int]
) -> _Past:
    first = frame.years[0] - HISTORY_YEARS
    visits = _visits(municipality_id, first, as_of)
    changes = successions(municipality_id, first, frame.years[-1])
    found = histories(
        [one.code for one in rows],
        as_of,
        frame.years[0],
        visits,
        changes,
        staff,
        external_counts_for_rotation=frame.external_counts_for_rotation,
    )
    return _Past(visits, changes, found)


def _department(
    row: DepartmentRow,
    frame: LapFrame,
    past: _Past,
    fact: DepartmentFact | None,
    staff_count: int,
    names: Mapping[str, str],
) -> PlannedDepartment:
    history = past.histories[row.code]
    closes_in = row.valid_to + 1 if row.valid_to is not None and row.valid_to < frame.years[-1] else None
    reason = closed_reason_ja(past.successions, row.code, closes_in, names) or "廃止" if closes_in else ""
    sized = PlannedDepartment(
        row.code, row.name_ja, row.bureau_ja, row.kind, staff_count, closes_in=closes_in, closed_reason_ja=reason
    )
    if fact is not None:
        sized = replace(
            sized,
            risk_level=fact.risk_level,
            systems_count=fact.systems_count,
            distance_minutes=fact.distance_minutes,
            site_code=fact.site_code,
        )
    return replace(
        sized,
        last_audited_year=history.last_audited_year,
        last_external_year=history.last_external_year,
        covered_in=history.covered_in,
        opens_in=row.valid_from if row.valid_from > frame.years[0] else None,
    )


def _past_cells(frame: LapFrame, past: _Past, known: set[str], as_of: int) -> tuple[FixedCell, ...]:
    """Visits of this lap that were made under a code that still is somebody's in the plan."""
    made = {
        PlanCell(one.department_code, one.fiscal_year, one.stream)
        for one in past.visits
        if frame.years[0] <= one.fiscal_year < as_of and one.department_code in known
    }
    ordered = sorted(made, key=lambda cell: (cell.fiscal_year, cell.department_code, cell.stream))
    return tuple(FixedCell(cell) for cell in ordered)


def _fixed_cells(rules: Iterable[LapRule], as_of: int) -> tuple[FixedCell, ...]:
    return tuple(
        FixedCell(PlanCell(one.department.code, one.fiscal_year), is_past=False, reason_ja=one.reason_ja)
        for one in rules
        if one.kind == "fixed" and one.fiscal_year is not None and one.fiscal_year >= as_of
    )


def _external_targets(
    frame: LapFrame,
    rules: Iterable[LapRule],
    past: _Past,
    stored: Iterable[PlanCell],
    known: set[str],
    as_of: int,
) -> tuple[ExternalTarget, ...]:
    """Targets the office named, those of the accepted plan where none are to be chosen, and last year's.

    Those of the year before the lap may not come first again.
    """
    chosen = {one.fiscal_year for one in _external_counts(frame, as_of)}
    named = {
        (one.department.code, one.fiscal_year)
        for one in rules
        if one.kind == "external" and one.fiscal_year is not None and one.fiscal_year >= as_of
    }
    named |= {
        (one.department_code, one.fiscal_year)
        for one in stored
        if one.stream == EXTERNAL and one.fiscal_year >= as_of and one.fiscal_year not in chosen
    }
    before = {
        (one.department_code, one.fiscal_year)
        for one in past.visits
        if one.stream == EXTERNAL and one.fiscal_year == frame.years[0] - 1 and one.department_code in known
    }
    return tuple(ExternalTarget(code, year) for code, year in sorted(named | before, key=lambda one: (one[1], one[0])))


def _external_counts(frame: LapFrame, as_of: int) -> tuple[ExternalCount, ...]:
    return tuple(
        ExternalCount(year, limits.external_count)
        for year, limits in lap_years(frame).items()
        if limits.external_count is not None and year >= as_of
    )


def _rules(frame: LapFrame, rules: list[LapRule], as_of: int) -> RotationRules:
    def of(kind: str) -> list[tuple[str, int, LapRule]]:
        return [
            (one.department.code, one.fiscal_year, one)
            for one in rules
            if one.kind == kind and one.fiscal_year is not None and one.fiscal_year >= as_of
        ]

    groups: dict[str, list[LapRule]] = {}
    for one in rules:
        if one.kind == "together":
            groups.setdefault(one.group_ja, []).append(one)
    return RotationRules(
        first_fiscal_year=frame.years[0],
        rotation_length=frame.rotation_length,
        external_counts_for_rotation=frame.external_counts_for_rotation,
        weights=replace(Weights(), **(frame.lap.weights if frame.lap else {})),
        must=tuple(MustAudit(code, year, one.reason_ja) for code, year, one in of("must")),
        must_not=tuple(MustNotAudit(code, year, one.reason_ja) for code, year, one in of("must_not")),
        wishes=(
            *(Wish(code, year, one.weight) for code, year, one in of("wish")),
            *(Wish(code, year, one.weight, is_avoided=True) for code, year, one in of("avoid")),
        ),
        same_year=tuple(
            SameYear(name, tuple(sorted(one.department.code for one in members)), members[0].is_hard, members[0].weight)
            for name, members in sorted(groups.items())
            if len(members) > 1
        ),
        capacities=tuple(
            Capacity(year, limits.at_least, limits.at_most)
            for year, limits in lap_years(frame).items()
            if year >= as_of and (limits.at_least or limits.at_most is not None)
        ),
        excluded=tuple(Excluded(one.department.code, one.reason_ja) for one in rules if one.kind == "excluded"),
    )


def is_internal(cell: PlanCell) -> bool:
    """Whether a cell is an internal audit."""
    return cell.stream == INTERNAL
