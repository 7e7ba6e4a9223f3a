"""Which CVEs is a Windows host open to, by its updates and its build?

Decided for each CVE, not for each update: it is mended when any update that mends it, or any successor of one, is
installed, or when the build is at least the one that an update brings. Lists of successors are incomplete, so that the
build goes first where it is known. Only the system itself is looked at: a list of updates does not say which other
products (.NET, Office, databases) are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kansa.formats.advisories import Update
from kansa.formats.inventories import Inventory
from kansa.formats.scans.records import Component, ScanItem
from kansa.patches.index import Indexes
from kansa.patches.versions import build_at_least

COMPONENT = "Microsoft Windows"
# Build -> the version that Microsoft's lists name. The build is what systeminfo prints.
_CLIENTS = {
    "10240": "Windows 10",
    "10586": "Windows 10 Version 1511",
    "14393": "Windows 10 Version 1607",
    "15063": "Windows 10 Version 1703",
    "16299": "Windows 10 Version 1709",
    "17134": "Windows 10 Version 1803",
    "17763": "Windows 10 Version 1809",
    "18362": "Windows 10 Version 1903",
    "18363": "Windows 10 Version 1909",
    "19041": "Windows 10 Version 2004",
    "19042": "Windows 10 Version 20H2",
    "19043": "Windows 10 Version 21H1",
    "19044": "Windows 10 Version 21H2",
    "19045": "Windows 10 Version 22H2",
    "22000": "Windows 11 version 21H2",
    "22621": "Windows 11 Version 22H2",
    "22631": "Windows 11 Version 23H2",
    "26100": "Windows 11 Version 24H2",
    "26200": "Windows 11 Version 25H2",
}


@dataclass(slots=True)
class Fixes:
    """The updates of one product that mend a CVE, and what the lists say of it."""

    updates: set[str] = field(default_factory=set)
    builds: set[str] = field(default_factory=set)
    severity_word: str = ""
    title: str = ""
    issued_on: str = ""

    def take(self, update: Update) -> None:
        """Adds a row; the newest words stay."""
        self.updates.add(update.kb)
        if update.fixed_build:
            self.builds.add(update.fixed_build)
        if update.issued_on >= self.issued_on:
            self.severity_word = update.severity_word or self.severity_word
            self.title = update.title or self.title
            self.issued_on = update.issued_on


def products_of(inventory: Inventory, known: Iterable[str]) -> list[str]:
    """The names that the lists have for the host's system, of those that there are; several when its kind is not said.

    >>> products_of(Inventory("windows", release="Windows 10", build="19045.1"),
    ...             ["Windows 10 Version 22H2 for x64-based Systems", "Windows 10 Version 21H2 for x64-based Systems"])
    ['Windows 10 Version 22H2 for x64-based Systems']
    """
    name = inventory.release
    if name in ("Windows 10", "Windows 11"):
        name = _CLIENTS.get(inventory.build.partition(".")[0], name)
    wanted = _folded(name)
    plain = {one: _folded(one) for one in known}
    exact = [one for one, folded in plain.items() if folded == wanted]
    systems = [one for one, folded in plain.items() if folded.startswith(f"{wanted} for ")]
    usual = [one for one in systems if "x64" in one]
    return sorted(exact or usual or systems)[:1]


def _folded(name: str) -> str:
    return " ".join(name.lower().replace(",", " ").split())


def items_of(inventory: Inventory, indexes: Indexes, host_key: str) -> Iterator[ScanItem]:
    """One item for each CVE that nothing installed mends, sorted."""
    for product in products_of(inventory, indexes.products()):
        fixes: dict[str, Fixes] = {}
        for update in indexes.updates(product):
            if update.cve:
                fixes.setdefault(update.cve, Fixes()).take(update)
        successors, builds = indexes.successors(), indexes.builds(product)
        mended = _mended_by(set(inventory.updates), successors)
        for place, (cve, fix) in enumerate(sorted(fixes.items()), 1):
            if not _is_mended(fix, mended, inventory.build, builds):
                yield _item(host_key, cve, fix, product, successors, place)


def _mended_by(installed: set[str], successors: dict[str, set[str]]) -> set[str]:
    """The updates that are installed or replaced, at any remove, by one that is."""
    older: dict[str, set[str]] = {}
    for update, newer in successors.items():
        for one in newer:
            older.setdefault(one, set()).add(update)
    found: set[str] = set()
    waiting = sorted(installed)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += older.get(one, ())
    return found


def _is_mended(fix: Fixes, mended: set[str], build: str, builds: dict[str, set[str]]) -> bool:
    known = {*fix.builds, *(one for update in fix.updates for one in builds.get(update, ()))}
    said = [one for one in (build_at_least(build, wanted) for wanted in known) if one is not None]
    if any(said):
        return True
    return not fix.updates.isdisjoint(mended)


def _item(host_key: str, cve: str, fix: Fixes, product: str, successors: dict[str, set[str]], place: int) -> ScanItem:
    """The update to install is one that no other one of the list replaces."""
    last = sorted(one for one in fix.updates if not successors.get(one)) or sorted(fix.updates)
    names = "、".join(f"KB{one}" for one in last)
    return ScanItem(
        host_key,
        cve,
        fix.title or f"{product} の更新プログラムが未適用",
        severity_word=fix.severity_word,
        cves=(cve,),
        component=Component(COMPONENT, product, ""),
        output=product,
        solution=f"{names} 又はその後の累積更新プログラムを適用する。",
        references=tuple(f"KB{one}" for one in sorted(fix.updates)),
        place=place,
    )
