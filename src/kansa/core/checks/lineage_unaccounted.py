"""Did an item of last year's checklist disappear without a word?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.streams import STREAMS_JA
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Warns of prior items that are neither continued nor declared dropped; figures treat them as dropped."""
    if data.prior is None:
        return
    for checklist in data.this.checklists:
        named = {item.prior_code for item in checklist.items}
        named |= {code for item in checklist.dropped for code in (item.code, item.prior_code)}
        for item in data.prior.checklist(checklist.stream).items:
            if item.code not in named:
                yield Notice(
                    "lineage_unaccounted",
                    "warn",
                    f"前年度の項目「{item.code}」が、今年度のどの項目にも引き継がれず、廃止ともされていません。",
                    f"{STREAMS_JA[checklist.stream]}のチェックリスト",
                    "廃止した項目であれば「廃止」として登録してください。登録がないときは廃止した項目として計算します。",
                    True,
                )
