"""Which records of a year make up the judgements of a stream, and the answers of the self-inspection?"""

from __future__ import annotations

from kansa.core.compliance import AnswerCounts
from kansa.core.maturity import TOP_LEVEL, Grid
from kansa.core.year import Engagement, TallyRow, YearRecords

AUDIT_STREAMS = ("external_audit", "internal_audit")
SELF_INSPECTION = "self_inspection"
STREAMS_JA = {
    "external_audit": "外部監査",
    "internal_audit": "内部監査",
    "self_inspection": "自己点検",
    "technical_diagnosis": "技術的セキュリティ診断",
}


def control_checks(records: YearRecords, stream: str) -> tuple[Engagement, ...]:
    """The planned control checks (対策状況確認) of a stream. 特命監査 are outside the mean: they chose their target."""
    return tuple(
        engagement
        for engagement in records.engagements
        if engagement.stream == stream and engagement.method == "control_check" and not engagement.special
    )


def top_level(records: YearRecords) -> int:
    """The highest level of the year's judging scale; 4 when the year has no scale."""
    return max((level.level for level in records.rules.scale), default=TOP_LEVEL)


def grid_of(records: YearRecords, stream: str) -> Grid:
    """The judgements of a stream as one grid. Raises ValueError when levels do not fit checklist or scale."""
    checks = control_checks(records, stream)
    return Grid(
        tuple(engagement.department_code for engagement in checks),
        tuple(item.code for item in records.checklist(stream).items),
        tuple(engagement.levels for engagement in checks),
        top_level(records),
    )


def answers_of_row(row: TallyRow) -> AnswerCounts:
    """One department's answers over all questions."""
    return AnswerCounts(sum(row.yes), sum(row.no), sum(row.not_applicable), sum(row.blank))


def answers_by_item(records: YearRecords) -> dict[str, AnswerCounts]:
    """The whole city's answers by question; {} when the year has no tally. Raises ValueError when lengths differ."""
    if not records.tally:
        return {}
    columns = [
        [sum(column) for column in zip(*rows, strict=True)]
        for rows in (
            [row.yes for row in records.tally],
            [row.no for row in records.tally],
            [row.not_applicable for row in records.tally],
            [row.blank for row in records.tally],
        )
    ]
    codes = [item.code for item in records.checklist(SELF_INSPECTION).items]
    return {code: AnswerCounts(*counts) for code, *counts in zip(codes, *columns, strict=True)}
