"""How long do the results of a large city take: deciding what may be printed, the pages, the files, and in what memory?

Departments × 40 items × 5 job types × 3 years, on SQLite. The decision is made as the job makes it and kept; then every
page and file is taken as the office takes it, in processor seconds of whole requests, the first time in a process (with
nothing remembered) and again. The reference of the decision is a bare sum of the same counts inside the database; the
reference of the pages is reading the kept groups of both years through Django's cursor.

Run: python -m benchmarks.results [--departments 75,300,600,1000]
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.answering import verdict
from benchmarks.city import new_home
from benchmarks.harness import machine

ITEMS, YEARS = 40, (2022, 2023, 2024)
JOB_TYPES = ("", "システム管理者", "個人番号利用事務", "保育士", "消防職員")
PER_BUREAU = 20
PAGE_SECONDS, DECIDE_SECONDS, MORE_MIB = 1.0, {75: 1.0, 300: 5.0, 600: 10.0, 1000: 25.0}, 200
BASE = f"/inspections/results/{YEARS[-1]}/"
PAGES = {
    "overview": BASE,
    "heat map of the bureaus": f"{BASE}map/",
    "heat map of one bureau": f"{BASE}map/?bureau=第01部",
    "departments": f"{BASE}by/departments/",
    "departments, the lowest first": f"{BASE}by/departments/?order=rate",
    "a search": f"{BASE}by/departments/?q=第012課",
    "bureaus": f"{BASE}by/bureaus/",
    "job types": f"{BASE}by/job_types/",
    "an item": f"{BASE}items/Q07/",
    "a department": f"{BASE}departments/D0007/",
    "what to teach": f"{BASE}teach/",
    "contradictions": f"{BASE}contradictions/",
    "list of years": "/inspections/results/",
}
FILES = tuple(f"{BASE}files/{form}" for form in ("print.xlsx", "table.xlsx", "table.csv", "results.json"))


def build(count: int) -> None:
    """The city, its roster in numbers, and three years of tallies, put into the tables as closing would."""
    from kansa.apps.controls.models import Checklist, ControlItem
    from kansa.apps.people.models import Department
    from tests.builders import build_city, department, imported, item, staff
    from tests.cast import sign_up

    build_city()
    kinds = ("head_office",) * 7 + ("nursery", "nursery", "fire_station")
    places = [
        department(
            f"D{place:04}",
            name_ja=f"第{place:03}課",
            bureau_ja=f"第{place // PER_BUREAU:02}部",
            kind=kinds[place % len(kinds)],
        )
        for place in range(count)
    ]
    imported("departments", places)
    for fiscal_year in YEARS:
        asked = [
            item(f"Q{place:02}", "self_inspection", fiscal_year=fiscal_year, policy_clause=f"第{place}条")
            for place in range(ITEMS)
        ]
        imported("checklist", asked)
        imported("staff", [staff("S001", "D0000", fiscal_year=fiscal_year)])
    sign_up("clerk")
    departments = list(Department.objects.filter(code__startswith="D").order_by("code"))
    for checklist in Checklist.objects.filter(stream="self_inspection", fiscal_year__in=YEARS):
        items = list(ControlItem.objects.filter(checklist=checklist).order_by("position"))
        count_year(random.Random(checklist.fiscal_year), checklist, items, departments)


def job_types_in(rng: random.Random, kind: str, size: int) -> dict[str, int]:
    """How many people of a department have each job type: mostly none, in nurseries mostly 保育士."""
    found: dict[str, int] = {}
    for _ in range(size):
        own = {"nursery": "保育士", "fire_station": "消防職員"}.get(kind, "")
        other = rng.choices(JOB_TYPES[:3], (75, 5, 20))[0]
        name = own if own and rng.random() < 0.7 else other
        found[name] = found.get(name, 0) + 1
    return found


def count_year(rng: random.Random, checklist: object, items: list[object], departments: list[object]) -> None:
    """The tally of one year: departments of 2 to 120 people, ten items asked of one job type each."""
    from kansa.apps.self_inspection.models import DepartmentTally, Tally

    rates = [rng.choice((0.8, 0.9, 0.95, 0.97, 0.99, 0.995)) for _ in items]
    for place in departments:
        size = int(min(120, max(2, rng.lognormvariate(2.9, 0.8))))
        counts = []
        for job_type, people in sorted(job_types_in(rng, place.kind, size).items()):  # type: ignore[attr-defined]
            head = DepartmentTally.objects.create(
                municipality_id=1,
                checklist=checklist,
                department=place,
                job_type=job_type,
                respondent_count=people,
            )
            for number, one in enumerate(items):
                if number >= 30 and JOB_TYPES[1 + number % 4] != job_type:
                    continue  # asked of another job type
                away = sum(rng.random() < 0.05 for _ in range(people))
                yes = sum(rng.random() < rates[number] for _ in range(people - away))
                counts.append(Tally(municipality_id=1, department_tally=head, item=one, yes_count=yes))
                counts[-1].no_count, counts[-1].not_applicable_count = people - away - yes, away
                counts[-1].blank_count = 0
        Tally.objects.bulk_create(counts, batch_size=1000)


def most_memory() -> float:
    """MiB that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor(act: Callable[[], object]) -> float:
    """Processor seconds of an act."""
    began = time.process_time()
    act()
    return time.process_time() - began


def bare_sum() -> None:
    """Every count of three years added up inside the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT department_tally_id, sum(yes_count), sum(no_count) FROM self_inspection_tally GROUP BY 1"
        )
        cursor.fetchall()


def bare_groups() -> None:
    """The kept groups of two years, as rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM self_inspection_keptgroup WHERE decision_id IN "
            "(SELECT id FROM self_inspection_keptdecision ORDER BY checklist_id DESC LIMIT 2)"
        )
        cursor.fetchall()


def forget() -> None:
    """As a process that has looked at nothing yet."""
    from kansa.apps.self_inspection.queries import decisions

    decisions.read_decision.cache_clear()
    decisions.decided_here.cache_clear()


def blocks(count: int) -> Iterator[str]:
    """One line for each promise, and what was measured."""
    from kansa.apps.self_inspection.actions.deciding import decide_year
    from kansa.apps.self_inspection.models import KeptGroup, Tally
    from tests.cast import browser_of

    build(count)
    kept = Tally.objects.count()
    added = processor(bare_sum)
    before = most_memory()
    took = {year: processor(lambda year=year: decide_year(1, year)) for year in YEARS}  # type: ignore[misc]
    more = most_memory() - before
    limit = DECIDE_SECONDS.get(count, 25.0)
    yield verdict(max(took.values()) <= limit, f"{count} departments: a year decided within {limit:g} s, once")
    told = ", ".join(f"{year}: {seconds:.2f} s" for year, seconds in took.items())
    groups = KeptGroup.objects.count()
    yield f"        {kept:,} counts of three years; {told}; {more:.0f} MiB more; {groups:,} groups kept"
    yield f"        = {sum(took.values()) / added:.0f} × a bare sum of the same counts in the database ({added:.3f} s)"
    browser = browser_of("clerk")
    browser.defaults["SERVER_NAME"] = "localhost"
    reference = min(processor(bare_groups) for _ in range(5))
    browser.get("/")  # what every page needs is loaded
    before, worst = most_memory(), 0.0
    lines = []
    for name, path in PAGES.items():
        forget()
        sizes: list[int] = []

        def get(path: str = path, sizes: list[int] = sizes) -> None:
            answer = browser.get(path)
            assert answer.status_code == 200, path
            sizes.append(len(answer.content))

        first, again = processor(get), processor(get)
        worst = max(worst, first)
        lines.append(
            f"        {name}: {first * 1000:.0f} ms at first, {again * 1000:.0f} ms again, {sizes[0] / 1000:.0f} kB, "
            f"= {first / reference:.0f} × reading the kept groups ({reference * 1000:.1f} ms)"
        )
    yield verdict(worst <= PAGE_SECONDS, f"{count} departments: every page within {PAGE_SECONDS:g} s of the processor")
    yield from lines
    for path in FILES:
        size = [0]
        seconds = processor(lambda path=path, size=size: size.append(len(browser.get(path).content)))  # type: ignore[misc]
        yield f"        {path.rpartition('/')[2]}: {seconds:.2f} s, {size[-1] / 1000:.0f} kB"
    more = most_memory() - before
    yield verdict(more <= MORE_MIB, f"{count} departments: pages and files in {MORE_MIB} MiB more ({more:.0f})")


def wanted() -> argparse.Namespace:
    """What was asked for. `--one`: in this process, which the others are started from."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--departments", default="75,300,600")
    parser.add_argument("--one", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    asked = wanted()
    if asked.one:
        new_home()
        for block in blocks(asked.one):
            print(block, flush=True)
        sys.exit()
    print(machine(), flush=True)
    for number in asked.departments.split(","):  # each in a process of its own, so that memory is told apart
        subprocess.run([sys.executable, "-m", "benchmarks.results", "--one", number], check=True)
