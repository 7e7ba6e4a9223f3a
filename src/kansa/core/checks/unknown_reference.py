"""Does every record point at a department, an item and an engagement that exist in its year?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.fiscal import era_year_ja
from kansa.core.streams import AUDIT_STREAMS, SELF_INSPECTION, STREAMS_JA
from kansa.core.year import YearData, YearRecords


def _departments(records: YearRecords) -> Iterator[tuple[str, str]]:
    """(place, department code) of every record that names a department."""
    for engagement in records.engagements:
        yield f"実施計画「{engagement.code}」", engagement.department_code
    for row in records.tally:
        yield "自己点検の集計", row.department_code
    for drill in records.drills:
        for cell in drill.rows:
            yield f"メール訓練「{drill.name_ja}」", cell.department_code
    for finding in records.findings:
        yield f"検出事項「{finding.code}」", finding.department_code


def _faults(records: YearRecords) -> Iterator[tuple[str, str]]:
    """(place, what is wrong)."""
    known = {department.code for department in records.departments}
    for place, code in _departments(records):
        if code and code not in known:
            yield place, f"所属コード「{code}」は、その年度の所属にありません"
    yield from _length_faults(records)
    yield from _finding_faults(records)


def _length_faults(records: YearRecords) -> Iterator[tuple[str, str]]:
    for engagement in records.engagements:
        items = len(records.checklist(engagement.stream).items)
        if engagement.levels and len(engagement.levels) != items:
            yield (
                f"実施計画「{engagement.code}」",
                f"判定が{len(engagement.levels):,}件ありますが、{STREAMS_JA[engagement.stream]}の項目は{items:,}件です",
            )
    items = len(records.checklist(SELF_INSPECTION).items)
    for row in records.tally:
        if {len(row.yes), len(row.no), len(row.not_applicable), len(row.blank)} != {items}:
            yield f"自己点検の集計（所属コード{row.department_code}）", f"点検項目{items:,}件と欄の数が違います"


def _finding_faults(records: YearRecords) -> Iterator[tuple[str, str]]:
    engagements = {engagement.code for engagement in records.engagements}
    # Findings of the technical diagnosis name plugins of a scanner, not items of a checklist.
    items = {stream: {item.code for item in records.checklist(stream).items} for stream in AUDIT_STREAMS}
    for finding in records.findings:
        place = f"検出事項「{finding.code}」"
        if finding.engagement_code and finding.engagement_code not in engagements:
            yield place, f"実施計画「{finding.engagement_code}」がありません"
        if finding.item_code and finding.item_code not in items.get(finding.stream, {finding.item_code}):
            yield place, f"監査項目「{finding.item_code}」がチェックリストにありません"


def check(data: YearData) -> Iterator[Notice]:
    """Blocks, one notice a fault, in both years: a comparison looks at both."""
    for records in (data.this, data.prior):
        if records is None:
            continue
        for place, message in _faults(records):
            yield Notice(
                "unknown_reference",
                "block",
                f"{message}。",
                f"{era_year_ja(records.fiscal_year)} {place}",
                "所属、チェックリスト又は元の記録のどれが正しいかを確かめ、直したファイルを取り込んでください。",
                False,
            )
