"""How long does a call take, compared with a reference measured in the same run?"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Call = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """Seconds of several runs of one call."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the runs, in seconds."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Result:
    """One promise: what was timed, against what, and what was promised.

    `limit_seconds` and `limit_ratio` are the promise; None where nothing was promised of that kind.
    """

    promise: str
    timing: Timing
    reference: Timing | None = None
    limit_seconds: float | None = None
    limit_ratio: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the reference it took."""
        return self.timing.median / self.reference.median if self.reference and self.reference.median else None

    @property
    def is_kept(self) -> bool:
        """True when every limit that was named is kept."""
        in_time = self.limit_seconds is None or self.timing.median <= self.limit_seconds
        return in_time and (self.limit_ratio is None or self.ratio is None or self.ratio <= self.limit_ratio)


def timed(name: str, call: Call, runs: int = 5, warm: int = 1) -> Timing:
    """Times a call: `warm` runs that do not count, then `runs` that do."""
    for _ in range(warm):
        call()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return Timing(name, tuple(seconds))


def alternating(first: tuple[str, Call], second: tuple[str, Call], runs: int = 5) -> tuple[Timing, Timing]:
    """Times two calls in turn, so that a busy moment of the machine falls on both."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(runs + 1):
        for place, (_, call) in enumerate((first, second)):
            began = time.perf_counter()
            call()
            if number:  # the first round warms up
                took[place].append(time.perf_counter() - began)
    return Timing(first[0], tuple(took[0])), Timing(second[0], tuple(took[1]))


def load() -> str:
    """How busy the machine is; "unknown" where the system does not say."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def machine() -> str:
    """One line about where the numbers come from."""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs, load {load()}"


def report(results: Sequence[Result]) -> None:
    """Prints one block per promise."""
    for result in results:
        spread = f"{min(result.timing.seconds):.3f}–{max(result.timing.seconds):.3f} s"
        print(f"{'kept  ' if result.is_kept else 'BROKEN'}  {result.promise}")
        print(
            f"        {result.timing.name}: {result.timing.median:.3f} s ({spread}, {len(result.timing.seconds)} runs)"
        )
        if result.reference and result.ratio:
            limit = f", promised at most {result.limit_ratio:g}" if result.limit_ratio is not None else ""
            print(f"        = {result.ratio:.1f} × {result.reference.name} ({result.reference.median:.4f} s){limit}")
        if result.note:
            print(f"        {result.note}")


def main(run: Callable[[], list[Result]]) -> None:
    """The command of one promise."""
    print(machine(), file=sys.stdout)
    report(run())
