"""How are rates and their changes drawn? With the pictures of the report; the same numbers stand in a table beside."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kansa.apps.self_inspection.queries.result_lines import Line, effects_of
from kansa.core.compliance import RATE_EFFECTS_JA
from kansa.core.errors import NotComputable
from kansa.core.results import Movement, ShownRate, YearResults
from kansa.core.rounding import printed
from kansa.document.charts import RateRow, Step, rate_bars, rate_rows, waterfall, waterfall_rows
from kansa.document.outline.inspection import MARKERS, SHORT_JA

ON_PAPER = 40  # lines of a picture that a sheet of A4 holds, and that a telephone shows
MOST_ROWS = 80  # lines of a picture that a person still reads; beyond, the table alone


def with_percent(rate: ShownRate | None) -> str:
    """A rate with its sign; what is no number says so in its own words."""
    if rate is None:
        return ""
    return f"{rate.shown}％" if rate.rate is not None else rate.shown


def waterfall_picture(results: YearResults) -> SafeString | None:
    """From last year's rate over the parts to this year's; None when the change cannot be divided."""
    comparison = results.comparison
    if isinstance(comparison, NotComputable):
        return None
    places = results.table.places
    steps = [
        Step(SHORT_JA[code], value * 100, printed(value * 100, places + 1, signed=True))
        for code, value in effects_of(results)
    ]
    start = Step(_("前年度"), comparison.prior_rate * 100, printed(comparison.prior_rate * 100, places))
    end = Step(_("今年度"), comparison.this_rate * 100, printed(comparison.this_rate * 100, places))
    words = "、".join(
        f"{RATE_EFFECTS_JA[code]} {printed(value * 100, places + 1, signed=True)}"
        for code, value in effects_of(results)
    )
    title = _("遵守率の前年度からの変化の内訳")
    return both(waterfall(title, words, start, steps, end), waterfall_rows(title, words, start, steps, end))


def rates_picture(title: str, lines: Sequence[Line]) -> SafeString | None:
    """A line for each group: compliance rate this year and last."""
    rows = [
        RateRow(one.name_ja, one.rate.rate, with_percent(one.rate), "", prior_of(one), with_percent(one.prior))
        for one in lines
    ]
    return drawn(title, rows)


def prior_of(line: Line) -> Fraction | None:
    """Last year's rate where it is printed exactly."""
    return line.prior.rate if line.prior else None


def response_picture(title: str, lines: Sequence[Line]) -> SafeString | None:
    """A line for each group: how many of those asked have answered."""
    rows = [
        RateRow(one.name_ja, min(one.response, Fraction(1)), f"{one.response_shown}％")
        for one in lines
        if one.response is not None
    ]
    return drawn(title, rows, title)


def items_picture(title: str, moves: Sequence[Movement]) -> SafeString | None:
    """A line for each item, new and revised ones marked."""
    rows = [
        RateRow(
            f"{one.item.code} {one.item.text_ja}",
            one.this.rate,
            with_percent(one.this),
            MARKERS.get(one.item.lineage, ""),
            one.prior.rate if one.prior else None,
            with_percent(one.prior),
        )
        for one in moves
    ]
    return drawn(title, rows)


def years_picture(title: str, years: Sequence[tuple[str, ShownRate]]) -> SafeString | None:
    """A line for each year, oldest first."""
    return drawn(title, [RateRow(words, rate.rate, with_percent(rate)) for words, rate in years], _("遵守率"))


def drawn(title: str, rows: Sequence[RateRow], label: str = "今年度") -> SafeString | None:
    """The picture; None for nothing to draw, or for more lines than a person reads. `label`: what the marks are."""
    if not rows or len(rows) > MOST_ROWS:
        return None
    words = _("同じ数値が表にもある。")
    return both(
        rate_bars(title, words, rows, this_label=label),
        rate_rows(title, words, rows, this_label=label),
        is_tall=len(rows) > ON_PAPER,
    )


def both(wide: str, narrow: str, *, is_tall: bool = False) -> SafeString:
    """A picture in two layouts, of which the width of the page shows one: a telephone needs no sideways scrolling.

    A tall one is left out on paper and on a telephone, where no page holds it; the table has the same numbers.
    """
    # Canvas escapes texts.
    if is_tall:
        return mark_safe(f'<div class="is-wide is-tall">{wide}</div>')
    return mark_safe(f'<div class="is-wide">{wide}</div><div class="is-narrow">{narrow}</div>')
