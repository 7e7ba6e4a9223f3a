"""What do the errata of the Red Hat family say: updateinfo.xml of a repository, or CSAF?

updateinfo does not say which release its repository is of: that is said by the version's mark (el9) of its packages.
Source: the updateinfo of createrepo; CSAF 2.0 as Red Hat writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import unquote

from kansa.formats.advisories.records import Advisory, AdvisoryRecord, Stamp
from kansa.formats.advisories.releases import of_cpe
from kansa.formats.inventories.rpm import evr
from kansa.formats.scans.fields import cves_in, list_in, map_in, text_in, texts_in
from kansa.formats.scans.markup import Element, child, elements, text_of
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.spec import Look

_MARK = re.compile(r"(?:^|[.+_])(?:el|rhel|module\+el)(\d{1,2})")
_PURL = re.compile(r"pkg:rpm/[^/]+/(?P<name>[^@?]+)@(?P<version>[^?]+)(?:\?(?P<more>.*))?")


def is_updateinfo(look: Look) -> bool:
    """By its root and what stands in it."""
    return look.root == "updates" and "<update" in look.report.head


def is_csaf(look: Look) -> bool:
    """A security advisory with the packages that mend it."""
    return look.has("document.category", "document.tracking") and "pkg:rpm/" in look.report.head


def read_updateinfo(report: Report) -> Iterator[AdvisoryRecord]:
    """Each package of each erratum that is about security or names a CVE."""
    latest = ""
    for update in elements(report, "update"):
        cves = cves_in(*(one.get("id") or "" for one in update.iter("{*}reference")))
        if update.get("type") != "security" and not cves:
            continue
        dates = [child(update, name) for name in ("updated", "issued")]
        days = [(one.get("date") or "")[:10] for one in dates if one is not None]
        latest = max(latest, *days, "")
        for collection in update.iter("{*}collection"):
            yield from _of_collection(update, collection, cves, next(iter(reversed(days)), ""))
    yield Stamp(_day(latest))


def _of_collection(update: Element, collection: Element, cves: tuple[str, ...], issued: str) -> Iterator[Advisory]:
    module = child(collection, "module")
    label = f"{module.get('name')}:{module.get('stream')}" if module is not None else ""
    for package in collection.iter("{*}package"):
        name, release = package.get("name") or "", package.get("release") or ""
        mark = _MARK.search(release)
        if not name or mark is None or package.get("arch") == "src":
            continue
        yield Advisory(
            f"rhel:{mark[1]}",
            name,
            False,
            evr(package.get("epoch") or "0", package.get("version") or "", release),
            text_of(child(update, "id")),
            cves,
            text_of(child(update, "severity")),
            text_of(child(update, "title"))[:500],
            issued,
            _architecture(package.get("arch") or ""),
            module=label,
        )


def _architecture(word: str) -> str:
    return "" if word == "noarch" else word


def read_csaf(report: Report) -> Iterator[AdvisoryRecord]:
    """The packages that a vulnerability is mended in; other products (containers, sources) are left out."""
    places = ("document.tracking", "document.title", "document.aggregate_severity")
    document = first_values(report, *places)
    tracking, severity = map_in(document[places[0]]), text_in(map_in(document[places[2]]).get("text"))
    title = text_in(document[places[1]])[:500]
    purls: dict[str, str] = {}
    platforms: dict[str, str] = {}
    for found in values(report, "product_tree.branches.item"):
        _learn(map_in(found.value), purls, platforms)
    pairs: dict[str, tuple[str, str]] = {}
    for found in values(report, "product_tree.relationships.item"):
        one = map_in(found.value)
        product, platform = text_in(one.get("product_reference")), text_in(one.get("relates_to_product_reference"))
        whole = text_in(map_in(one.get("full_product_name")).get("product_id"))
        if product in purls and platforms.get(platform):
            pairs[whole] = purls[product], platforms[platform]
    issued = text_in(tracking.get("initial_release_date"))[:10]
    for found in values(report, "vulnerabilities.item"):
        flaw = map_in(found.value)
        for product in texts_in(map_in(flaw.get("product_status")).get("fixed")):
            if product in pairs:
                purl, release = pairs[product]
                yield from _of_purl(purl, release, text_in(tracking.get("id")), flaw, severity, title, issued)
    yield Stamp(_day(text_in(tracking.get("current_release_date"))[:10]))


def _learn(branch: dict[str, Any], purls: dict[str, str], platforms: dict[str, str]) -> None:
    """What a branch and those below it call packages and platforms."""
    level = [branch]
    while level:
        one = level.pop()
        product = map_in(one.get("product"))
        helper = map_in(product.get("product_identification_helper"))
        identifier = text_in(product.get("product_id"))
        if purl := text_in(helper.get("purl")):
            purls[identifier] = purl
        elif release := of_cpe(text_in(helper.get("cpe"))):
            platforms[identifier] = release
        level += [map_in(below) for below in list_in(one.get("branches"))]


def _of_purl(
    purl: str, release: str, identifier: str, flaw: dict[str, Any], severity: str, title: str, issued: str
) -> Iterator[Advisory]:
    match = _PURL.fullmatch(purl)
    more = dict(part.partition("=")[::2] for part in (match["more"] or "").split("&")) if match else {}
    if match is None or more.get("arch") == "src":
        return
    version, _, package_release = unquote(match["version"]).partition("-")
    yield Advisory(
        release,
        unquote(match["name"]),
        False,
        evr(more.get("epoch") or "0", version, package_release),
        identifier,
        cves_in(text_in(flaw.get("cve"))),
        severity,
        text_in(flaw.get("title"))[:500] or title,
        issued,
        _architecture(more.get("arch", "")),
        module=":".join(unquote(more.get("rpmmod", "")).split(":")[:2]),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
