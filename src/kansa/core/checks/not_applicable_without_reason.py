"""Does every 対象外 have its reason?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import NOT_APPLICABLE, Engagement, YearData


def _without_reason(engagement: Engagement) -> list[int]:
    given = {position for position, reason in engagement.reasons if reason.strip()}
    return [
        position
        for position, level in enumerate(engagement.levels)
        if level == NOT_APPLICABLE and position not in given
    ]


def check(data: YearData) -> Iterator[Notice]:
    """Blocks, one notice an engagement; may be accepted with a reason (records of an earlier practice)."""
    for engagement in data.this.engagements:
        positions = _without_reason(engagement)
        if not positions:
            continue
        items = data.this.checklist(engagement.stream).items
        codes = [items[position].code for position in positions if position < len(items)]
        shown = "、".join(codes[:5]) + ("ほか" if len(codes) > 5 else "")
        yield Notice(
            "not_applicable_without_reason",
            "block",
            f"理由のない対象外が{len(positions):,}件あります（{shown}）。",
            f"実施計画「{engagement.code}」（所属コード{engagement.department_code or 'なし'}）",
            "対象外とした理由を記入して取り込むか、理由を示さないことについての説明を付けて凍結してください。",
            True,
        )
