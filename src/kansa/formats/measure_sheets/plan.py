"""What does a list of measures hold: of which department, which measures, with what decided so far?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure. `base`: number of the last step, 0 for none; `locked` in the order of layout.LOCKED.

    `entries`: key of an EntryColumn -> value so far (a code, text, number or day); what is not there is blank.
    """

    code: int
    base: int
    locked: tuple[str, ...]
    entries: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One open vulnerability, to be read beside the measures; in the order of layout.DETAILS."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasureSheetPlan:
    """One list, of one department."""

    municipality: int
    department: int
    department_ja: str
    fiscal_year: int
    year_ja: str
    rows: tuple[MeasureRow, ...]
    details: tuple[DetailRow, ...] = ()
