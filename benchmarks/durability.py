"""Is an answer lost that somebody was told is kept? Servers are killed (-9) and the database broken off in the middle.

Clients answer over real HTTP, one person after another, and note what they were told; what was not told to be kept they
send again, as the page asks them to. At the end everything that was told is looked for in the database.

| what breaks | how |
|---|---|
| SQLite, `kansa serve` | the process is killed (-9) and started again, several times |
| PostgreSQL, granian | all processes are killed (-9) at once and started again, several times |
| PostgreSQL itself | `pg_ctl -m immediate restart`: no word to the clients, recovery from the log; the servers stay |
| one of two servers behind nginx | killed (-9) for good; people go on at the other, where they never signed in |

Run: python -m benchmarks.durability [--people 120] [--breaks 3]
"""

from __future__ import annotations

import argparse
import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.answering import verdict
from benchmarks.harness import machine
from benchmarks.population import CSRF, ITEMS
from benchmarks.serving import Cluster, embedded, free_port, missing, populated, production, proxy, told_and_lost

CLIENTS = 8
CHOICES = ("yes", "no", "not_applicable")
BETWEEN = 0.2  # seconds until an answer that was not kept is sent again


@dataclass
class Told:
    """What one client was told. `kept`: staff number -> item -> answer; `refused`: status -> how often."""

    kept: dict[str, dict[int, str]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    gap: float = 0  # the longest time without a kept answer, in seconds


def answer_all(port: int, campaign: str, people: Sequence[str], told: Told, shift: int) -> None:
    """One client: person after person, item after item, until each answer is told to be kept."""
    line, last = http.client.HTTPConnection("127.0.0.1", port, timeout=30), time.monotonic()
    for row, person in enumerate(people):
        number, cookies = person.split(" ", 1)
        headers = {"Cookie": cookies, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        for place in range(1, ITEMS + 1):
            answer = CHOICES[(row + place + shift) % 3]
            body = urlencode({"csrfmiddlewaretoken": CSRF, "position": place, "answer": answer})
            while (status := sent(line, f"/answer/{campaign}/all/", body, headers)) != "200":
                told.refused[status] = told.refused.get(status, 0) + 1
                line.close()
                time.sleep(BETWEEN)
            told.kept.setdefault(number, {})[place] = answer
            told.gap, last = max(told.gap, time.monotonic() - last), time.monotonic()


def sent(line: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]) -> str:
    """The status of one answer; "broken off" without one."""
    try:
        line.request("POST", path, body, headers)
        response = line.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return "broken off"
    return str(response.status)


def outlasted(folder: Path, port: int, breaks: Sequence[Callable[[], object]], url: str, shift: int) -> Iterator[str]:
    """Everybody answers while `breaks` happen one after another, evenly over the answers; then the comparison."""
    people = (folder / "people.txt").read_text().splitlines()
    campaign, told = (folder / "campaign.txt").read_text(), [Told() for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=answer_all, args=(port, campaign, people[place::CLIENTS], told[place], shift))
        for place in range(CLIENTS)
    ]
    for one in threads:
        one.start()
    for number, happen in enumerate(breaks, 1):
        mark = len(people) * ITEMS * number // (len(breaks) + 1)
        while sum(len(answers) for each in told for answers in each.kept.values()) < mark:
            time.sleep(0.02)
        happen()
    for one in threads:
        one.join()
    kept = {number: answers for each in told for number, answers in each.kept.items()}
    known, lost = told_and_lost(folder, url, kept)
    refused: dict[str, int] = {}
    for each in told:
        for status, count in each.refused.items():
            refused[status] = refused.get(status, 0) + count
    again = ", ".join(f"{count} × {status}" for status, count in sorted(refused.items())) or "nothing"
    yield "" if lost or known != len(people) * ITEMS else "kept"
    yield f"        {known} answers told to be kept, {lost} of them lost; sent again: {again}"
    yield f"        longest time without a kept answer: {max(one.gap for one in told):.1f} s"


def reported(promise: str, lines: Iterator[str]) -> Iterator[str]:
    """The verdict, and what was seen."""
    is_kept, *rest = lines
    yield verdict(bool(is_kept), promise)
    yield from rest


def on_sqlite(options: argparse.Namespace) -> Iterator[str]:
    """`kansa serve` is killed."""
    folder = populated(options.people)
    server = embedded(folder / "home", free_port())

    def strike() -> None:
        server.kill()
        server.start()

    lines = outlasted(folder, server.port, [strike] * options.breaks, "", 0)
    yield from reported(f"SQLite: kansa serve killed (-9) {options.breaks} times, nothing acknowledged lost", lines)
    server.kill()


def on_postgresql(options: argparse.Namespace) -> Iterator[str]:
    """The servers are killed, then the database."""
    cluster = Cluster()
    folder = populated(options.people, cluster.url)
    server = production(folder / "home", free_port(), cluster.url)

    def strike() -> None:
        server.kill()
        server.start()

    lines = outlasted(folder, server.port, [strike] * options.breaks, cluster.url, 0)
    yield from reported(f"PostgreSQL: granian killed (-9) {options.breaks} times, nothing acknowledged lost", lines)
    restarts = [lambda: cluster.control("restart")] * options.breaks
    lines = outlasted(folder, server.port, restarts, cluster.url, 1)
    promise = (
        f"PostgreSQL restarted (immediate) {options.breaks} times under running servers, nothing acknowledged lost"
    )
    yield from reported(promise, lines)
    server.kill()
    if gone := missing("nginx"):
        yield f"left out: this machine lacks {gone}"
        return
    servers = [production(folder / "home", free_port(), cluster.url, processes=1) for _ in range(2)]
    with proxy([one.port for one in servers]) as port:
        lines = outlasted(folder, port, [servers[0].kill], cluster.url, 2)
        promise = "two servers behind nginx, one killed (-9) for good: everybody goes on, nothing acknowledged lost"
        yield from reported(promise, lines)


def blocks(options: argparse.Namespace) -> Iterator[str]:
    """The lines of the report."""
    yield from on_sqlite(options)
    if gone := missing("initdb", "pg_ctl"):
        yield f"left out: this machine lacks {gone}"
        return
    yield from on_postgresql(options)


def wanted() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=96)
    parser.add_argument("--breaks", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    print(machine())
    for block in blocks(wanted()):
        print(block, flush=True)
