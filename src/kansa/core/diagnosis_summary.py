"""What may the annual report say of a year's diagnosis? Counts by zone, kind and state; no host, address or product.

解消確認 alone counts as improved: a weakness is gone when a scan looked and it was not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NotComputable
from kansa.core.vulnerability import OPEN_STATES
from kansa.core.weaknesses import COUNTED_KINDS


@dataclass(frozen=True, slots=True)
class DiagnosisCell:
    """How many vulnerabilities of one zone and kind have one state in a fiscal year. Information is not counted.

    `detected_count`: of them, seen in the year. `decided_count`: of the open ones, with a decision in force.
    """

    zone_code: str
    zone_ja: str
    kind: str
    state: str
    count: int
    detected_count: int
    decided_count: int = 0


@dataclass(frozen=True, slots=True)
class DiagnosisSummary:
    """A fiscal year's diagnosis in counts. `treatments`: (treatment, vulnerabilities) of the decisions in force.

    `asset_count`: assets that a scan looked at in the year; `overdue_count`: open ones whose due day is over;
    `several_tools_count`: open ones that another tool names too by a CVE on the same asset.
    """

    fiscal_year: int
    cells: tuple[DiagnosisCell, ...]
    scan_count: int
    asset_count: int
    unmatched_count: int
    treatments: tuple[tuple[str, int], ...] = ()
    overdue_count: int = 0
    several_tools_count: int = 0
    advisory_days_ja: str = ""  # up to which day the data spoke that patch checks were matched against

    def count(self, *, zone: str = "", kind: str = "", states: Iterable[str] = ()) -> int:
        """How many there are of a zone, a kind, some states; "" and () for all."""
        return sum(one.count for one in self._chosen(zone, kind, tuple(states)))

    def _chosen(self, zone: str, kind: str, states: tuple[str, ...]) -> Iterable[DiagnosisCell]:
        return (
            one
            for one in self.cells
            if zone in ("", one.zone_code) and kind in ("", one.kind) and (not states or one.state in states)
        )

    @property
    def detected_count(self) -> int:
        """Seen in the year, whatever became of them."""
        return sum(one.detected_count for one in self.cells)

    @property
    def open_count(self) -> int:
        """Not settled at the end of the year, those that were not looked at included."""
        return self.count(states=OPEN_STATES)

    @property
    def decided_rate(self) -> Fraction:
        """The share of the open ones about which it was decided, 0..1. Raises NotComputable when none is open."""
        if not self.open_count:
            raise NotComputable("nothing_open", "未解消の検出がないため算出できない")
        return Fraction(sum(one.decided_count for one in self.cells if one.state in OPEN_STATES), self.open_count)

    @property
    def zones(self) -> tuple[tuple[str, str], ...]:
        """(code, name) of the zones with something to say, in their order."""
        return tuple(dict.fromkeys((one.zone_code, one.zone_ja) for one in self.cells))

    def table(self) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        """(zone code, zone name, open ones by kind in the order of COUNTED_KINDS)."""
        return tuple(
            (code, name, tuple(self.count(zone=code, kind=kind, states=OPEN_STATES) for kind in COUNTED_KINDS))
            for code, name in self.zones
        )
