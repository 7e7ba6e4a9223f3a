"""Which advisories concern the packages of a Linux host?

Debian and Ubuntu name the source package, the Red Hat family what is installed. A package that an advisory of a module
is about has to be of that module; of a kernel that is installed several times the newest counts. An index, which only
says that an update is there, is quoted where nothing else speaks of the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kansa.formats.advisories import Advisory
from kansa.formats.inventories import InstalledPackage, Inventory
from kansa.formats.scans.records import Component, ScanItem
from kansa.patches.index import Indexes
from kansa.patches.versions import UnreadableVersion, compare, newest

UPDATE_RULE = "security-update"


@dataclass(frozen=True, slots=True)
class Gap:
    """An advisory whose mended version is newer than what is installed, or that has none."""

    advisory: Advisory
    component: str
    installed: str
    binaries: tuple[str, ...]


def items_of(inventory: Inventory, indexes: Indexes, host_key: str) -> Iterator[ScanItem]:
    """One item for each CVE (or erratum, or pending update) and component, sorted."""
    gaps, undecided = _gaps(inventory, indexes)
    told = {gap.component for gap in gaps if gap.advisory.identifier and gap.advisory.fixed_version}
    kept: dict[tuple[str, str], Gap] = {}
    for gap in gaps:
        if not gap.advisory.identifier and gap.component in told:
            continue
        for rule in gap.advisory.cves or (gap.advisory.identifier or UPDATE_RULE,):
            before = kept.get((rule, gap.component))
            kept[rule, gap.component] = _better(inventory.kind, before, gap) if before else gap
    for place, ((rule, component), gap) in enumerate(sorted(kept.items()), 1):
        yield _item(host_key, rule, component, gap, place)
    for place, gap in enumerate(undecided, len(kept) + 1):
        rule = next(iter(gap.advisory.cves), gap.advisory.identifier or UPDATE_RULE)
        yield _item(host_key, rule, gap.component, gap, place)._replace(outcome="undecided")


def _gaps(inventory: Inventory, indexes: Indexes) -> tuple[list[Gap], list[Gap]]:
    """What is missing, and what cannot be decided since a version cannot be read."""
    by_name: dict[str, list[InstalledPackage]] = {}
    by_source: dict[str, list[InstalledPackage]] = {}
    for package in inventory.packages:
        by_name.setdefault(package.name, []).append(package)
        by_source.setdefault(package.source or package.name, []).append(package)
    open_ones: list[Gap] = []
    undecided: list[Gap] = []
    for advisory in indexes.advisories(inventory.release, {*by_name, *by_source}):
        group = (by_source if advisory.is_source else by_name).get(advisory.package, [])
        concerned = [one for one in group if _is_about(advisory, one)]
        if not concerned:
            continue
        gap = _gap(inventory.kind, advisory, concerned)
        try:
            if _is_open(inventory.kind, gap):
                open_ones.append(gap)
        except UnreadableVersion:
            undecided.append(gap)
    return open_ones, undecided


def _is_about(advisory: Advisory, package: InstalledPackage) -> bool:
    if advisory.architecture and package.architecture != advisory.architecture:
        return False
    return advisory.module == ":".join(package.module.split(":")[:2])


def _gap(kind: str, advisory: Advisory, packages: list[InstalledPackage]) -> Gap:
    versions = [(one.source_version or one.version) if advisory.is_source else one.version for one in packages]
    try:
        installed = newest(kind, versions)
    except UnreadableVersion:
        installed = versions[0]
    component = next((one.source for one in packages if one.source), advisory.package)
    return Gap(advisory, component, installed, tuple(sorted({one.name for one in packages})))


def _is_open(kind: str, gap: Gap) -> bool:
    advisory = gap.advisory
    if advisory.introduced and compare(kind, gap.installed, advisory.introduced) < 0:
        return False
    return not advisory.fixed_version or compare(kind, gap.installed, advisory.fixed_version) < 0


def _better(kind: str, left: Gap, right: Gap) -> Gap:
    """Of two advisories for the same CVE the one that asks for more: the newest mended version."""
    first, second = left.advisory.fixed_version, right.advisory.fixed_version
    if not first or not second:
        return left if first else right
    try:
        gap = left if compare(kind, first, second) >= 0 else right
    except UnreadableVersion:
        gap = left
    binaries = tuple(sorted({*left.binaries, *right.binaries}))
    return Gap(gap.advisory, gap.component, gap.installed, binaries)


def _item(host_key: str, rule: str, component: str, gap: Gap, place: int) -> ScanItem:
    advisory = gap.advisory
    fixed = advisory.fixed_version
    title = advisory.title or f"{component} の更新プログラムが未適用"
    return ScanItem(
        host_key,
        rule,
        title,
        severity_word=advisory.severity_word,
        cves=(rule,) if rule in advisory.cves else (),
        component=Component(component, gap.installed, fixed),
        outcome_word=advisory.status_word,
        output="、".join(gap.binaries),
        solution=f"{component} を {fixed} 以降に更新する。" if fixed else "",
        references=tuple(one for one in (advisory.identifier,) if one and one != rule),
        place=place,
    )
