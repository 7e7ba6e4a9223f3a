"""How is each kind of upload read: a tool's report, a firm's table by its mapping, an inventory against advisories?"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from django.core.files.storage import storages

from kansa.apps.diagnosis.actions.taking import Read
from kansa.apps.diagnosis.models import AdvisoryFile, Scan, ScanUpload, TableMapping
from kansa.apps.diagnosis.queries.advisories import days_of, files_in_force, opened, speaking_of
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.formats.advisories import READERS
from kansa.formats.inventories import Inventory, read_inventory
from kansa.formats.scans import read_report, reports_of
from kansa.formats.scans.records import ScanRecord
from kansa.formats.scans.vendor_table import mapping_from, reader
from kansa.patches import Indexes, match


class NotSaidYet(Exception):
    """A person has to say more before the upload can be read. `asked`: what, as it is kept with the upload."""

    def __init__(self, asked: dict[str, object]) -> None:
        self.asked = asked
        super().__init__("asked")


@dataclass(frozen=True, slots=True)
class Reading:
    """One report of an upload. `advisory_days`, `is_whole`, `warnings`: see ScanFacts."""

    name: str
    read: Read
    advisory_days: list[list[str]] = field(default_factory=list)
    is_whole: bool = True
    warnings: tuple[Refusal, ...] = ()


@contextmanager
def readings(upload: ScanUpload) -> Iterator[list[Reading]]:
    """The reports of an upload. Raises InputError, RuleError; NotSaidYet."""
    with storages["restricted"].open(upload.stored_name) as stream:
        if upload.kind == "inventory":
            inventories = [_stated(upload, one) for one in read_inventory(stream, upload.name, clock=time.monotonic)]
            _require_said(inventories)
            files = files_in_force(upload.municipality_id)
            with opened(files) as indexes:
                yield [_of_inventory(upload, one, files, indexes) for one in inventories]
            return
        read = reader(mapping_from(_mapping(upload).data)) if upload.kind == "table" else None
        reports = list(reports_of(stream, upload.name, clock=time.monotonic))
        if not reports:
            raise RuleError("no_report", "診断ツールの報告書がありません。")
        yield [Reading(one.name, partial(read_report, one, read=read)) for one in reports]


def _mapping(upload: ScanUpload) -> TableMapping:
    found = TableMapping.objects.filter(municipality_id=upload.municipality_id, pk=upload.mapping_id or 0).first()
    if found is None:
        raise NotSaidYet({"mapping": True})
    return found


def _stated(upload: ScanUpload, inventory: Inventory) -> Inventory:
    """The inventory with what the person says where it says nothing itself."""
    said = upload.stated.get(inventory.file_name, {})
    return replace(
        inventory,
        host_name=inventory.host_name or said.get("host_name", ""),
        asset_number=inventory.asset_number or said.get("asset_number", ""),
        release=inventory.release or said.get("release", ""),
    )


def _require_said(inventories: Iterable[Inventory]) -> None:
    asked = [
        {"name": one.file_name, "kind": one.kind, "host_name": one.host_name, "release": one.release}
        for one in inventories
        if not one.release or not (one.host_name or one.asset_number)
    ]
    if asked:
        raise NotSaidYet({"inventories": asked})


def _of_inventory(upload: ScanUpload, one: Inventory, files: list[AdvisoryFile], indexes: Indexes) -> Reading:
    """The name says by which data it was matched: the same inventory may be matched again with newer ones."""
    used = speaking_of(files, one.kind, one.release)
    days = days_of(used)
    newest = max((day for _kind, _release, day, _hash in days), default="")
    mark = _mark(days)
    name = f"{one.file_name}（照合データ {newest or '時点不明'} {mark}）"
    warnings = tuple(_less_than_before(upload, one.release, days, one.file_name))
    return Reading(name, partial(_matched, one, indexes), days, not warnings, warnings)


def _mark(days: list[list[str]]) -> str:
    """A few characters that change with the data."""
    return hashlib.sha256("".join(short for _kind, _release, _day, short in days).encode()).hexdigest()[:6]


def _matched(inventory: Inventory, indexes: Indexes) -> Iterator[ScanRecord]:
    try:
        yield from match(inventory, indexes)
    except RuleError as fault:
        raise InputError(Refusal(fault.code, fault.reason_ja, Place(inventory.file_name))) from None


def _less_than_before(upload: ScanUpload, release: str, days: list[list[str]], name: str) -> Iterator[Refusal]:
    """Data that were there at the last check and are missing or older now: what they told of must not seem mended."""
    rows = Scan.objects.filter(municipality_id=upload.municipality_id, tool="patch_check", policy=release)
    last = rows.order_by("-imported_at", "-pk").values_list("advisory_days", flat=True).first() or []
    now: dict[str, str] = {}
    for kind, _release, day, _hash in days:
        now[kind] = max(now.get(kind, ""), day)
    before: dict[str, str] = {}
    for kind, _release, day, _hash in last:
        before[kind] = max(before.get(kind, ""), day)
    for kind, day in sorted(before.items()):
        if kind not in now or now[kind] < day:
            what = "ありません" if kind not in now else "前の照合より古いものです"
            reason = (
                f"前の照合で使った「{READERS[kind].title_ja}」が{what}。見付からなかったものを解消とはみなしません。"
            )
            yield Refusal("less_advisories", reason, Place(name))
