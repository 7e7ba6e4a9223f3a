"""How long does a call take, compared with a reference measured in the same run?

Two clocks run: the one on the wall, and the processor seconds of this process alone. Where both sides are work of one
thread in this process, the ratio may be taken from processor seconds: a busy machine then does not break a promise.
"""

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
    """Several runs of one call: seconds on the wall, and of the processor in this process (threads included)."""

    name: str
    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the runs, in seconds on the wall."""
        return statistics.median(self.seconds)

    @property
    def processor_median(self) -> float:
        """The middle of the runs, in processor seconds."""
        return statistics.median(self.processor)


@dataclass(frozen=True)
class Result:
    """One promise: what was timed, against what, and what was promised.

    `limit_seconds` and `limit_ratio` are the promise; None where nothing was promised of that kind.
    `by_processor`: ratio and limit are of processor seconds. Only for calls that do their work in this process.
    """

    promise: str
    timing: Timing
    reference: Timing | None = None
    limit_seconds: float | None = None
    limit_ratio: float | None = None
    note: str = ""
    by_processor: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the reference it took, by the clock that counts; None without a reference."""
        return self.processor_ratio if self.by_processor else self.wall_ratio

    @property
    def wall_ratio(self) -> float | None:
        """How many times the reference it took, on the wall."""
        return self.timing.median / self.reference.median if self.reference and self.reference.median else None

    @property
    def processor_ratio(self) -> float | None:
        """How many times the reference it took, in processor seconds."""
        if self.reference is None or not self.reference.processor_median:
            return None
        return self.timing.processor_median / self.reference.processor_median

    @property
    def is_kept(self) -> bool:
        """True when every limit that was named is kept."""
        took = self.timing.processor_median if self.by_processor else self.timing.median
        in_time = self.limit_seconds is None or took <= self.limit_seconds
        return in_time and (self.limit_ratio is None or self.ratio is None or self.ratio <= self.limit_ratio)


def timed(name: str, call: Call, runs: int = 5, warm: int = 1) -> Timing:
    """Times a call: `warm` runs that do not count, then `runs` that do."""
    return alternating((name, call), runs=runs, warm=warm)[0]


def alternating(*calls: tuple[str, Call], runs: int = 5, warm: int = 1) -> tuple[Timing, ...]:
    """Times several calls in turn, so that a busy moment of the machine falls on all; `warm` rounds do not count."""
    took: list[list[tuple[float, float]]] = [[] for _ in calls]
    for number in range(warm + runs):
        for place, (_, call) in enumerate(calls):
            began = time.perf_counter(), time.process_time()
            call()
            ended = time.perf_counter(), time.process_time()
            if number >= warm:
                took[place].append((ended[0] - began[0], ended[1] - began[1]))
    return tuple(
        Timing(name, tuple(wall for wall, _ in runs_of_one), tuple(processor for _, processor in runs_of_one))
        for (name, _), runs_of_one in zip(calls, took, strict=True)
    )


def load() -> str:
    """How busy the machine is; "unknown" where the system does not say."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def machine() -> str:
    """One line about where the numbers come from."""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs, load {load()}"


def report(results: Sequence[Result]) -> None:
    """Prints one block per promise."""
    for result in results:
        timing, reference = result.timing, result.reference
        spread = f"{min(timing.seconds):.3f}–{max(timing.seconds):.3f} s"
        print(f"{'kept  ' if result.is_kept else 'BROKEN'}  {result.promise}")
        print(
            f"        {timing.name}: {timing.median:.3f} s ({spread}, {len(timing.seconds)} runs)"
            + (f", processor {timing.processor_median:.4f} s" if result.by_processor else "")
        )
        if reference and result.ratio:
            limit = f", promised at most {result.limit_ratio:g}" if result.limit_ratio is not None else ""
            if result.by_processor:
                print(
                    f"        = {result.ratio:.2f} × {reference.name} in processor seconds "
                    f"({reference.processor_median:.6f} s){limit}"
                )
                print(f"        = {result.wall_ratio:.2f} × on the wall ({reference.median:.4f} s)")
            else:
                print(f"        = {result.ratio:.1f} × {reference.name} ({reference.median:.4f} s){limit}")
        if result.note:
            print(f"        {result.note}")


def main(run: Callable[[], list[Result]]) -> None:
    """The command of one promise."""
    print(machine(), file=sys.stdout)
    report(run())
