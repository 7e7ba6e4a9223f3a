"""Which findings (検出事項) and recommendations did the audits give, and what is planned and done about them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kansa.core.errors import Refusal
from kansa.formats.readers.columns import (
    DEPARTMENT_CODE,
    ENGAGEMENT_CODE,
    FISCAL_YEAR,
    ITEM_CODE,
    line,
    mark,
    may_be_blank,
    optional,
    prose,
)
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, refused, unique
from kansa.formats.records import FindingRecord, ReadResult
from kansa.formats.tables import Column, TableSpec
from kansa.formats.tables.kinds import CODE, DATE, LINE, WORD, WORDS, YEAR
from kansa.formats.words import CLASSIFICATIONS, FINDING_STREAMS, TREATMENTS, WEIGHED, ZONES

TABLE = TableSpec(
    "検出事項と改善計画",
    (
        FISCAL_YEAR,
        Column(
            "code",
            "検出番号",
            CODE,
            "その年度の中で検出事項を一意に示す番号。",
            "R6-001",
            ("検出事項番号", "指摘番号", "整理番号"),
            required=True,
        ),
        Column(
            "stream",
            "区分",
            WORD,
            "どの監査で検出したか。",
            "外部監査",
            ("監査区分",),
            words=FINDING_STREAMS,
            required=True,
            fills_down=True,
        ),
        optional(may_be_blank(replace(ENGAGEMENT_CODE, fills_down=False)), "監査の実施計画の番号。"),
        may_be_blank(replace(DEPARTMENT_CODE, fills_down=False), "所管課の所属コード。全庁の場合は空欄。"),
        optional(may_be_blank(ITEM_CODE), "チェックリストの項目コード。"),
        Column(
            "classification",
            "種類",
            WORD,
            "基準に反する「検出事項」か、よりよくするための「改善提言」か。",
            "検出事項",
            ("検出の種類", "指摘区分"),
            words=CLASSIFICATIONS,
            required=True,
        ),
        Column("title_ja", "件名", LINE, "検出事項の件名。", "共有IDの利用", ("標題", "検出事項名"), required=True),
        prose("fact_ja", "検出内容", "確認した事実。報告書には載りません。", "", "事実", "内容"),
        Column(
            "network_zone",
            "ネットワーク領域",
            WORD,
            "検出された機器がある領域。",
            "LGWAN接続系",
            ("領域", "ネットワーク"),
            words=ZONES,
        ),
        Column("treatment", "対応方針", WORD, "リスクへの対応方針。", "対応", ("リスク対応", "方針"), words=TREATMENTS),
        Column(
            "weighed",
            "考慮した事項",
            WORDS,
            "対応方針を決める際に考慮した事項。複数は「、」で区切ります。",
            "顕在化条件、費用",
            ("考慮事項", "検討事項"),
            words=WEIGHED,
        ),
        prose("measure_ja", "改善策", "改善の内容。", "共有IDを廃止し個人IDに切り替える", "改善内容", "改善計画"),
        Column(
            "planned_on", "計画日", DATE, "改善計画が作られた日。", "令和６年12月１日", ("改善計画日", "計画提出日")
        ),
        Column("due_on", "改善期限", DATE, "改善を終える予定の日。", "令和７年３月31日", ("期限", "改善予定日")),
        Column(
            "promised_fiscal_year",
            "改善予定年度",
            YEAR,
            "改善を終える予定の年度。",
            "令和６年度",
            ("予定年度", "改善年度"),
        ),
        Column("improved_on", "改善日", DATE, "改善を終えた日。", "", ("改善完了日", "改善済日")),
        Column(
            "verified_on", "確認日", DATE, "改善を、改善した人とは別の人が確認した日。", "", ("改善確認日", "検証日")
        ),
        line("verifier_ja", "確認者", "改善を確認した人。", "", "検証者"),
        Column(
            "recurrence_of",
            "再発元番号",
            CODE,
            "以前の検出事項の再発である場合に、その番号。",
            "R5-014",
            ("再発", "前回番号"),
        ),
        mark("is_lateral_rollout", "水平展開", "全庁に水平展開した、又はする場合に「○」。"),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The findings of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        one(FindingRecord),
        (unique(lambda record: (record.fiscal_year, record.code), "検出番号", "検出番号"), _improvement),
    )


def _improvement(records: Sequence[FindingRecord]) -> Iterator[Refusal]:
    for record in records:
        if record.verified_on and not record.improved_on:
            yield refused(record, "verified_before_improved", "確認日があるのに改善日がありません。", "改善日")
        elif record.verified_on and record.improved_on and record.verified_on < record.improved_on:
            yield refused(record, "verified_before_improved", "確認日が改善日より前です。", "確認日")
        if record.verified_on and not record.verifier_ja:
            yield refused(record, "verifier_missing", "確認日があるのに確認者がありません。", "確認者")
        if record.due_on and record.planned_on and record.due_on < record.planned_on:
            yield refused(record, "end_before_start", "改善期限が計画日より前です。", "改善期限")
        if record.recurrence_of and record.recurrence_of == record.code:
            yield refused(record, "recurrence_of_itself", "再発元番号が自分自身の検出番号です。", "再発元番号")


SPEC = ReaderSpec("findings", "検出事項と改善計画", (TABLE,), read)
