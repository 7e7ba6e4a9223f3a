"""How long does the whole report take from frozen records, warm and cold?

References: figures and outline without any output; and starting Python.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.city import sample_city
from benchmarks.harness import Result, main, timed

QUICK = ("pdf", "html", "xlsx", "json")
FORMATS = ("pdf", "docx", "html", "xlsx", "json")


def cold(home: Path, year: int) -> None:
    """A new process: `kansa report`, everything but the printing of the files."""
    with tempfile.TemporaryDirectory() as out:
        command = ["report", str(year), "--format", ",".join(FORMATS), "--out", out]
        subprocess.run(
            [sys.executable, "-m", "kansa.cli", "--home", str(home), *command], check=True, stdout=subprocess.DEVNULL
        )


def run() -> list[Result]:
    """Times the quick formats, Word alone, and the command in a process of its own."""
    home, year = sample_city()
    from kansa.apps.annual_report.actions import freeze
    from kansa.apps.annual_report.queries.frozen import frozen_bytes
    from kansa.document.report import read_report, render
    from tests.cast import CLERK

    for fiscal_year in (year - 1, year):
        freeze(CLERK, fiscal_year, "計測")
    frozen = frozen_bytes(CLERK, year)
    model = timed("figures and outline", lambda: read_report(frozen, is_draft=True))
    quick = timed("from frozen bytes", lambda: render(read_report(frozen, is_draft=True), QUICK))
    made = read_report(frozen, is_draft=True)
    word = timed("Word alone", lambda: render(made, ["docx"]), runs=3)
    start = timed("starting Python", lambda: subprocess.run([sys.executable, "-c", ""], check=True), runs=3)
    whole = timed("kansa report, five formats", lambda: cold(home, year), runs=3)
    return [
        Result("PDF, HTML, xlsx and json, warm, under 1 s", quick, model, limit_seconds=1),
        Result("Word under 2 s more", word, model, limit_seconds=2),
        Result("kansa report from a cold start under 3 s", whole, start, limit_seconds=3),
    ]


if __name__ == "__main__":
    main(run)
