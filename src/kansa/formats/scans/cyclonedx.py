"""What do the vulnerabilities of a CycloneDX document (JSON) say of each component, with their VEX analysis?

One item for each component a vulnerability affects. The state of the analysis decides the outcome; a document without
vulnerabilities is a list of parts, and an empty result.
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
from kansa.formats.scans.objects import values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "cyclonedx"

_ABOUT = ("metadata.component", "metadata.timestamp", "serialNumber", "specVersion")
# Source: impactAnalysisState of CycloneDX 1.6.
_STATES = {
    "": "open",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "open",
    "in_triage": "undecided",
    "false_positive": "not_affected",
    "not_affected": "not_affected",
}
_METHODS = {"CVSSv2": "cvss2", "CVSSv3": "cvss3", "CVSSv31": "cvss3", "CVSSv4": "cvss4"}


def is_cyclonedx(look: Look) -> bool:
    """By its first places."""
    return (look.has("bomFormat") and "CycloneDX" in look.report.head) or look.has("specVersion", "vulnerabilities[]")


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the product as the one host, items. Components are read first: they may stand behind."""
    parts: dict[str, Component] = {}
    about: dict[str, Any] = {}
    for found in values(report, "components.item", *_ABOUT):
        if found.place == "components.item":
            _learn(found.value, parts)
        else:
            about.setdefault(found.place, found.value)
    top = about.get("metadata.component")
    _learn(top, parts)
    key = name_of(top if isinstance(top, dict) else {}) or str(about.get("serialNumber") or "CycloneDX")
    created = moment(str(about.get("metadata.timestamp") or ""))
    yield ScanHead(TOOL, str(about.get("specVersion") or ""), started_at=created)
    yield ScannedHost(key)
    for place, found in enumerate(values(report, "vulnerabilities.item"), start=1):
        yield from kept(place, items_of(found.value, parts, key, place))


def name_of(entry: dict[str, Any]) -> str:
    """A component's name with its group."""
    group, name = entry.get("group"), entry.get("name")
    return "/".join(text for text in (group, name) if isinstance(text, str) and text)


def _learn(value: Any, parts: dict[str, Component]) -> None:
    """The component and those inside it, by their reference; flat, whatever their depth is."""
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if not isinstance(entry, dict):
            continue
        purl, version, ref = (str(entry.get(name) or "") for name in ("purl", "version", "bom-ref"))
        component = Component(name_of(entry), version, purl=purl)
        for known in (ref, purl):
            if known:
                parts[known] = component
        inner = entry.get("components")
        waiting += inner if isinstance(inner, list) else []


def _component(ref: str, parts: dict[str, Component]) -> Component:
    """By the reference; one into another document (urn:cdx:...#ref) by what stands behind its #."""
    inside = ref.partition("#")[2] or ref
    known = parts.get(ref) or parts.get(inside)
    if known is not None:
        return known
    if inside.startswith("pkg:"):
        name, version = purl_name(inside)
        return Component(name, version, purl=inside)
    return Component(inside)


def items_of(value: Any, parts: dict[str, Component], key: str, place: int) -> Iterator[ScanItem]:
    """One vulnerability for each component it affects."""
    entry = map_in(value)
    rule, analysis = text_in(entry.get("id")), map_in(entry.get("analysis"))
    if not rule:
        raise BadItem("脆弱性の番号（id）がないため、何の項目か分かりません。")
    ratings = [map_in(one) for one in list_in(entry.get("ratings"))]
    others = [text_in(map_in(one).get("id")) for one in list_in(entry.get("references"))]
    vectors = distinct(*(text_in(one.get("vector")) for one in ratings))
    state = text_in(analysis.get("state"))
    scores = [(_METHODS.get(text_in(one.get("method")), "other"), text_in(one.get("score"))) for one in ratings]
    links = [text_in(map_in(entry.get("source")).get("url"))]
    links += [text_in(map_in(one).get("url")) for one in list_in(entry.get("advisories"))]
    item = ScanItem(
        key,
        rule,
        rule,
        severity_word=next((word for one in ratings if (word := text_in(one.get("severity")))), ""),
        cves=cves_in(rule, *others),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple(dict.fromkeys(pair for pair in scores if pair[1])),
        outcome=_STATES.get(state, "undecided"),
        outcome_word=" ".join(
            distinct(state, text_in(analysis.get("justification")), *texts_in(analysis.get("response")))
        ),
        output=text_in(analysis.get("detail")) or text_in(entry.get("description")),
        solution=text_in(entry.get("recommendation")),
        references=distinct(*links, *(other for other in others if not other.upper().startswith("CVE-"))),
        seen_at=moment(text_in(entry.get("updated"))),
        place=place,
    )
    affected = [text_in(map_in(one).get("ref")) for one in list_in(entry.get("affects"))]
    for ref in affected:
        yield item._replace(component=_component(ref, parts))
    if not affected:
        yield item


FORMAT = ScanFormat("cyclonedx", TOOL, "CycloneDX・VEX（JSON）", is_cyclonedx, read)
