"""What do the pages share on which an office says which column of somebody's table is which?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from kansa.apps.trail.actions import Upload
from kansa.core.errors import Refusal
from kansa.formats.past_answers import PastTable, heading_key, past_tables


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the files and what it is taken for."""

    heading: str
    example: str
    role: str
    reason_ja: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer of the file and what it is taken to mean."""

    text: str
    count: int
    answer: str
    is_unsure: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the import would do."""

    numbers: tuple[int, int, int, int]
    given: tuple[tuple[str, int, int], ...]  # label, count, whole percent
    warnings: tuple[Refusal, ...]
    unfinished: int = 0

    @property
    def seen(self) -> str:
        """The numbers as the form carries them."""
        return ",".join(map(str, self.numbers))

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.numbers[0] or self.numbers[1] or self.numbers[3])


def bars(counts: Iterable[tuple[str, int]], total: int) -> tuple[tuple[str, int, int], ...]:
    """Label, count and whole percent of the total, of what is there at all."""
    return tuple((label, count, count * 100 // max(1, total)) for label, count in counts if count)


@dataclass(slots=True)
class ReadFiles:
    """What chosen files hold: their tables, and what could not be read."""

    uploads: Sequence[Upload]
    tables: tuple[PastTable, ...]
    refusals: Sequence[Refusal]

    @property
    def names(self) -> list[str]:
        """The files."""
        return [one.name for one in self.uploads]

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(len(one.rows) for one in self.tables)

    @property
    def largest(self) -> PastTable:
        """The table with the most rows, from which columns are proposed; an empty one without any."""
        return max(self.tables, key=lambda one: len(one.rows), default=PastTable("", 0, (), ()))


def read_files(uploads: Sequence[Upload]) -> ReadFiles:
    """The tables of files, whatever their columns are."""
    found = [past_tables(one.data, one.name) for one in uploads]
    tables = tuple(table for some, _refusals in found for table in some)
    return ReadFiles(uploads, tables, [refusal for _tables, refusals in found for refusal in refusals])


def shown_columns(
    tables: Iterable[PastTable], columns: Iterable[tuple[str, str]], reasons: Mapping[str, str]
) -> list[ShownColumn]:
    """Every heading of the tables once, with what a mapping takes it for."""
    roles = {heading_key(heading): role for heading, role in columns}
    found: dict[str, ShownColumn] = {}
    for table in tables:
        for heading in table.headings:
            key = heading_key(heading)
            if key not in found:
                example = next((text for text in table.column(heading) if text), "")
                found[key] = ShownColumn(heading, example, roles.get(key, ""), reasons.get(heading, ""))
    return list(found.values())


def pairs(request: HttpRequest, first: str, second: str) -> Iterator[tuple[str, str]]:
    """The pairs of two numbered fields of the form."""
    at = 0
    while f"{first}{at}" in request.POST:
        yield request.POST[f"{first}{at}"], request.POST.get(f"{second}{at}", "")
        at += 1


def seen_numbers(request: HttpRequest) -> tuple[int, int, int, int] | None:
    """The numbers that the person was shown before the yes; None when the form has none."""
    found: Sequence[int] = [
        int(one) for one in request.POST.get("seen", "").split(",") if one.isdecimal() and len(one) < 12
    ]
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 else None
