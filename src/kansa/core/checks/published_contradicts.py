"""Does a figure that was published differ from what the records of its year give?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kansa.core.checks.notice import Notice
from kansa.core.compliance import AnswerCounts, compliance_rate
from kansa.core.errors import NotComputable
from kansa.core.fiscal import era_year_ja
from kansa.core.maturity import mean_over
from kansa.core.rounding import printed, rounded
from kansa.core.streams import answers_by_item, control_checks, grid_of
from kansa.core.year import YearData, YearRecords


def _computed(records: YearRecords, figure_id: str) -> Fraction | None:
    """The value from the records in the unit that is printed; None when they do not give it."""
    try:
        if figure_id in ("external.mean", "internal.mean"):
            stream = figure_id.replace(".mean", "_audit")
            if not control_checks(records, stream):
                return None
            return mean_over(grid_of(records, stream), records.rules.headline_mean)
        if figure_id == "self.rate":
            answers = answers_by_item(records).values()
            return 100 * compliance_rate(sum(answers, AnswerCounts(0, 0)))
    except NotComputable:
        return None
    except ValueError:
        # Judgements that do not fit their checklist are told by unknown_reference and missing_scale.
        return None
    return None


def check(data: YearData) -> Iterator[Notice]:
    """Warns where both exist and differ at the published number of decimals. Approximate figures are not compared."""
    for records in (data.this, data.prior):
        for stated in records.published if records is not None else ():
            if records is None or stated.value is None or stated.approximate:
                continue
            computed = _computed(records, stated.figure_id)
            if computed is not None and rounded(computed, stated.places) != stated.value:
                year_ja = era_year_ja(stated.fiscal_year)
                yield Notice(
                    "published_contradicts",
                    "warn",
                    f"公表した数値（{stated.shown}）が、記録から計算した数値"
                    f"（{printed(computed, stated.places)}）と異なります。",
                    f"{year_ja} {stated.document_ja} {stated.page} {stated.line}".rstrip(),
                    "報告書には記録から計算した数値を用います。公表した数値を訂正する必要がないか確認してください。",
                    True,
                )
