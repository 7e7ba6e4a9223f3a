"""What does a CSAF 2.0 advisory or VEX state of each vulnerability and each product?

One item for each product that a status names. Where statuses contradict (a product both affected and fixed) both stand.
"""

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
    purl_name,
    text_in,
    texts_in,
)
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "csaf"

# Source: product_status of CSAF 2.0, section 3.2.3.9.
_STATUSES = {
    "first_affected": "open",
    "known_affected": "open",
    "last_affected": "open",
    "first_fixed": "fixed",
    "fixed": "fixed",
    "known_not_affected": "not_affected",
    "recommended": "information",
    "under_investigation": "undecided",
}
_SCORES = (("cvss_v2", "cvss2"), ("cvss_v3", "cvss3"), ("cvss_v4", "cvss4"))


def is_csaf(look: Look) -> bool:
    """By its document."""
    return look.has("document") and "csaf_version" in look.report.head


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the advisory's publisher and number as the one host, items. Products are read first."""
    document, tree = first_values(report, "document", "product_tree").values()
    told = document if isinstance(document, dict) else {}
    tracking, title = told.get("tracking"), told.get("title")
    number = str(tracking.get("id") or "") if isinstance(tracking, dict) else ""
    released = str(tracking.get("current_release_date") or "") if isinstance(tracking, dict) else ""
    yield ScanHead(TOOL, str(told.get("csaf_version") or ""), str(title or ""), moment(released))
    key = number or str(title or "CSAF")
    yield ScannedHost(key)
    products = _products(tree)
    for place, found in enumerate(values(report, "vulnerabilities.item"), start=1):
        yield from kept(place, _items(found.value, products, key, place))


def _products(tree: Any) -> dict[str, Component]:
    """Number of a product -> what it is; a version is a branch of its own above it."""
    known: dict[str, Component] = {}
    waiting: list[tuple[Any, str, str]] = [(tree, "", "")]
    while waiting:
        entry, name, version = waiting.pop()
        if not isinstance(entry, dict):
            continue
        category, text = str(entry.get("category") or ""), str(entry.get("name") or "")
        name = text if category == "product_name" else name
        version = text if category in ("product_version", "product_version_range") else version
        branches, listed = entry.get("branches"), entry.get("full_product_names")
        waiting += [(one, name, version) for one in branches] if isinstance(branches, list) else []
        relations = entry.get("relationships")
        found = [entry.get("product"), *(listed if isinstance(listed, list) else ())]
        found += (
            [one.get("full_product_name") for one in relations if isinstance(one, dict)]
            if isinstance(relations, list)
            else []
        )
        for product in found:
            if isinstance(product, dict) and isinstance(product.get("product_id"), str):
                known[product["product_id"]] = _component(product, name, version)
    return known


def _component(product: dict[str, Any], name: str, version: str) -> Component:
    helper = product.get("product_identification_helper")
    purl = str(helper.get("purl") or "") if isinstance(helper, dict) else ""
    if purl:
        named, at = purl_name(purl)
        return Component(named, at or version, purl=purl)
    return Component(name or str(product.get("name") or product["product_id"]), version)


def _items(value: Any, products: dict[str, Component], key: str, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    others = [text_in(map_in(one).get("text")) for one in list_in(entry.get("ids"))]
    rule = text_in(entry.get("cve")) or next((other for other in others if other), "")
    if not rule:
        raise BadItem("脆弱性の番号（cve、ids）がないため、何の項目か分かりません。")
    notes = [text_in(map_in(one).get("text")) for one in list_in(entry.get("notes"))]
    links = [text_in(map_in(one).get("url")) for one in list_in(entry.get("references"))]
    item = ScanItem(
        key,
        rule,
        text_in(entry.get("title")) or rule,
        cves=cves_in(rule, *others),
        output=next((note for note in notes if note), ""),
        references=distinct(*(other for other in others if other != rule), *links),
        place=place,
    )
    count = 0
    for status, listed in map_in(entry.get("product_status")).items():
        for product in texts_in(listed):
            count += 1
            yield _of_product(item, entry, product, status, products)
    if not count:
        yield item._replace(outcome="undecided")


def _of_product(
    item: ScanItem, entry: dict[str, Any], product: str, status: str, products: dict[str, Component]
) -> ScanItem:
    """The scores, remedies and flags that name this product."""
    told = [map_in(one) for one in list_in(entry.get("scores")) if product in texts_in(map_in(one).get("products"))]
    parts = [(known, map_in(one.get(name))) for one in told for name, known in _SCORES]
    vectors = distinct(*(text_in(part.get("vectorString")) for _known, part in parts))
    remedies = [
        text_in(map_in(one).get("details"))
        for one in list_in(entry.get("remediations"))
        if product in texts_in(map_in(one).get("product_ids")) or not map_in(one).get("product_ids")
    ]
    flags = [
        text_in(map_in(one).get("label"))
        for one in list_in(entry.get("flags"))
        if product in texts_in(map_in(one).get("product_ids"))
    ]
    return item._replace(
        component=products.get(product) or Component(product),
        severity_word=next((word for _known, part in parts if (word := text_in(part.get("baseSeverity")))), ""),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple((known, score) for known, part in parts if (score := text_in(part.get("baseScore")))),
        outcome=_STATUSES.get(status, "undecided"),
        outcome_word=" ".join(distinct(status, *flags)),
        solution="\n".join(distinct(*remedies)),
    )


FORMAT = ScanFormat("csaf", TOOL, "CSAF 2.0（JSON）", is_csaf, read)
