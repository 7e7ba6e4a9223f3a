"""How many answers a second does one server keep, how long does one take, and is one lost when the server is killed?

Real HTTP against `kansa serve` in a process of its own: each client opens slips and sends one answer after another.
The reference is the database alone: the same rows changed as often, each change a transaction on the same disk.
In the middle the server is killed (-9) and started again; at the end every answer that a client was told to be kept is
looked for in the database. Run: python -m benchmarks.answering
"""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.city import new_home
from benchmarks.harness import machine

PEOPLE, ITEMS, CLIENTS = 240, 20, 8
CSRF = "a" * 32  # a cookie and a field that agree are what is asked for
P95_SECONDS = 0.5
ANSWERS = ("yes", "no", "not_applicable")


@dataclass
class Told:
    """What the clients were told: seconds of each kept answer, and code -> item -> the answer that was kept last."""

    seconds: list[float] = field(default_factory=list)
    kept: dict[str, dict[int, str]] = field(default_factory=dict)
    failures: int = 0


def build() -> tuple[int, list[str]]:
    """A city with an open campaign; its key and the codes of the slips."""
    from kansa.apps.people.models import Department
    from kansa.apps.self_inspection.actions import print_slips
    from tests.builders import build_city, department, imported, item, staff
    from tests.cast import CLERK, this_fiscal_year
    from tests.inspecting import build_campaign

    year = this_fiscal_year()
    build_city()
    imported("departments", [department("101")])
    imported("staff", [staff(f"S{place:05}", "101", fiscal_year=year) for place in range(PEOPLE)])
    imported("checklist", [item(f"Q{place:02}", "self_inspection", fiscal_year=year) for place in range(ITEMS)])
    campaign = build_campaign()
    slips = print_slips(CLERK, campaign.pk, Department.objects.get(code="101").pk, is_for_all=True)
    return campaign.pk, [one.code for one in slips]


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """`kansa serve`, which can be killed and started again."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        words = [sys.executable, "-m", "kansa.cli", "--home", str(self.home), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def answering(port: int, campaign: int, codes: Sequence[str], told: Told, shift: int) -> None:
    """One client: slip after slip, item after item; an answer that was not acknowledged is sent again."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number, code in enumerate(codes):
        cookie = f"kansa_answer_{campaign}={code}; csrftoken={CSRF}"
        for place in range(1, ITEMS + 1):
            answer = ANSWERS[(number + place + shift) % 3]
            typed = {"csrfmiddlewaretoken": CSRF, "position": place, "answer": answer}
            headers = {"Cookie": cookie, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
            while not told_once(line, f"/answer/{campaign}/all/", urlencode(typed), headers, told):
                line.close()
                time.sleep(0.2)
            told.kept.setdefault(code, {})[place] = answer


def told_once(line: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str], told: Told) -> bool:
    """Sends one answer; whether it was acknowledged."""
    began = time.perf_counter()
    try:
        line.request("POST", path, body, headers)
        response = line.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        told.failures += 1
        return False
    if response.status != 200:
        raise RuntimeError(f"status {response.status}")
    told.seconds.append(time.perf_counter() - began)
    return True


def lost(told: Sequence[Told]) -> int:
    """Acknowledged answers that are not in the database."""
    from kansa.apps.self_inspection.models import Campaign
    from kansa.apps.self_inspection.queries import Respondent, own_answers, respondent_of
    from kansa.core.inspection import NO_ANSWERS, answer_of

    campaign, missing = Campaign.objects.select_related("checklist").get(), 0
    for one in told:
        for code, answers in one.kept.items():
            who = respondent_of(campaign, None, code)
            masks = own_answers(who) if isinstance(who, Respondent) else NO_ANSWERS
            missing += sum(answer_of(masks, place - 1) != answer for place, answer in answers.items())
    return missing


def bare(folder: Path) -> float:
    """Changes a second of the database alone: one row a person, one transaction a change, synchronous=FULL."""
    line = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    line.execute("CREATE TABLE one (token TEXT PRIMARY KEY, met INTEGER, applicable INTEGER, answered INTEGER)")
    line.executemany("INSERT INTO one VALUES (?, 0, 0, 0)", [(f"{place:064}",) for place in range(PEOPLE)])
    began, count = time.perf_counter(), PEOPLE * ITEMS
    for place in range(count):
        change = "UPDATE one SET met=met|?, applicable=applicable|?, answered=answered|? WHERE token=?"
        line.execute(change, (1 << place % ITEMS,) * 3 + (f"{place % PEOPLE:064}",))
    seconds = time.perf_counter() - began
    line.close()
    return count / seconds


def run(server: Server, campaign: int, codes: list[str], *, is_killed: bool) -> tuple[list[Told], float]:
    """All clients at once; what they were told and the seconds it took. With a kill, other answers than without."""
    told = [Told() for _ in range(CLIENTS)]
    threads = [
        threading.Thread(
            target=answering, args=(server.port, campaign, codes[place::CLIENTS], told[place], int(is_killed))
        )
        for place in range(CLIENTS)
    ]
    began = time.perf_counter()
    for one in threads:
        one.start()
    if is_killed:
        while sum(len(one.seconds) for one in told) < PEOPLE * ITEMS // 2:
            time.sleep(0.05)
        server.kill()
        server.start()
    for one in threads:
        one.join()
    return told, time.perf_counter() - began


def percentile(values: list[float], part: int) -> float:
    """The value that `part` percent do not exceed."""
    return statistics.quantiles(values, n=100)[part - 1]


def verdict(is_kept: bool, promise: str) -> str:
    """The first line of a promise."""
    return f"{'kept  ' if is_kept else 'BROKEN'}  {promise}"


def blocks() -> Iterator[str]:
    """The lines of the report."""
    home = new_home()
    campaign, codes = build()
    alone = bare(home)
    server = Server(home, free_port())
    try:
        told, seconds = run(server, campaign, codes, is_killed=False)
        took = [one for each in told for one in each.seconds]
        p95, p99 = percentile(took, 95), percentile(took, 99)
        yield verdict(p95 <= P95_SECONDS, f"an answer is kept within {P95_SECONDS * 1000:.0f} ms (p95)")
        yield f"        {len(took)} answers, {CLIENTS} clients: {len(took) / seconds:.0f} a second"
        middle = statistics.median(took)
        yield f"        median {middle * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
        yield f"        = {len(took) / seconds / alone:.1%} of the database alone ({alone:.0f} changes a second)"
        told, _ = run(server, campaign, codes, is_killed=True)
        kept = sum(len(answers) for each in told for answers in each.kept.values())
        failures, gone = sum(each.failures for each in told), lost(told)
        yield verdict(not gone, "not one acknowledged answer is lost when the server is killed (-9)")
        yield f"        {kept} acknowledged, {failures} requests broken off and sent again, {gone} lost"
    finally:
        server.kill()


if __name__ == "__main__":
    print(machine())
    for block in blocks():
        print(block, flush=True)
