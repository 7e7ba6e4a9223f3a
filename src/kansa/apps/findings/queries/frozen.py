"""Which findings does a fiscal year have, as frozen values? Texts that may be secret are not frozen."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.queries.measured import measured
from kansa.apps.trail.queries import SOURCE_VALUES, one_row
from kansa.core import year

PLAN_VALUES = ("planned_on", "due_on", "promised_fiscal_year", "improved_on", "verified_on")


def iso(day: date | None) -> str:
    """ISO text; "" for no day."""
    return day.isoformat() if day else ""


def findings(municipality_id: int, fiscal_year: int) -> tuple[year.Finding, ...]:
    """検出事項 of a year by code, each with its improvement plan; withdrawn ones are left out.

    What measures carry stands as they do now. Three queries, and a fixed number more with measures.
    """
    plans = {
        finding: values
        for finding, *values in models.ImprovementPlan.objects.filter(
            municipality_id=municipality_id, finding__fiscal_year=fiscal_year
        ).values_list("finding_id", *PLAN_VALUES)
    }
    rows = (
        models.Finding.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year, is_withdrawn=False)
        .order_by("code")
        .values_list(
            "pk",
            "code",
            "stream",
            "engagement__code",
            "department__code",
            "item__code",
            "classification",
            "title_ja",
            "network_zone",
            "treatment",
            "weighed",
            "recurrence_of",
            "is_lateral_rollout",
            *SOURCE_VALUES,
        )
    )
    told = list(rows)
    through = measured(municipality_id, [row[0] for row in told], timezone.localdate())
    plans |= {pk: [getattr(one.plan, name) for name in PLAN_VALUES] for pk, one in through.items()}
    found = []
    for row in told:
        treatment, weighed = row[9], tuple(row[10].split(",")) if row[10] else ()
        if row[0] in through:
            treatment, weighed = through[row[0]].treatment, through[row[0]].weighed
        planned_on, due_on, promised, improved_on, verified_on = plans.get(row[0], [None] * len(PLAN_VALUES))
        found.append(
            year.Finding(
                code=row[1],
                stream=row[2],
                engagement_code=row[3] or "",
                department_code=row[4] or "",
                item_code=row[5] or "",
                classification=row[6],
                title_ja=row[7],
                network_zone=row[8],
                treatment=treatment,
                weighed=weighed,
                planned_on=iso(planned_on),
                due_on=iso(due_on),
                promised_fiscal_year=promised,
                improved_on=iso(improved_on),
                verified_on=iso(verified_on),
                recurrence_of=row[11],
                lateral_rollout=row[12],
                source=one_row(*row[13:]),
            )
        )
    return tuple(found)
