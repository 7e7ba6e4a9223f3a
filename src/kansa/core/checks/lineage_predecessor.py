"""Does every carried or revised item point at an item that last year's checklist has?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.streams import STREAMS_JA
from kansa.core.year import Checklist, YearData

_WAY_ON = "チェックリストの「区分」と「前年度の項目コード」を直して取り込んでください。"


def _faults(this: Checklist, prior: Checklist) -> Iterator[tuple[str, str]]:
    known = {item.code for item in prior.items}
    claims = Counter(item.prior_code for item in this.items if item.lineage == "carried")
    for item in this.items:
        if item.lineage not in ("carried", "revised"):
            continue
        if not item.prior_code:
            yield item.code, "前年度の項目コードがありません"
        elif item.prior_code not in known:
            yield item.code, f"前年度のチェックリストに項目「{item.prior_code}」がありません"
        elif item.lineage == "carried" and claims[item.prior_code] > 1:
            yield (
                item.code,
                f"前年度の項目「{item.prior_code}」を、変更のない項目として二つ以上の項目が引き継いでいます",
            )


def check(data: YearData) -> Iterator[Notice]:
    """Blocks, for streams whose checklist both years have."""
    if data.prior is None:
        return
    for checklist in data.this.checklists:
        prior = data.prior.checklist(checklist.stream)
        if not prior.items:
            continue
        for code, message in _faults(checklist, prior):
            place = f"{STREAMS_JA[checklist.stream]}のチェックリスト 項目「{code}」"
            yield Notice("lineage_predecessor", "block", f"{message}。", place, _WAY_ON, False)
