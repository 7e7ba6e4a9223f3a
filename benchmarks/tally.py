"""How long does it take to count a country's answers, and how fast are reports from the counts?

Synthetic answers of so many people to 40 items, as the table stores them, 25 people a department. Three engines run one
and the same statement (core.lanes). Beside each stands the physical limit: a plain scan of the same bytes that looks at
every row. The city of 40,000 is closed by the real act, rows of the tally included. Reports read three national years
of tallies (111,197 departments × 40 items × 3) by roll-up. Memory is the most that this process had.

Run: python -m benchmarks.tally [--people 280000] [--departments 111197] (full size: --people 2800000)
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.answering import verdict
from benchmarks.harness import machine
from benchmarks.serving import Cluster, missing, new_folder
from kansa.core.lanes import Lanes

ITEMS, DEPARTMENT_SIZE = 40, 25
FULL = (1 << ITEMS) - 1
MASKS = ("met", "applicable", "answered")
COLUMNS = """id BIGINT PRIMARY KEY, municipality_id INTEGER, checklist_id BIGINT, department_id BIGINT,
    job_type VARCHAR(200), met BIGINT, applicable BIGINT, answered BIGINT,
    plane_0 BIGINT, plane_1 BIGINT, plane_2 BIGINT, token VARCHAR(64)"""
TOKEN = "0123456789abcdef" * 4
SECONDS = {"sqlite": 12.0, "postgresql": 4.0, "duckdb": 1.2}  # for 2.8 million people
SCAN = "SELECT count(*), max(met), max(applicable), max(answered), max(plane_0 | plane_1 | plane_2) FROM given"


def statement(largest: int) -> str:
    """Item × department: the sums that hold every count."""
    lanes = Lanes.for_group(largest)
    sums = [lanes.summed(mask, shift) for mask in MASKS for shift in lanes.shifts(range(ITEMS))]
    return f"SELECT department_id, job_type, count(*), {', '.join(sums)} FROM given GROUP BY department_id, job_type"


def largest_group(run: Callable[[str], Any]) -> int:
    """How many people the largest department has, as write_tally asks before it counts."""
    return int(run("SELECT max(people) FROM (SELECT count(*) AS people FROM given GROUP BY department_id) AS one"))


def generated(people: int, chance: str, series: str) -> str:
    """Answers by chance: seven of eight items applicable, three of four of these met."""
    many = f"({chance} | {chance} | {chance}) & {FULL}"
    return f"""
        INSERT INTO given WITH made AS MATERIALIZED (
            SELECT one, {many} AS applicable, ({chance} | {chance}) AS met FROM {series}
        ) SELECT one, 1, 1, abs({chance}) % {max(1, people // DEPARTMENT_SIZE)}, '',
            met & applicable, applicable, {FULL}, 0, 0, 0, '{TOKEN}'
        FROM made
    """


def timed(run: Callable[[], object], runs: int = 3) -> float:
    """The middle of some runs, in seconds."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return sorted(took)[runs // 2]


def engine(name: str, people: int, run: Callable[[str], Any], through: Callable[[str], object]) -> Iterator[str]:
    """The lines of one engine. `run`: a statement, its first value; `through`: a statement, all its rows read."""
    largest = largest_group(run)
    counted, scanned = timed(lambda: through(statement(largest))), timed(lambda: through(SCAN))
    limit = SECONDS[name] * people / 2_800_000
    yield verdict(counted <= limit, f"{name}: item × department of {people:,} people within {limit:.2f} s")
    bits = people * ITEMS * len(MASKS) / counted / 1e6
    yield f"        {counted:.2f} s, lanes of {Lanes.for_group(largest).width} bits, {bits:.0f} million bits a second"
    yield f"        = {counted / scanned:.0f} × a plain scan of the same rows ({scanned:.3f} s)"


def counting(people: int) -> str:
    """The numbers from 1, for SQLite."""
    below = f"SELECT one + 1 FROM n WHERE one < {people}"
    return f"(WITH RECURSIVE n(one) AS (SELECT 1 UNION ALL {below}) SELECT one FROM n)"


def on_sqlite(people: int, folder: Path) -> Iterator[str]:
    """SQLite, as Python has it."""
    line = sqlite3.connect(folder / "given.sqlite3")
    line.execute("PRAGMA journal_mode=WAL")
    line.execute(f"CREATE TABLE given ({COLUMNS})")
    series = (
        f"(WITH RECURSIVE n(one) AS (SELECT 1 UNION ALL SELECT one + 1 FROM n WHERE one < {people}) SELECT one FROM n)"
    )
    line.execute(generated(people, "(random() >> 1)", series))
    line.commit()

    def through(text: str) -> None:
        for _ in line.execute(text):
            pass

    yield from engine("sqlite", people, lambda text: line.execute(text).fetchone()[0], through)
    line.close()


def on_postgresql(people: int) -> Iterator[str]:
    """PostgreSQL with its default settings."""
    import psycopg

    with psycopg.connect(Cluster().url, autocommit=True) as line:
        line.execute(f"CREATE TABLE given ({COLUMNS})")  # type: ignore[call-overload]
        chance = "((random() * 2147483647)::bigint << 31 | (random() * 2147483647)::bigint)"
        line.execute(generated(people, chance, f"generate_series(1, {people}) AS one"))  # type: ignore[call-overload]
        line.execute("VACUUM ANALYZE given")

        def through(text: str) -> None:  # into a table, as write_tally does
            line.execute(f"CREATE TEMPORARY TABLE summed AS SELECT * FROM ({text}) AS x({names(text)})")  # type: ignore[call-overload]
            line.execute("DROP TABLE summed")

        def run(text: str) -> object:
            found = line.execute(text).fetchone()  # type: ignore[call-overload]
            return found[0] if found else 0

        yield from engine("postgresql", people, run, through)


def names(text: str) -> str:
    """Names for the columns of a statement, which PostgreSQL wants to differ."""
    return ", ".join(f"c{place}" for place in range(text.partition(" FROM ")[0].count(", ") + 1))


def on_duckdb(people: int) -> Iterator[str]:
    """DuckDB in memory, as it holds a Parquet file."""
    import duckdb

    line = duckdb.connect()
    line.execute("SET enable_progress_bar = false")
    line.execute(f"CREATE TABLE given ({COLUMNS.replace(' PRIMARY KEY', '')})")
    chance = "((random() * 2147483647)::BIGINT << 31 | (random() * 2147483647)::BIGINT)"
    line.execute(generated(people, chance, f"(SELECT range AS one FROM range({people}))"))

    def run(text: str) -> object:
        found = line.execute(text).fetchone()
        return found[0] if found else 0

    yield from engine("duckdb", people, run, lambda text: line.execute(f"CREATE OR REPLACE TABLE summed AS {text}"))


def city() -> Iterator[str]:
    """The whole act at closing for a city of 40,000 on SQLite, by the real tables."""
    from benchmarks.city import new_home

    new_home()
    from django.db import connection, transaction

    from kansa.apps.controls.models import ControlItem
    from kansa.apps.people.models import Department
    from kansa.apps.self_inspection.actions.importing import retally
    from kansa.apps.self_inspection.models import Tally
    from tests.builders import build_city, department, imported, item
    from tests.cast import CITY

    build_city()
    imported("departments", [department(f"{place:04}") for place in range(800)])
    imported("checklist", [item(f"Q{place:02}", "self_inspection") for place in range(ITEMS)])
    items = {one.code: one for one in ControlItem.objects.select_related("checklist").order_by("code")}
    first = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    many = f"((random() | random() | random()) & {FULL})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO self_inspection_response (id, municipality_id, checklist_id, respondent_token,
            department_id, job_type, met, applicable, answered, plane_0, plane_1, plane_2, sheet, row)
            WITH made AS MATERIALIZED (SELECT one, {many} AS applicable, random() AS met FROM {counting(40_000)})
            SELECT one, {CITY}, {next(iter(items.values())).checklist_id}, hex(randomblob(32)),
            {first} + one % 800, '', applicable & met, applicable, {FULL}, 0, 0, 0, '', 0
            FROM made"""
        )

    def close() -> None:
        with transaction.atomic():
            retally(CITY, [items])

    sums = statement(50).replace("FROM given", "FROM self_inspection_response")

    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sums)
            cursor.fetchall()

    counted, closed = timed(count), timed(close)
    yield verdict(counted <= 0.3, "sqlite: item × department of a city of 40,000 within 0.3 s")
    yield f"        {counted:.3f} s; {Tally.objects.count():,} rows of the tally as well, committed, {closed:.2f} s"


def reports(departments: int, folder: Path) -> Iterator[str]:
    """Reports of three national years, out of tallies as `kansa tally export` writes them."""
    import duckdb

    from kansa.apps.self_inspection.queries.rollup import rollup_sql

    line = duckdb.connect()
    line.execute("SET enable_progress_bar = false")
    for year in (2024, 2025, 2026):
        line.execute(
            f"""COPY (SELECT {year}::INTEGER AS fiscal_year, printf('%06d', d % 1741) AS municipality_ja,
            printf('%06d', d) AS department_code, '' AS job_type, 'Q' || i AS item_code, y AS yes_count,
            25 - y AS no_count, 0::BIGINT AS not_applicable_count, 0::BIGINT AS blank_count
            FROM (SELECT d.range AS d, i.range AS i, (15 + random() * 10)::BIGINT AS y
                  FROM range({departments}) AS d, range({ITEMS}) AS i))
            TO '{folder}/{year}.parquet' (FORMAT parquet)"""
        )
    for by in (("item_code",), ("municipality_ja",), ()):
        text = rollup_sql(("fiscal_year", *by), "read_parquet(?)")
        took = timed(lambda text=text: line.execute(text, [f"{folder}/*.parquet"]).fetchall())  # type: ignore[misc]
        name = ", ".join(("fiscal_year", *by))
        yield verdict(took <= 0.5, f"duckdb: three national years by {name} within 0.5 s")
        yield f"        {took:.2f} s over {departments * ITEMS * 3:,} rows"


def blocks(options: argparse.Namespace) -> Iterator[str]:
    """The lines of the report."""
    folder = new_folder()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield from on_sqlite(options.people, folder)
    if gone := missing("initdb"):
        yield f"left out: this machine lacks {gone}"
    else:
        yield from on_postgresql(options.people)
    yield from city()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield f"        memory of this process: {before / 1024:.0f} MiB before, at most {after / 1024:.0f} MiB after"
    yield from on_duckdb(options.people)
    yield from reports(options.departments, folder)


def wanted() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=280_000)
    parser.add_argument("--departments", type=int, default=111_197)
    return parser.parse_args()


if __name__ == "__main__":
    print(machine())
    for block in blocks(wanted()):
        print(block, flush=True)
