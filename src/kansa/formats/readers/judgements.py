"""Which level was each item given in each audit, and why not where it was not?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from kansa.core.errors import Refusal
from kansa.formats.readers.columns import (
    DEPARTMENT_CODE,
    ENGAGEMENT_CODE,
    FISCAL_YEAR,
    ITEM_CODE,
    line,
    may_be_blank,
    prose,
)
from kansa.formats.readers.spec import Exported, ReaderSpec, export_by_fields, read_rows, refused, unique
from kansa.formats.records import JudgementRecord, ReadResult, Record
from kansa.formats.tables import REMARKS, Column, Row, TableSpec
from kansa.formats.tables.kinds import JUDGEMENT

TABLE = TableSpec(
    "監査の判定",
    (
        FISCAL_YEAR,
        ENGAGEMENT_CODE,
        may_be_blank(DEPARTMENT_CODE, "監査の対象となった課所等の所属コード。全庁が対象の場合は空欄。"),
        ITEM_CODE,
        Column(
            "judgement",
            "判定",
            JUDGEMENT,
            "判定基準のレベル（数字）。当てはまらない項目は「対象外」、まだ判定していない項目は空欄。",
            "3",
            ("成熟度レベル", "レベル", "成熟度", "成熟度判定", "判定レベル"),
            required=True,
            may_be_blank=True,
        ),
        prose(
            "reason_ja",
            "対象外の理由",
            "「対象外」とした理由。「対象外」の場合は必ず入力します。",
            "該当する機器がない",
            "理由",
        ),
        prose(
            "evidence_ja",
            "確認した証拠",
            "確認した資料や状況。",
            "管理台帳（令和６年９月分）",
            "証拠",
            "監査証拠",
            "確認結果",
        ),
        line("auditor_ja", "監査員", "判定した監査員。", "000123", "監査人", "判定者"),
    ),
    remark_headers=(*REMARKS, "領域", "監査項目", "項目"),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The judgements of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        _build,
        (
            unique(
                lambda record: (record.fiscal_year, record.engagement_code, record.item_code),
                "項目コード",
                "項目コード",
            ),
            _reasons,
        ),
    )


def _build(row: Row) -> Iterable[JudgementRecord]:
    values = row.values
    state, level = cast("tuple[str, int | None]", values["judgement"])
    yield JudgementRecord(
        cast("int", values["fiscal_year"]),
        str(values["engagement_code"]),
        str(values["department_code"]),
        str(values["item_code"]),
        state,
        level,
        str(values["reason_ja"]),
        str(values["evidence_ja"]),
        str(values["auditor_ja"]),
        row.source,
    )


def reason_fault(state: str, reason_ja: str) -> tuple[str, str] | None:
    """Code and words when the judgement and the reason for 対象外 do not go together."""
    if state == "not_applicable" and not reason_ja:
        return "reason_missing", "「対象外」の理由がありません。対象外の理由を入力してください。"
    if state == "judged" and reason_ja:
        return (
            "reason_contradicts",
            "レベルの判定があるのに対象外の理由が入力されています。どちらかを空欄にしてください。",
        )
    if state == "not_judged" and reason_ja:
        return "reason_contradicts", "対象外の理由があるのに判定が空欄です。判定に「対象外」を入力してください。"
    return None


def _reasons(records: Sequence[JudgementRecord]) -> Iterator[Refusal]:
    for record in records:
        fault = reason_fault(record.state, record.reason_ja)
        if fault is not None:
            yield refused(record, fault[0], fault[1], "対象外の理由")


def _export(record: Record) -> Exported:
    if not isinstance(record, JudgementRecord):
        raise TypeError(type(record).__name__)
    fields = dict(export_by_fields(record).values)
    return Exported({**fields, "judgement": (record.state, record.level)})


SPEC = ReaderSpec("judgements", "監査の判定", (TABLE,), read, _export)
