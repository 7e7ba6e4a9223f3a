"""Do the days of the records lie in their fiscal year?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.fiscal import era_year_ja, fiscal_year_end, fiscal_year_start
from kansa.core.year import YearData


def _days(data: YearData) -> Iterator[tuple[str, str]]:
    for engagement in data.this.engagements:
        yield f"実施計画「{engagement.code}」の開始日", engagement.started_on
        yield f"実施計画「{engagement.code}」の終了日", engagement.ended_on
    for drill in data.this.drills:
        yield f"メール訓練「{drill.name_ja}」の送信日", drill.sent_on
    for training in data.this.trainings:
        yield f"監査員研修「{training.title_ja}」の実施日", training.held_on


def check(data: YearData) -> Iterator[Notice]:
    """Warns, one notice a day outside 1 April to 31 March."""
    year = data.this.fiscal_year
    first, last = fiscal_year_start(year).isoformat(), fiscal_year_end(year).isoformat()
    for place, day in _days(data):
        if day and not first <= day <= last:
            yield Notice(
                "days_outside_year",
                "warn",
                f"日付（{day}）が{era_year_ja(year)}の期間にありません。",
                place,
                "日付又は年度が正しいかを確認してください。",
                True,
            )
