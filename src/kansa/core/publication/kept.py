"""What is kept of a decision, so that it is made once: of every group its people, its states, and the printed numbers?

A cell that is not printed exactly is kept without its numbers, so whoever reads a kept decision, a page or a file, has
nothing in hand that it must not print. Source: docs/adr/0042.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kansa.core.compliance import AnswerCounts
from kansa.core.publication.deciding import Publication
from kansa.core.publication.table import EXACT, TOTAL, AnswerTable, Cell, job_types_of
from kansa.core.year import ControlItem, Department

VERSION = 1  # of the decision: a rule of ADR 0026 that changes makes every kept decision old
LETTERS = {EXACT: "e", "at_least_95": "h", "at_most_5": "l", "primary": "p", "complementary": "c", "": "-"}
STATES = {letter: state for state, letter in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """A group: a letter of LETTERS for its total and each item, and four numbers for each exact one, in that order."""

    group: str
    respondent_count: int
    asked_count: int
    states: str
    numbers: str


def kept_groups(publication: Publication, table: AnswerTable) -> Iterator[KeptGroup]:
    """What is kept of a decision, by group; also of groups that were asked and of which nobody answered."""
    codes = (TOTAL, *(item.code for item in table.items))
    for group in sorted({*table.people, *table.asked}):
        cells = [(group, code) for code in codes]
        states = "".join(LETTERS[publication.states.get(cell, "")] for cell in cells)
        exact = [table.counts[cell] for cell in cells if publication.states.get(cell) == EXACT]
        numbers = " ".join(f"{one.yes} {one.no} {one.not_applicable} {one.blank}" for one in exact)
        yield KeptGroup(group, table.people.get(group, 0), table.asked.get(group, 0), states, numbers)


class KeptCells:
    """The cells of kept groups. A group is unpacked when a cell of it is asked for."""

    def __init__(self, groups: Iterable[KeptGroup], items: tuple[ControlItem, ...]) -> None:
        self.place = {code: place for place, code in enumerate((TOTAL, *(item.code for item in items)))}
        self.codes = tuple(self.place)
        self.groups = {one.group: one for one in groups}
        self._numbers: dict[str, tuple[tuple[int, ...], ...]] = {}

    def state(self, cell: Cell) -> str:
        """The state of a cell. Raises KeyError."""
        state = STATES[self.groups[cell[0]].states[self.place[cell[1]]]]
        if not state:
            raise KeyError(cell)
        return state

    def numbers(self, cell: Cell) -> AnswerCounts:
        """The counts of a cell that is printed exactly. Raises KeyError for any other."""
        group, code = cell
        if group not in self._numbers:
            self._numbers[group] = unpacked(self.groups[group])
        found = self._numbers[group][self.place[code]]
        if not found:
            raise KeyError(cell)
        return AnswerCounts(*found)

    def cells(self, *, only_exact: bool) -> Iterator[Cell]:
        """The cells that have a state, or numbers."""
        for group, one in self.groups.items():
            for code, letter in zip(self.codes, one.states, strict=True):
                if letter == LETTERS[EXACT] or (not only_exact and letter != LETTERS[""]):
                    yield group, code


def unpacked(group: KeptGroup) -> tuple[tuple[int, ...], ...]:
    """The numbers of each cell in its order; () for one that has none."""
    numbers = [int(one) for one in group.numbers.split()]
    given = iter([tuple(numbers[start : start + 4]) for start in range(0, len(numbers), 4)])
    return tuple(next(given) if letter == LETTERS[EXACT] else () for letter in group.states)


class KeptStates(Mapping[Cell, str]):
    """The states of kept groups."""

    def __init__(self, cells: KeptCells) -> None:
        self._cells = cells

    def __getitem__(self, cell: Cell) -> str:
        return self._cells.state(cell)

    def __iter__(self) -> Iterator[Cell]:
        return self._cells.cells(only_exact=False)

    def __len__(self) -> int:
        return sum(1 for _cell in self)


class KeptCounts(Mapping[Cell, AnswerCounts]):
    """The printed numbers of kept groups."""

    def __init__(self, cells: KeptCells) -> None:
        self._cells = cells

    def __getitem__(self, cell: Cell) -> AnswerCounts:
        return self._cells.numbers(cell)

    def __iter__(self) -> Iterator[Cell]:
        return self._cells.cells(only_exact=True)

    def __len__(self) -> int:
        return sum(1 for _cell in self)


@dataclass(frozen=True, slots=True)
class KeptTable:
    """The year as a kept decision has it."""

    fiscal_year: int
    items: tuple[ControlItem, ...]
    k: int
    places: int
    department: Mapping[str, Department]
    people: Mapping[str, int]
    asked: Mapping[str, int]
    counts: Mapping[Cell, AnswerCounts]
    job_types: tuple[str, ...]


def kept_publication(head: AnswerTable, groups: Iterable[KeptGroup]) -> Publication:
    """The decision as it was kept. `head`: the year without its rows, which are not needed any more."""
    cells = KeptCells(groups, head.items)
    known = {one.code: one for one in head.departments}
    codes = sorted(group.partition(".")[2] for group in cells.groups if group.startswith("department."))
    people = {group: one.respondent_count for group, one in cells.groups.items() if one.respondent_count}
    table = KeptTable(
        head.fiscal_year,
        head.items,
        head.k,
        head.places,
        {code: known.get(code) or Department(code, code, "", "other") for code in codes},
        people,
        {group: one.asked_count for group, one in cells.groups.items() if one.asked_count},
        KeptCounts(cells),
        job_types_of(people),
    )
    return Publication(table, KeptStates(cells))
