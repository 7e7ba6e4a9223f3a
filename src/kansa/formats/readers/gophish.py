"""What does GoPhish say about a drill: results and events as it exports them (CSV or JSON)?

Source: exports of GoPhish 0.12: results CSV `id,status,ip,latitude,longitude,send_date,reported,modified_date,email,
first_name,last_name,position`, events CSV `campaign_id,email,time,message,details`, campaign JSON with `results` and
`timeline`. Times are UTC with up to nine decimals; addresses and browsers in `details` are not taken over.

A result knows only its last status and when it last changed. That moment is taken for the status, and for the report
too when there is one; events are the exact record and go first where both are at hand.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from kansa.core.errors import Place, Refusal
from kansa.formats.readers.spec import unique
from kansa.formats.records import DrillEventRecord, DrillRecord, ReadResult, Record
from kansa.formats.tables import Cell, CellFault, CellKind, Column, Row, TableSpec, at_most, read_sheet, read_tables
from kansa.formats.tables.kinds import CODE, LINE, PROSE, cell_text
from kansa.formats.tables.workbook import Sheet, is_workbook, open_text
from kansa.formats.unsafe import UnsafeFile
from kansa.formats.words import Words

RESULT_STATUSES = {
    "email sent": "sent",
    "email opened": "opened",
    "clicked link": "clicked",
    "submitted data": "submitted",
    "error": "failed",
    "error sending email": "failed",
    "sending": "",
    "scheduled": "",
    "queued": "",
    "retrying": "",
}
EVENT_KINDS = {
    "email sent": "sent",
    "error sending email": "failed",
    "email opened": "opened",
    "clicked link": "clicked",
    "submitted data": "submitted",
    "email reported": "reported",
    "campaign created": "",
}
_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})", re.IGNORECASE
)
_NEVER = "0001-01-01"


def _utc(text: str) -> datetime | None:
    """The moment, cut to microseconds; None for GoPhish's zero time. Raises ValueError."""
    if text.startswith(_NEVER):
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    offset = timedelta()
    if match[8] not in "Zz":
        hours, minutes = int(match[8][1:3]), int(match[8][4:])
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if match[8][0] == "-" else 1)
    micro = int((match[7] or "").ljust(6, "0")[:6])
    year, month, day, hour, minute, second = (int(match[place]) for place in range(1, 7))
    return datetime(year, month, day, hour, minute, second, micro, UTC) - offset


def _moment(cell: Cell, column: Column) -> datetime | None:
    text = cell_text(cell)
    try:
        return _utc(text)
    except (ValueError, OverflowError):
        raise CellFault(
            "bad_moment",
            f"{column.header_ja}「{text[:40]}」は GoPhish の日時（例 2024-10-15T01:00:00Z）として読めません。",
        ) from None


def _show(value: object, _column: Column) -> str:
    return value.isoformat() if isinstance(value, datetime) else ""


GOPHISH_TIME = CellKind("gophish_time", _moment, _show, "GoPhish の日時", blank=None)
_REPORTED = Words("reported", {"yes": "true", "no": "false"})
_STATUS = Words("status", {}, {word: kind or "waiting" for word, kind in RESULT_STATUSES.items()})
_MESSAGE = Words("message", {}, {word: kind or "campaign" for word, kind in EVENT_KINDS.items()})


def _known_word(cell: Cell, column: Column) -> str:
    text = cell_text(cell)
    code = column.words.code(text) if column.words is not None else None
    if code is None:
        raise CellFault("unknown_word", f"{column.header_ja}「{text[:40]}」は GoPhish の値として読めません。")
    return code


GOPHISH_WORD = CellKind(
    "gophish_word", _known_word, lambda value, _column: str(value), "GoPhish の値", names_words=False
)


def _ignored(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, name, PROSE, "読み込まれない列。") for name in names)


RESULTS = TableSpec(
    "GoPhish の結果（results）",
    (
        Column("email", "email", CODE, "受信者のメールアドレス。", required=True),
        Column("status", "status", GOPHISH_WORD, "最後の状態。", words=_STATUS, required=True),
        Column("send_date", "send_date", GOPHISH_TIME, "送信日時。", required=True, may_be_blank=True),
        Column("reported", "reported", GOPHISH_WORD, "報告の有無。", words=_REPORTED, required=True),
        Column(
            "modified_date", "modified_date", GOPHISH_TIME, "最後に変わった日時。", required=True, may_be_blank=True
        ),
        *_ignored("id", "ip", "latitude", "longitude", "first_name", "last_name", "position"),
    ),
)
EVENTS = TableSpec(
    "GoPhish の記録（events）",
    (
        Column("email", "email", CODE, "受信者のメールアドレス。", required=True, may_be_blank=True),
        Column("time", "time", GOPHISH_TIME, "出来事の日時。", required=True),
        Column("message", "message", GOPHISH_WORD, "出来事の種類。", words=_MESSAGE, required=True),
        Column("campaign_id", "campaign_id", LINE, "キャンペーンの番号。", required=True, may_be_blank=True),
        *_ignored("details"),
    ),
)


def read_gophish(data: bytes, file_name: str, fiscal_year: int, drill_code: str) -> ReadResult:
    """Results as DrillRecord, events as DrillEventRecord; the JSON of a campaign gives both.

    CSV (results or events, told apart by the header) or JSON, told apart by the first character. The row of a JSON
    source is the 1-based position in its list, the sheet is the list's name.
    """
    if not is_workbook(data) and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _read_json(data, file_name, fiscal_year, drill_code)
    results, events = read_tables(data, file_name, (RESULTS, EVENTS))
    return _result(results.rows, events.rows, [*results.refusals, *events.refusals], file_name, fiscal_year, drill_code)


def _result(
    results: Iterable[Row],
    events: Iterable[Row],
    refusals: list[Refusal],
    file_name: str,
    fiscal_year: int,
    drill_code: str,
) -> ReadResult:
    deliveries = [_delivery(row, fiscal_year, drill_code) for row in results]
    happened = [event for row in events for event in _event(row, fiscal_year, drill_code, refusals)]
    refusals += unique(_recipient, "受信者（email）", "email")(deliveries)
    records: tuple[Record, ...] = (*deliveries, *happened)
    return ReadResult(records, at_most(refusals, file_name))


def _recipient(record: DrillRecord) -> str:
    return record.recipient.casefold()


def _delivery(row: Row, fiscal_year: int, drill_code: str) -> DrillRecord:
    values = row.values
    status = str(values["status"])
    sent_at = cast("datetime | None", values["send_date"])
    changed_at = cast("datetime | None", values["modified_date"])
    was_sent = status in ("sent", "opened", "clicked", "submitted")
    return DrillRecord(
        fiscal_year=fiscal_year,
        drill_code=drill_code,
        recipient=str(values["email"]),
        department_code="",
        sent_at=sent_at if was_sent or status == "failed" else None,
        is_delivered=False if status == "failed" else None,
        opened_at=changed_at if status == "opened" else None,
        clicked_at=changed_at if status == "clicked" else None,
        submitted_at=changed_at if status == "submitted" else None,
        reported_at=changed_at if values["reported"] == "yes" else None,
        excluded_reason_ja="",
        source=row.source,
    )


def _event(row: Row, fiscal_year: int, drill_code: str, refusals: list[Refusal]) -> Iterator[DrillEventRecord]:
    kind = str(row.values["message"])
    if kind == "campaign":
        return
    recipient = str(row.values["email"])
    at = row.values["time"]
    source = row.source
    if not recipient or not isinstance(at, datetime):
        column_ja = "time" if recipient else "email"
        place = Place(source.file_name, source.sheet, source.row, column_ja)
        refusals.append(Refusal("blank_cell", f"{column_ja}が空欄です。", place))
        return
    yield DrillEventRecord(fiscal_year, drill_code, recipient, kind, at, source)


def _read_json(data: bytes, file_name: str, fiscal_year: int, drill_code: str) -> ReadResult:
    try:
        campaign = json.loads(open_text(data)[0])
    except UnsafeFile as fault:
        return ReadResult((), (Refusal(fault.code, fault.reason_ja, Place(file_name)),))
    except (ValueError, RecursionError):
        refusal = Refusal("broken_json", "JSON として読めません。GoPhish から保存し直してください。", Place(file_name))
        return ReadResult((), (refusal,))
    if not isinstance(campaign, dict) or not any(
        isinstance(campaign.get(key), list) for key in ("results", "timeline")
    ):
        return ReadResult(
            (),
            (Refusal("no_header", "GoPhish のキャンペーン（results、timeline）が見つかりません。", Place(file_name)),),
        )
    refusals: list[Refusal] = []
    rows = {
        name: list(_json_rows(campaign.get(name) or (), spec, name, data, file_name, refusals))
        for name, spec in (("results", RESULTS), ("timeline", EVENTS))
    }
    return _result(rows["results"], rows["timeline"], refusals, file_name, fiscal_year, drill_code)


def _json_rows(
    entries: object, spec: TableSpec, name: str, data: bytes, file_name: str, refusals: list[Refusal]
) -> Iterator[Row]:
    """The entries of a JSON list as rows of a table; a row's number is its 1-based position in the list."""
    keys = [column.key for column in spec.columns]
    if not isinstance(entries, list) or not entries:
        return
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, Mapping) or not any(_json_cell(entry, key) for key in keys):
            refusals.append(Refusal("bad_entry", f"{name}の{number}番目が読めません。", Place(file_name, name, number)))
    rows: list[list[Cell]] = [list(keys)]
    rows += [[_json_cell(entry, key) for key in keys] for entry in entries]
    table = read_sheet(Sheet(name, rows), spec, file_name, hashlib.sha256(data).hexdigest())
    for refusal in table.refusals:
        place = refusal.place
        refusals.append(Refusal(refusal.code, refusal.reason_ja, replace(place, row=place.row - 1)))
    for row in table.rows:
        yield replace(row, source=row.source._replace(row=row.source.row - 1))


def _json_cell(entry: object, key: str) -> str:
    value = entry.get(key) if isinstance(entry, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int)) else ""
