"""How does a computed, published or missing value become one figure of the book?

Records go first; where the records give no value, a published figure of the same id takes its place and says so;
where there is neither, the figure stays without a value and keeps the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from kansa.core.errors import NotComputable
from kansa.core.rounding import printed, printed_against
from kansa.core.year import PublishedFigure, YearData, YearRecords
from kansa.document.figure import Figure, FigureBook, Selection

MISSING = "—"
PERCENT_UNITS = ("percent", "percent_points")
PUBLISHED_PERCENT = ("％", "%", "percent", "ポイント", "percent_points")

Compute = Callable[[], Fraction | int]


class Maker:
    """Collects the figures of one report."""

    def __init__(self, year: YearData) -> None:
        self.year = year
        self.rules = year.this.rules
        self.book = FigureBook()
        self.published = _published_by_id(year)

    def number(
        self,
        figure_id: str,
        label_ja: str,
        compute: Compute,
        *,
        unit: str,
        formula: str,
        places: int = 0,
        signed: bool = False,
        n: int | None = None,
        sources: Iterable[Selection] = (),
        inputs: Iterable[str] = (),
        threshold: Fraction | None = None,
        note_ja: str = "",
    ) -> Figure:
        """Adds a number; a `NotComputable` from `compute` becomes the reason it is missing."""
        try:
            value = compute()
        except NotComputable as missing:
            stated = self.published.get(figure_id)
            if stated is not None:
                return self.stated(stated, label_ja, unit)
            return self.missing(figure_id, label_ja, missing.reason_ja, unit=unit, formula=formula)
        return self.book.add(
            Figure(
                figure_id,
                label_ja,
                value,
                _shown(value, unit, places, signed, threshold),
                unit,
                formula,
                n=n,
                places=places,
                sources=tuple(sources),
                inputs=tuple(inputs),
                note_ja=note_ja,
            )
        )

    def count(self, figure_id: str, label_ja: str, value: int, formula: str, *sources: Selection) -> Figure:
        """Adds a number of things that were counted in the records."""
        return self.book.add(
            Figure(figure_id, label_ja, value, printed(value, 0), "count", formula, n=value, sources=sources)
        )

    def text(
        self, figure_id: str, label_ja: str, shown: str, formula: str, *sources: Selection, inputs: Iterable[str] = ()
    ) -> Figure:
        """Adds a bound word or date; a published one of the same id goes first only where `shown` is empty."""
        if not shown:
            stated = self.published.get(figure_id)
            if stated is not None:
                return self.stated(stated, label_ja, "text")
            return self.missing(figure_id, label_ja, "記録がない", unit="text", formula=formula)
        return self.book.add(
            Figure(figure_id, label_ja, shown, shown, "text", formula, sources=sources, inputs=tuple(inputs))
        )

    def missing(
        self, figure_id: str, label_ja: str, reason_ja: str, *, unit: str, formula: str, shown: str = MISSING
    ) -> Figure:
        """Adds a figure that has no value to print, with its reason."""
        return self.book.add(Figure(figure_id, label_ja, None, shown, unit, formula, missing_ja=reason_ja))

    def stated(self, stated: PublishedFigure, label_ja: str, unit: str, shown: str = "") -> Figure:
        """Adds a figure as it was published, with its document and line; `shown` where official style differs."""
        value: Fraction | str = stated.shown if stated.value is None else stated.value
        if isinstance(value, Fraction) and stated.unit in PUBLISHED_PERCENT:
            value = value / 100
        selection = Selection("published", stated.fiscal_year, items=(stated.figure_id,))
        return self.book.add(
            Figure(
                self.id_in_report(stated),
                label_ja,
                value,
                shown or stated.shown,
                unit,
                "published/1",
                places=stated.places,
                sources=(selection,),
                note_ja="公表値（概数）" if stated.approximate else "公表値",
                is_published=True,
            )
        )

    def id_in_report(self, stated: PublishedFigure) -> str:
        """The id a published figure has in this report: last year's get ".prior"."""
        is_prior = stated.fiscal_year == self.year.this.fiscal_year - 1
        return f"{stated.figure_id}.prior" if is_prior else stated.figure_id

    def remaining_published(self) -> None:
        """Adds the published figures that nothing else asked for, under their own names."""
        for figure_id, stated in sorted(self.published.items()):
            if figure_id not in self.book:
                self.stated(stated, stated.figure_id, "text" if stated.value is None else "number")


def _published_by_id(year: YearData) -> dict[str, PublishedFigure]:
    """Published figures by their id in this report; last year's carry ".prior"."""
    found: dict[str, PublishedFigure] = {}
    records: list[tuple[YearRecords, str]] = [(year.this, "")]
    if year.prior is not None:
        records.append((year.prior, ".prior"))
    for part, suffix in records:
        for stated in part.published:
            found[f"{stated.figure_id}{suffix}"] = stated
    return found


def _shown(value: Fraction | int, unit: str, places: int, signed: bool, threshold: Fraction | None) -> str:
    scaled = value * 100 if unit in PERCENT_UNITS else value
    if threshold is not None and not signed:
        return printed_against(Fraction(scaled), places, threshold)
    return printed(scaled, places, signed=signed)
