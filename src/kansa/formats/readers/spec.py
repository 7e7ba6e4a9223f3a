"""What is a reader, and what do all table readers share?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kansa.core.errors import Refusal
from kansa.formats.records import ReadResult, Record, Source
from kansa.formats.tables import Column, Row, TableSpec, at_most, place_of, read_table

Reader = Callable[[bytes, str], ReadResult]
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Exported:
    """A record as a row of a table: which table of the kind, the value of each column key, and of extra columns."""

    values: Values
    table: int = 0
    extras: Mapping[str, str] = field(default_factory=dict)


def export_by_fields(record: Record) -> Exported:
    """For records whose fields are the columns."""
    return Exported({key: getattr(record, key) for key in record.__match_args__ if key != "source"})


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """One kind of file. `tables[0]` is the main table. `title_ja` is what the kind is called on screens."""

    name: str
    title_ja: str
    tables: tuple[TableSpec, ...]
    read: Reader
    export: Callable[[Record], Exported] = export_by_fields

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the main table."""
        return self.tables[0].columns


R = TypeVar("R", bound=Record)
Check = Callable[[Sequence[R]], Iterator[Refusal]]


def read_rows(
    data: bytes,
    file_name: str,
    spec: TableSpec,
    build: Callable[[Row], Iterable[R]],
    checks: Sequence[Check[R]] = (),
) -> ReadResult:
    """The records of a table with one kind of record; `checks` look at all good records of the file."""
    table = read_table(data, file_name, spec)
    records = [record for row in table.rows for record in build(row)]
    refusals = [*table.refusals, *(refusal for check in checks for refusal in check(records))]
    return ReadResult(tuple(records), at_most(refusals, file_name))


def one(record_type: Callable[..., R]) -> Callable[[Row], Iterable[R]]:
    """Builds one record a row, its fields being the column keys."""

    def build(row: Row) -> Iterable[R]:
        return (record_type(**row.values, source=row.source),)

    return build


def unique(key: Callable[[R], Hashable], what_ja: str, column_ja: str) -> Check[R]:
    """A check that no two rows are about the same thing; an empty key is not compared."""

    def check(records: Sequence[R]) -> Iterator[Refusal]:
        seen: dict[Hashable, Source] = {}
        for record in records:
            value = key(record)
            first = seen.setdefault(value, record.source) if value else record.source
            if first is not record.source:
                yield refused(
                    record,
                    "duplicate",
                    f"{what_ja}が{_row_ja(first)}と重複しています。一つにしてください。",
                    column_ja,
                )

    return check


def _row_ja(source: Source) -> str:
    return f"シート「{source.sheet}」の{source.row}行目" if source.sheet else f"{source.row}行目"


def refused(record: Record, code: str, reason_ja: str, column_ja: str) -> Refusal:
    """A refusal at the row of a record."""
    return Refusal(code, reason_ja, place_of(record.source, column_ja))
