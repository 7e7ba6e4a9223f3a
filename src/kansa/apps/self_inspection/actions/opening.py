"""How is the roster of a campaign fixed? In the database, some departments a statement, however many people there are.

Nobody comes into this process: its memory is that of the cells (department and job type), and stays as it is however
long the roster is. The statements are alike for SQLite and PostgreSQL (docs/adr/0029).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection

from kansa.apps.people.models import StaffMember
from kansa.apps.self_inspection.models import Campaign
from kansa.apps.self_inspection.queries.campaigns import OpeningPlan

Tell = Callable[[int, int, str], object]  # done, of how many, in words
STEPS = 20  # statements of a long roster, so that somebody who waits sees how far it is
SHORT = 20_000  # people who are fixed by one statement
FIXED = """
    INSERT INTO self_inspection_campaignmember (municipality_id, campaign_id, staff_number, name_ja, department_id,
        counted_in_id, job_type, counted_as, excluded_reason_ja, has_begun)
    SELECT person.municipality_id, %s, person.staff_number, person.name_ja, person.department_id,
        COALESCE(cell.counted_in_id, person.department_id), person.job_type,
        COALESCE(cell.counted_as, person.job_type), person.excluded_reason_ja, %s
    FROM people_staffmember person
    LEFT JOIN opening_cell cell ON cell.department_id = person.department_id AND cell.job_type = person.job_type
    WHERE person.municipality_id = %s AND person.fiscal_year = %s AND person.department_id BETWEEN %s AND %s
    ORDER BY person.department_id, person.staff_number
"""


def nobody_waits(_done: int, _total: int, _words: str) -> None:
    """Where nobody watches."""


def fix_members(campaign: Campaign, plan: OpeningPlan, tell: Tell = nobody_waits) -> None:
    """Notes who is asked, in which department and as what; later changes of the roster change nothing of it."""
    whose = {"municipality_id": campaign.municipality_id, "fiscal_year": campaign.checklist.fiscal_year}
    roster = StaffMember.objects.filter(**whose)
    keys = sorted(roster.order_by().values_list("department_id", flat=True).distinct())
    parts = parts_of(keys, 1 if roster.count() <= SHORT else STEPS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # keys are looked up in each step, not all at the end
        cursor.execute(
            "CREATE TEMPORARY TABLE opening_cell (department_id bigint, job_type varchar(200), counted_in_id bigint, "
            "counted_as varchar(200), PRIMARY KEY (department_id, job_type))"
        )
        cells = [(*own, *other) for own, other in plan.counted.items() if own != other]
        cursor.executemany("INSERT INTO opening_cell VALUES (%s, %s, %s, %s)", cells)
        for done, (first, last) in enumerate(parts):
            tell(done, len(parts), "対象者を固定しています")
            cursor.execute(FIXED, [campaign.pk, False, *whose.values(), first, last])
        cursor.execute("DROP TABLE opening_cell")


def parts_of(keys: Sequence[int], count: int) -> list[tuple[int, int]]:
    """Department keys in order as that many ranges, each by its first and last key.

    >>> parts_of([1, 2, 5], 2), parts_of([], 4)
    ([(1, 2), (5, 5)], [])
    """
    size = -(-len(keys) // count) or 1
    return [(keys[start], keys[min(start + size, len(keys)) - 1]) for start in range(0, len(keys), size)]
