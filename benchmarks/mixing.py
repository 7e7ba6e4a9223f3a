"""How long do the acts on a whole campaign take, and does their memory grow with the city?

A roster of so many people is opened as a confidential campaign; as many answers are mixed (docs/adr/0025), who has not
begun is listed, two nightly copies are made (docs/adr/0041), and the campaign is closed with its tally. On SQLite,
through the real acts. The reference is a bare copy of the rows of the answers inside the database, and of its file.

Run: python -m benchmarks.mixing [--people 40000]
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.answering import verdict
from benchmarks.harness import machine

if TYPE_CHECKING:
    from kansa.apps.self_inspection.models import Campaign

DEPARTMENT_SIZE, ITEMS = 50, 40
FULL = (1 << ITEMS) - 1


def taken(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of an act, and by how many MiB the most this process ever held rose."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    act()
    return time.perf_counter() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def build(people: int) -> None:
    """A roster, put into the table by the database itself: importing is not what is measured."""
    from django.db import connection

    from kansa.apps.people.models import Department, StaffMember
    from tests.builders import build_city, department, imported, item, staff
    from tests.cast import this_fiscal_year

    year = this_fiscal_year()
    build_city()
    imported("departments", [department(f"{place:05}") for place in range(people // DEPARTMENT_SIZE)])
    imported("staff", [staff("S0", "00000", fiscal_year=year)])
    imported("checklist", [item(f"Q{place:02}", "self_inspection", fiscal_year=year) for place in range(ITEMS)])
    first = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    made = {
        "id": "NULL",
        "mail_token": "lower(hex(randomblob(32)))",
        "staff_number": "printf('S%07d', one)",
        "department_id": f"{first} + one / {DEPARTMENT_SIZE}",
    }
    columns = [field.column for field in StaffMember._meta.concrete_fields]
    values = ", ".join(made.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {StaffMember._meta.db_table} ({', '.join(columns)}) WITH RECURSIVE n(one) AS "
            f"(SELECT 1 UNION ALL SELECT one + 1 FROM n WHERE one < {people - 1}) "
            f"SELECT {values} FROM n, {StaffMember._meta.db_table} given WHERE given.staff_number = 'S0'"
        )


def answered() -> None:
    """An answer row for each member, all items answered."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO self_inspection_response (id, municipality_id, checklist_id, respondent_token,
            department_id, job_type, met, applicable, answered, plane_0, plane_1, plane_2, sheet, row)
            SELECT random() & {2**53 - 1}, m.municipality_id, c.checklist_id, lower(hex(randomblob(32))),
            m.counted_in_id, '', abs(random()) & {FULL}, {FULL}, {FULL}, 0, 0, 0, '', 0
            FROM self_inspection_campaignmember m JOIN self_inspection_campaign c ON c.id = m.campaign_id"""
        )


def copying(campaign: Campaign) -> dict[str, tuple[float, float]]:
    """Two nightly copies while it is open: everybody has begun, and half a city changes its answers in between."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from kansa.apps.self_inspection.models import CampaignMember, Response
    from kansa.config.backups.making import back_up
    from tests.cast import CLERK

    folder = Path(tempfile.mkdtemp(prefix="kansa-copies-"))
    CampaignMember.objects.filter(campaign=campaign).update(has_begun=True)
    now = timezone.localtime()
    first = taken(lambda: back_up(CLERK, folder, now))
    Response.objects.filter(pk__lt=2**52).update(met=0)
    following = taken(lambda: back_up(CLERK, folder, now + timedelta(days=1)))

    def bare() -> None:
        with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as source, sqlite3.connect(folder / "bare") as copy:
            source.backup(copy)

    connection.close()
    return {
        "the first copy of a night": first,
        "the next copy of the night": following,
        "a bare copy of the file by SQLite": taken(bare),
    }


def blocks(people: int) -> Iterator[str]:
    """The lines of the report."""
    from benchmarks.city import new_home

    new_home()
    from django.db import connection, transaction

    from kansa.apps.self_inspection.actions import mix, move_campaign
    from kansa.apps.self_inspection.models import Response
    from kansa.apps.self_inspection.queries import progress_of, silent_members
    from tests.cast import CLERK
    from tests.inspecting import build_campaign

    build(people)
    campaign = build_campaign("confidential", state="approved")
    opened = taken(lambda: move_campaign(CLERK, campaign.pk, "open"))
    campaign.refresh_from_db()
    answered()

    def mixed() -> None:
        with transaction.atomic():
            mix(campaign)

    def copied() -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE bare AS SELECT * FROM self_inspection_response")
            cursor.execute("DROP TABLE bare")

    acts = {
        "opened": opened,
        "mixed": taken(mixed),
        "copied inside the database": taken(copied),
        "progress by department": taken(lambda: progress_of(campaign)),
        "listed who has not begun": taken(lambda: silent_members(campaign)),
        **copying(campaign),
        "closed, with its tally": taken(lambda: move_campaign(CLERK, campaign.pk, "close")),
    }
    count = Response.objects.count()
    is_kept = acts["mixed"][1] < 16 and acts["opened"][1] < 32 and count == people
    yield verdict(
        is_kept, f"{people:,} people: opening and mixing take the memory of a small city (16 and 32 MiB more)"
    )
    for name, (seconds, more) in acts.items():
        yield f"        {name}: {seconds:.2f} s, {more:.0f} MiB more"
    ratio = acts["mixed"][0] / acts["copied inside the database"][0]
    yield f"        mixing = {ratio:.1f} × a bare copy of the same rows"
    ratio = acts["the next copy of the night"][0] / acts["a bare copy of the file by SQLite"][0]
    yield f"        a nightly copy = {ratio:.0f} × a bare copy of the database file"


def wanted() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=40_000)
    return parser.parse_args()


if __name__ == "__main__":
    print(machine())
    for block in blocks(wanted().people):
        print(block, flush=True)
