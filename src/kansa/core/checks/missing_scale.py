"""Does the year have the judging scale that its judgements refer to?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.fiscal import era_year_ja
from kansa.core.year import LEVELS, YearData


def check(data: YearData) -> Iterator[Notice]:
    """Blocks a year with judgements but no scale, with levels that the scale lacks, or a conforming level it lacks."""
    used = {sign for engagement in data.this.engagements for sign in engagement.levels if sign in LEVELS}
    if not used:
        return
    place = f"{era_year_ja(data.this.fiscal_year)}の判定基準"
    way = "年度設定のファイルの判定基準に、全てのレベルの表示と基準を記入して取り込んでください。"
    known = {str(level.level) for level in data.this.rules.scale}
    if not known:
        yield Notice("missing_scale", "block", "判定基準が登録されていません。", place, way, False)
        return
    strange = "、".join(sorted(used - known))
    if strange:
        message = f"判定基準にないレベル（{strange}）の判定があります。"
        yield Notice("missing_scale", "block", message, place, way, False)
    conforms = data.this.rules.conforms_from
    if str(conforms) not in known:
        message = f"適合とするレベル（{conforms}）が判定基準にありません。"
        yield Notice("missing_scale", "block", message, place, way, False)
