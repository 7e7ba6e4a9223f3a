"""Which audits (実施計画の一件) were carried out in a year, where, by which method and by whom?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kansa.core.engagement_codes import code_fault_ja
from kansa.core.errors import Refusal
from kansa.core.fiscal import fiscal_year_of
from kansa.formats.readers.columns import (
    AUDIT_STREAM,
    DEPARTMENT_CODE,
    ENGAGEMENT_CODE,
    FISCAL_YEAR,
    mark,
    may_be_blank,
)
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, refused, unique
from kansa.formats.records import EngagementRecord, ReadResult
from kansa.formats.tables import Column, Row, TableSpec
from kansa.formats.tables.kinds import DATE, NAMES, WORD
from kansa.formats.words import METHODS

WHOLE_CITY = "全庁"

TABLE = TableSpec(
    "監査の実施計画",
    (
        FISCAL_YEAR,
        replace(
            ENGAGEMENT_CODE,
            key="code",
            explanation_ja="その年度の中で監査の一件を一意に示す番号。「/」は使えません。",
            fills_down=False,
        ),
        AUDIT_STREAM,
        Column(
            "method",
            "手法",
            WORD,
            "監査の手法。",
            "対策状況確認",
            ("監査手法", "監査の手法", "方法"),
            words=METHODS,
            required=True,
            fills_down=True,
        ),
        may_be_blank(
            replace(DEPARTMENT_CODE, fills_down=False),
            "監査の対象となる課所等の所属コード。全庁が対象の場合は空欄又は「全庁」。",
        ),
        Column("started_on", "開始日", DATE, "実地の監査を始めた日。", "令和６年10月５日", ("実施日", "監査開始日")),
        Column("ended_on", "終了日", DATE, "実地の監査を終えた日。", "令和６年10月５日", ("監査終了日",)),
        Column(
            "auditor_numbers",
            "監査員",
            NAMES,
            "監査員の職員番号（外部監査の場合は氏名）。複数は「、」で区切ります。",
            "000123、000124",
            ("監査人", "監査員番号"),
        ),
        mark("is_special", "特命監査", "計画外の特命監査であれば「○」。", "特命"),
    ),
)


def _build(row: Row) -> Iterable[EngagementRecord]:
    values = dict(row.values)
    if values["department_code"] == WHOLE_CITY:
        values["department_code"] = ""
    return one(EngagementRecord)(replace(row, values=values))


def read(data: bytes, file_name: str) -> ReadResult:
    """The engagements of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        _build,
        (unique(lambda record: (record.fiscal_year, record.code), "実施番号", "実施番号"), _numbers, _dates),
    )


def _numbers(records: Sequence[EngagementRecord]) -> Iterator[Refusal]:
    for record in records:
        reason = code_fault_ja(record.code)
        if reason:
            yield refused(record, "bad_engagement_code", reason, "実施番号")


def _dates(records: Sequence[EngagementRecord]) -> Iterator[Refusal]:
    for record in records:
        if record.started_on and record.ended_on and record.ended_on < record.started_on:
            yield refused(record, "end_before_start", "終了日が開始日より前です。", "終了日")
        if record.started_on and fiscal_year_of(record.started_on) != record.fiscal_year:
            yield refused(
                record,
                "date_outside_year",
                f"開始日（{record.started_on.isoformat()}）は{record.fiscal_year}年度（4月1日から翌年3月31日まで）の日ではありません。",
                "開始日",
            )


SPEC = ReaderSpec("engagements", "監査の実施計画", (TABLE,), read)
