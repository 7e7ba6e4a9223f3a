"""What does an uploaded inventory say? Its kind is found by its content, under the limits of scan reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO

from kansa.core.errors import InputError, Place, Refusal
from kansa.formats.inventories import dpkg, rpm, windows
from kansa.formats.inventories.heading import Heading, heading_of
from kansa.formats.inventories.records import InstalledPackage, Inventory, Note
from kansa.formats.scans.containers import open_reports
from kansa.formats.scans.limits import Clock, ScanLimits
from kansa.formats.scans.opening import Report
from kansa.formats.unsafe import UnsafeFile

MOST_PACKAGES = 100_000


@dataclass(frozen=True, slots=True)
class InventoryFormat:
    """One kind of inventory: how its text is known and how it is read."""

    name: str
    title_ja: str
    is_like: Callable[[str], bool]
    read: Callable[[Report, Heading], Inventory]


def _of_dpkg(report: Report, heading: Heading) -> Inventory:
    return _of_packages("dpkg", list(dpkg.lines_of(report)), heading)


def _of_rpm(report: Report, heading: Heading) -> Inventory:
    return _of_packages("rpm", list(rpm.lines_of(report)), heading)


def _of_packages(kind: str, lines: list[InstalledPackage | Note], heading: Heading) -> Inventory:
    packages = tuple(one for one in lines if isinstance(one, InstalledPackage))
    if not packages:
        raise UnsafeFile("no_packages", "インストール済みのパッケージが一つもありません。収集し直してください。")
    if len(packages) > MOST_PACKAGES:
        raise UnsafeFile("too_many_items", f"パッケージが多すぎます（{MOST_PACKAGES:,}件まで）。")
    notes = tuple(one for one in lines if isinstance(one, Note))
    return Inventory(
        kind, heading.host_name, heading.asset_number, heading.release, "", heading.taken_at, packages, (), notes
    )


def _of_windows(report: Report, heading: Heading) -> Inventory:
    facts: dict[str, str] = {}
    updates: set[str] = set()
    for name, value in windows.facts_of(report):
        if name == "update":
            updates.add(value)
        elif value:
            facts.setdefault(name, value)
    product = facts.get("product", "")
    if not product and not updates:
        raise UnsafeFile("no_updates", "更新プログラムの一覧がありません。systeminfo を実行し直してください。")
    return Inventory(
        "windows",
        heading.host_name or windows.host_name_of(facts.get("host", "")),
        heading.asset_number,
        product,
        heading.build or facts.get("full_build") or facts.get("build", ""),
        heading.taken_at,
        updates=tuple(sorted(updates)),
    )


# In the order in which an inventory is tried.
READERS: dict[str, InventoryFormat] = {
    one.name: one
    for one in (
        InventoryFormat("dpkg", "Debian・Ubuntu のパッケージ", dpkg.is_dpkg, _of_dpkg),
        InventoryFormat("rpm", "Red Hat 系のパッケージ", rpm.is_rpm, _of_rpm),
        InventoryFormat("windows", "Windows の更新プログラム", windows.is_windows, _of_windows),
    )
}


def read_inventory(
    stream: IO[bytes], file_name: str, limits: ScanLimits | None = None, clock: Clock | None = None
) -> list[Inventory]:
    """The inventories of an upload (a seekable stream), one of each file of a zip. Raises InputError."""
    found: list[Inventory] = []
    name = file_name
    try:
        for report in open_reports(stream, file_name, limits, clock):
            name = report.name
            found.append(_inventory(report))
    except UnsafeFile as fault:
        raise InputError(Refusal(fault.code, fault.reason_ja, Place(name))) from None
    return found


def _inventory(report: Report) -> Inventory:
    reader = next((one for one in READERS.values() if one.is_like(report.head)), None)
    if reader is None:
        raise UnsafeFile(
            "unknown_inventory",
            "パッケージ又は更新プログラムの一覧として読み取れません。手引の「更新プログラムの照合」の手順で収集してください。",
        )
    found = reader.read(report, heading_of(report.head.splitlines()[:200]))
    return replace(found, file_name=report.name)
