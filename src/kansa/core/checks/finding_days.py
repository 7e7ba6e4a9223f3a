"""Do the days of a finding come in the order in which things can happen?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Warns of verification without or before improvement. Such findings do not count as improved as they stand."""
    for finding in data.this.findings:
        if not finding.verified_on:
            continue
        if not finding.improved_on:
            message = "改善の確認日がありますが、改善日がありません。"
        elif finding.verified_on < finding.improved_on:
            message = f"改善の確認日（{finding.verified_on}）が改善日（{finding.improved_on}）より前になっています。"
        else:
            continue
        way = "日付を確かめてください。改善は、改善した後に別の者が確認したときに「改善済」と数えます。"
        yield Notice("finding_days", "warn", message, f"検出事項「{finding.code}」", way, True)
