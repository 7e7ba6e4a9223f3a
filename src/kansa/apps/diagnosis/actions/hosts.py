"""Which asset does each host of a report become? Found by its clues, or put into the tray with all it said."""

from __future__ import annotations

from dataclasses import dataclass, field

from kansa.apps.diagnosis.models import Asset, AssetYear, NetworkZone, Scan, ScanCoverage
from kansa.apps.diagnosis.queries.clues import asset_index
from kansa.core.assets import AssetIndex, HostClues, Match, host_clues
from kansa.formats.scans.records import ScannedHost

BATCH = 500
TEXTS = ("address", "fqdn", "host_name", "mac_address", "asset_number", "operating_system", "seen_at")


@dataclass(slots=True)
class HostEntry:
    """A host of the report: what is told of it, and the asset it was taken for."""

    told: ScannedHost
    asset_id: int
    match: Match
    is_in_tray: bool
    is_reached: bool
    is_credentialed: bool | None
    item_count: int = 0
    cleared_rules: dict[str, str] = field(default_factory=dict)
    cleared_cves: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class HostBook:
    """The hosts of one report by their key in it."""

    municipality_id: int
    zone: NetworkZone
    fiscal_year: int
    entries: dict[str, HostEntry] = field(default_factory=dict)
    _register: AssetIndex = field(init=False)
    _tray: AssetIndex = field(init=False)

    def __post_init__(self) -> None:
        self._register = asset_index(self.municipality_id, self.fiscal_year, is_confirmed=True)
        self._tray = asset_index(self.municipality_id, self.fiscal_year, is_confirmed=False)

    def add(self, host: ScannedHost) -> None:
        """Puts a host into the book, under the asset it is taken for."""
        clues = host_clues(host.asset_number, host.fqdn, host.host_name, [host.address], network_zone=str(self.zone.pk))
        match = self._register.match(clues)
        key, is_in_tray = match.key, False
        if key is None:
            key, is_in_tray = self._tray.match(clues).key or self._put_into_tray(host, clues), True
        entry = HostEntry(host, key, match, is_in_tray, host.is_reached is not False, host.is_credentialed)
        self.entries[host.key] = entry

    def _put_into_tray(self, host: ScannedHost, clues: HostClues) -> int:
        asset = Asset.objects.create(municipality_id=self.municipality_id, is_confirmed=False, network_zone=self.zone)
        AssetYear.objects.create(
            municipality_id=self.municipality_id,
            asset=asset,
            fiscal_year=self.fiscal_year,
            network_zone=self.zone,
            host_name=clues.host_name[:100],
            fqdn=clues.fqdn[:255],
            addresses=" ".join(clues.addresses)[:1000],
            operating_system=host.operating_system[:200],
        )
        self._tray.add(asset.pk, clues)
        return int(asset.pk)

    def save(self, scan: Scan) -> None:
        """Writes down what the scan looked at."""
        rows = (
            ScanCoverage(
                municipality_id=self.municipality_id,
                scan=scan,
                asset_id=entry.asset_id,
                host_key=entry.told.key[:255],
                matching=entry.match.clue,
                asset_number=entry.told.asset_number[:60],
                fqdn=entry.told.fqdn[:255],
                host_name=entry.told.host_name[:100],
                address=entry.told.address[:64],
                mac_address=entry.told.mac_address[:40],
                operating_system=entry.told.operating_system[:200],
                is_reached=entry.is_reached,
                is_credentialed=entry.is_credentialed,
                item_count=entry.item_count,
                cleared_rules=entry.cleared_rules,
                cleared_cves=entry.cleared_cves,
            )
            for entry in self.entries.values()
        )
        ScanCoverage.objects.bulk_create(rows, batch_size=BATCH)


def joined(first: ScannedHost, other: ScannedHost) -> ScannedHost:
    """Two records of one host: what one leaves open the other may say; reached or signed in to if either says so."""
    texts = {name: getattr(first, name) or getattr(other, name) for name in TEXTS}
    return first._replace(
        **texts,
        is_reached=_either(first.is_reached, other.is_reached),
        is_credentialed=_either(first.is_credentialed, other.is_credentialed),
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    return one if other is None else other if one is None else one or other


def described(key: str) -> ScannedHost:
    """A host of which only its key is known: an address, an FQDN or a host name."""
    is_address = key.count(":") > 1 or key.replace(".", "").isdecimal()
    if is_address:
        return ScannedHost(key, address=key)
    return ScannedHost(key, fqdn=key.lower()) if "." in key else ScannedHost(key, host_name=key.lower())
