"""Which rules does a year have whose rules exist only as a published report states them?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kansa.core.year import YearData, YearRules

WHOLE = {
    "scale.conforms_from": "conforms_from",
    "rotation.first_year": "rotation_first_year",
    "rotation.length": "rotation_length",
}
EXACT = {"scale.full_mark": "full_mark", "scale.pass_mark": "pass_mark"}


def with_stated_rules(year: YearData) -> YearData:
    """The year with published rules in the place of defaults; a rule that was registered stays as it is."""
    registered = dict(year.this.rules.sources)
    stated = {figure.figure_id: figure.value for figure in year.this.published if figure.value is not None}
    changes: dict[str, int | Fraction] = {}
    for figure_id, field in EXACT.items():
        if figure_id in stated and field not in registered:
            changes[field] = stated[figure_id]
    for figure_id, field in WHOLE.items():
        if figure_id in stated and field not in registered and stated[figure_id].denominator == 1:
            changes[field] = int(stated[figure_id])
    if not changes:
        return year
    rules: YearRules = replace(year.this.rules, **changes)  # type: ignore[arg-type]
    return replace(year, this=replace(year.this, rules=rules))
