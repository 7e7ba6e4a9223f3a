"""How long do the decomposition and all figures take for 600 departments, 300 items and two years?

Reference: one bare pass of `str.count` for each level over the same 360,000 characters, the least that any counting of
levels can cost in Python.
"""

from __future__ import annotations

from random import Random

from benchmarks.harness import Result, alternating, main, timed
from kansa.core.comparison import compare, item_links
from kansa.core.maturity import Grid
from kansa.core.year import (
    Checklist,
    ControlItem,
    Department,
    Engagement,
    ReportSettings,
    ScaleLevel,
    TallyRow,
    YearData,
    YearRecords,
    YearRules,
)
from kansa.document.figures import build_figures

DEPARTMENTS = 600
ITEMS = 300
CARRIED, REVISED = 270, 20  # the rest is added this year, and as many dropped
LEVELS = "0123444N"
STREAMS = ("external_audit", "internal_audit")


def items(fiscal_year: int) -> tuple[ControlItem, ...]:
    """One year's checklist; last year's codes begin with P."""
    mark = "T" if fiscal_year % 2 == 0 else "P"
    lineage = ["carried"] * CARRIED + ["revised"] * REVISED + ["added"] * (ITEMS - CARRIED - REVISED)
    return tuple(
        ControlItem(
            f"{mark}{number:03}",
            f"分野{number % 9}",
            f"項目{number}",
            "",
            lineage[number],
            "" if lineage[number] == "added" or mark == "P" else f"P{number:03}",
        )
        for number in range(ITEMS)
    )


def engagements(stream: str, random: Random) -> tuple[Engagement, ...]:
    """Every department judged on every item."""
    return tuple(
        Engagement(
            f"{stream}-{number:03}",
            stream,
            "control_check",
            f"D{number:03}",
            "",
            "",
            2,
            "".join(random.choices(LEVELS, k=ITEMS)),
        )
        for number in range(DEPARTMENTS)
    )


def tally(random: Random) -> tuple[TallyRow, ...]:
    """Twenty people a department, forty questions."""
    rows = []
    for number in range(DEPARTMENTS):
        yes = tuple(random.randint(12, 20) for _ in range(40))
        none = (0,) * 40
        rows.append(TallyRow(f"D{number:03}", 20, 20, yes, tuple(20 - count for count in yes), none, none))
    return tuple(rows)


def records(fiscal_year: int, random: Random) -> YearRecords:
    """One large year."""
    listed = items(fiscal_year)
    questions = tuple(item for item in listed[:40])
    scale = tuple(ScaleLevel(level, f"レベル{level}", "") for level in range(5))
    return YearRecords(
        fiscal_year,
        YearRules(scale),
        tuple(
            Department(f"D{number:03}", f"第{number}課", f"部{number % 30}", "head_office")
            for number in range(DEPARTMENTS)
        ),
        (*(Checklist(stream, listed) for stream in STREAMS), Checklist("self_inspection", questions)),
        tuple(engagement for stream in STREAMS for engagement in engagements(stream, random)),
        tally(random),
    )


def year() -> YearData:
    """Two large years, the same on every run."""
    random = Random(2024)
    this, prior = records(2024, random), records(2023, random)
    return YearData(ReportSettings("大規模市", "監査実施報告書", "", "2025-03-31"), this, prior)


def grid(one: YearRecords, stream: str) -> Grid:
    """The judgements of one stream."""
    rows = [engagement for engagement in one.engagements if engagement.stream == stream]
    return Grid(
        tuple(row.department_code for row in rows),
        tuple(item.code for item in one.checklist(stream).items),
        tuple(row.levels for row in rows),
    )


def run() -> list[Result]:
    """Times the decomposition of one stream against counting, and all figures of both streams."""
    whole = year()
    assert whole.prior is not None
    this, prior = grid(whole.this, "external_audit"), grid(whole.prior, "external_audit")
    links = item_links(whole.prior.checklist("external_audit"), whole.this.checklist("external_audit"))
    same = {code: code for code in this.departments}
    text = ["".join(one.rows) for one in (prior, this)]
    counting, parts = alternating(
        ("counting", lambda: [[part.count(level) for level in "01234N-."] for part in text]),
        ("decomposition", lambda: compare(prior, this, links, same)),
    )
    figures = timed("all figures, two streams and the self-inspection", lambda: build_figures(whole), runs=3)
    name = f"{DEPARTMENTS} departments × {ITEMS} items × 2 years"
    return [
        Result(f"decomposition, {name}, under 1 s", parts, counting, limit_seconds=1, by_processor=True),
        Result(f"all figures, {name}, under 1 s", figures, counting, limit_seconds=1, by_processor=True),
    ]


if __name__ == "__main__":
    main(run)
