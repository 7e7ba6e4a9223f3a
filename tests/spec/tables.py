"""How are the worked examples read? Markdown pages whose marked tables are run.

A table is run when a comment stands before it:
    <!-- case: NAME -->            each row is an example; columns headed "→ …" are what the rule must give
    <!-- case: NAME from GIVEN --> the same, and the rule also gets the rows of the table marked "given: GIVEN"
    <!-- given: GIVEN -->          records that examples refer to
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
EXPECTED = "→"
_MARK = re.compile(r"<!-- (case|given): (\w+)(?: from (\w+))? -->")

Row = dict[str, str]


@dataclass(frozen=True)
class Example:
    """One table of a page: its mark, its rows, and the rows of the records it refers to."""

    page: str
    line: int
    case: str
    rows: tuple[Row, ...]
    given: tuple[Row, ...]

    @property
    def expected(self) -> list[Row]:
        """What the rule must give, a row each, columns without the arrow."""
        return [
            {name.removeprefix(EXPECTED).strip(): text for name, text in row.items() if name.startswith(EXPECTED)}
            for row in self.rows
        ]

    @property
    def inputs(self) -> list[Row]:
        """What the rule gets, a row each."""
        return [{name: text for name, text in row.items() if not name.startswith(EXPECTED)} for row in self.rows]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _table(lines: list[str], start: int) -> tuple[Row, ...]:
    """The pipe table that begins at the first line with a pipe after `start`."""
    while not lines[start].startswith("|"):
        start += 1
    heading = _cells(lines[start])
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(heading, _cells(line), strict=True)))
    return tuple(rows)


def examples_of(path: Path) -> list[Example]:
    """The examples of one page. Raises KeyError when one refers to records that no table gives."""
    lines = path.read_text(encoding="utf-8").splitlines()
    given: dict[str, tuple[Row, ...]] = {}
    found = []
    for number, line in enumerate(lines):
        mark = _MARK.fullmatch(line.strip())
        if mark is None:
            continue
        rows = _table(lines, number)
        if mark[1] == "given":
            given[mark[2]] = rows
        else:
            found.append(Example(path.name, number + 1, mark[2], rows, given[mark[3]] if mark[3] else ()))
    return found


def pages() -> list[Path]:
    """All pages in reading order."""
    return sorted(FOLDER.glob("[0-9]*.md"))


def all_examples() -> list[Example]:
    """Every example of every page."""
    return [example for page in pages() for example in examples_of(page)]
