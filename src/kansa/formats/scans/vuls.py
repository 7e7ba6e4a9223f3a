"""What does a JSON result of Vuls say of each CVE and each package of one server?

One item for each package that a CVE affects, since packages are updated one by one. A CVE found by its CPE, a library
or a Windows update has the place that Vuls names. Source: the models of Vuls (JSON version 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    bad_vectors,
    cves_in,
    distinct,
    host_of,
    kept,
    list_in,
    map_in,
    moment,
    text_in,
    texts_in,
)
from kansa.formats.scans.objects import values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "vuls"

_ABOUT = ("serverName", "family", "release", "ipv4Addrs", "ipv6Addrs", "scannedAt", "scannedVersion", "scanMode")
_VECTORS = ("cvss2Vector", "cvss3Vector", "cvss40Vector")
_SCORES = (("cvss2Score", "cvss2"), ("cvss3Score", "cvss3"), ("cvss40Score", "cvss4"))
_SEVERITIES = ("cvss40Severity", "cvss3Severity", "cvss2Severity")


def is_vuls(look: Look) -> bool:
    """By its first places."""
    return look.has("jsonVersion", "serverName")


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the server, items. The packages stand behind the CVEs in the report and are read first."""
    about: dict[str, Any] = {}
    packages: dict[str, tuple[str, str]] = {}
    for found in values(report, *_ABOUT, "errors.item", "container.name", "packages.*"):
        if found.place == "packages.*":
            entry = found.value if isinstance(found.value, dict) else {}
            packages[str(found.key)] = (_version(entry, ""), _version(entry, "new"))
        else:
            about[found.place] = found.value
    at = moment(str(about.get("scannedAt") or ""))
    yield ScanHead(TOOL, str(about.get("scannedVersion") or ""), str(about.get("scanMode") or ""), at)
    host = _host(about)._replace(seen_at=at)
    yield host
    for place, found in enumerate(values(report, "scannedCves.*"), start=1):
        yield from kept(place, _items(str(found.key), found.value, packages, host.key, place))


def _version(entry: dict[str, Any], prefix: str) -> str:
    """Version and release of a package as its distribution joins them; "" for no newer one."""
    names = ("newVersion", "newRelease") if prefix else ("version", "release")
    return "-".join(text for name in names if isinstance(text := entry.get(name), str) and text)


def _host(about: dict[str, Any]) -> ScannedHost:
    name = str(about.get("serverName") or "")
    container = about.get("container.name")
    addresses = [*_list(about.get("ipv4Addrs")), *_list(about.get("ipv6Addrs"))]
    first = host_of(next(iter(addresses), ""))
    system = " ".join(str(about[part]) for part in ("family", "release") if about.get(part))
    key = f"{container}@{name}" if container else name
    named = host_of(name)
    return ScannedHost(
        key,
        first.address or named.address,
        named.fqdn,
        named.host_name,
        operating_system=system,
        is_reached="errors.item" not in about,  # then nothing was found because nothing could be looked at
        is_credentialed=True,  # Vuls reads the packages on the server itself
    )


def _list(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _items(cve: str, value: Any, packages: dict[str, tuple[str, str]], key: str, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    rule = text_in(entry.get("cveID")) or cve
    item = _told(rule, entry)._replace(host_key=key, place=place)
    count = 0
    for one in list_in(entry.get("affectedPackages")):
        package = map_in(one)
        name = text_in(package.get("name"))
        installed, newer = packages.get(name, ("", ""))
        fixed = text_in(package.get("fixedIn")) or ("" if package.get("notFixedYet") is True else newer)
        state = text_in(package.get("fixState")) or ("not_fixed_yet" if package.get("notFixedYet") is True else "")
        count += 1
        yield item._replace(component=Component(name, installed, fixed), outcome_word=state)
    for one in list_in(entry.get("libraryFixedIns")):
        library = map_in(one)
        count += 1
        yield item._replace(
            component=Component(text_in(library.get("name")), "", text_in(library.get("fixedIn"))),
            path=text_in(library.get("path")),
        )
    for field, word in (("cpeURIs", "cpe"), ("windowsKBFixedIns", "kb")):
        for text in texts_in(entry.get(field)):
            count += 1
            yield item._replace(component=Component(_of_cpe(text) if word == "cpe" else text))
    for one in list_in(entry.get("wpPackageFixStats")):
        plugin = map_in(one)
        count += 1
        yield item._replace(component=Component(text_in(plugin.get("name")), "", text_in(plugin.get("fixedIn"))))
    if not count:
        yield item


def _of_cpe(cpe: str) -> str:
    """Vendor and product, without the version: cpe:/a:vendor:product:1.2 and cpe:2.3:a:vendor:product:1.2."""
    parts = cpe.replace("cpe:2.3:", "cpe:/").removeprefix("cpe:/").split(":")
    return ":".join(parts[1:3]) or cpe


def _told(rule: str, entry: dict[str, Any]) -> ScanItem:
    """What all sources say of the CVE: JVN, NVD and the distribution's own."""
    contents: list[dict[str, Any]] = []
    for source in map_in(entry.get("cveContents")).values():
        contents += [map_in(one) for one in (source if isinstance(source, list) else [source])]
    vectors = distinct(*(text_in(one.get(name)) for name in _VECTORS for one in contents))
    scores = ((known, text_in(one.get(name))) for name, known in _SCORES for one in contents)
    words = (text_in(one.get(name)) for name in _SEVERITIES for one in contents)
    titles = (text_in(one.get("title")) for one in contents)
    links = (text_in(map_in(link).get("link")) for one in contents for link in list_in(one.get("references")))
    return ScanItem(
        "",
        rule,
        next((title for title in titles if title), rule),
        severity_word=next((word for word in words if word), ""),
        cves=cves_in(rule),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple(dict.fromkeys(pair for pair in scores if pair[1] not in ("", "0", "0.0"))),
        output=next((text for one in contents if (text := text_in(one.get("summary")))), ""),
        references=distinct(*(text_in(one.get("sourceLink")) for one in contents), *links),
    )


FORMAT = ScanFormat("vuls", TOOL, "Vuls（JSON）", is_vuls, read)
