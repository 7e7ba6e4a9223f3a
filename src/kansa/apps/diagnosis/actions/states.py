"""How are the states of the vulnerabilities of an asset made anew, and what did that change?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kansa.apps.diagnosis.models import Asset, Scan, Vulnerability, VulnerabilityYear
from kansa.apps.diagnosis.queries.sights import Look, VulnerabilityRow, looks_at, outcomes_of, states_of
from kansa.apps.diagnosis.queries.sights import vulnerability_chunks as chunks_of
from kansa.apps.trail.actions.rows import execute_many, insert_rows
from kansa.core.vulnerability import OPEN_STATES, YearState

STATE_COLUMNS = ("municipality_id", "vulnerability_id", "fiscal_year", "state", "is_detected")
STANDING_COLUMNS = ("last_state", "last_year", "first_year", "cleared_by")
# What a scan changed: told before it counts, and kept with it.
CHANGES = ("new", "still", "returned", "gone", "not_covered")


@dataclass(slots=True)
class StateChanges:
    """What a scan changed, by kind of change; `information`: the same for what is only information."""

    counts: Counter[str] = field(default_factory=Counter)
    information: Counter[str] = field(default_factory=Counter)

    def add(self, change: str, *, is_information: bool) -> None:
        """Counts one vulnerability."""
        (self.information if is_information else self.counts)[change] += 1

    def told(self) -> dict[str, dict[str, int]]:
        """As it is kept and shown."""
        return {
            "counts": {name: self.counts[name] for name in CHANGES},
            "information": {name: self.information[name] for name in CHANGES},
        }


def change_of(*, is_seen: bool, is_new: bool, before: str, after: str) -> str:
    """What a scan did to a vulnerability; "" for one that was settled before and still is."""
    if is_seen:
        return "new" if is_new else "still" if before in OPEN_STATES else "returned"
    if before not in OPEN_STATES:
        return ""
    return "not_covered" if after in OPEN_STATES else "gone"


def refresh_states(municipality_id: int, asset_ids: Iterable[int], scan: Scan | None = None) -> StateChanges:
    """Makes the states of these assets anew; with the scan that just came in, also what it changed."""
    changes = StateChanges()
    assets = Asset.objects.filter(municipality_id=municipality_id, pk__in=sorted(set(asset_ids)))
    for asset_id, retired_in in list(assets.values_list("pk", "retired_in")):
        looks = looks_at(municipality_id, asset_id)
        for chunk in chunks_of(municipality_id, asset_id):
            _refresh(municipality_id, asset_id, chunk, looks, retired_in, scan, changes)
    return changes


def _refresh(
    municipality_id: int,
    asset_id: int,
    chunk: Sequence[VulnerabilityRow],
    looks: Sequence[Look],
    retired_in: int | None,
    scan: Scan | None,
    changes: StateChanges,
) -> None:
    span = {"municipality_id": municipality_id, "asset_id": asset_id, "pk__gte": chunk[0].pk, "pk__lte": chunk[-1].pk}
    before = {
        pk: ((str(state), last_year, first_year, cleared_by), kind)
        for pk, state, last_year, first_year, cleared_by, kind in Vulnerability.objects.filter(**span).values_list(
            "pk", *STANDING_COLUMNS, "weakness__kind"
        )
    }
    outcomes = outcomes_of(municipality_id, asset_id, chunk)
    wanted: dict[tuple[int, int], YearState] = {}
    changed = []
    for row in chunk:
        seen = outcomes.get(row.pk, {})
        states, cleared_by = states_of(row, looks, seen, retired_in)
        wanted.update({(row.pk, one.fiscal_year): one for one in states})
        was, kind = before[row.pk]
        state = was[0]
        last, first = (states[-1], states[0]) if states else (None, None)
        now = (
            (last.state, last.fiscal_year, first.fiscal_year, cleared_by)
            if last and first
            else ("", was[1], was[2], None)
        )
        if now != was:
            changed.append((*now, row.pk))
        if scan is not None and scan.tool == row.tool:
            is_new = state == "" and set(seen) == {scan.pk}
            change = change_of(is_seen=scan.pk in seen, is_new=is_new, before=state, after=now[0])
            if change:
                changes.add(change, is_information=kind == "information")
    execute_many(Vulnerability, STANDING_COLUMNS, changed)
    _keep_years(municipality_id, asset_id, chunk, wanted)


def _keep_years(
    municipality_id: int, asset_id: int, chunk: Sequence[VulnerabilityRow], wanted: dict[tuple[int, int], YearState]
) -> None:
    """Brings the rows of the years into line with the states."""
    rows = VulnerabilityYear.objects.filter(
        municipality_id=municipality_id,
        vulnerability__asset_id=asset_id,
        vulnerability__gte=chunk[0].pk,
        vulnerability__lte=chunk[-1].pk,
    ).values_list("vulnerability_id", "fiscal_year", "state", "is_detected", "pk")
    changed, gone, standing = [], [], set()
    for pk, fiscal_year, state, is_detected, row in rows:
        one = wanted.get((pk, fiscal_year))
        standing.add((pk, fiscal_year))
        if one is None:
            gone.append(row)
        elif (one.state, one.is_detected) != (state, is_detected):
            changed.append((one.state, one.is_detected, row))
    execute_many(VulnerabilityYear, ("state", "is_detected"), changed)
    if gone:
        VulnerabilityYear.objects.filter(municipality_id=municipality_id, pk__in=gone).delete()
    new = [
        (municipality_id, pk, fiscal_year, one.state, one.is_detected)
        for (pk, fiscal_year), one in wanted.items()
        if (pk, fiscal_year) not in standing
    ]
    insert_rows(VulnerabilityYear._meta.db_table, STATE_COLUMNS, new)
