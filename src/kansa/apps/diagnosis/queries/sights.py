"""What did every scan say, or not say, of the vulnerabilities of one asset? The only way to a state.

Everything is put in the order of the scans' days, so the order in which reports were handed in makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kansa.apps.diagnosis.models import Observation, ScanCoverage, Vulnerability
from kansa.core.vulnerability import Coverage, Need, YearState, cleared_place, covers, parse_port_ranges, year_states

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Look:
    """One scan's look at an asset."""

    scan_id: int
    fiscal_year: int
    coverage: Coverage
    cleared_rules: Mapping[str, str]
    cleared_cves: Mapping[str, str]


class VulnerabilityRow(NamedTuple):
    """What of a vulnerability its states depend on."""

    pk: int
    tool: str
    rule: str
    component: str
    cves: str
    place_key: str
    port: int | None


def looks_at(municipality_id: int, asset_id: int) -> list[Look]:
    """Every scan's look at an asset, by fiscal year and day; two hosts of one scan that are one asset are one look."""
    rows = (
        ScanCoverage.objects.filter(municipality_id=municipality_id, asset_id=asset_id)
        .select_related("scan", "scan__source_file")
        .order_by("scan__fiscal_year", "scan__scanned_at", "scan__source_file__sha256", "scan__report_name", "host_key")
    )
    found: dict[int, Look] = {}
    for row in rows:
        scan, before = row.scan, found.get(row.scan_id)
        coverage = Coverage(
            scan.tool,
            str(scan.network_zone_id),
            row.is_reached or (before is not None and before.coverage.is_reached),
            True if before is not None and before.coverage.is_credentialed else row.is_credentialed,
            parse_port_ranges(scan.port_ranges),
            scan.is_whole,
        )
        rules = {**before.cleared_rules, **row.cleared_rules} if before else row.cleared_rules
        cves = {**before.cleared_cves, **row.cleared_cves} if before else row.cleared_cves
        found[row.scan_id] = Look(row.scan_id, scan.fiscal_year, coverage, rules, cves)
    return list(found.values())


def vulnerability_chunks(municipality_id: int, asset_id: int) -> Iterator[list[VulnerabilityRow]]:
    """The vulnerabilities of an asset, some thousands at a time."""
    after = 0
    fields = ("pk", "weakness__tool", "weakness__rule", "weakness__component", "weakness__cves", "place_key", "port")
    rows = Vulnerability.objects.filter(municipality_id=municipality_id, asset_id=asset_id).order_by("pk")
    while chunk := [VulnerabilityRow(*row) for row in rows.filter(pk__gt=after).values_list(*fields)[:CHUNK]]:
        yield chunk
        after = chunk[-1].pk


def outcomes_of(municipality_id: int, asset_id: int, chunk: Sequence[VulnerabilityRow]) -> dict[int, dict[int, str]]:
    """Vulnerability -> scan -> what it said."""
    rows = Observation.objects.filter(
        municipality_id=municipality_id,
        vulnerability__asset_id=asset_id,
        vulnerability__gte=chunk[0].pk,
        vulnerability__lte=chunk[-1].pk,
    ).values_list("vulnerability_id", "scan_id", "outcome")
    found: dict[int, dict[int, str]] = {}
    for pk, scan_id, outcome in rows:
        found.setdefault(pk, {})[scan_id] = outcome
    return found


def said_by_cves(row: VulnerabilityRow, look: Look) -> str:
    """What a look says of all CVEs of a vulnerability, whichever tool looked; "" when not of every one."""
    cves = row.cves.split()
    if not cves or not look.cleared_cves:
        return ""
    said = []
    for cve in cves:
        components = (row.component, "") if row.component else ("",)
        found = next((look.cleared_cves[key] for one in components if (key := f"{cve}|{one}") in look.cleared_cves), "")
        if not found:
            return ""
        said.append(found)
    return "not_affected" if set(said) == {"not_affected"} else "absent"


def sight_of(row: VulnerabilityRow, look: Look, outcome: str, need: Need) -> str:
    """ "open", "absent" or "not_affected"; "" when the scan says nothing of it."""
    if outcome:
        return "" if outcome == "undecided" else "open"
    if look.coverage.tool == row.tool:
        cleared = look.cleared_rules.get(f"{row.rule}|{row.component}|{row.place_key}", "")
        if cleared:
            return "not_affected" if cleared == "not_affected" else "absent"
    return said_by_cves(row, look) or ("absent" if covers(look.coverage, need) else "")


def need_of(row: VulnerabilityRow, looks: Sequence[Look], outcomes: Mapping[int, str]) -> Need:
    """What a scan must have looked at: from where, and signed in or not, this was ever seen."""
    seen = [look.coverage for look in looks if outcomes.get(look.scan_id, "undecided") != "undecided"]
    zones = frozenset(one.network_zone for one in seen)
    return Need(row.tool, zones, row.port, bool(seen) and all(one.is_credentialed is True for one in seen))


def states_of(
    row: VulnerabilityRow, looks: Sequence[Look], outcomes: Mapping[int, str], retired_in: int | None
) -> tuple[tuple[YearState, ...], int | None]:
    """The states of a vulnerability by fiscal year, from everything that was ever handed in; the scan that cleared it.

    That scan is the first that covers it and lacks it since it was last seen; None while it is there.
    """
    need = need_of(row, looks, outcomes)
    seen = [(look, sight) for look in looks if (sight := sight_of(row, look, outcomes.get(look.scan_id, ""), need))]
    place = cleared_place(tuple(sight for _look, sight in seen))
    states = year_states(tuple((look.fiscal_year, sight) for look, sight in seen), retired_in)
    return states, None if place is None else seen[place][0].scan_id
