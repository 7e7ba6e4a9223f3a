"""On which days can which auditor not come? A table of spans, filled in by the office or by the auditors themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from kansa.core.errors import Refusal
from kansa.formats.records import Source
from kansa.formats.tables import Column, TableSpec, at_most, place_of, read_table
from kansa.formats.tables.kinds import CODE, DATE, LINE, WORD
from kansa.formats.words import Words

HALVES = Words("時間帯", {"": "終日", "am": "午前", "pm": "午後"}, {"一日": "", "全日": "", "AM": "am", "PM": "pm"})
TABLE = TableSpec(
    "監査員の予定",
    (
        Column("staff_number", "職員番号", CODE, "監査員の職員番号。", "000123", ("監査員番号",), required=True),
        Column(
            "first_on",
            "始まりの日",
            DATE,
            "都合の悪い最初の日。",
            "令和７年10月１日",
            ("開始日", "日", "日付"),
            required=True,
        ),
        Column(
            "last_on", "終わりの日", DATE, "都合の悪い最後の日。空けると一日だけ。", "令和７年10月３日", ("終了日",)
        ),
        Column("half", "時間帯", WORD, "終日・午前・午後。空けると終日。", "午前", (), words=HALVES),
        Column("reason_ja", "理由", LINE, "都合の悪い理由。", "会議", ("用件", "予定")),
    ),
)


@dataclass(frozen=True, slots=True)
class BusyRecord:
    """Days, both included, in which an auditor cannot come; `half` is "" for whole days."""

    staff_number: str
    first_on: date
    last_on: date
    half: str
    reason_ja: str
    source: Source


def read_availability(data: bytes, file_name: str) -> tuple[tuple[BusyRecord, ...], tuple[Refusal, ...]]:
    """Every span that could be read, and what was refused with its row. Nothing is raised for a bad file."""
    table = read_table(data, file_name, TABLE)
    records, refusals = [], list(table.refusals)
    for row in table.rows:
        first = cast(date, row.values["first_on"])
        last = cast("date | None", row.values["last_on"]) or first
        if last < first:
            place = place_of(row.source, "終わりの日")
            refusals.append(Refusal("days_reversed", "終わりの日が始まりの日より前です。", place))
            continue
        number, half = str(row.values["staff_number"]), str(row.values["half"] or "")
        records.append(BusyRecord(number, first, last, half, str(row.values["reason_ja"] or ""), row.source))
    return tuple(records), at_most(refusals, file_name)
