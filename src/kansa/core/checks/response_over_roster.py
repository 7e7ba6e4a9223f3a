"""Did more people answer than are on the roster?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Blocks departments with a response rate over 100 %; may be accepted with a reason (people who moved)."""
    for row in data.this.tally:
        if row.respondent_count > row.roster_count:
            yield Notice(
                "response_over_roster",
                "block",
                f"回答者数（{row.respondent_count:,}人）が対象職員数（{row.roster_count:,}人）を超えています。",
                f"自己点検の集計（所属コード{row.department_code}）",
                "職員名簿を直して取り込むか、年度途中の異動等の理由を付けて凍結してください。",
                True,
            )
