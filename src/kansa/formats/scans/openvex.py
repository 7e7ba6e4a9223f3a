"""What does an OpenVEX document state of each vulnerability and each product?

One item for each product of a statement, and for each part of it where parts are named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    BadItem,
    cves_in,
    distinct,
    kept,
    list_in,
    map_in,
    moment,
    purl_name,
    text_in,
    texts_in,
)
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "openvex"

_STATUSES = {
    "affected": "open",
    "not_affected": "not_affected",
    "fixed": "fixed",
    "under_investigation": "undecided",
}


def is_openvex(look: Look) -> bool:
    """By its context, or by what its statements say."""
    if look.has("@context", "statements[]"):
        return True
    return look.has("@context") and "openvex" in look.report.head[:2_000].lower()


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each product where it is first named, items."""
    author, version, at = first_values(report, "author", "version", "timestamp").values()
    yield ScanHead(TOOL, str(version or ""), str(author or ""), moment(str(at or "")))
    seen: set[str] = set()
    for place, found in enumerate(values(report, "statements.item"), start=1):
        for record in kept(place, _items(found.value, place)):
            if isinstance(record, ScanItem) and record.host_key not in seen:
                seen.add(record.host_key)
                yield ScannedHost(record.host_key)
            yield record


def _identifier(value: Any) -> tuple[str, str]:
    """The name of a product or part and its package URL; old documents write a text alone."""
    if isinstance(value, str):
        text, purl = text_in(value), ""
    else:
        entry = map_in(value)
        text = text_in(entry.get("@id"))
        purl = text_in(map_in(entry.get("identifiers")).get("purl"))
    return text or purl, purl or (text if text.startswith("pkg:") else "")


def component_of(text: str, purl: str) -> Component:
    """By the package URL when there is one."""
    name, version = purl_name(purl) if purl else (text, "")
    return Component(name, version, purl=purl)


def _items(value: Any, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    named = entry.get("vulnerability")
    told = {"name": named} if isinstance(named, str) else map_in(named)
    rule = text_in(told.get("name")) or text_in(told.get("@id"))
    products, status = list_in(entry.get("products")), text_in(entry.get("status"))
    if not rule or not products:
        raise BadItem("脆弱性の番号（vulnerability）又は製品（products）がないため、何の項目か分かりません。")
    for product in products:
        text, purl = _identifier(product)
        parts = list_in(product.get("subcomponents")) if isinstance(product, dict) else []
        key = "".join(purl.partition("@")[:1]) if purl else text
        item = ScanItem(
            key,
            rule,
            rule,
            cves=cves_in(rule, *texts_in(told.get("aliases"))),
            component=component_of(text, purl),
            outcome=_STATUSES.get(status, "undecided"),
            outcome_word=" ".join(distinct(status, text_in(entry.get("justification")))),
            output=text_in(entry.get("impact_statement")) or text_in(entry.get("status_notes")),
            solution=text_in(entry.get("action_statement")),
            references=distinct(*(one for one in texts_in(told.get("aliases")) if not one.upper().startswith("CVE-"))),
            seen_at=moment(text_in(entry.get("timestamp"))),
            place=place,
        )
        if not parts:
            yield item
        for part in parts:
            yield item._replace(component=component_of(*_identifier(part)))


FORMAT = ScanFormat("openvex", TOOL, "OpenVEX（JSON）", is_openvex, read)
