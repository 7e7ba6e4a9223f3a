"""Which printed cell goes next, so that no hidden one can be worked out?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kansa.core.compliance import AnswerCounts, compliance_rate
from kansa.core.disclosure import KnownSums
from kansa.core.publication.table import CITY, EXACT, TOTAL, Cell
from kansa.core.publication.views import Departments, Number, Sum
from kansa.core.suppression import BAND_BELOW


@dataclass
class Fault:
    """A hidden cell that follows from these sums, or ("", "") with a sum that has too little hidden in it."""

    cell: Cell
    sums: list[Sum]
    inside: tuple[Cell, ...] = ()  # printed cells that alone make up the hidden one
    is_certain: bool = True  # whoever does not know which numbers are empty can do it too


def is_thin(counts: AnswerCounts, people: int, k: int) -> bool:
    """Whether what is hidden of a sum says too much about those in it."""
    if not counts.applicable:
        return False
    return people < k or (people < BAND_BELOW and compliance_rate(counts) in (0, 1))


def faults_of(view: Departments) -> list[Fault]:
    """Every hidden cell that can be worked out, and every printed cell with too little hidden in it."""
    sums = list(view.sums())
    k = view.table.k
    found = [Fault(("", ""), [one]) for one in sums if is_thin(view.counts_of(one.unknown), view.people_of(one), k)]
    hidden = list(view.hidden())
    # Somebody may know that nobody of a department is concerned by an item; then its number is no secret.
    empty = {number for one in sums for number in one.unknown if not view.counts_of([number]).applicable}
    for known in [frozenset[Number](), frozenset(empty)] if empty else [frozenset[Number]()]:
        numbers = {number: place for place, number in enumerate(sorted({n for one in sums for n in one.unknown}))}
        system = KnownSums([[numbers[n] for n in one.unknown if n not in known] for one in sums])
        for cell, unknown, inside in hidden:
            rest = unknown - known
            if rest or not known:
                exposing = exposing_sums(system, numbers, rest)
                if exposing is not None:
                    found.append(Fault(cell, [sums[place] for place in sorted(exposing)], inside, not known))
    return found


def exposing_sums(
    system: KnownSums, numbers: Mapping[Number, int], unknown: frozenset[Number]
) -> frozenset[int] | None:
    """The sums that give the unknown numbers away; None when they do not, or a number is in no sum at all."""
    if any(number not in numbers for number in unknown):
        return None
    return system.exposing([numbers[number] for number in unknown])


class Changes:
    """How many sums of a fault get a new unknown number when a cell is hidden; by one alone no combination survives.

    Counted once a fault, because it is asked of every cell that could be hidden for it.
    """

    def __init__(self, fault: Fault) -> None:
        self._inside: Counter[Cell] = Counter()
        self._rows: Counter[str] = Counter()  # department -> totals that have an unknown number of it
        for one in fault.sums:
            is_row = one.cell[1] == TOTAL
            places = {place for place, _job, _code in one.unknown} if is_row else set[str]()
            self._rows.update(places)
            for group, code in one.printed_inside:
                is_in_row = is_row and code != TOTAL
                if (code == one.cell[1] or is_in_row) and not (is_in_row and group in places):
                    self._inside[group, code] += 1

    def count(self, cell: Cell) -> int:
        """The sums that change."""
        group, code = cell
        return self._inside[cell] + (self._rows[group] if code != TOTAL else 0)


def choice(view: Departments, fault: Fault) -> Cell | None:
    """The printed cell to hide: the smallest of those that were taken away and surely help, else one of the sums.

    A total is hidden for the sake of totals, an item for the sake of items; the whole city goes last. Of totals first
    one that stands with other hidden ones in both of its groups: it does not have to be covered anew. Ties go by name.
    None when nothing may be hidden.
    """
    table = view.table
    wanted = (fault.cell,) if fault.cell[0] else tuple(one.cell for one in fault.sums)
    for_total = all(code == TOTAL and (fault.cell[0] or group in view.children) for group, code in wanted)

    def size(cell: Cell) -> tuple[bool, int, int, Cell]:
        if cell[1] == TOTAL:
            return not for_total, -view.company(cell[0]), table.people[cell[0]], cell
        return for_total, 0, table.counts[cell].applicable, cell

    changes = Changes(fault)
    inside = {cell for one in fault.sums for cell in one.printed_inside} | set(fault.inside)
    own = {one.cell for one in fault.sums}
    parts = {cell for cell in own if cell[0] != CITY}
    sure = {cell for cell in inside if view.is_useful(cell) and changes.count(cell) == 1}
    level = {cell for cell in inside | parts if fault.cell[0] in view.children and cell[0] in view.children}
    for cells in (level if not for_total else set(), (sure | parts) if for_total else sure, parts, inside, own):
        pool = [cell for cell in cells if view.draft.is_exact(cell) and view.may_hide(cell)]
        if pool:
            useful = [cell for cell in pool if view.is_useful(cell)]
            return min(useful or pool, key=size)
    return None


def settle(view: Departments) -> None:
    """Hides cells until nothing can be worked out. Each round mends faults that share no sum, so few are too many.

    A cell that was hidden for others and follows from what is printed all the same is printed: a reader has it anyway.
    """
    states = view.draft.states
    while True:
        touched: set[Cell] = set()
        faults = faults_of(view)
        for fault in faults:
            cells = {one.cell for one in fault.sums} | set(fault.inside)
            if cells & touched:
                continue
            chosen = choice(view, fault)
            if chosen is not None:
                touched |= cells | {chosen}
                states[chosen] = "complementary"
        if not touched:
            known = [fault.cell for fault in faults if fault.is_certain]
            states.update({cell: EXACT for cell in known if states.get(cell) == "complementary"})
            return
