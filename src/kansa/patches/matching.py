"""What does an inventory lack, told as a scan tells it: who was looked at, and what is open?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.errors import RuleError
from kansa.formats.inventories import Inventory
from kansa.formats.scans.fields import host_of
from kansa.formats.scans.records import ScanHead, ScanRecord, Unread
from kansa.patches import packages, windows
from kansa.patches.index import Indexes

TOOL = "patch_check"


def match(inventory: Inventory, indexes: Indexes) -> Iterator[ScanRecord]:
    """The records of one host, as a reader of scans yields them.

    Raises RuleError when the host or its release is not known, or nothing was carried in for it: to find nothing
    would look like a host without gaps.
    """
    host_key = inventory.asset_number or inventory.host_name
    if not host_key:
        raise RuleError("host_unknown", "どのホストの一覧か分かりません。資産番号又はホスト名を入力してください。")
    if not inventory.release:
        raise RuleError("release_unknown", "OS の種類と版が分かりません。一覧から選んでください。")
    if inventory.kind == "windows":
        is_known = bool(windows.products_of(inventory, indexes.products()))
    else:
        is_known = indexes.has_release(inventory.release)
    if not is_known:
        raise RuleError(
            "no_advisories",
            f"「{inventory.release}」の照合データがありません。取り込んでから照合してください。",
        )
    yield ScanHead(TOOL, policy=inventory.release, started_at=inventory.taken_at, ended_at=inventory.taken_at)
    yield host_of(
        host_key,
        asset_number=inventory.asset_number,
        host_name=inventory.host_name.partition(".")[0],
        operating_system=inventory.release,
        is_reached=True,
        is_credentialed=True,
        seen_at=inventory.taken_at,
    )
    yield from (Unread(note.place, note.reason_ja) for note in inventory.notes)
    family = windows if inventory.kind == "windows" else packages
    yield from family.items_of(inventory, indexes, host_key)
