"""Is the day that the report bears set, and can it be?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kansa.core.checks.notice import Notice
from kansa.core.fiscal import era_date_ja, fiscal_year_end
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Blocks a day that cannot be read; warns when there is none, or when the year has not ended on it."""
    place, text = "年度設定「報告日」", data.settings.report_on
    way = "報告日を記入した年度設定を取り込んでください。"
    if not text and any(figure.figure_id == "report.on" for figure in data.this.published):
        return  # the day stands in the published report
    if not text:
        yield Notice("report_date", "warn", "報告日が設定されていません。", place, way, True)
        return
    try:
        day = date.fromisoformat(text)
    except ValueError:
        yield Notice("report_date", "block", f"報告日「{text}」は日付として読めません。", place, way, False)
        return
    end = fiscal_year_end(data.this.fiscal_year)
    if day < end:
        message = f"報告日（{era_date_ja(day)}）が年度の末日（{era_date_ja(end)}）より前です。"
        way = "年度の途中の報告であれば、そのままで構いません。以後の記録は報告書に含まれません。"
        yield Notice("report_date", "warn", message, place, way, True)
