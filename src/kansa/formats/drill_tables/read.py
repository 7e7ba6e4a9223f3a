"""What does a firm's table (Excel or CSV, also CP932) say about a drill, by a mapping that the office has looked at?

An act may be a moment, a day, or a word. A day or a word says that it happened and not when: such an act counts in
every number of people, and no time is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from kansa.core.errors import Place, Refusal
from kansa.formats.drill_tables.mapping import ACTS, COLUMNS, WORDED, DrillMapping
from kansa.formats.folding import fold_code
from kansa.formats.readers import drill
from kansa.formats.readers.spec import unique
from kansa.formats.records import DrillRecord
from kansa.formats.tables import Cell, CellFault, CellKind, Column, ExtraColumns, Row, TableSpec, at_most, read_table
from kansa.formats.tables.kinds import MOMENT, cell_text, is_dated
from kansa.formats.words import Words


def _meaning(cell: Cell, column: Column) -> str:
    text = cell_text(cell)
    code = column.words.code(text) if column.words is not None else None
    if not code:
        raise CellFault("unknown_word", f"{column.header_ja}の「{text[:40]}」の意味が、列の対応にありません。")
    return code


def _act(cell: Cell, column: Column) -> datetime | bool:
    """The moment of an act; True when it happened at an unknown time; False when it did not."""
    if isinstance(cell, datetime):
        return cast("datetime", MOMENT.parse(cell, column))
    text = cell_text(cell)
    if isinstance(cell, date) or is_dated(text) == "day":
        return True
    if is_dated(text) == "moment":
        return cast("datetime", MOMENT.parse(fold_code(text), column))
    return _meaning(cell, column) == "yes"


def _arrival(cell: Cell, column: Column) -> bool | None:
    return {"yes": True, "no": False}.get(_meaning(cell, column))


def _show(value: object, _column: Column) -> str:
    return str(value)


ACT = CellKind("mapped_act", _act, _show, "日時、又は意味を決めた言葉", blank=False, names_words=False)
ARRIVAL = CellKind("mapped_arrival", _arrival, _show, "意味を決めた言葉", blank=None, names_words=False)


@dataclass(frozen=True, slots=True)
class MappedDrill:
    """What one file gave; `skipped`: sheets that lack a column of the mapping and were not read."""

    records: tuple[DrillRecord, ...]
    refusals: tuple[Refusal, ...]
    skipped: tuple[str, ...] = ()


def read_mapped(
    data: bytes,
    file_name: str,
    fiscal_year: int,
    drill_code: str,
    mapping: DrillMapping,
    sent_at: datetime | None = None,
) -> MappedDrill:
    """The deliveries of a file. `sent_at`: when all mails were sent, for a table without such a column."""
    faults = mapping.faults(has_sent_at=sent_at is not None)
    if faults:
        return MappedDrill((), tuple(replace(one, place=Place(file_name, column=one.place.column)) for one in faults))
    headings = mapping.headings()
    table = read_table(data, file_name, _spec(mapping))
    skipped = _without_columns(table.refusals, {row.source.sheet for row in table.rows})
    refusals = [one for one in table.refusals if one.place.sheet not in skipped]
    records = [_record(row, fiscal_year, drill_code, sent_at) for row in table.rows]
    refusals += unique(_recipient, "受信者", headings["recipient"])(records)
    refusals += drill.in_order(records, headings)
    return MappedDrill(tuple(records), at_most(refusals, file_name), tuple(sorted(skipped)))


def _recipient(record: DrillRecord) -> str:
    return record.recipient.casefold()


def _spec(mapping: DrillMapping) -> TableSpec:
    words = Words("言葉の意味", {}, {word: code for word, code in mapping.words if code})
    columns = []
    for field, heading in mapping.headings().items():
        column = replace(COLUMNS[field], header_ja=heading, aliases=(), required=True, may_be_blank=True)
        if field in WORDED:
            column = replace(column, kind=ACT if field in ACTS else ARRIVAL, words=words)
        columns.append(replace(column, may_be_blank=False) if field == "recipient" else column)
    extra = ExtraColumns(lambda text: text or None, "読み込まれない列。", required=False)
    return TableSpec("事業者の訓練結果", tuple(columns), extra=extra)


def _without_columns(refusals: Iterable[Refusal], read: set[str]) -> set[str]:
    """Sheets without a column of the mapping beside others that have all: a summary, a cover."""
    lacking = {one.place.sheet for one in refusals if one.code == "missing_column"}
    return lacking if read - lacking else set()


def _record(row: Row, fiscal_year: int, drill_code: str, sent_at: datetime | None) -> DrillRecord:
    values = row.values
    acts = {field: values.get(field) for field in ACTS}
    moments = {field: act if isinstance(act, datetime) else None for field, act in acts.items()}
    return DrillRecord(
        fiscal_year=fiscal_year,
        drill_code=drill_code,
        recipient=str(values["recipient"]),
        department_code=str(values.get("department_code") or ""),
        sent_at=cast("datetime | None", values.get("sent_at") if "sent_at" in values else sent_at),
        is_delivered=cast("bool | None", values.get("is_delivered")),
        excluded_reason_ja=str(values.get("excluded_reason_ja") or ""),
        source=row.source,
        undated=tuple(field.removesuffix("_at") for field, act in acts.items() if act is True),
        **moments,
    )
