"""Which department of last year is this department? The same code, or the same under a former name.

Renamed departments stay the same. Merged and split ones do not: their judgements are turnover of departments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kansa.core.year import Succession


def _earlier_code(code: str, changes: Sequence[Succession]) -> str | None:
    """The code one 1 April earlier, given that day's successions; None when it is not the same department."""
    incoming = [change for change in changes if change.successor_code == code]
    if incoming:
        only = incoming[0]
        return only.predecessor_code if len(incoming) == 1 and only.kind == "renamed" else None
    # The code existed and went elsewhere that day (or lost a part): whoever has it now is another department.
    if any(change.predecessor_code == code for change in changes):
        return None
    return code


def prior_departments(
    successions: Iterable[Succession],
    prior_codes: Iterable[str],
    this_codes: Iterable[str],
    fiscal_year: int,
    prior_fiscal_year: int | None = None,
) -> dict[str, str]:
    """This year's code -> last year's code, for the departments that are the same.

    `prior_fiscal_year` is the year compared with (default: the year before); chains of renaming between both years
    are followed. One that merged, was split off, lost a part, or is new has no entry; a predecessor never stands twice.
    """
    first = (fiscal_year - 1 if prior_fiscal_year is None else prior_fiscal_year) + 1
    by_year: dict[int, list[Succession]] = {}
    for change in successions:
        by_year.setdefault(change.fiscal_year, []).append(change)
    known = set(prior_codes)
    found: dict[str, str] = {}
    for code in this_codes:
        earlier: str | None = code
        for year in range(fiscal_year, first - 1, -1):
            if earlier is not None:
                earlier = _earlier_code(earlier, by_year.get(year, ()))
        if earlier is not None and earlier in known:
            found[code] = earlier
    uses = Counter(found.values())
    return {code: earlier for code, earlier in found.items() if uses[earlier] == 1}


def all_predecessors(
    successions: Iterable[Succession], code: str, fiscal_year: int, prior_fiscal_year: int
) -> frozenset[str]:
    """Every code of `prior_fiscal_year` that this department stands for, through renaming, merging and splitting."""
    codes = {code}
    ordered = sorted(successions, key=lambda change: change.fiscal_year, reverse=True)
    for year in range(fiscal_year, prior_fiscal_year, -1):
        changes = [change for change in ordered if change.fiscal_year == year]
        before = {change.predecessor_code for change in changes if change.successor_code in codes}
        replaced = {change.successor_code for change in changes if change.kind == "renamed"}
        codes = before | (codes - replaced)
    return frozenset(codes)
