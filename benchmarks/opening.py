"""How long does it take to open a campaign for a city or a country, to print its slips, and to close it?

A roster of so many people (three of a hundred excluded with a reason, departments of 50, one in 25 of fewer than five)
is opened as a confidential campaign: roster fixed, small departments counted together. Slips are printed for some
departments, everybody answers, and the campaign is closed: tally, mixing under new keys, and the decision what may be
printed. On PostgreSQL more than 100,000 people are opened and closed by a job; its progress is read by another
connection while it works. The reference is a bare copy of the same rows inside the database.

Run: python -m benchmarks.opening [--people 40000] [--database sqlite|postgresql] (a country: --people 2800000
--database postgresql)
"""

from __future__ import annotations

import argparse
import resource
import threading
import time
from collections.abc import Callable, Iterator

from benchmarks.answering import verdict
from benchmarks.city import new_home
from benchmarks.harness import machine
from benchmarks.serving import Cluster, missing

DEPARTMENT_SIZE, ITEMS, PER_BUREAU, SLIPS = 50, 40, 20, 20
FULL = (1 << ITEMS) - 1
SERIES = {
    "sqlite": (
        "(WITH RECURSIVE n(one) AS (SELECT 0 UNION ALL SELECT one + 1 FROM n WHERE one < {0} - 1) SELECT one FROM n)"
    ),
    "postgresql": "(SELECT generate_series(0, {0} - 1) AS one)",
}
TOKEN = {
    "sqlite": "lower(hex(randomblob(32)))",
    "postgresql": "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')",
}
CHANCE = {"sqlite": "abs(random())", "postgresql": "(random() * 9007199254740991)::bigint"}
MORE_MIB = 64


def taken(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of an act, and by how many MiB the most this process ever held rose."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    act()
    return time.perf_counter() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def run_sql(text: str) -> None:
    """One statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(text)


def copied(table: str, key: str, made: dict[str, str], series: str) -> None:
    """Fills a table from its row of this key, with these columns made anew for each number `one`."""
    from django.apps import apps

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    values = ", ".join(made.get(column, f"given.{column}") for column in columns)
    run_sql(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {series} n, {table} given WHERE {key}")


def build(people: int) -> None:
    """City, checklist and roster, put into the tables by the database itself: importing is not what is measured."""
    from django.db import connection

    from tests.builders import build_city, department, imported, item, staff
    from tests.cast import sign_up, this_fiscal_year

    year, vendor, places = this_fiscal_year(), connection.vendor, people // DEPARTMENT_SIZE
    build_city()
    imported("departments", [department("X", bureau_ja="部")])
    imported("staff", [staff("S0", "X", fiscal_year=year)])
    imported("checklist", [item(f"Q{place:02}", "self_inspection", fiscal_year=year) for place in range(ITEMS)])
    sign_up("clerk", "director")
    digits = {"sqlite": "printf('D%06d', one)", "postgresql": "'D' || lpad(one::text, 6, '0')"}[vendor]
    bureau = f"'第' || (one / {PER_BUREAU}) || '部'"
    made = {"code": digits, "name_ja": digits, "bureau_ja": bureau}
    copied("people_department", "given.code = 'X'", made, SERIES[vendor].format(places))
    number = {"sqlite": "printf('S%08d', one)", "postgresql": "'S' || lpad(one::text, 8, '0')"}[vendor]
    # The last people of every 25th department move to its neighbour, so that it is small.
    own, size = f"one / {DEPARTMENT_SIZE}", DEPARTMENT_SIZE
    place = f"{own} + CASE WHEN ({own}) % 25 = 3 AND one % {size} > 2 THEN 1 ELSE 0 END"
    first = f"(SELECT min(id) FROM people_department WHERE code LIKE 'D%') + {place}"
    made = {
        "staff_number": number,
        "mail_token": TOKEN[vendor],
        "department_id": first,
        "job_type": "CASE one % 10 WHEN 0 THEN '個人番号利用事務' ELSE '' END",
        "excluded_reason_ja": "CASE WHEN one % 33 = 7 THEN '育児休業' ELSE '' END",
    }
    copied("people_staffmember", "given.staff_number = 'S0'", made, SERIES[vendor].format(people))


def answered() -> None:
    """An answer row for each member who is asked, all items answered."""
    from django.db import connection

    vendor = connection.vendor
    key = f"({CHANCE[vendor]} & {2**53 - 1})" if vendor == "sqlite" else CHANCE[vendor]
    run_sql(
        f"""INSERT INTO self_inspection_response (id, municipality_id, checklist_id, respondent_token,
        department_id, job_type, met, applicable, answered, plane_0, plane_1, plane_2, sheet, row)
        SELECT {key}, m.municipality_id, c.checklist_id, {TOKEN[vendor]}, m.counted_in_id, m.counted_as,
        {CHANCE[vendor]} & {FULL}, {FULL}, {FULL}, 0, 0, 0, '', 0
        FROM self_inspection_campaignmember m JOIN self_inspection_campaign c ON c.id = m.campaign_id
        WHERE m.excluded_reason_ja = ''"""
    )


def bare_copy(table: str) -> float:
    """Seconds of copying all rows of a table inside the database."""
    began = time.perf_counter()
    run_sql(f"CREATE TEMPORARY TABLE bare AS SELECT * FROM {table}")
    seconds = time.perf_counter() - began
    run_sql("DROP TABLE bare")
    return seconds


def moved(campaign_id: int, code: str, seen: set[str]) -> None:
    """A step as a person of the office takes it; a long one by a worker, watched from another connection."""
    from django.db import connection
    from django.utils import timezone

    from kansa.apps.jobs.actions import work_off
    from kansa.apps.jobs.models import Job
    from kansa.apps.people.models import Account
    from kansa.apps.people.queries import actor_of
    from kansa.apps.self_inspection.actions import ask_to_move, move_large_campaign

    login = "director" if code == "approve" else "clerk"
    asked = ask_to_move(actor_of(Account.objects.get(login=login), timezone.localdate()), campaign_id, code)
    job = asked.job
    if job is None:
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.3):
            one = Job.objects.get(pk=job.pk)
            if one.progress_ja:
                seen.add(f"{one.progress_ja} {one.done_count}/{one.total_count}")
        connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    work_off({move_large_campaign.module_path: move_large_campaign})  # the decision is another job
    over.set()
    watcher.join()
    job.refresh_from_db()
    assert job.state == "done", job.reason_ja


def printed_slips(campaign_id: int) -> None:
    """Slips of some departments, for everybody."""
    from kansa.apps.people.models import Department
    from kansa.apps.self_inspection.actions import print_slips
    from tests.cast import CLERK

    for place in Department.objects.filter(code__startswith="D").order_by("code")[:SLIPS]:
        print_slips(CLERK, campaign_id, place.pk, is_for_all=True)


def blocks(people: int, seen: set[str]) -> Iterator[str]:
    """The lines of the report."""
    from kansa.apps.jobs.actions import work_off
    from kansa.apps.self_inspection.models import CampaignMember, DepartmentTally, KeptDecision, Response
    from kansa.config.jobs import TASKS
    from tests.inspecting import build_campaign

    build(people)
    campaign = build_campaign("confidential", state="approved")
    acts = {"opened": taken(lambda: moved(campaign.pk, "open", seen))}
    roster = bare_copy("self_inspection_campaignmember")
    members = CampaignMember.objects.count()
    acts[f"slips of {SLIPS} departments"] = taken(lambda: printed_slips(campaign.pk))
    answered()
    answers = bare_copy("self_inspection_response")
    acts["closed, with tally and mixing"] = taken(lambda: moved(campaign.pk, "close", seen))
    if people <= 100_000:
        acts["decided what may be printed"] = taken(lambda: work_off(TASKS, beats=False))
        assert KeptDecision.objects.count() == 1
    counted = sum(DepartmentTally.objects.values_list("respondent_count", flat=True))
    is_whole = members == people + 1 and counted == Response.objects.count() == members - excluded()
    more = max(more for name, (_seconds, more) in acts.items() if not name.startswith("decided"))
    yield verdict(is_whole, f"{people:,} people: everybody is fixed once, and counted once unless excluded")
    yield verdict(more <= MORE_MIB, f"opening, slips and closing in at most {MORE_MIB} MiB more")
    for name, (seconds, rise) in acts.items():
        yield f"        {name}: {seconds:.2f} s, {rise:.0f} MiB more"
    yield f"        opening = {acts['opened'][0] / roster:.1f} × a bare copy of the same rows ({roster:.2f} s)"
    closing = acts["closed, with tally and mixing"][0]
    yield f"        closing = {closing / answers:.1f} × a bare copy of the answers ({answers:.2f} s)"
    if seen:
        yield f"        {len(seen)} steps of progress seen from outside, e.g. {', '.join(sorted(seen)[:3])}"


def excluded() -> int:
    """People with a reason."""
    from kansa.apps.self_inspection.models import CampaignMember

    return CampaignMember.objects.exclude(excluded_reason_ja="").count()


def wanted() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


if __name__ == "__main__":
    asked_for = wanted()
    if asked_for.database == "postgresql" and (gone := missing("initdb", "pg_ctl")):
        raise SystemExit(f"not run: {gone} is missing")
    print(f"{machine()}; {asked_for.database}")
    new_home(Cluster().url if asked_for.database == "postgresql" else "")
    for block in blocks(asked_for.people, set()):
        print(block, flush=True)
