"""How long does it take to import 75 worksheets of 300 items, compared with only reading their cells?

Reference: python-calamine turning every sheet of the same bytes into Python values. Reference and import take turns,
each turn on worksheets of its own. Both are work of one thread in this process, so the promise is judged by processor
seconds, which other programs on a busy machine hardly change; seconds on the wall are printed beside them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from python_calamine import CalamineWorkbook

from benchmarks.city import new_home
from benchmarks.harness import Result, alternating, main, timed

WORKSHEETS = 75
ITEMS = 300
ROUNDS = "EFGHJK"  # the first warms up; every round imports into engagements of its own, so that each judgement is new


def bare(files: list[tuple[str, bytes]]) -> int:
    """Reads every cell of every sheet and does nothing with it."""
    cells = 0
    for _, data in files:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            cells += sum(len(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    return cells


def filled(mark: str, shift: int) -> Iterator[tuple[str, bytes]]:
    """The worksheets of one round as auditors hand them in, with levels that depend on `shift`."""
    from kansa.apps.assessment.queries import worksheet_plan
    from kansa.apps.trail.queries import WORKSHEET_KEY, derived_key
    from kansa.formats.worksheets import write_worksheet
    from tests.builders import YEAR
    from tests.cast import CLERK

    key = derived_key(WORKSHEET_KEY)
    for number in range(WORKSHEETS):
        plan = worksheet_plan(CLERK, YEAR, f"{mark}{number:03}")
        items = tuple(
            replace(
                item, state="judged", level=(number + place + shift) % 5, evidence_ja="規程を確認", auditor_ja="監査人"
            )
            for place, item in enumerate(plan.items)
        )
        yield f"{mark}{number:03}.xlsx", write_worksheet(replace(plan, items=items), key)


def prepare() -> None:
    """A year with 75 departments, each with an engagement over 300 items for every round."""
    new_home()
    from tests import builders

    builders.build_city()
    builders.imported("year", [builders.setting(), *builders.scale()])
    builders.imported("departments", [builders.department(f"{number:03}") for number in range(WORKSHEETS)])
    builders.imported("checklist", [builders.item(f"A{number:03}") for number in range(ITEMS)])
    builders.imported(
        "engagements",
        [builders.engagement(f"{mark}{number:03}", f"{number:03}") for mark in ROUNDS for number in range(WORKSHEETS)],
    )


def run() -> list[Result]:
    """Times reading and applying; the writing of the worksheets is not counted."""
    prepare()
    from kansa.apps.annual_report.actions import import_files
    from kansa.apps.annual_report.actions.importing import WORKSHEET_KEY
    from kansa.apps.trail.actions import Upload
    from kansa.apps.trail.queries import derived_key
    from kansa.formats.worksheets import read_worksheet
    from tests.cast import CLERK

    rounds = [list(filled(mark, 0)) for mark in ROUNDS]
    key = derived_key(WORKSHEET_KEY)

    def importing(turns: Sequence[list[tuple[str, bytes]]]) -> Callable[[], None]:
        waiting = iter(turns)

        def call() -> None:
            uploads = [Upload(name, data) for name, data in next(waiting)]
            outcome = import_files(CLERK, "worksheet", uploads, apply=True)
            if outcome.refusals:
                raise RuntimeError("\n".join(refusal.ja() for refusal in outcome.refusals[:5]))

        return call

    bare_turns, reader_turns = iter(rounds), iter(rounds)
    reference, reading, new = alternating(
        ("python-calamine alone", lambda: bare(next(bare_turns))),
        ("our reader", lambda: [read_worksheet(data, name, key) for name, data in next(reader_turns)]),
        ("read, check and apply, all judgements new", importing(rounds)),
        runs=len(rounds) - 1,
    )
    corrected = list(filled(ROUNDS[0], 1))
    changed = timed("read, check and apply, all judgements changed", importing([corrected]), runs=1, warm=0)
    name = f"{WORKSHEETS} worksheets × {ITEMS} items"
    return [
        Result(f"importing {name} within 3 × of bare reading", new, reference, limit_ratio=3, by_processor=True),
        Result(f"importing {name} again with every level changed", changed, reference, by_processor=True),
        Result(f"reading {name} into records", reading, reference, by_processor=True),
    ]


if __name__ == "__main__":
    main(run)
