"""How does a test get scans? Records as a reader would give them, taken over through the action."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from kansa.apps.diagnosis.actions.taking import ScanFacts, Taken, outline_of, take_scan
from kansa.apps.diagnosis.actions.zones import zones_of
from kansa.apps.diagnosis.models import Asset, AssetYear
from kansa.apps.trail.models import SourceFile
from kansa.core.permission import Actor
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord
from tests.cast import CITY, CLERK

HOSTS = tuple(f"10.0.0.{number}" for number in range(1, 6))
ITEMS = 49  # of each host, the last one saying again what the first said: 48 keys
FIXABLE = 25  # of them; a patched host lacks these


def on(year: int, month: int, day: int = 1) -> datetime:
    """A moment."""
    return datetime(year, month, day, 3, 0, tzinfo=UTC)


FIRST_DAY = on(2024, 6)


def host(address: str = "10.0.0.1", **fields: Any) -> ScannedHost:
    """A host that answered; its FQDN is made of the last part of its address."""
    name = f"sv{address.rpartition('.')[2]}.city.example"
    return ScannedHost(**{"key": address, "address": address, "fqdn": name, "is_reached": True, **fields})


def item(number: int = 1, host_key: str = "10.0.0.1", **fields: Any) -> ScanItem:
    """A weakness on port 443."""
    values: dict[str, Any] = {"rule": f"{10000 + number}", "title": f"弱点{number}", "severity_word": "3", "port": 443}
    return ScanItem(**{"host_key": host_key, "place": number, **values, **fields})


def base_items(host_key: str, *, is_patched: bool = False, **fields: Any) -> list[ScanItem]:
    """The 49 items of a host: 25 weaknesses, 23 pieces of information, and the first one once more."""
    open_items = [] if is_patched else [item(number, host_key, **fields) for number in range(1, FIXABLE + 1)]
    told = [
        item(number, host_key, **{"outcome": "information", "severity_word": "0", **fields})
        for number in range(FIXABLE + 1, ITEMS)
    ]
    return [*open_items, *told, (open_items or told)[0]]


def base_scan(hosts: Sequence[ScannedHost], patched: Iterable[str] = (), **fields: Any) -> list[ScanRecord]:
    """Hosts with their items, host after host as Nessus writes them."""
    gone = set(patched)
    return [record for one in hosts for record in (one, *base_items(one.key, is_patched=one.key in gone, **fields))]


def taken(
    records: Sequence[ScanRecord],
    at: datetime = FIRST_DAY,
    *,
    fiscal_year: int | None = None,
    tool: str = "nessus",
    zone: str = "lgwan",
    actor: Actor = CLERK,
    policy: str = "",
    **facts: Any,
) -> Taken:
    """A scan taken over; its file is its own unless `name` is given twice."""
    name = facts.pop("name", f"{tool}-{zone}-{at:%Y%m%d}-{len(records)}-{SourceFile.objects.count()}.nessus")
    digest = hashlib.sha256(name.encode()).hexdigest()
    file, _is_new = SourceFile.objects.get_or_create(
        municipality_id=CITY,
        sha256=digest,
        defaults={"name": name, "kind": "scan", "size": 1, "stored_name": digest, "is_restricted": True},
    )
    year = fiscal_year or (at.year if at.month >= 4 else at.year - 1)
    told = ScanFacts(year, zones_of(CITY)[zone], name, **facts)
    head = ScanHead(tool, policy=policy, started_at=at)
    return take_scan(actor, told, outline_of([head, *records]), lambda: [head, *records], file)


def registered(number: str = "A-1", fiscal_year: int = 2024, zone: str = "lgwan", **fields: Any) -> Asset:
    """An asset of the register."""
    network_zone = zones_of(CITY)[zone]
    owner = fields.pop("owning_department", None)
    asset = Asset.objects.create(
        municipality_id=CITY, asset_number=number, network_zone=network_zone, owning_department=owner
    )
    AssetYear.objects.create(
        municipality_id=CITY,
        asset=asset,
        fiscal_year=fiscal_year,
        network_zone=network_zone,
        owning_department=owner,
        **fields,
    )
    return asset


def counts(one: Taken) -> dict[str, int]:
    """What a scan changed, information included."""
    told: Any = one.told
    return {name: told["counts"][name] + told["information"][name] for name in told["counts"]}
