"""How does a person at the terminal see how far a search is, and stop it with the best it has?"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from kansa.planning.program import Progress

LISTEN_SECONDS = 0.2
Found = TypeVar("Found")


def cost_ja(cost: int | None) -> str:
    """A cost as it is printed; a dash for none."""
    return "－" if cost is None else f"{cost:,}"


def listener() -> Callable[[Progress], None] | None:
    """Who is told of the progress: the terminal, once a second at most; nobody when there is none."""
    if not sys.stderr.isatty():
        return None
    told = {"seconds": -1}

    def tell(progress: Progress) -> None:
        if int(progress.seconds) > told["seconds"]:
            told["seconds"] = int(progress.seconds)
            words = f"{told['seconds']}秒　今の費用 {cost_ja(progress.objective)}　下限 {cost_ja(progress.bound)}"
            print(words, file=sys.stderr)

    return tell


def heard(work: Callable[[], Found], stop: threading.Event) -> Found:
    """What the work gives; it is done in a thread of its own, so that this one hears Ctrl+C."""
    with interrupts(stop), ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        while not done.done():
            wait((done,), LISTEN_SECONDS)  # in short pieces: a signal is heard between them
        return done.result()


@contextmanager
def interrupts(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl+C sets `stop`, the second ends the command."""

    def asked(_number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
