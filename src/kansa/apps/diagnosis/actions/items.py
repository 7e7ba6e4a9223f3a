"""How do the items of a report become rows? In batches: looked up together, added together, each key once.

An item that says something is fulfilled, fixed or not affected becomes no row of its own: it is noted with the host,
and speaks to the vulnerability of the same key, also when that one is imported later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from kansa.apps.diagnosis.actions.hosts import HostBook, HostEntry
from kansa.apps.diagnosis.actions.weaknesses import WeaknessBook, WeaknessKey
from kansa.apps.diagnosis.models import Observation, ObservedText, Scan, Vulnerability
from kansa.apps.trail.actions.rows import execute_many, insert_rows
from kansa.core.vulnerability import CLEARING, component_key, place_key, weakness_rule
from kansa.core.weaknesses import severity_band
from kansa.formats.scans.records import ScanItem

MOST_TEXT = 4_000  # letters kept of what a tool saw
OBSERVATION_COLUMNS = (
    *("municipality_id", "vulnerability_id", "scan_id", "outcome", "outcome_word", "severity_word", "vectors"),
    *("scores", "installed_version", "fixed_version", "output_id", "row"),
)


class PlacedItem(NamedTuple):
    """An item with its key: whose, what, where."""

    asset_id: int
    weakness: WeaknessKey
    place: str
    item: ScanItem


Key = tuple[int, int, str]  # asset, weakness, place


@dataclass(slots=True)
class Seen:
    """What came of the items so far."""

    item_count: int = 0
    repeated_count: int = 0
    new_count: int = 0


def cleared_key(rule: str, component: str, place: str) -> str:
    """How a fulfilled rule is noted with a host."""
    return f"{rule}|{component}|{place}"


class ItemWriter:
    """Writes the items of one scan. `first_new`: every vulnerability with this number or a higher one is new by it."""

    def __init__(self, scan: Scan, hosts: HostBook) -> None:
        self.scan, self.hosts, self.seen = scan, hosts, Seen()
        self.weaknesses = WeaknessBook(scan)

    def write(self, batch: Iterable[ScanItem]) -> None:
        """One batch of items."""
        placed = [one for item in batch if (one := self._placed(item)) is not None]
        known = self.weaknesses.of({one.weakness: one.item for one in placed})
        wanted: dict[Key, ScanItem] = {}
        for one in placed:
            key = (one.asset_id, known[one.weakness], one.place)
            if key in wanted:
                self.seen.repeated_count += 1
            if key not in wanted or wanted[key].outcome == "undecided":  # what is sure stands before what is not
                wanted[key] = one.item
        keys = self._vulnerabilities(wanted)
        self._observe({keys[key]: item for key, item in wanted.items()})

    def _placed(self, item: ScanItem) -> PlacedItem | None:
        self.seen.item_count += 1
        entry = self.hosts.entries[item.host_key]
        entry.item_count += 1
        rule = weakness_rule(item.rule)
        component = component_key(item.component.name) if item.component else ""
        place = place_key(item.port, item.protocol, item.path)
        if item.outcome in CLEARING:
            note_cleared(entry, item, rule, component, place)
            return None
        return PlacedItem(entry.asset_id, (rule, component), place, item)

    def _vulnerabilities(self, wanted: dict[Key, ScanItem]) -> dict[Key, int]:
        """Key -> number of its vulnerability; new ones are added, those seen before get the severity of the latest."""
        rows = Vulnerability.objects.filter(
            municipality_id=self.scan.municipality_id,
            asset__in={key[0] for key in wanted},
            weakness__in={key[1] for key in wanted},
        ).values_list("asset_id", "weakness_id", "place_key", "pk", "severity", "latest_at")
        found: dict[Key, int] = {}
        changed = []
        for asset_id, weakness_id, place, pk, severity, latest_at in rows:
            key = (asset_id, weakness_id, place)
            if key not in wanted:
                continue
            found[key] = pk
            if latest_at <= self.scan.scanned_at:
                band = band_of(wanted[key])
                if (band, self.scan.scanned_at) != (severity, latest_at):
                    changed.append((band, self.scan.scanned_at, pk))
        execute_many(Vulnerability, ("severity", "latest_at"), changed)
        missing = [(key, item) for key, item in wanted.items() if key not in found]
        made = Vulnerability.objects.bulk_create(self._vulnerability(key, item) for key, item in missing)
        self.seen.new_count += len(made)
        return found | {key: row.pk for (key, _item), row in zip(missing, made, strict=True)}

    def _vulnerability(self, key: Key, item: ScanItem) -> Vulnerability:
        asset_id, weakness_id, place = key
        return Vulnerability(
            municipality_id=self.scan.municipality_id,
            asset_id=asset_id,
            weakness_id=weakness_id,
            place_key=place,
            port=item.port or None,
            protocol=item.protocol[:20],
            path=item.path[:2000],
            severity=band_of(item),
            first_year=self.scan.fiscal_year,
            last_year=self.scan.fiscal_year,
            latest_at=self.scan.scanned_at,
        )

    def _observe(self, items: dict[int, ScanItem]) -> None:
        """One observation for each vulnerability; what an earlier batch of the same scan said stays."""
        done = set(
            Observation.objects.filter(
                municipality_id=self.scan.municipality_id, scan=self.scan, vulnerability__in=list(items)
            ).values_list("vulnerability_id", flat=True)
        )
        self.seen.repeated_count += len(done)
        new = {pk: item for pk, item in items.items() if pk not in done}
        texts = self._texts([item.output for item in new.values() if item.output])
        insert_rows(
            Observation._meta.db_table, OBSERVATION_COLUMNS, [self._values(pk, item, texts) for pk, item in new.items()]
        )

    def _values(self, pk: int, item: ScanItem, texts: dict[str, int]) -> tuple[object, ...]:
        versions = item.component
        return (
            self.scan.municipality_id,
            pk,
            self.scan.pk,
            item.outcome,
            item.outcome_word[:60],
            item.severity_word[:60],
            " ".join(item.vectors)[:600],
            " ".join(f"{kind}={score}" for kind, score in item.scores)[:200],
            versions.version[:200] if versions else "",
            versions.fixed_version[:200] if versions else "",
            texts.get(digest(item.output)) if item.output else None,
            item.place,
        )

    def _texts(self, outputs: Sequence[str]) -> dict[str, int]:
        """Hash -> number of the kept text; each text once in the municipality."""
        wanted = {digest(text): text for text in outputs}
        rows = ObservedText.objects.filter(municipality_id=self.scan.municipality_id)
        found = dict(rows.filter(sha256__in=list(wanted)).values_list("sha256", "pk"))
        made = ObservedText.objects.bulk_create(
            ObservedText(
                municipality_id=self.scan.municipality_id,
                sha256=key,
                text=text[:MOST_TEXT],
                is_cut=len(text) > MOST_TEXT,
            )
            for key, text in wanted.items()
            if key not in found
        )
        return found | {row.sha256: row.pk for row in made}


def digest(text: str) -> str:
    """The hash of what a tool saw."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def band_of(item: ScanItem) -> str:
    """How severe an item is; what is only information is not severe at all."""
    return "none" if item.outcome == "information" else severity_band(item.scores, item.severity_word)


def note_cleared(entry: HostEntry, item: ScanItem, rule: str, component: str, place: str) -> None:
    """Keeps with the host what the report says is fulfilled, fixed or not affected."""
    entry.cleared_rules[cleared_key(rule, component, place)] = item.outcome
    if item.outcome != "passed":
        for cve in item.cves:
            entry.cleared_cves[f"{cve}|{component}"] = item.outcome
