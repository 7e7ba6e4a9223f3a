"""What do the vulnerabilities of a CycloneDX document in XML say? The same as in JSON, by the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.cyclonedx import TOOL, items_of, name_of
from kansa.formats.scans.fields import kept, moment
from kansa.formats.scans.markup import Element, child, elements, local, text_of, texts_of
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat


def is_cyclonedx_xml(look: Look) -> bool:
    """By root and namespace."""
    return look.root == "bom" and "cyclonedx.org/schema/bom" in look.namespaces


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the product as the one host, items. A first pass reads the components, whose order is free."""
    parts: dict[str, Component] = {}
    key = created = version = ""
    for element in elements(report, "timestamp", "bom", whole=("component", "vulnerability")):
        name = local(element)
        if name == "timestamp":
            created = created or text_of(element)
        elif name == "bom":
            version = element.nsmap.get(element.prefix, "").rpartition("/")[2]
            key = key or element.get("serialNumber") or ""
        elif name == "component":
            _learn(element, parts)
            if local(element.getparent()) == "metadata":
                key = name_of(texts_of(element))
    key = key or "CycloneDX"
    yield ScanHead(TOOL, version, started_at=moment(created))
    yield ScannedHost(key)
    found = (one for one in elements(report, whole=("vulnerability",)))
    for place, element in enumerate(found, start=1):
        yield from kept(place, items_of(_as_map(element), parts, key, place))


def _learn(element: Element, parts: dict[str, Component]) -> None:
    """The component and those inside it, by their reference and their package URL."""
    for one in element.iter("{*}component"):
        texts = texts_of(one)
        component = Component(name_of(texts), texts.get("version", ""), purl=texts.get("purl", ""))
        for known in (one.get("bom-ref") or "", component.purl):
            if known:
                parts[known] = component


def _listed(element: Element, group: str) -> list[Element]:
    """The elements of a list, which has an element of its own."""
    found = child(element, group)
    return list(found) if found is not None else []


def _as_map(element: Element) -> dict[str, Any]:
    """A vulnerability with the names that JSON has for the same."""
    analysis = child(element, "analysis")
    told: dict[str, Any] = dict(texts_of(analysis)) if analysis is not None else {}
    told.pop("responses", None)
    told["response"] = [text_of(one) for one in _listed(analysis, "responses")] if analysis is not None else []
    texts: dict[str, Any] = dict(texts_of(element))
    source = child(element, "source")
    return texts | {
        "analysis": told,
        "source": texts_of(source) if source is not None else {},
        "ratings": [texts_of(one) for one in _listed(element, "ratings")],
        "references": [texts_of(one) for one in _listed(element, "references")],
        "advisories": [texts_of(one) for one in _listed(element, "advisories")],
        "affects": [texts_of(one) for one in _listed(element, "affects")],
    }


FORMAT = ScanFormat("cyclonedx_xml", TOOL, "CycloneDX・VEX（XML）", is_cyclonedx_xml, read)
