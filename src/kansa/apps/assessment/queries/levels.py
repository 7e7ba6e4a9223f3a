"""How do judgements become one character per item of an engagement?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kansa.apps.assessment import models
from kansa.apps.plan.queries import EngagementRow
from kansa.apps.trail.queries import SOURCE_VALUES, positioned_rows, streamed
from kansa.core import year

JUDGED_METHOD = "control_check"
MARKS = {"not_applicable": year.NOT_APPLICABLE, "not_judged": year.NOT_JUDGED}

# position of the item, its mark, the reason of 対象外, file, sheet, row
Judged = tuple[int, str, str, str | None, str, int]


def judged_rows(
    municipality_id: int, fiscal_year: int, positions: Mapping[str, Mapping[str, int]]
) -> dict[int, list[Judged]]:
    """Engagement key -> its judgements. `positions`: stream -> item code -> place in the checklist. One query."""
    rows = models.Judgement.objects.filter(
        municipality_id=municipality_id, engagement__fiscal_year=fiscal_year
    ).values_list("engagement_id", "engagement__stream", "item__code", "state", "level", "reason_ja", *SOURCE_VALUES)
    found: dict[int, list[Judged]] = {}
    with streamed(rows, 5000) as judged:
        for engagement, stream, item, state, level, reason_ja, sha256, sheet, row in judged:
            mark = year.LEVELS[level] if state == "judged" else MARKS[state]
            position = positions[stream][item]
            found.setdefault(engagement, []).append((position, mark, reason_ja, sha256, sheet, row))
    return found


def engagements(
    municipality_id: int,
    fiscal_year: int,
    rows: Sequence[EngagementRow],
    checklists: Sequence[year.Checklist],
) -> tuple[year.Engagement, ...]:
    """The engagements with their levels.

    An item without a judgement row is not assigned, unless the engagement has no rows at all: then every item of the
    stream's checklist still waits for its judgement.
    """
    positions = {
        checklist.stream: {item.code: position for position, item in enumerate(checklist.items)}
        for checklist in checklists
    }
    judged = judged_rows(municipality_id, fiscal_year, positions)
    return tuple(
        with_levels(row.value, judged.get(row.pk, []), len(positions.get(row.value.stream, {})))
        if row.value.method == JUDGED_METHOD
        else row.value
        for row in rows
    )


def with_levels(engagement: year.Engagement, judged: Sequence[Judged], length: int) -> year.Engagement:
    """One engagement with its levels, reasons and the rows they were read from, after the engagement's own row."""
    if not judged:
        return replace(engagement, levels=year.NOT_JUDGED * length)
    marks = [year.NOT_ASSIGNED] * length
    reasons = []
    for position, mark, reason_ja, *_ in judged:
        marks[position] = mark
        if mark == year.NOT_APPLICABLE:
            reasons.append((position, reason_ja))
    sources = positioned_rows(((position, sha256, sheet, row) for position, _, _, sha256, sheet, row in judged), length)
    return replace(
        engagement,
        levels="".join(marks),
        reasons=tuple(sorted(reasons)),
        sources=(*engagement.sources, *sources),
    )
