"""Which columns do several kinds of files have in common?"""

from __future__ import annotations

from dataclasses import replace

from kansa.formats.tables import Column
from kansa.formats.tables.kinds import CODE, LINE, MARK, PROSE, WORD, YEAR
from kansa.formats.words import AUDIT_STREAMS, YES_NO

FISCAL_YEAR = Column(
    "fiscal_year",
    "年度",
    YEAR,
    "この行が属する年度。",
    "令和６年度",
    aliases=("対象年度", "会計年度", "実施年度"),
    required=True,
    fills_down=True,
)
DEPARTMENT_CODE = Column(
    "department_code",
    "所属コード",
    CODE,
    "課所等の表の所属コード。",
    "0101",
    aliases=("課所コード", "所属番号", "部署コード", "組織コード"),
    required=True,
    fills_down=True,
)
AUDIT_STREAM = Column(
    "stream",
    "区分",
    WORD,
    "外部監査と内部監査の別。",
    "内部監査",
    aliases=("監査区分", "監査の区分", "監査種別"),
    words=AUDIT_STREAMS,
    required=True,
    fills_down=True,
)
ENGAGEMENT_CODE = Column(
    "engagement_code",
    "実施番号",
    CODE,
    "監査の実施計画の番号。",
    "R6-内-01",
    aliases=("監査番号", "実施計画番号", "監査実施番号"),
    required=True,
    fills_down=True,
)
ITEM_CODE = Column(
    "item_code",
    "項目コード",
    CODE,
    "チェックリストの項目コード。",
    "A-01",
    aliases=("監査項目コード", "項目番号", "監査項目番号"),
    required=True,
)


def may_be_blank(column: Column, explanation_ja: str = "") -> Column:
    """The same column where a row may leave it empty."""
    return replace(column, may_be_blank=True, explanation_ja=explanation_ja or column.explanation_ja)


def optional(column: Column, explanation_ja: str = "") -> Column:
    """The same column where the whole column may be missing."""
    return replace(column, required=False, explanation_ja=explanation_ja or column.explanation_ja)


def line(key: str, header_ja: str, explanation_ja: str, example_ja: str = "", *aliases: str) -> Column:
    """An optional column of one line of text."""
    return Column(key, header_ja, LINE, explanation_ja, example_ja, aliases)


def prose(key: str, header_ja: str, explanation_ja: str, example_ja: str = "", *aliases: str) -> Column:
    """An optional column of text with line breaks."""
    return Column(key, header_ja, PROSE, explanation_ja, example_ja, aliases)


def mark(key: str, header_ja: str, explanation_ja: str, *aliases: str) -> Column:
    """An optional column of ○ or nothing."""
    return Column(key, header_ja, MARK, explanation_ja, "○", aliases, words=YES_NO)
