"""How long does it take to freeze the sample city, and how much of that is SQL?

Reference: reading the frozen bytes back into values, which touches every value once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.city import sample_city
from benchmarks.harness import Result, main, timed


class SqlClock:
    """Adds up the time spent in the database."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.statements += 1


def run() -> list[Result]:
    """Freezes the same records again and again; the first time, which also writes the row, is told apart."""
    _, year = sample_city()
    from django.db import connection

    from kansa.apps.annual_report.actions import freeze
    from kansa.apps.annual_report.queries.frozen import frozen_bytes
    from kansa.document.frozen import load
    from tests.cast import CLERK

    freeze(CLERK, year - 1, "計測")
    began = time.perf_counter()
    freeze(CLERK, year, "計測")
    first = time.perf_counter() - began
    clock = SqlClock()
    began = time.perf_counter()
    with connection.execute_wrapper(clock):
        again = timed("freeze", lambda: freeze(CLERK, year, "計測"), runs=5, warm=0)
    whole = time.perf_counter() - began
    body = frozen_bytes(CLERK, year)
    reading = timed("reading the frozen bytes", lambda: load(body))
    share = f"SQL: {clock.seconds / whole:.0%} of the time, {clock.statements // 5} statements"
    note = f"{share}; first time, with the row written: {first:.3f} s; {len(body) // 1024} KiB"
    return [Result("freezing the sample city under 2 s", again, reading, limit_seconds=2, note=note)]


if __name__ == "__main__":
    main(run)
