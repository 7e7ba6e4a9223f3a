"""How do figures that exist only as published come in?"""

from __future__ import annotations

from collections.abc import Sequence

from kansa.apps.annual_report.models import PublishedFigure
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table
from kansa.formats.records import PublishedRecord

FIELDS = (
    "fiscal_year",
    "figure_id",
    "shown",
    "value",
    "places",
    "unit",
    "is_approximate",
    "document_ja",
    "page",
    "line",
    "quote_ja",
    "published_on",
)


def plan_published(municipality_id: int, records: Sequence[PublishedRecord], options: ImportOptions) -> ImportPlan:
    """What published figures would change; a value stays exact as "72/25"."""
    rows = [
        Row(
            (
                one.fiscal_year,
                one.figure_id,
                one.shown,
                "" if one.value is None else f"{one.value.numerator}/{one.value.denominator}",
                one.places,
                one.unit,
                one.is_approximate,
                one.document_ja,
                one.page,
                one.line,
                one.quote_ja,
                one.published_on,
            ),
            one.source,
        )
        for one in records
    ]
    objects = PublishedFigure.objects.filter(
        municipality_id=municipality_id, fiscal_year__in={one.fiscal_year for one in records}
    )
    table = compare_table(PublishedFigure, FIELDS, 2, rows, objects, remove=options.replace)
    return ImportPlan("published", (table,), table.refusals)
