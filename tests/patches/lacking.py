"""Small inventories, advisories and their indexes for the tests of what a host lacks."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from kansa.formats.advisories import Advisory, AdvisoryRecord
from kansa.formats.inventories import InstalledPackage, Inventory, read_inventory
from kansa.formats.scans.records import ScanItem
from kansa.patches import Indexes, build_index, match


def package(
    name: str, version: str, *, source: str = "", architecture: str = "amd64", module: str = ""
) -> InstalledPackage:
    """An installed package, built from a source of the same version."""
    return InstalledPackage(name, version, architecture, source or name, version, module)


def linux(*packages: InstalledPackage, kind: str = "dpkg", release: str = "debian:12") -> Inventory:
    """A host of Linux."""
    return Inventory(kind, host_name="sv-juki01", release=release, packages=packages)


def windows(*updates: str, release: str = "Windows Server 2019", build: str = "17763") -> Inventory:
    """A host of Windows."""
    return Inventory("windows", host_name="sv-zei01", release=release, build=build, updates=updates)


def advisory(package_name: str, fixed: str, identifier: str, *cves: str, **more: object) -> Advisory:
    """An advisory of a source package of Debian 12, unless told otherwise."""
    given: dict[str, object] = {"release": "debian:12", "is_source": True, **more}
    return Advisory(package=package_name, fixed_version=fixed, identifier=identifier, cves=cves, **given)  # type: ignore[arg-type]


def lacking(folder: Path, inventory: Inventory, records: Iterable[AdvisoryRecord]) -> list[ScanItem]:
    """The items of a host against these records."""
    path = folder / f"index{len(list(folder.glob('*.sqlite')))}.sqlite"
    build_index(path, records)
    with Indexes([path]) as indexes:
        return [one for one in match(inventory, indexes) if isinstance(one, ScanItem)]


def read_one(data: bytes, name: str = "inventory.txt") -> Inventory:
    """The only inventory of some bytes."""
    (found,) = read_inventory(io.BytesIO(data), name)
    return found
