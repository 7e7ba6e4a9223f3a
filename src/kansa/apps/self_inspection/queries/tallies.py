"""How did each department answer, as frozen values? Read from the tally only."""

from __future__ import annotations

from collections.abc import Mapping

from kansa.apps.self_inspection import models
from kansa.core import year

COUNTS = ("yes_count", "no_count", "not_applicable_count", "blank_count")


def tally_sources(municipality_id: int, fiscal_year: int) -> dict[str, list[year.SourceRows]]:
    """Department code -> the rows its tally was counted from."""
    rows = (
        models.TallySource.objects.filter(
            municipality_id=municipality_id, department_tally__checklist__fiscal_year=fiscal_year
        )
        .order_by("source_file__sha256", "sheet")
        .values_list("department_tally__department__code", "source_file__sha256", "sheet", "rows")
    )
    found: dict[str, list[year.SourceRows]] = {}
    for code, sha256, sheet, text in rows:
        if sha256:
            found.setdefault(code, []).append(year.SourceRows(sha256, sheet, text))
    return found


def tally_rows(
    municipality_id: int, fiscal_year: int, items: tuple[year.ControlItem, ...], roster: Mapping[str, int]
) -> tuple[year.TallyRow, ...]:
    """One row a department, by code, counts in checklist order. Three queries.

    A department on the roster of which nobody answered stands with 0 respondents; a year without any answer is empty.
    An item that came to the checklist after the count was answered by nobody: blank for every respondent.
    """
    respondents = dict(
        models.DepartmentTally.objects.filter(
            municipality_id=municipality_id, checklist__fiscal_year=fiscal_year
        ).values_list("department__code", "respondent_count")
    )
    if not respondents:
        return ()
    place = {item.code: position for position, item in enumerate(items)}
    counts = {
        code: [*([0] * len(items) for _ in COUNTS[:-1]), [respondents.get(code, 0)] * len(items)]
        for code in {*respondents, *roster}
    }
    rows = models.Tally.objects.filter(
        municipality_id=municipality_id, department_tally__checklist__fiscal_year=fiscal_year
    ).values_list("department_tally__department__code", "item__code", *COUNTS)
    for department, item, *numbers in rows.iterator(chunk_size=5000):
        for column, number in zip(counts[department], numbers, strict=True):
            column[place[item]] = number
    sources = tally_sources(municipality_id, fiscal_year)
    return tuple(
        year.TallyRow(
            department,
            roster.get(department, 0),
            respondents.get(department, 0),
            tuple(counts[department][0]),
            tuple(counts[department][1]),
            tuple(counts[department][2]),
            tuple(counts[department][3]),
            tuple(sources.get(department, ())),
        )
        for department in sorted(counts)
    )
