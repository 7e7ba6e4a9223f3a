"""What stands on the Excel list of a department's measures?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kansa.apps.diagnosis.models import Decision, Measure, MeasureTarget, Vulnerability, VulnerabilityYear, asset_scope
from kansa.apps.diagnosis.queries.measures import MeasureFilter, MeasureLine, measure_lines
from kansa.apps.people.models import Department
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.measures import MEASURE_KINDS_JA
from kansa.core.permission import Actor
from kansa.core.vulnerability import OPEN_STATES, STATES_JA, state_later
from kansa.formats.measure_sheets import ENTRIES, DetailRow, MeasureRow, MeasureSheetPlan

SHEET_KEY = "measure_list"
NAMES_SHOWN = 20
OPEN_FIELDS = (
    *("measure_id", "vulnerability_id", "vulnerability__asset__asset_number", "vulnerability__asset__system_ja"),
    *("vulnerability__asset__network_zone__name_ja", "vulnerability__weakness__title", "vulnerability__place_key"),
    *("vulnerability__weakness__cves", "vulnerability__severity", "vulnerability__weakness__solution"),
    *("vulnerability__last_year", "vulnerability__last_state", "vulnerability__asset__retired_in"),
)


def listed_departments(actor: Actor) -> list[Department]:
    """The departments with measures that the person may see."""
    owners = Measure.objects.visible_to(actor).filter(targets__removed_at__isnull=True).values("owning_department")
    return list(Department.objects.visible_to(actor).filter(pk__in=owners).order_by("code"))


def list_lines(actor: Actor, department: Department, today: date) -> list[MeasureLine]:
    """The measures of a department that are not settled, in their order."""
    return measure_lines(actor, today, MeasureFilter(department=department.pk))


def list_plan(actor: Actor, department: Department, today: date) -> MeasureSheetPlan:
    """The list of a department: its measures, and beside them every open vulnerability that they settle."""
    lines = list_lines(actor, department, today)
    year = fiscal_year_of(today)
    titles = {one.measure.pk: one.measure.title_ja for one in lines}
    open_rows = _open_rows(actor, list(titles), year)
    names: dict[int, tuple[dict[str, None], dict[str, None]]] = {one: ({}, {}) for one in titles}
    for row in open_rows:
        numbers, cves = names[row["measure_id"]]
        numbers[row["vulnerability__asset__asset_number"]] = None
        cves.update(dict.fromkeys(row["vulnerability__weakness__cves"].split()))
    rows = tuple(_row(one, *map(tuple, names[one.measure.pk])) for one in lines)
    details = tuple(_detail(titles[row["measure_id"]], row) for row in open_rows)
    return MeasureSheetPlan(
        actor.municipality_id, department.pk, department.name_ja, year, era_year_ja(year), rows, details
    )


def _open_rows(actor: Actor, measures: Sequence[int], year: int) -> list[dict[str, Any]]:
    """The open vulnerabilities of these measures, of assets that the person may see, by asset."""
    targets = MeasureTarget.objects.filter(
        asset_scope(actor, "vulnerability__asset__"),
        municipality_id=actor.municipality_id,
        measure__in=measures,
        removed_at__isnull=True,
    )
    own = VulnerabilityYear.objects.filter(municipality_id=actor.municipality_id, fiscal_year=year)
    states = dict(own.values_list("vulnerability_id", "state"))
    found = []
    for row in targets.order_by("vulnerability__asset__asset_number", "vulnerability_id").values(*OPEN_FIELDS):
        later = (row["vulnerability__last_year"], row["vulnerability__last_state"], year)
        told = states.get(row["vulnerability_id"])
        row["state"] = told or state_later(*later, row["vulnerability__asset__retired_in"])
        if row["state"] in OPEN_STATES:
            found.append(row)
    return found


def _row(line: MeasureLine, numbers: tuple[str, ...], cves: tuple[str, ...]) -> MeasureRow:
    reasons = line.proposed.reasons() if line.proposed else {}
    locked = (
        line.measure.title_ja,
        MEASURE_KINDS_JA[line.measure.kind],
        "、".join(line.tally.zones.values()),
        _shortened(numbers),
        str(line.tally.open_count),
        _shortened(cves),
        line.priority_ja,
        "　".join(dict.fromkeys(reasons.values())),
        line.standing_ja,
    )
    latest = line.latest.pk if line.latest else 0
    return MeasureRow(line.measure.pk, latest, locked, entries_of(line.shown))


def _shortened(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return "、".join(names[:NAMES_SHOWN]) + (f" ほか{more}" if more > 0 else "")


def _detail(title_ja: str, row: dict[str, Any]) -> DetailRow:
    shown = Vulnerability(severity=row["vulnerability__severity"])
    cells = (
        *(
            title_ja,
            row["vulnerability__asset__asset_number"],
            row["vulnerability__asset__system_ja"],
            row["vulnerability__asset__network_zone__name_ja"],
        ),
        *(
            row["vulnerability__weakness__title"],
            row["vulnerability__place_key"],
            row["vulnerability__weakness__cves"],
            shown.severity_ja,
        ),
        *(STATES_JA[row["state"]], row["vulnerability__weakness__solution"]),
    )
    return DetailRow(cells)


def entries_of(one: Decision | None) -> dict[str, object]:
    """The cells to fill in, as a decision has them; all blank without one."""
    if one is None:
        return {column.key: "" if column.kind.blank == "" else None for column in ENTRIES}
    values: dict[str, object] = {column.key: getattr(one, column.key) for column in ENTRIES if hasattr(one, column.key)}
    values["way_back"] = {True: "yes", False: "no", None: ""}[one.has_way_back]
    values["residual_exposure"] = one.evidence.get("residual", {}).get("exposure", "")
    return {column.key: values[column.key] for column in ENTRIES}
