"""What is counted of a year: the answers of every department and job type, and the groups that they are shown by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from kansa.core.compliance import AnswerCounts
from kansa.core.year import ControlItem, Department

CITY = "city"
TOTAL = ""  # in the place of an item code: over all items
Cell = tuple[str, str]  # group, item code or TOTAL
EXACT = "exact"
HIDDEN = ("primary", "complementary")


class Counted(Protocol):
    """What the results of a year are read from: its tally, or what was kept of a decision about it.

    Of a cell that is not printed exactly a kept one has no numbers.
    """

    @property
    def fiscal_year(self) -> int: ...
    @property
    def items(self) -> tuple[ControlItem, ...]: ...
    @property
    def k(self) -> int: ...
    @property
    def places(self) -> int: ...
    @property
    def department(self) -> Mapping[str, Department]: ...
    @property
    def people(self) -> Mapping[str, int]: ...
    @property
    def asked(self) -> Mapping[str, int]: ...
    @property
    def counts(self) -> Mapping[Cell, AnswerCounts]: ...
    @property
    def job_types(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Answers of one department and job type ("" for none): counts in the order of the items."""

    department_code: str
    job_type: str
    respondent_count: int
    counts: tuple[AnswerCounts, ...]


@dataclass(frozen=True)
class AnswerTable:
    """The tally of one year, with what the publication depends on. `roster`: (department, job type) -> people asked."""

    fiscal_year: int
    items: tuple[ControlItem, ...]
    departments: tuple[Department, ...]
    rows: tuple[AnswerRow, ...]
    roster: tuple[tuple[str, str, int], ...] = ()
    k: int = 5
    places: int = 1

    @cached_property
    def department(self) -> dict[str, Department]:
        """Every department that answered, by code; one that the year does not know has its code as its name."""
        known = {one.code: one for one in self.departments}
        codes = [row.department_code for row in self.rows] + [code for code, _job_type, _count in self.roster]
        return {code: known.get(code) or Department(code, code, "", "other") for code in sorted(set(codes))}

    @cached_property
    def has_job_types(self) -> bool:
        """Whether the answers tell job types apart."""
        return any(row.job_type for row in self.rows)

    @property
    def job_types(self) -> tuple[str, ...]:
        """The job types that somebody answered as, "" for none; () where the answers do not tell them apart."""
        return job_types_of(self.members)

    @cached_property
    def members(self) -> dict[str, tuple[AnswerRow, ...]]:
        """Group -> its rows: city, bureau.X, kind.X, department.X, job_type.X."""
        found: dict[str, list[AnswerRow]] = {}
        for row in self.rows:
            if row.respondent_count:
                for group in self.groups_of(row):
                    found.setdefault(group, []).append(row)
        return {group: tuple(rows) for group, rows in sorted(found.items())}

    def groups_of(self, row: AnswerRow) -> Iterator[str]:
        """The groups that a row counts in."""
        place = self.department[row.department_code]
        yield CITY
        yield bureau_group(place.bureau_ja)
        yield kind_group(place.kind)
        yield department_group(place.code)
        if self.has_job_types:
            yield job_type_group(row.job_type)

    @cached_property
    def asked(self) -> dict[str, int]:
        """People of every group who were asked; {} without a roster."""
        found: dict[str, int] = {}
        for code, job_type, count in self.roster:
            for group in self.groups_of(AnswerRow(code, job_type, 0, ())):
                found[group] = found.get(group, 0) + count
        return found

    @cached_property
    def counts(self) -> dict[Cell, AnswerCounts]:
        """The counts of every group over all items and of each item."""
        found: dict[Cell, AnswerCounts] = {}
        for group, rows in self.members.items():
            columns = zip(*(row.counts for row in rows), strict=True)
            of_items = [sum_of(column) for column in columns]
            found |= {(group, item.code): one for item, one in zip(self.items, of_items, strict=True)}
            found[group, TOTAL] = sum_of(of_items)
        return found

    @cached_property
    def people(self) -> dict[str, int]:
        """Respondents of every group."""
        return {group: sum(row.respondent_count for row in rows) for group, rows in self.members.items()}


def bureau_group(name_ja: str) -> str:
    """The key of a bureau."""
    return f"bureau.{name_ja}"


def kind_group(kind: str) -> str:
    """The key of a kind of departments."""
    return f"kind.{kind}"


def department_group(code: str) -> str:
    """The key of a department."""
    return f"department.{code}"


def job_type_group(job_type: str) -> str:
    """The key of a job type."""
    return f"job_type.{job_type}"


def job_types_of(groups: Iterable[str]) -> tuple[str, ...]:
    """The job types among groups, in their order."""
    return tuple(sorted(group.partition(".")[2] for group in groups if group.startswith("job_type.")))


def sum_of(parts: Iterable[AnswerCounts]) -> AnswerCounts:
    """The sum of counts."""
    yes = no = not_applicable = blank = 0
    for one in parts:
        yes += one.yes
        no += one.no
        not_applicable += one.not_applicable
        blank += one.blank
    return AnswerCounts(yes, no, not_applicable, blank)
