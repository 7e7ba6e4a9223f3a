"""Is a mail ever sent twice or lost when senders are killed (-9) at any moment, two at once, with a bad relay?

A real smtp-sink writes down what it took; senders are processes of their own, killed after a few milliseconds, on
SQLite or on the PostgreSQL that DATABASE_URL names (an empty database). Between kills the relay is replaced by one that
refuses for a while (4xx), hangs up (421), disconnects without a word, also after the final dot, or is slow.
Run: python -m benchmarks.mail_kills [--kills 300] [--recipients 1500] [--calm]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.city import new_home
from benchmarks.harness import machine

if TYPE_CHECKING:
    from tests.mailing import Dumped, Sink

SEED = 20261128
# What a bad relay does, for so many kills; "" is a good one. `.` is the end of the mail.
TROUBLES = (
    ("",),
    ("-q", "."),
    ("",),
    ("-r", "RCPT"),
    ("-Q", "RCPT"),
    ("",),
    ("-q", "DATA"),
    ("-r", "."),
    ("-w", "1"),
    ("-Q", "."),
)
REFUSED_AT_THE_END = (("-r", "."), ("-Q", "."))
MARK = "kansa.example/"  # stands in every mail, before its token


@dataclass
class Run:
    """One trial: what was done to it, and what stands in the end."""

    kills: int = 0
    pairs: int = 0
    states: Counter[str] = field(default_factory=Counter)
    dumped: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    sums_held: bool = True
    faults: list[str] = field(default_factory=list)


class Clock:
    """The real clock, set forward by the trial so that nobody has to wait for a retry."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        from django.utils import timezone

        return timezone.now() + self.ahead


def fork_sender(batch_id: int, clock: Clock) -> int:
    """A sender in a process of its own, which works until there is nothing to do or it is killed."""
    from django.db import connections

    connections.close_all()  # a connection must not be shared by two processes
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        from kansa.apps.mail.actions import send_slice
        from tests.cast import CITY

        send_slice(CITY, batch_id, seconds=600, clock=clock)
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def ended(child: int, seconds: float) -> bool:
    """Whether the process ended by itself in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            if os.waitstatus_to_exitcode(status):
                raise RuntimeError("a sender ended with a fault")
            return True
        time.sleep(0.001)
    return False


def kill(child: int) -> None:
    """-9, and waits for the end."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def wake(batch_id: int, clock: Clock) -> None:
    """What a person does: looks, and goes on; time passes until the next retry."""
    from kansa.apps.mail.models import MailBatch

    clock.ahead += timedelta(hours=3)
    MailBatch.objects.filter(pk=batch_id, state="paused").update(state="running", failures_in_row=0, trouble_count=0)
    MailBatch.objects.filter(pk=batch_id).update(not_before_at=None)


def attack(batch_id: int, clock: Clock, run: Run, draw: random.Random) -> None:
    """One sender, or two at once, killed at a moment by chance unless they were done by then."""
    children = [fork_sender(batch_id, clock) for _ in range(1 + (draw.random() < 0.4))]
    run.pairs += len(children) == 2
    time.sleep(draw.random() ** 2 * 0.25)
    for child in children:
        if not ended(child, draw.random() * 0.02):
            kill(child)
            run.kills += 1


def whole_mails(sink: Sink) -> list[Dumped]:
    """What the relay wrote down to the end; of a connection that broke before the text only the envelope is there."""
    return [mail for mail in sink.mails() if MARK in mail.text]


def trial(kills: int, recipients: int, *, calm: bool, folder: Path, draw: random.Random) -> Run:
    """Kills senders of one batch until `kills` are dead, then lets one finish; compares with the dump."""
    from kansa.apps.mail.models import MailBatch
    from kansa.apps.mail.queries import counts_of, states_of
    from tests.builders import build_city
    from tests.mailing import batch_of, free_port, people, relay_at, running_sink, window

    build_city()
    run, clock, port, taken = Run(), Clock(), free_port(), []
    made = batch_of(relay_at(port, timeout_seconds=2), people(recipients), when=window(days=3650))
    batch, troubles = made.batch, [("",)] if calm else list(TROUBLES)
    for number, options in enumerate(troubles):
        with running_sink(folder / str(number), *(one for one in options if one), port=port) as sink:
            for _ in range(max(1, kills // len(troubles))):
                wake(batch.pk, clock)
                attack(batch.pk, clock, run, draw)
                run.sums_held &= counts_of(batch).total == recipients
            # smtp-sink writes down what it then refuses after the final dot, too; that was not taken over.
            taken += [] if options in REFUSED_AT_THE_END else whole_mails(sink)
    with running_sink(folder / "last", port=port) as sink:
        for _ in range(40):
            wake(batch.pk, clock)
            child = fork_sender(batch.pk, clock)
            if not ended(child, 600):
                kill(child)
            if MailBatch.objects.get(pk=batch.pk).state == "finished":
                break
        taken += whole_mails(sink)
    run.dumped = Counter(mail.recipient for mail in taken)
    dumped_tokens = {mail.text.split(MARK)[1][:24] for mail in taken}
    batch.refresh_from_db()
    states = states_of(batch)
    run.states, run.connections = Counter(states.values()), batch.connection_count
    judge(run, states, dumped_tokens, recipients)
    return run


def judge(run: Run, states: dict[str, str], dumped: set[str], recipients: int) -> None:
    """What has to hold, whatever was done."""
    twice = [one for one, count in run.dumped.items() if count > 1]
    accepted = {token for token, state in states.items() if state == "accepted"}
    unknown = {token for token, state in states.items() if state == "unknown"}
    checks = {
        f"{len(twice)} recipients got two mails": bool(twice),
        "the sum was not the list at every moment": not run.sums_held or len(states) != recipients,
        "accepted, and the relay does not have it": bool(accepted - dumped),
        "the relay has it, and we neither know nor doubt it": bool(dumped - accepted - unknown),
        "states other than accepted and unknown": bool(set(run.states) - {"accepted", "unknown"}),
        "more unknown than kills and connections": run.states["unknown"] > run.kills + run.connections,
    }
    run.faults = [words for words, is_broken in checks.items() if is_broken]


def open_home(home: Path | None, url: str) -> None:
    """A new home, or the one that somebody has prepared."""
    if home is None:
        new_home(url)
        return
    os.environ["KANSA_HOME"], os.environ["DJANGO_SETTINGS_MODULE"] = str(home), "kansa.config.settings"
    import django

    django.setup()


def main() -> int:
    """Prints what was done and what was found; 1 when anything was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--recipients", type=int, default=1500)
    parser.add_argument("--calm", action="store_true", help="a good relay all the time")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--home", type=Path, help="a home with a database that is up to date, to be used up")
    arguments = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    open_home(arguments.home, url)
    print(f"{machine()}; {'PostgreSQL' if url.startswith('postgres') else 'SQLite'}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kansa-sink-") as place:
        folder, draw = Path(place) / "dump", random.Random(arguments.seed)
        run = trial(arguments.kills, arguments.recipients, calm=arguments.calm, folder=folder, draw=draw)
    twice = sum(count > 1 for count in run.dumped.values())
    print(
        f"{'kept  ' if not run.faults else 'BROKEN'}  {run.kills} kills (two senders at once {run.pairs} times), "
        f"{arguments.recipients} recipients: {run.states['accepted']} accepted, {run.states['unknown']} unknown, "
        f"{len(run.dumped)} with the relay, {twice} twice; {time.monotonic() - began:.0f} s"
    )
    for words in run.faults:
        print(f"        {words}")
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main())
