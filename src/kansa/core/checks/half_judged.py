"""Are there engagements whose judging is not finished?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import NOT_ASSIGNED, NOT_JUDGED, YearData


def check(data: YearData) -> Iterator[Notice]:
    """Blocks, one notice an engagement; may be accepted with a reason, the items then stay out of every mean."""
    for engagement in data.this.engagements:
        count = engagement.levels.count(NOT_JUDGED)
        if count:
            assigned = sum(1 for level in engagement.levels if level != NOT_ASSIGNED)
            yield Notice(
                "half_judged",
                "block",
                f"判定が終わっていない監査項目が{count:,}件あります（対象{assigned:,}件中）。",
                f"実施計画「{engagement.code}」（所属コード{engagement.department_code or 'なし'}）",
                "判定を取り込むか、未判定のまま集計から除く理由を付けて凍結してください。",
                True,
            )
