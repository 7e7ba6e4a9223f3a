"""What is one printed number? A value, its printed form, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Selection:
    """Which frozen records a figure is made of; `document.trace` turns it into rows with file and row number."""

    kind: str  # a name in document.trace.FINDERS: judgements, tally, drill, findings, published, rules ...
    fiscal_year: int
    stream: str = ""
    departments: tuple[str, ...] = ()  # () = all
    items: tuple[str, ...] = ()  # () = all; codes of engagements or findings where these are selected
    levels: str = ""  # "" = every level


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number (or bound word), by id.

    `value` is exact; None means it cannot be computed, and `missing_ja` says why.
    `shown` is what every output prints, rounded once.
    """

    id: str
    label_ja: str
    value: Fraction | int | str | None
    shown: str
    unit: str  # point | points | percent | count | people | text | year | date ...
    formula: str  # "mean_level/1"; the words stand in FORMULAS_JA
    n: int | None = None  # denominator or number of records, where one exists
    places: int = 0
    sources: tuple[Selection, ...] = ()
    inputs: tuple[str, ...] = ()  # ids of figures it is computed from
    missing_ja: str = ""
    note_ja: str = ""
    is_published: bool = False  # taken from a published document, not from records


@dataclass
class FigureBook:
    """All figures of one report, by id, in the order they were made."""

    figures: dict[str, Figure] = field(default_factory=dict)

    def add(self, figure: Figure) -> Figure:
        """Adds a figure once; a second one with the same id is a bug."""
        if figure.id in self.figures:
            raise ValueError(f"figure {figure.id} is defined twice")
        self.figures[figure.id] = figure
        return figure

    def __getitem__(self, figure_id: str) -> Figure:
        return self.figures[figure_id]

    def __contains__(self, figure_id: object) -> bool:
        return figure_id in self.figures

    def value(self, figure_id: str) -> Fraction | int | str | None:
        """The exact value; None when the figure is absent or not computable."""
        figure = self.figures.get(figure_id)
        return figure.value if figure is not None else None
