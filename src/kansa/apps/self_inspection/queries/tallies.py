"""How did each department answer, as frozen values? Read from the tally only."""

from __future__ import annotations

from collections.abc import Mapping

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection import models
from kansa.apps.trail.queries import streamed
from kansa.core import year
from kansa.core.job_types import is_asked_of
from kansa.core.runs import decode_rows, encode_rows

COUNTS = ("yes_count", "no_count", "not_applicable_count", "blank_count")


def tally_sources(municipality_id: int, fiscal_year: int) -> dict[str, list[year.SourceRows]]:
    """Department code -> the rows its tally was counted from, those of all its job types together. One query."""
    rows = (
        models.TallySource.objects.filter(
            municipality_id=municipality_id, department_tally__checklist__fiscal_year=fiscal_year
        )
        .order_by("source_file__sha256", "sheet")
        .values_list("department_tally__department__code", "source_file__sha256", "sheet", "rows")
    )
    found: dict[tuple[str, str, str], list[str]] = {}
    for code, sha256, sheet, text in rows:
        if sha256:
            found.setdefault((code, sha256, sheet), []).append(text)
    by_department: dict[str, list[year.SourceRows]] = {}
    for (code, sha256, sheet), texts in found.items():
        together = (
            texts[0] if len(texts) == 1 else encode_rows(sorted(row for text in texts for row in decode_rows(text)))
        )
        by_department.setdefault(code, []).append(year.SourceRows(sha256, sheet, together))
    return by_department


def tally_heads(municipality_id: int, fiscal_year: int) -> dict[str, dict[str, int]]:
    """Department code -> job type -> respondents. One query."""
    rows = models.DepartmentTally.objects.filter(municipality_id=municipality_id, checklist__fiscal_year=fiscal_year)
    found: dict[str, dict[str, int]] = {}
    for code, job_type, count in rows.values_list("department__code", "job_type", "respondent_count"):
        found.setdefault(code, {})[job_type] = count
    return found


def special_items(municipality_id: int, fiscal_year: int) -> dict[str, tuple[bool, str]]:
    """Item code -> whether it is in the compliance rate, and who is asked; only items that differ from the usual ones.

    One query.
    """
    rows = ControlItem.objects.filter(
        municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream="self_inspection"
    ).exclude(lineage="dropped")
    rows = rows.exclude(answer_kind="yes_no", asked_of="")
    return {
        code: (kind == "yes_no" or met_from > 0, asked_of)
        for code, kind, met_from, asked_of in rows.values_list("code", "answer_kind", "met_from", "asked_of")
    }


def tally_rows(
    municipality_id: int, fiscal_year: int, items: tuple[year.ControlItem, ...], roster: Mapping[str, int]
) -> tuple[year.TallyRow, ...]:
    """One row a department, by code, counts in checklist order, all job types together. Four queries.

    A department on the roster of which nobody answered stands with 0 respondents; a year without any answer is empty.
    An item that came to the checklist after the count was answered by nobody: blank for everybody who would be asked.
    An item that nobody there was asked stands with 0 in every count; one outside the compliance rate is not in `items`.
    """
    heads = tally_heads(municipality_id, fiscal_year)
    if not heads:
        return ()
    special = special_items(municipality_id, fiscal_year)
    place = {item.code: position for position, item in enumerate(items)}
    counts = {
        code: [
            *([0] * len(items) for _ in COUNTS[:-1]),
            [asked_count(heads.get(code, {}), special, one.code) for one in items],
        ]
        for code in {*heads, *roster}
    }
    rows = models.Tally.objects.filter(
        municipality_id=municipality_id, department_tally__checklist__fiscal_year=fiscal_year
    ).values_list("department_tally__department__code", "item__code", *COUNTS)
    # The rows of several job types add up; the first one takes the place of what an uncounted item has.
    seen: set[tuple[str, str]] = set()
    with streamed(rows, 5000) as tallies:
        for department, item, *numbers in tallies:
            if not special.get(item, (True, ""))[0]:
                continue
            is_first = (department, item) not in seen
            seen.add((department, item))
            for column, number in zip(counts[department], numbers, strict=True):
                column[place[item]] = number + (0 if is_first else column[place[item]])
    sources = tally_sources(municipality_id, fiscal_year)
    return tuple(
        year.TallyRow(
            department,
            roster.get(department, 0),
            sum(heads.get(department, {}).values()),
            tuple(counts[department][0]),
            tuple(counts[department][1]),
            tuple(counts[department][2]),
            tuple(counts[department][3]),
            tuple(sources.get(department, ())),
        )
        for department in sorted(counts)
    )


def asked_count(heads: Mapping[str, int], special: Mapping[str, tuple[bool, str]], code: str) -> int:
    """Respondents of a department who would be asked an item of the compliance rate; 0 for one outside it."""
    is_rated, asked_of = special.get(code, (True, ""))
    return sum(count for job_type, count in heads.items() if is_rated and is_asked_of(asked_of, job_type))
