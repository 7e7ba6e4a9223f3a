"""How many answers a second does one server keep, how long does one take, and does it hold the last hour?

Real HTTP by wrk; every simulated person has an own signed-in session. On SQLite with `kansa serve`, and on PostgreSQL
with granian (two processes). The reference is the database alone, doing the same statement on rows of the same table:
pgbench for PostgreSQL, Python's sqlite3 for SQLite (synchronous=FULL), in the same run.

- long: one request an answer, as the long page sends it; as fast as answers come. This is "saved a second".
- single: one item a page, without JavaScript: each answer is a request and the next page another.
- last hour: 20,000 of 40,000 people answer 20 items in one hour, 111 a second, sent by the clock for some seconds.

Run: python -m benchmarks.answering [--seconds 8] [--hour-seconds 20] [--people 2000] [--databases sqlite,postgresql]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import machine
from benchmarks.population import CSRF, ITEMS
from benchmarks.serving import Cluster, Server, embedded, free_port, missing, populated, production, tool

THREADS, AT_ONCE = 8, 64  # clients of a run as fast as it goes; people at work in the last hour
A_SECOND = 400_000 / 3600  # half of 40,000 people, 20 answers each, in the last hour
P95_MS = 500


@dataclass(frozen=True)
class Load:
    """What wrk saw, times in milliseconds; `processor_ms`: of the server's processes, for each saved answer."""

    seconds: float
    saved: int
    wrong: int
    late: int
    looked: int
    broken: int
    p50: float
    p95: float
    p99: float
    max: float
    processor_ms: float = 0

    @property
    def a_second(self) -> float:
        """Answers saved a second."""
        return self.saved / self.seconds


def loaded(server: Server, folder: Path, mode: str, seconds: int, rate: float = 0) -> Load:
    """wrk on a server; `rate`: answers a second by the clock, 0 for as fast as they come."""
    clients = AT_ONCE if rate else THREADS
    campaign = (folder / "campaign.txt").read_text()
    words = [tool("wrk"), "-t", str(clients), "-c", str(clients), "-d", f"{seconds}s", "--timeout", "20s"]
    words += ["-s", str(Path(__file__).with_name("answers.lua")), f"http://127.0.0.1:{server.port}", "--"]
    words += [str(folder / "people.txt"), campaign, CSRF, str(ITEMS), mode, f"{rate:.4f}", str(clients)]
    before = server.processor_seconds()
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    used = server.processor_seconds() - before
    found = json.loads(told.strip().splitlines()[-1])
    return Load(**found, processor_ms=used * 1000 / max(found["saved"], 1))


# What actions.answering sends, with the names of pgbench and sqlite3 in place of its values.
STATEMENT = """
INSERT INTO self_inspection_response AS kept (id, municipality_id, checklist_id, respondent_token, department_id,
  job_type, met, applicable, answered, plane_0, plane_1, plane_2, sheet, row)
SELECT 9007199254740992 + :person, 1, checklist_id, 'bare' || :person, :department, '',
  one.bit, one.bit, one.bit, 0, 0, 0, '', 0
FROM self_inspection_campaign, (SELECT CAST(1 AS BIGINT) << :bit AS bit) AS one WHERE state = 'open'
ON CONFLICT (municipality_id, checklist_id, respondent_token) DO UPDATE SET
  met = (kept.met & ~excluded.met) | excluded.met, applicable = (kept.applicable & ~excluded.met) | excluded.applicable,
  answered = kept.answered | excluded.answered
RETURNING met, applicable, answered
"""


def bare_sqlite(folder: Path, seconds: int) -> float:
    """The same statement on a copy of the same file, one connection, one commit each: changes a second."""
    with sqlite3.connect(folder / "home" / "kansa.sqlite3") as source:
        line = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
        source.backup(line)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    department, count = line.execute("SELECT min(id) FROM people_department").fetchone()[0], 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        values = {"person": count // ITEMS % 2000, "bit": count % ITEMS, "department": department}
        line.execute(STATEMENT, values).fetchall()
        count += 1
    line.close()
    return count / seconds


def bare_postgresql(cluster: Cluster, folder: Path, seconds: int) -> float:
    """The same statement by pgbench with as many connections as the server has: transactions a second."""
    import psycopg

    with psycopg.connect(cluster.url) as line:
        found = line.execute("SELECT min(id) FROM people_department").fetchone()
    script = folder / "bare.sql"
    script.write_text(f"\\set person random(1, 2000)\n\\set bit random(0, {ITEMS - 1})\n{STATEMENT};\n")
    words = [tool("pgbench"), "-D", f"department={found[0] if found else 0}", "-n", "-c", "8", "-j", "2"]
    words += ["-h", "127.0.0.1", "-p", str(cluster.port), "-U", "kansa", "-T", str(seconds), "-f", str(script), "kansa"]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return float(next(one for one in told.splitlines() if one.startswith("tps =")).split()[2])


def verdict(is_kept: bool, promise: str) -> str:
    """The first line of a promise."""
    return f"{'kept  ' if is_kept else 'BROKEN'}  {promise}"


def shown(name: str, load: Load) -> str:
    """One line about a run."""
    return (
        f"        {name}: {load.a_second:.0f} saved a second; p50 {load.p50:.0f}, p95 {load.p95:.0f}, "
        f"p99 {load.p99:.0f}, max {load.max:.0f} ms; {load.processor_ms:.2f} ms of processor an answer; "
        f"{load.wrong + load.broken} errors"
    )


def told_of(name: str, server: Server, folder: Path, alone: float, options: argparse.Namespace) -> Iterator[str]:
    """The lines about one database."""
    loaded(server, folder, "single", 3)  # until every process has read its program; not counted
    fast = loaded(server, folder, "long", options.seconds)
    single = loaded(server, folder, "single", options.seconds)
    hour = loaded(server, folder, "long", options.hour_seconds, A_SECOND)
    pages = loaded(server, folder, "single", options.hour_seconds, A_SECOND)
    errors = sum(one.wrong + one.broken for one in (fast, single, hour, pages))
    for kind, load in (("one request an answer", hour), ("one page an item", pages)):
        is_held = load.p95 <= P95_MS and load.a_second >= A_SECOND * 0.97 and not load.wrong + load.broken
        yield verdict(
            is_held, f"{name}: the last hour of 40,000 people, {kind}: 111 answers a second, p95 under {P95_MS} ms"
        )
        yield shown(f"{options.hour_seconds} s by the clock, {AT_ONCE} people at once, {load.late} sent late", load)
    yield verdict(not errors, f"{name}: no answer fails")
    yield shown(f"as fast as it goes, {THREADS} clients", fast)
    yield f"        = {fast.a_second / alone:.1%} of the database alone ({alone:.0f} a second)"
    yield shown(f"one page an item, {THREADS} clients", single)


def blocks(options: argparse.Namespace) -> Iterator[str]:
    """The lines of the report."""
    wanted = options.databases.split(",")
    if gone := missing("wrk", *(["initdb", "pgbench"] if "postgresql" in wanted else [])):
        yield f"left out: this machine lacks {gone}"
        return
    if "sqlite" in wanted:
        folder = populated(options.people)
        server = embedded(folder / "home", free_port())
        yield from told_of("SQLite, kansa serve", server, folder, bare_sqlite(folder, options.seconds), options)
        server.kill()
    if "postgresql" in wanted:
        cluster = Cluster()
        folder = populated(options.people, cluster.url)
        server = production(folder / "home", free_port(), cluster.url)
        alone = bare_postgresql(cluster, folder, options.seconds)
        yield from told_of("PostgreSQL, granian", server, folder, alone, options)
        server.kill()


def wanted() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--hour-seconds", type=int, default=15)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    return parser.parse_args()


if __name__ == "__main__":
    print(machine())
    for block in blocks(wanted()):
        print(block, flush=True)
