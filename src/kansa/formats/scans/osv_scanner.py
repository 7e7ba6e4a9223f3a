"""What does the JSON of OSV-Scanner say of each package of each lock file or inventory?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    BadItem,
    bad_vectors,
    cves_in,
    distinct,
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

TOOL = "osv_scanner"
HOST = "OSV-Scanner"  # the report names files, no host: all of them are of the one place that was scanned


def is_osv_scanner(look: Look) -> bool:
    """By its results, or by what an empty one still says."""
    return look.has("results.item.source", "results.item.packages[]") or look.has("results[]", "experimental_config")


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, one host, items."""
    yield ScanHead(TOOL)
    yield ScannedHost(HOST)
    place = 0
    for found in values(report, "results.item"):
        result = found.value if isinstance(found.value, dict) else {}
        source = result.get("source")
        path = str(source.get("path") or "") if isinstance(source, dict) else ""
        packages = result.get("packages")
        for one in packages if isinstance(packages, list) else ():
            package = one if isinstance(one, dict) else {}
            listed = package.get("vulnerabilities")
            for vulnerability in listed if isinstance(listed, list) else ():
                place += 1
                yield from kept(place, _item(vulnerability, package, path, place))


def _item(value: Any, told: dict[str, Any], path: str, place: int) -> Iterator[ScanItem]:
    entry, package = map_in(value), map_in(told.get("package"))
    rule, name = text_in(entry.get("id")), text_in(package.get("name"))
    if not rule or not name:
        raise BadItem("脆弱性の番号（id）又はパッケージの名前がないため、何の項目か分かりません。")
    aliases = texts_in(entry.get("aliases"))
    vectors = distinct(*(text_in(map_in(one).get("score")) for one in list_in(entry.get("severity"))))
    groups = (map_in(one) for one in list_in(told.get("groups")))
    score = next((text_in(one.get("max_severity")) for one in groups if rule in texts_in(one.get("ids"))), "")
    yield ScanItem(
        HOST,
        rule,
        text_in(entry.get("summary")) or rule,
        severity_word=text_in(map_in(entry.get("database_specific")).get("severity")),
        path=path,
        cves=cves_in(rule, *aliases),
        component=Component(name, text_in(package.get("version")), _fixed(entry, package)),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=(("max_severity", score),) if score else (),
        output=text_in(entry.get("details")),
        references=distinct(
            *(one for one in aliases if not one.upper().startswith("CVE-")),
            *(text_in(map_in(one).get("url")) for one in list_in(entry.get("references"))),
        ),
        seen_at=moment(text_in(entry.get("modified"))),
        place=place,
    )


def _fixed(entry: dict[str, Any], package: dict[str, Any]) -> str:
    """The fixing versions of this package, joined as the report lists them."""
    fixed: list[str] = []
    for one in list_in(entry.get("affected")):
        affected = map_in(one)
        if text_in(map_in(affected.get("package")).get("name")) != text_in(package.get("name")):
            continue
        for span in list_in(affected.get("ranges")):
            fixed += [text_in(map_in(event).get("fixed")) for event in list_in(map_in(span).get("events"))]
    return ", ".join(distinct(*fixed))


FORMAT = ScanFormat("osv_scanner", TOOL, "OSV-Scanner（JSON）", is_osv_scanner, read)
