"""Which items does a year's checklist have, and how does each relate to the year before?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kansa.core.errors import Refusal
from kansa.core.inspection import LEVEL_COUNTS
from kansa.core.job_types import LONGEST_JOB_TYPE, joined
from kansa.formats.readers.columns import FISCAL_YEAR, line, mark, prose
from kansa.formats.readers.spec import Check, ReaderSpec, read_rows, refused, unique
from kansa.formats.records import ChecklistItemRecord, ReadResult
from kansa.formats.tables import Column, Row, TableSpec
from kansa.formats.tables.kinds import CODE, LINE, NAMES, PROSE, WHOLE, WORD
from kansa.formats.words import ANSWER_KINDS, LINEAGES, STREAMS

TABLE = TableSpec(
    "監査項目・点検項目",
    (
        FISCAL_YEAR,
        Column(
            "stream",
            "区分",
            WORD,
            "どの監査・点検の項目か。",
            "外部監査",
            ("監査区分", "種別"),
            words=STREAMS,
            required=True,
            fills_down=True,
        ),
        Column(
            "code",
            "項目コード",
            CODE,
            "その年度・区分の中で項目を一意に示すコード。表の順が報告書の順になります。",
            "A-01",
            ("監査項目コード", "点検項目コード", "項目番号"),
            required=True,
        ),
        Column(
            "domain_ja",
            "領域",
            LINE,
            "項目を束ねる領域の名称。",
            "人的セキュリティ",
            ("分野", "大項目", "分類"),
            required=True,
            fills_down=True,
        ),
        Column(
            "text_ja",
            "項目",
            PROSE,
            "監査項目・点検項目の本文。",
            "離席時に端末をロックしているか。",
            ("監査項目", "点検項目", "項目内容", "設問"),
            required=True,
        ),
        prose(
            "criteria_ja", "着眼点", "何を見て判定するか。", "端末の設定を画面で確認する。", "確認内容", "判定の観点"
        ),
        Column(
            "lineage",
            "継続区分",
            WORD,
            "前年度の項目との関係。「継続」は確認内容に変更がない項目、「廃止」は前年度で終わった項目。",
            "継続",
            ("継承区分", "変更区分", "前年度との関係"),
            words=LINEAGES,
            required=True,
        ),
        Column(
            "prior_code",
            "前年度コード",
            CODE,
            "前年度の項目コード。「追加」の場合は空欄。",
            "A-01",
            ("前年度項目コード", "前年度の項目コード"),
            required=True,
            may_be_blank=True,
        ),
        Column(
            "same_as_code",
            "外部監査の同一項目",
            CODE,
            "内部監査の項目が外部監査の項目と同じ場合に、その項目コード。",
            "A-01",
            ("同一項目コード", "外部監査項目コード"),
        ),
        mark("is_editorial", "字句修正", "誤字の修正など、意味を変えずに文だけを直した場合に「○」。", "字句のみ修正"),
        line("policy_clause", "ポリシー条項", "情報セキュリティポリシーの条項。", "第12条", "規程条項"),
        line(
            "mic_number",
            "総務省ガイドライン番号",
            "総務省の監査ガイドラインの項番。",
            "120",
            "ガイドライン番号",
            "総務省番号",
        ),
        line("jis_number", "JIS Q 27002番号", "JIS Q 27002 の管理策番号。", "7.7", "JIS番号", "JISQ27002"),
        line("law_ja", "関係法令", "関係する法令の条項。", "個人情報保護法第66条", "法令"),
        line("edition_ja", "版", "番号を引いた資料の版。", "令和７年３月版", "ガイドラインの版"),
        Column(
            "answer_kind",
            "回答の種類",
            WORD,
            "自己点検の項目の答え方。空欄は「はい・いいえ」（該当なしを含む）。",
            "段階",
            ("回答種別", "回答形式"),
            words=ANSWER_KINDS,
        ),
        Column(
            "levels",
            "段階の名称",
            NAMES,
            "「段階」の項目で、１段階目（最も低い）から順に並べた名称。２〜７段階。",
            "できていない、一部できている、できている",
            ("段階", "選択肢"),
        ),
        Column(
            "met_from",
            "遵守とする段階",
            WHOLE,
            "何段階目から「はい」と同じに数えるか。空欄なら遵守率の計算に入れない。",
            "3",
            ("遵守の段階",),
        ),
        Column(
            "asked_of",
            "対象の職種",
            NAMES,
            "この項目を尋ねる職種（職員名簿の「職種」の言葉）。空欄は全員。",
            "システム管理者",
            ("対象職種",),
        ),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The checklist items of a file, in their order."""
    return read_rows(
        data,
        file_name,
        TABLE,
        _build,
        CHECKS,
    )


def _build(row: Row) -> Iterator[ChecklistItemRecord]:
    kind = row.values["answer_kind"] or "yes_no"  # no word is the usual kind
    yield ChecklistItemRecord(**{**row.values, "answer_kind": kind}, source=row.source)  # type: ignore[arg-type]


def kind_faults(items: Sequence[ChecklistItemRecord]) -> Iterator[Refusal]:
    """Items whose kind of answer contradicts itself; the checklist editor asks the same."""
    fewest, most = LEVEL_COUNTS
    for item in items:
        if item.stream != "self_inspection" and (item.answer_kind != "yes_no" or item.asked_of):
            reason = "回答の種類と対象の職種を決められるのは、自己点検の項目だけです。"
            yield refused(item, "bad_answer_kind", reason, "回答の種類")
        if item.answer_kind != "scale":
            if item.levels or item.met_from is not None:
                reason = "段階の名称と「遵守とする段階」は、回答の種類が「段階」の項目だけに入力してください。"
                yield refused(item, "bad_answer_kind", reason, "段階の名称")
        elif not fewest <= len(item.levels) == len(set(item.levels)) <= most or max(map(len, item.levels)) > 40:
            reason = f"段階の名称は、{fewest}〜{most}個の異なる名称（一つ40文字以内）を低い方から順に入力してください。"
            yield refused(item, "bad_answer_kind", reason, "段階の名称")
        elif item.met_from is not None and not 1 <= item.met_from <= len(item.levels):
            reason = f"「遵守とする段階」は1〜{len(item.levels)}の数字か空欄にしてください。"
            yield refused(item, "bad_answer_kind", reason, "遵守とする段階")
        if len(joined(item.asked_of)) > LONGEST_JOB_TYPE:
            reason = f"対象の職種は合わせて{LONGEST_JOB_TYPE}文字以内にしてください。"
            yield refused(item, "bad_answer_kind", reason, "対象の職種")


def lineage_faults(items: Sequence[ChecklistItemRecord]) -> Iterator[Refusal]:
    """Items whose relation to the year before contradicts itself; the checklist editor asks the same."""
    for item in items:
        word = LINEAGES.ja[item.lineage]
        if item.lineage == "added" and item.prior_code:
            yield refused(item, "lineage_contradicts", "「追加」の項目に前年度コードがあります。", "前年度コード")
        elif item.lineage != "added" and not item.prior_code:
            yield refused(
                item, "lineage_contradicts", f"「{word}」の項目には前年度コードを入力してください。", "前年度コード"
            )
        if item.same_as_code and item.stream != "internal_audit":
            yield refused(
                item,
                "lineage_contradicts",
                "外部監査の同一項目を入力できるのは内部監査の項目だけです。",
                "外部監査の同一項目",
            )
        if item.is_editorial and item.lineage != "carried":
            yield refused(
                item, "lineage_contradicts", "「字句修正」の「○」は「継続」の項目だけに付けられます。", "字句修正"
            )


CHECKS: tuple[Check[ChecklistItemRecord], ...] = (
    unique(lambda item: (item.fiscal_year, item.stream, item.code), "項目コード", "項目コード"),
    unique(
        lambda item: item.prior_code and (item.fiscal_year, item.stream, item.prior_code),
        "前年度コード",
        "前年度コード",
    ),
    lineage_faults,
    kind_faults,
)
SPEC = ReaderSpec("checklist", "監査項目・点検項目", (TABLE,), read)
