"""Is there anything at all to report for the year?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.fiscal import era_year_ja
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Blocks a year without a single record or published figure."""
    this = data.this
    if this.engagements or this.tally or this.drills or this.findings or this.published:
        return
    year_ja = era_year_ja(this.fiscal_year)
    yield Notice(
        "empty_year",
        "block",
        f"{year_ja}の記録が１件もありません。",
        year_ja,
        "監査の判定、自己点検の回答、メール訓練の結果、検出事項又は公表済みの数値のいずれかを取り込んでください。",
        False,
    )
