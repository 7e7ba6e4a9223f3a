"""Which grids and comparisons do the figures of one audit stream rest on?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kansa.core.comparison import ItemLinks, MeanComparison, compare, item_links
from kansa.core.errors import NotComputable
from kansa.core.maturity import Grid, LevelCounts, count_levels
from kansa.core.streams import STREAMS_JA, control_checks, grid_of
from kansa.core.succession import prior_departments
from kansa.core.year import ControlItem, YearData

PREFIX = {"external_audit": "external", "internal_audit": "internal"}


@dataclass(frozen=True)
class AuditFacts:
    """One stream, this year and last."""

    year: YearData
    stream: str

    @property
    def prefix(self) -> str:
        return PREFIX[self.stream]

    @property
    def stream_ja(self) -> str:
        return STREAMS_JA[self.stream]

    @property
    def items(self) -> tuple[ControlItem, ...]:
        return self.year.this.checklist(self.stream).items

    @cached_property
    def grid(self) -> Grid:
        return grid_of(self.year.this, self.stream)

    @cached_property
    def prior_grid(self) -> Grid | None:
        """Last year's judgements; None when there are no records of them."""
        if self.year.prior is None or not control_checks(self.year.prior, self.stream):
            return None
        return grid_of(self.year.prior, self.stream)

    @cached_property
    def counts(self) -> LevelCounts:
        return count_levels(self.grid)

    @cached_property
    def prior_counts(self) -> LevelCounts | None:
        return None if self.prior_grid is None else count_levels(self.prior_grid)

    @cached_property
    def links(self) -> ItemLinks:
        if self.year.prior is None:
            return ItemLinks((), (), tuple(item.code for item in self.items), ())
        return item_links(self.year.prior.checklist(self.stream), self.year.this.checklist(self.stream))

    @cached_property
    def department_map(self) -> dict[str, str]:
        """This year's department code -> last year's code of the same department."""
        if self.year.prior is None:
            return {}
        return prior_departments(
            self.year.successions,
            tuple(department.code for department in self.year.prior.departments),
            tuple(department.code for department in self.year.this.departments),
            self.year.this.fiscal_year,
        )

    @cached_property
    def _comparison(self) -> MeanComparison | NotComputable:
        if self.prior_grid is None:
            return NotComputable("no_prior", "前年度の判定の記録がないため内訳を分けられない")
        try:
            return compare(self.prior_grid, self.grid, self.links, self.department_map)
        except NotComputable as missing:
            return missing

    def comparison(self) -> MeanComparison:
        """The decomposition of the change. Raises NotComputable with its reason."""
        if isinstance(self._comparison, NotComputable):
            raise self._comparison
        return self._comparison

    def prior_or_raise(self) -> LevelCounts:
        """Last year's counts. Raises NotComputable when they were not recorded."""
        if self.prior_counts is None:
            raise NotComputable("no_prior", "前年度の判定の記録がない")
        return self.prior_counts
