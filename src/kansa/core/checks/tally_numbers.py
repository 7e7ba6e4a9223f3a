"""Has each department at most one answer of a respondent?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import TallyRow, YearData


def _first_fault(row: TallyRow) -> int | None:
    """Position of the first question with more answers than respondents, None when there is none."""
    for position, answers in enumerate(zip(row.yes, row.no, row.not_applicable, row.blank, strict=False)):
        if sum(answers) > row.respondent_count or min(answers) < 0:
            return position
    return None


def check(data: YearData) -> Iterator[Notice]:
    """Blocks: a respondent gives a question one of はい, いいえ and 該当なし, or leaves it blank, or was not asked."""
    for row in data.this.tally:
        position = _first_fault(row)
        if position is not None:
            yield Notice(
                "tally_numbers",
                "block",
                f"{position + 1}番目の点検項目の回答数の合計が、回答者数（{row.respondent_count:,}人）を超えています。",
                f"自己点検の集計（所属コード{row.department_code}）",
                "回答のファイルをもう一度取り込んでください。",
                False,
            )
