"""What do the live rows say about a fiscal year? The one place that puts the year together for freezing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction

from kansa.apps.annual_report.models import PublishedFigure
from kansa.apps.assessment.queries import engagements
from kansa.apps.controls.models import Checklist
from kansa.apps.controls.queries import checklists, report_settings, year_settings
from kansa.apps.diagnosis.queries import diagnosis_of_year
from kansa.apps.drills.queries import drills
from kansa.apps.findings.queries import findings
from kansa.apps.people.models import Municipality
from kansa.apps.people.queries import departments, roster_counts, successions
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import engagement_rows, plan_cells, trainings
from kansa.apps.self_inspection.queries import published_rules, roster_of, tally_rows
from kansa.apps.trail.models import SourceFile
from kansa.apps.trail.queries import SOURCE_VALUES, sourced
from kansa.core import year
from kansa.core.fiscal import rotation_place

PUBLISHED_VALUES = (
    "fiscal_year",
    "figure_id",
    "shown",
    "places",
    "unit",
    "is_approximate",
    "document_ja",
    "page",
    "line",
    "quote_ja",
    "value",
    "published_on",
)


def published(municipality_id: int, fiscal_year: int) -> tuple[year.PublishedFigure, ...]:
    """Figures of the year that exist only as published, by figure id."""
    rows = (
        PublishedFigure.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
        .order_by("figure_id")
        .values_list(*PUBLISHED_VALUES, *SOURCE_VALUES)
    )
    found = []
    for row in rows:
        *values, value, published_on, source = sourced(row)
        day = published_on.isoformat() if published_on else ""
        exact = Fraction(value) if value else None
        found.append(year.PublishedFigure(*(*values[:3], exact, *values[3:], day, source)))
    return tuple(found)


def year_records(municipality_id: int, fiscal_year: int) -> year.YearRecords:
    """Everything recorded for one fiscal year."""
    lists = checklists(municipality_id, fiscal_year)
    records = year.YearRecords(
        fiscal_year=fiscal_year,
        rules=published_rules(municipality_id, fiscal_year),
        departments=departments(municipality_id, fiscal_year),
        checklists=lists,
        drills=drills(municipality_id, fiscal_year),
        findings=findings(municipality_id, fiscal_year),
        trainings=trainings(municipality_id, fiscal_year),
        published=published(municipality_id, fiscal_year),
        diagnosis=diagnosis_of_year(municipality_id, fiscal_year),
    )
    rows = engagement_rows(municipality_id, fiscal_year)
    questions = records.checklist("self_inspection").items
    roster = roster_of(municipality_id, fiscal_year)  # as it was fixed when the staff was asked
    return replace(
        records,
        engagements=engagements(municipality_id, fiscal_year, rows, lists),
        tally=tally_rows(
            municipality_id, fiscal_year, questions, roster or roster_counts(municipality_id, fiscal_year)
        ),
    )


def is_recorded(records: year.YearRecords) -> bool:
    """Whether anything happened in the year; departments alone exist in every year and say nothing."""
    return bool(
        records.checklists
        or records.engagements
        or records.tally
        or records.drills
        or records.findings
        or records.trainings
        or records.published
        or records.diagnosis
    )


def rounds_of(fiscal_year: int, rules: year.YearRules) -> tuple[int, int]:
    """First and last fiscal year of the rotation rounds that this year and the year before belong to."""
    first = last = fiscal_year
    for one in (fiscal_year - 1, fiscal_year):
        try:
            place = rotation_place(one, rules.rotation_first_year, rules.rotation_length)
        except ValueError:
            continue  # a year before the rotation began has no round
        first, last = min(first, place.first_fiscal_year), max(last, place.last_fiscal_year)
    return min(first, fiscal_year - 1), last


def year_data(municipality_id: int, fiscal_year: int) -> year.YearData:
    """The year and the year before it as frozen values, in an order that depends on the records only.

    Raises Municipality.DoesNotExist when the municipality is not registered.
    """
    municipality = Municipality.objects.get(pk=municipality_id)
    this = year_records(municipality_id, fiscal_year)
    prior = year_records(municipality_id, fiscal_year - 1)
    first, last = rounds_of(fiscal_year, this.rules)
    data = year.YearData(
        settings=report_settings(municipality.name_ja, year_settings(municipality_id, fiscal_year)),
        this=this,
        prior=prior if is_recorded(prior) else None,
        plan=plan_cells(municipality_id, first, last),
        successions=successions(municipality_id, first, last),
    )
    used = set(hashes_in(data))
    kept = SourceFile.objects.filter(municipality_id=municipality_id).order_by("sha256").values_list("sha256", "name")
    return replace(data, files=tuple(year.SourceFile(*row) for row in kept if row[0] in used))


def hashes_in(value: object) -> Iterator[str]:
    """The hash of every source file that a value refers to."""
    if isinstance(value, year.SourceRows):
        yield value.file_sha256
    elif isinstance(value, tuple):
        for part in value:
            if isinstance(part, str | int):
                continue
            yield from hashes_in(part)
    elif is_dataclass(value):
        for one in fields(value):
            yield from hashes_in(getattr(value, one.name))


def years_recorded(municipality_id: int) -> tuple[int, ...]:
    """Fiscal years with a checklist, an engagement or published figures, ascending."""
    found: set[int] = set()
    for model in (Checklist, Engagement, PublishedFigure):
        rows = model._default_manager.filter(municipality_id=municipality_id)
        found.update(rows.values_list("fiscal_year", flat=True).distinct())
    return tuple(sorted(found))
