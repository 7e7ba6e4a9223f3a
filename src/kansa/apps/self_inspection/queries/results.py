"""What was counted of a year, as the decision about it reads it? From the tally only, imported years included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from django.db.models import Count, Max

from kansa.apps.controls.queries import checklists, year_rules, year_settings
from kansa.apps.people.queries import departments, roster_counts
from kansa.apps.self_inspection.models import Campaign, CampaignMember, DepartmentTally, Tally
from kansa.apps.self_inspection.queries.campaigns import STREAM
from kansa.apps.self_inspection.queries.tallies import COUNTS, special_items
from kansa.apps.trail.queries import streamed
from kansa.core.compliance import AnswerCounts
from kansa.core.job_types import is_asked_of
from kansa.core.publication import AnswerRow, AnswerTable
from kansa.core.year import Checklist, ControlItem, YearRules


def years_counted(municipality_id: int) -> list[int]:
    """Fiscal years with a tally, newest first. One query.

    A year that is being asked is none: two looks at a growing tally would tell who answered in between.
    """
    rows = DepartmentTally.objects.filter(municipality_id=municipality_id, checklist__stream=STREAM)
    rows = rows.exclude(checklist__campaigns__state="open")
    return sorted(rows.order_by().values_list("checklist__fiscal_year", flat=True).distinct(), reverse=True)


def published_rules(municipality_id: int, fiscal_year: int) -> YearRules:
    """The rules of the year; a cell is small by the rule or by what was promised to those who answered.

    The larger number counts: a rule that was lowered afterwards shows no more than was promised.
    """
    rules = year_rules(municipality_id, fiscal_year, year_settings(municipality_id, fiscal_year))
    return replace(rules, small_cell_k=max(rules.small_cell_k, promised_k(municipality_id, fiscal_year)))


def promised_k(municipality_id: int, fiscal_year: int) -> int:
    """The number that the year's campaign was opened with; 0 without one. One query."""
    rows = Campaign.objects.filter(
        municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream=STREAM
    )
    return rows.aggregate(k=Max("small_cell_k"))["k"] or 0


def roster_pairs(municipality_id: int, fiscal_year: int) -> tuple[tuple[str, str, int], ...]:
    """(department, job type, people asked) as answers are stored; without a campaign by department alone."""
    rows = CampaignMember.objects.filter(
        municipality_id=municipality_id,
        campaign__checklist__fiscal_year=fiscal_year,
        campaign__checklist__stream=STREAM,
        campaign__state__in=("open", "closed"),
        excluded_reason_ja="",
    )
    counted = rows.order_by().values_list("counted_in__code", "counted_as").annotate(count=Count("pk"))
    pairs = Counter({(code, job_type): count for code, job_type, count in counted})
    if not pairs:
        pairs = Counter({(code, ""): count for code, count in roster_counts(municipality_id, fiscal_year).items()})
    return tuple(sorted((code, job_type, count) for (code, job_type), count in pairs.items()))


def answer_rows(municipality_id: int, fiscal_year: int, items: Collection[ControlItem]) -> tuple[AnswerRow, ...]:
    """The tally by department and job type. Three queries.

    An item outside the compliance rate has no counts. An item that came to the checklist after the count was answered
    by nobody: blank for everybody who would be asked.
    """
    heads = DepartmentTally.objects.filter(
        municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream=STREAM
    )
    special = special_items(municipality_id, fiscal_year)
    tallies = Tally.objects.filter(
        municipality_id=municipality_id,
        department_tally__checklist__fiscal_year=fiscal_year,
        department_tally__checklist__stream=STREAM,
    ).values_list("department_tally_id", "item__code", *COUNTS)
    counts: dict[int, dict[str, AnswerCounts]] = {}
    with streamed(tallies, 5000) as found:
        for head, code, *numbers in found:
            counts.setdefault(head, {})[code] = AnswerCounts(*numbers)

    def counted(head: int, job_type: str, people: int, code: str) -> AnswerCounts:
        is_rated, asked_of = special.get(code, (True, ""))
        if not is_rated:
            return AnswerCounts(0, 0)
        blank = people if is_asked_of(asked_of, job_type) else 0
        return counts.get(head, {}).get(code, AnswerCounts(0, 0, 0, blank))

    rows = heads.order_by("department__code", "job_type").values_list(
        "pk", "department__code", "job_type", "respondent_count"
    )
    return tuple(
        AnswerRow(code, job_type, people, tuple(counted(head, job_type, people, item.code) for item in items))
        for head, code, job_type, people in rows
    )


def questions_of(municipality_id: int, fiscal_year: int) -> tuple[ControlItem, ...]:
    """The items of the year's questionnaire."""
    found = (one for one in checklists(municipality_id, fiscal_year) if one.stream == STREAM)
    return next(found, Checklist(STREAM, ())).items


def year_head(municipality_id: int, fiscal_year: int) -> AnswerTable:
    """The year without its counts: items, departments, who was asked, and the rules. Eight queries."""
    rules = published_rules(municipality_id, fiscal_year)
    return AnswerTable(
        fiscal_year,
        questions_of(municipality_id, fiscal_year),
        departments(municipality_id, fiscal_year),
        (),
        roster_pairs(municipality_id, fiscal_year),
        rules.small_cell_k,
        rules.rate_places,
    )


def answer_table(municipality_id: int, fiscal_year: int) -> AnswerTable:
    """The year as the publication reads it. Eleven queries, however many departments there are."""
    head = year_head(municipality_id, fiscal_year)
    return replace(head, rows=answer_rows(municipality_id, fiscal_year, head.items))
