"""How long does it take to judge a million raw hits of a drill, and does memory stay flat?

Hits are made one by one, ordered by recipient as the database gives them, and never held: memory is that of the people,
not of the hits. The reference is the same stream without a judge. Run: python -m benchmarks.drill_events
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.harness import Result, alternating, main
from kansa.core.mail_drill.events import Effects, Hit, Settings, acts_of, judge_all

HITS, PEOPLE = 1_000_000, 20_000
LIMIT_SECONDS = 10
SENT = datetime(2024, 10, 1, tzinfo=UTC)
AGENTS = ("Mozilla/5.0 (Windows NT 10.0) Chrome/120", "Mozilla/5.0 (iPhone)", "curl/8.0", "")
SETTINGS = Settings(networks=("192.0.2.0/24", "198.51.100.0/24"))


def rows(hits: int) -> Iterator[tuple[str, Hit]]:
    """So many hits: clicks, pictures, canaries and confirmations of people, proxies and scanners."""
    each = hits // PEOPLE
    for person in range(PEOPLE):
        name = f"{person:064d}"
        for number in range(each):
            spread = person * 7 + number * 13
            kind = "clicked" if number % 5 == 0 else "opened" if number % 5 < 4 else "confirmed"
            kind = "canary" if spread % 97 == 0 else kind
            yield (
                name,
                Hit(
                    kind,
                    SENT + timedelta(seconds=spread % 5000),
                    "HEAD" if spread % 89 == 0 else "GET",
                    f"10.{spread % 4}.{person % 200}.{number % 3}",
                    AGENTS[spread % 4],
                ),
            )


def judged(hits: int) -> int:
    """The number of people who clicked."""
    sent = {f"{person:064d}": SENT for person in range(PEOPLE)}
    effects = Effects()
    clicked = 0
    for _, found in judge_all(lambda: rows(hits), sent, SETTINGS):
        effects.add(found)
        clicked += "clicked" in acts_of(found, SETTINGS.mask).first
    return clicked


def streamed(hits: int) -> int:
    """The same stream twice, without a judge."""
    return sum(1 for _ in range(2) for _ in rows(hits))


def peak(hits: int) -> int:
    """The most memory while judging, in kilobytes."""
    tracemalloc.start()
    judged(hits)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most // 1024


def run() -> list[Result]:
    """Seconds, the ratio to the stream alone, and memory for a twentieth and a fifth of the hits."""
    took, reference = alternating(
        ("judging 1,000,000 hits", lambda: judged(HITS)), ("the stream alone", lambda: streamed(HITS)), runs=3, warm=0
    )
    # Tracing memory is slow; these two say as well whether it grows with the hits.
    small, large = peak(HITS // 20), peak(HITS // 5)
    note = f"memory {small:,} kB for {HITS // 20:,} hits, {large:,} kB for {HITS // 5:,}"
    promise = f"{HITS:,} hits of {PEOPLE:,} people judged within {LIMIT_SECONDS} s, in memory that hits do not fill"
    return [Result(promise, took, reference, limit_seconds=LIMIT_SECONDS, note=note, by_processor=True)]


if __name__ == "__main__":
    main(run)
