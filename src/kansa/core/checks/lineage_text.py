"""Is an item that is declared unchanged really unchanged in its words?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.streams import STREAMS_JA
from kansa.core.year import ControlItem, YearData


def _words(item: ControlItem) -> tuple[str, str]:
    """Text and criteria without blanks and line breaks, which layout alone may change."""
    return "".join(item.text_ja.split()), "".join(item.criteria_ja.split())


def check(data: YearData) -> Iterator[Notice]:
    """Warns of carried items whose words differ; tells of revised items whose words do not."""
    if data.prior is None:
        return
    for checklist in data.this.checklists:
        before = {item.code: item for item in data.prior.checklist(checklist.stream).items}
        for item in checklist.items:
            earlier = before.get(item.prior_code)
            if earlier is None:
                continue
            place = f"{STREAMS_JA[checklist.stream]}のチェックリスト 項目「{item.code}」"
            same = _words(item) == _words(earlier)
            if item.lineage == "carried" and not same:
                message = "変更がない項目とされていますが、前年度と文言が異なります。"
                way = "内容を見直したのであれば「見直し」に改めてください。誤字の修正等であれば、そのままで構いません。"
                yield Notice("lineage_text", "warn", message, place, way, True)
            elif item.lineage == "revised" and same:
                message = "見直した項目とされていますが、前年度と文言が同じです。"
                way = "判定の基準だけを改めたのであれば、その内容を判定基準欄に記入してください。"
                yield Notice("lineage_text", "info", message, place, way, True)
