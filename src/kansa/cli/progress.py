"""How does long work show that it goes on? A bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Thing = TypeVar("Thing")
LONG = 3  # steps from which a bar is worth its lines


def steps(things: Sequence[Thing], label_ja: str) -> Iterable[Thing]:
    """The things one by one, with a bar on standard error when there are many and somebody watches."""
    if len(things) < LONG or not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(things, description=label_ja, console=Console(stderr=True), transient=True)


@contextmanager
def working(label_ja: str) -> Iterator[None]:
    """A moving sign while one long step runs."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(label_ja):
        yield
