"""How do the answers of a whole city, or of a country, become counts? In the database, a few statements an item.

No answer comes into this process: its memory stays as it is however many there are. The bits of a mask are counted
several at a time (core.lanes); the statements are alike for SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Max

from kansa.apps.controls.models import Checklist, ControlItem
from kansa.apps.self_inspection import models
from kansa.apps.trail.queries import streamed
from kansa.core.job_types import is_asked_of
from kansa.core.lanes import Lanes
from kansa.core.runs import encode_rows

AT_ONCE = 2000  # rows of one insert
COUNTED = {"met": "met", "applicable": "applicable", "answered": "answered"}
# In the compliance rate, or at a level outside it; where there is no scale, the applicable ones again.
RATED = {"rated": "(applicable | plane_0 | plane_1 | plane_2)"}
LEVEL = "((plane_0 >> {0}) & 1) + 2 * ((plane_1 >> {0}) & 1) + 4 * ((plane_2 >> {0}) & 1)"
WHOSE = "municipality_id = %s AND checklist_id = %s"
HEADS = f"""
    INSERT INTO self_inspection_departmenttally
        (municipality_id, checklist_id, department_id, job_type, respondent_count)
    SELECT municipality_id, checklist_id, department_id, job_type, count(*)
    FROM self_inspection_response WHERE {WHOSE}
    GROUP BY municipality_id, checklist_id, department_id, job_type
    ORDER BY department_id, job_type
"""
SUMS = f"""
    CREATE TEMPORARY TABLE summed AS
    SELECT head.id AS head_id, head.job_type AS job_type, head.respondent_count AS respondent_count, {{columns}}
    FROM (
        SELECT department_id, job_type, {{sums}} FROM self_inspection_response
        WHERE {WHOSE} GROUP BY department_id, job_type
    ) given
    JOIN self_inspection_departmenttally head
        ON head.department_id = given.department_id AND head.job_type = given.job_type
    WHERE head.municipality_id = %s AND head.checklist_id = %s
"""
# A blank is somebody who was asked. A file may hold answers of somebody who was not: they count, a blank does not.
COUNTS = """
    INSERT INTO self_inspection_tally
        (municipality_id, department_tally_id, item_id, yes_count, no_count, not_applicable_count, blank_count)
    SELECT %s, head_id, %s, met, applicable - met, answered - rated,
        CASE WHEN is_asked THEN respondent_count - answered ELSE 0 END
    FROM (SELECT head_id, respondent_count, {asked} AS is_asked, {counts} FROM summed) counted
    WHERE is_asked OR answered > 0
    ORDER BY head_id
"""
LEVELS = f"""
    INSERT INTO self_inspection_tallylevel (municipality_id, department_tally_id, item_id, level, level_count)
    SELECT head.municipality_id, head.id, %s, level, count(*)
    FROM (SELECT department_id, job_type, {{level}} AS level FROM self_inspection_response WHERE {WHOSE}) given
    JOIN self_inspection_departmenttally head
        ON head.department_id = given.department_id AND head.job_type = given.job_type
    WHERE head.municipality_id = %s AND head.checklist_id = %s AND level > 0
    GROUP BY head.municipality_id, head.id, level
    ORDER BY head.id, level
"""


def write_tally(municipality_id: int, checklist: Checklist, items: Sequence[ControlItem]) -> None:
    """Tally rows of one checklist: per department and job type the respondents, the counts per item, and their rows.

    In the transaction of whoever closes or imports.
    """
    whose = [municipality_id, checklist.pk]
    with connection.cursor() as cursor:
        cursor.execute(HEADS, whose)
    heads = models.DepartmentTally.objects.filter(municipality_id=municipality_id, checklist=checklist)
    largest = heads.aggregate(largest=Max("respondent_count"))["largest"]
    if largest is None:
        return
    lanes = Lanes.for_group(largest)
    job_types = list(heads.order_by().values_list("job_type", flat=True).distinct())
    has_scale = any(one.answer_kind == "scale" for one in items)
    sums = {
        f"{name}_{shift}": lanes.summed(mask, shift)
        for name, mask in (COUNTED | RATED if has_scale else COUNTED).items()
        for shift in lanes.shifts(one.bit or 0 for one in items)
    }
    with connection.cursor() as cursor:
        named = ", ".join(f"{text} AS {column}" for column, text in sums.items())
        cursor.execute(SUMS.format(columns=", ".join(sums), sums=named), [*whose, *whose])
        for item in items:
            write_counts(cursor, municipality_id, lanes, item, job_types, rated="rated" if has_scale else "applicable")
            if item.answer_kind == "scale":
                cursor.execute(LEVELS.format(level=LEVEL.format(item.bit or 0)), [item.pk, *whose, *whose])
        cursor.execute("DROP TABLE summed")
    write_sources(municipality_id, checklist)


def write_counts(
    cursor: Any, municipality_id: int, lanes: Lanes, item: ControlItem, job_types: Sequence[str], *, rated: str
) -> None:
    """The counts of one item, out of the sums; no row for a group that was not asked and did not answer."""
    bit = item.bit or 0
    asked = [one for one in job_types if item.answer_kind != "comment" and is_asked_of(item.asked_of, one)]
    among = f"job_type IN ({', '.join('%s' for _ in asked)})" if asked else "1 = 0"
    counts = ", ".join(
        f"{lanes.counted(f'{column}_{lanes.shift_of(bit)}', bit)} AS {name}"
        for name, column in ({name: name for name in COUNTED} | {"rated": rated}).items()
    )
    cursor.execute(COUNTS.format(asked=among, counts=counts), [municipality_id, item.pk, *asked])


def write_sources(municipality_id: int, checklist: Checklist) -> None:
    """The rows of the sheets that each group was counted from, read in their order, one group after another.

    An answer given on a page has no row to point to.
    """
    heads = {
        (department, job_type): pk
        for pk, department, job_type in models.DepartmentTally.objects.filter(
            municipality_id=municipality_id, checklist=checklist
        ).values_list("pk", "department_id", "job_type")
    }
    rows = models.Response.objects.filter(municipality_id=municipality_id, checklist=checklist)
    place = ("department_id", "job_type", "source_file_id", "sheet")
    found = rows.exclude(source_file=None).order_by(*place, "row").values_list(*place, "row")
    with streamed(found, AT_ONCE) as rows_of_files:
        sources = [
            models.TallySource(
                municipality_id=municipality_id,
                department_tally_id=heads[department, job_type],
                source_file_id=file,
                sheet=sheet,
                rows=encode_rows([row for *_, row in given]),
            )
            for (department, job_type, file, sheet), given in groupby(rows_of_files, key=lambda one: one[:4])
        ]
    models.TallySource.objects.bulk_create(sources, batch_size=AT_ONCE)
