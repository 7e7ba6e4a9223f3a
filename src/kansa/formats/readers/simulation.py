"""What does Microsoft's attack simulation say about a drill carried out elsewhere?

Microsoft: the CSV of users of one simulation (UserName, UserMail, Compromised, EmailLinkClicked_TimeStamp,
AttachmentOpened_TimeStamp, MessageRead_TimeStamp, SuccessfullyDeliveredEmail_TimeStamp, FailedToDeliverEmail_TimeStamp,
Phishing Reported On, Department ...). Times are UTC. `Compromised` has no time and is not taken over: what it means
depends on the kind of simulation. Whatever other columns there are, is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from kansa.formats.readers.spec import unique
from kansa.formats.records import DrillRecord, ReadResult
from kansa.formats.tables import Cell, CellFault, CellKind, Column, ExtraColumns, Row, TableSpec, at_most, read_table
from kansa.formats.tables.kinds import CODE, cell_text

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(?:Z|UTC|\+00:00)?", re.IGNORECASE
)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?", re.IGNORECASE)


def _utc(text: str) -> datetime:
    """The moment of either spelling, in UTC. Raises ValueError."""
    match = _ISO.fullmatch(text)
    if match is not None:
        year, month, day, hour, minute = (int(match[place]) for place in range(1, 6))
        return datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=UTC)
    match = _AMERICAN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    month, day, year, hour, minute = (int(match[place]) for place in range(1, 6))
    if match[7]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if match[7].upper() == "PM" else 0)
    return datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=UTC)


def _moment(cell: Cell, column: Column) -> datetime:
    text = cell.isoformat() if isinstance(cell, datetime) else cell_text(cell)
    try:
        return _utc(text)
    except ValueError:
        reason = f"{column.header_ja}「{text[:40]}」は日時（例 2024-10-15T01:00:00Z）として読めません。"
        raise CellFault("bad_moment", reason) from None


def _show(value: object, _column: Column) -> str:
    return value.isoformat() if isinstance(value, datetime) else ""


SIMULATION_TIME = CellKind("simulation_time", _moment, _show, "シミュレーションの日時（UTC）", blank=None)


def _time(key: str, header: str, explanation_ja: str, *aliases: str) -> Column:
    return Column(key, header, SIMULATION_TIME, explanation_ja, "", aliases, may_be_blank=True)


SIMULATION = TableSpec(
    "Microsoft の攻撃シミュレーションの結果",
    (
        Column("recipient", "UserMail", CODE, "受信者のメールアドレス。", required=True),
        replace(
            _time("sent_at", "SuccessfullyDeliveredEmail_TimeStamp", "届いた日時。", "SuccessfullyDelivered_TimeStamp"),
            required=True,
        ),
        _time("failed_at", "FailedToDeliverEmail_TimeStamp", "届かなかった日時。"),
        _time("opened_at", "MessageRead_TimeStamp", "メールを開いた日時。"),
        _time("linked_at", "EmailLinkClicked_TimeStamp", "リンクを開いた日時。"),
        _time("attached_at", "AttachmentOpened_TimeStamp", "添付ファイルを開いた日時。"),
        _time("reported_at", "Phishing Reported On", "報告した日時。", "PhishingReportedOn", "ReportedPhish_TimeStamp"),
    ),
    extra=ExtraColumns(lambda text: text or None, "読み込まれない列。", required=False),
)


def read_simulation(data: bytes, file_name: str, fiscal_year: int, drill_code: str) -> ReadResult:
    """Each user of a Microsoft simulation as one delivery."""
    table = read_table(data, file_name, SIMULATION)
    records = [_delivery(row, fiscal_year, drill_code) for row in table.rows]
    refusals = [*table.refusals, *unique(_recipient, "受信者（UserMail）", "UserMail")(records)]
    return ReadResult(tuple(records), at_most(refusals, file_name))


def _recipient(record: DrillRecord) -> str:
    return record.recipient.casefold()


def _delivery(row: Row, fiscal_year: int, drill_code: str) -> DrillRecord:
    moments = cast("dict[str, datetime | None]", row.values)
    clicks = [at for at in (moments.get("linked_at"), moments.get("attached_at")) if at is not None]
    sent_at, failed_at = moments.get("sent_at"), moments.get("failed_at")
    return DrillRecord(
        fiscal_year=fiscal_year,
        drill_code=drill_code,
        recipient=str(row.values["recipient"]),
        department_code="",
        sent_at=sent_at or failed_at,
        is_delivered=True if sent_at else False if failed_at else None,
        opened_at=moments.get("opened_at"),
        clicked_at=min(clicks, default=None),
        submitted_at=None,
        reported_at=moments.get("reported_at"),
        excluded_reason_ja="",
        source=row.source,
    )
