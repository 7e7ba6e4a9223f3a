"""Which unknown numbers does a reader find in each printed cell, by department and by job type?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kansa.core.compliance import AnswerCounts, compliance_rate
from kansa.core.publication.table import (
    CITY,
    EXACT,
    TOTAL,
    AnswerTable,
    Cell,
    bureau_group,
    department_group,
    kind_group,
    sum_of,
)
from kansa.core.suppression import band_extreme

Number = tuple[str, str, str]  # department, job type ("" while job types are not looked at), item


@dataclass
class Sum:
    """A printed cell less the printed cells in it: what a reader knows of the unknown numbers."""

    cell: Cell
    unknown: frozenset[Number]
    printed_inside: tuple[Cell, ...]  # those that were taken away; hiding one adds to the unknown


@dataclass
class Draft:
    """The publication while cells are being hidden."""

    table: AnswerTable
    states: dict[Cell, str] = field(default_factory=dict)

    def first_states(self, group: str, hidden: str | None) -> None:
        """Hidden with its group, else by its own people."""
        table = self.table
        total = table.counts[group, TOTAL]
        state = hidden or ("primary" if 0 < total.applicable < table.k else None)
        self.states[group, TOTAL] = state or own_state(total, table.people[group])
        if group.startswith("kind."):
            return  # only its total is printed
        for item in table.items:
            counts = table.counts[group, item.code]
            own = "primary" if 0 < counts.applicable < table.k else own_state(counts, counts.applicable)
            self.states[group, item.code] = state or own

    def is_exact(self, cell: Cell) -> bool:
        return self.states[cell] == EXACT


def own_state(counts: AnswerCounts, people: int) -> str:
    """Exact, or the band that everybody's same answer makes necessary."""
    if not counts.applicable:
        return EXACT
    return band_extreme(compliance_rate(counts), people) or EXACT


class Departments:
    """The sums and the hidden cells of city, bureaus, kinds and departments; job types are not looked at."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        table = draft.table
        self.table = table
        self.codes = [item.code for item in table.items]
        places = [table.department[group.partition(".")[2]] for group in table.members if group.startswith("depart")]
        bureaus: dict[str, list[str]] = {}
        kinds: dict[str, list[str]] = {}
        for place in sorted(places, key=lambda place: place.code):
            bureaus.setdefault(bureau_group(place.bureau_ja), []).append(department_group(place.code))
            kinds.setdefault(kind_group(place.kind), []).append(department_group(place.code))
        self.children: dict[str, list[str]] = {CITY: sorted(bureaus), **bureaus, **kinds}
        self.kinds = sorted(kinds)

    def met(self, group: str, code: str) -> tuple[list[str], list[str]]:
        """Going down from a group: the departments whose cell is not printed, and the groups whose cell is."""
        unknown: list[str] = []
        printed: list[str] = []
        for child in self.children.get(group, ()):
            if self.draft.is_exact((child, code)):
                printed.append(child)
            elif child in self.children:
                below = self.met(child, code)
                unknown += below[0]
                printed += below[1]
            else:
                unknown.append(child)
        return unknown, printed

    def numbers(self, groups: Iterable[str], codes: Iterable[str]) -> frozenset[Number]:
        """The numbers of departments that their own cells do not print."""
        codes = tuple(codes)
        return frozenset(
            (group, "", code) for group in groups for code in codes if not self.draft.is_exact((group, code))
        )

    def sums(self) -> Iterator[Sum]:
        """What is printed, each less what is printed in it."""
        for group in sorted(self.children):
            for code in [TOTAL] if group in self.kinds else [TOTAL, *self.codes]:
                if not self.draft.is_exact((group, code)):
                    continue
                unknown, printed = self.met(group, code)
                numbers = self.numbers(unknown, self.codes if code == TOTAL else [code])
                if numbers:
                    yield Sum((group, code), numbers, tuple((child, code) for child in printed))
        for group in self.table.members:
            if group.startswith("department.") and self.draft.is_exact((group, TOTAL)):
                numbers = self.numbers([group], self.codes)
                if numbers:
                    inside = tuple((group, code) for code in self.codes if self.draft.is_exact((group, code)))
                    yield Sum((group, TOTAL), numbers, inside)

    def hidden(self) -> Iterator[tuple[Cell, frozenset[Number], tuple[Cell, ...]]]:
        """Each cell that is not printed exactly: the unknown numbers in it, and the printed cells in it."""
        for (group, code), state in self.draft.states.items():
            if state == EXACT or group.startswith("job_type."):
                continue
            codes = self.codes if code == TOTAL else [code]
            if group in self.children:
                unknown, printed = self.met(group, code)
                yield (group, code), self.numbers(unknown, codes), tuple((child, code) for child in printed)
            else:
                yield (group, code), self.numbers([group], codes), ()

    def people_of(self, one: Sum) -> int:
        """People behind what is not printed of a sum: of a total those of whole departments."""
        group, code = one.cell
        if code == TOTAL and group in self.children:
            return sum(self.table.people[place] for place in {place for place, _job_type, _code in one.unknown})
        return self.counts_of(one.unknown).applicable

    def counts_of(self, numbers: Iterable[Number]) -> AnswerCounts:
        """The answers in some numbers."""
        return sum_of(self.table.counts[group, code] for group, _job_type, code in numbers)

    def company(self, group: str) -> int:
        """How many of the groups above hide another total already."""
        above = [below for below in self.children.values() if group in below]
        return sum(
            any(other != group and not self.draft.is_exact((other, TOTAL)) for other in below) for below in above
        )

    def may_hide(self, cell: Cell) -> bool:
        """Whether a cell may be hidden for the sake of others."""
        return True

    def is_useful(self, cell: Cell) -> bool:
        """Whether hiding a cell keeps anything from a reader: it has answers, and the cells in it do not say all."""
        group, code = cell
        has_answers = bool(self.table.counts[cell].applicable)
        if code == TOTAL and group not in self.children:
            return has_answers and bool(self.numbers([group], self.codes))
        return has_answers


class JobTypes(Departments):
    """The same with every number told apart by job type, and the cells of job types beside the departments'."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        jobs: dict[str, list[str]] = {}
        for row in self.table.rows:
            if row.respondent_count:
                jobs.setdefault(department_group(row.department_code), []).append(row.job_type)
        self.jobs = {group: sorted(found) for group, found in sorted(jobs.items())}
        self.groups = sorted(group for group in self.table.members if group.startswith("job_type."))
        self.of = {
            (department_group(row.department_code), row.job_type, code): counts
            for row in self.table.rows
            for code, counts in zip(self.codes, row.counts, strict=True)
        }

    def is_known(self, number: Number) -> bool:
        """Printed as the only job type of its department."""
        group, _job_type, code = number
        return len(self.jobs[group]) == 1 and self.draft.is_exact((group, code))

    def numbers(self, groups: Iterable[str], codes: Iterable[str]) -> frozenset[Number]:
        cells = super().numbers(groups, codes)
        return frozenset((group, job, code) for group, _none, code in cells for job in self.jobs[group])

    def of_job(self, group: str, *codes: str) -> frozenset[Number]:
        """The numbers of a job type in some items that no department prints."""
        job = group.partition(".")[2]
        numbers = ((place, job, code) for place, jobs in self.jobs.items() if job in jobs for code in codes)
        return frozenset(number for number in numbers if not self.is_known(number))

    def sums(self) -> Iterator[Sum]:
        yield from super().sums()
        for group, jobs in self.jobs.items():
            for code in self.codes if len(jobs) > 1 else ():
                if self.draft.is_exact((group, code)):
                    yield Sum((group, code), frozenset((group, job, code) for job in jobs), ())
        for group in self.groups:
            yield from self._of_group(group)
        yield from self._across()

    def _of_group(self, group: str) -> Iterator[Sum]:
        """The sums of one job type: each item, and the total less the printed items."""
        printed = [code for code in self.codes if self.draft.is_exact((group, code))]
        for code in printed:
            if numbers := self.of_job(group, code):
                yield Sum((group, code), numbers, ())
        if self.draft.is_exact((group, TOTAL)):
            rest = [code for code in self.codes if code not in printed]
            if numbers := self.of_job(group, *rest):
                yield Sum((group, TOTAL), numbers, tuple((group, code) for code in printed))

    def _across(self) -> Iterator[Sum]:
        """The city less the printed job types, so that what is hidden of the others is looked at."""
        for code in (*self.codes, TOTAL):
            if not self.draft.is_exact((CITY, code)):
                continue
            printed = [group for group in self.groups if self.draft.is_exact((group, code))]
            rest = [group for group in self.groups if group not in printed]
            codes = self.codes if code == TOTAL else [code]
            if numbers := frozenset().union(*(self.of_job(group, *codes) for group in rest)):
                yield Sum((CITY, code), numbers, tuple((group, code) for group in printed))

    def hidden(self) -> Iterator[tuple[Cell, frozenset[Number], tuple[Cell, ...]]]:
        yield from super().hidden()
        for (group, code), state in self.draft.states.items():
            if state != EXACT and group.startswith("job_type."):
                yield (group, code), self.of_job(group, *(self.codes if code == TOTAL else [code])), ()

    def people_of(self, one: Sum) -> int:
        if one.cell[1] != TOTAL:
            return self.counts_of(one.unknown).applicable
        pairs = {(place, job) for place, job, _code in one.unknown}
        found = (row for row in self.table.rows if (department_group(row.department_code), row.job_type) in pairs)
        return sum(row.respondent_count for row in found)

    def counts_of(self, numbers: Iterable[Number]) -> AnswerCounts:
        return sum_of(self.of[number] for number in numbers)

    def may_hide(self, cell: Cell) -> bool:
        return cell[0].startswith("job_type.")

    def is_useful(self, cell: Cell) -> bool:
        group, code = cell
        codes = self.codes if code == TOTAL else [code]
        return bool(self.table.counts[cell].applicable and self.of_job(group, *codes))
