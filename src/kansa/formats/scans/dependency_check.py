"""What do the XML and JSON reports of OWASP Dependency-Check say of each library of a product?

Suppressed vulnerabilities are told as not affecting, since somebody decided so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    bad_vectors,
    cves_in,
    distinct,
    kept,
    list_in,
    map_in,
    moment,
    purl_name,
    text_in,
)
from kansa.formats.scans.markup import Element, child, elements, local, text_of, texts_of
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "dependency_check"

_GROUPS = (("vulnerabilities", "open"), ("suppressedVulnerabilities", "not_affected"))


def is_dependency_check(look: Look) -> bool:
    """By root and namespace."""
    return look.root == "analysis" and "dependency-check" in look.namespaces


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the product as the one host, items."""
    version, key, at, is_headed, place = "", "", "", False, 0
    for element in elements(report, "engineVersion", "analysis", whole=("projectInfo", "dependency")):
        name = local(element)
        if name == "engineVersion":
            version = text_of(element)
            continue
        if name == "projectInfo":
            key, at = text_of(child(element, "name")), text_of(child(element, "reportDate"))
            continue
        if not is_headed:
            is_headed = True
            yield ScanHead(TOOL, version, started_at=moment(at))
            yield ScannedHost(key)
        if name == "dependency":
            for item in _of_element(element, key):
                place += 1
                yield item._replace(place=place)


def _of_element(element: Element, key: str) -> Iterator[ScanItem]:
    texts, identifiers = texts_of(element), child(element, "identifiers")
    packages = [text_of(child(one, "id")) for one in identifiers] if identifiers is not None else []
    component = _component(packages, texts.get("fileName", ""))
    group = child(element, "vulnerabilities")
    for one in group if group is not None else ():
        said = texts_of(one)
        scores = tuple(
            (name, found)
            for tag, inner, name in (("cvssV2", "score", "cvss2"), ("cvssV3", "baseScore", "cvss3"))
            if (part := child(one, tag)) is not None and (found := text_of(child(part, inner)))
        )
        links = child(one, "references")
        yield ScanItem(
            key,
            said.get("name", ""),
            said.get("name", ""),
            severity_word=said.get("severity", ""),
            path=texts.get("filePath", ""),
            cves=cves_in(said.get("name", "")),
            component=component,
            scores=scores,
            outcome="not_affected" if local(one).startswith("suppressed") else "open",
            output=said.get("description", ""),
            references=distinct(*(text_of(child(link, "url")) for link in links)) if links is not None else (),
        )


def _component(packages: list[str], file_name: str) -> Component:
    """By the package URL when one was recognised, else by the file."""
    purl = next((one for one in packages if one.startswith("pkg:")), "")
    name, version = purl_name(purl) if purl else (file_name, "")
    return Component(name, version, purl=purl)


def is_dependency_check_json(look: Look) -> bool:
    """By its first places."""
    return look.has("reportSchema", "scanInfo", "scanInfo.engineVersion")


def read_json(report: Report) -> Iterator[ScanRecord]:
    """Head, the product as the one host, items."""
    project, version = first_values(report, "projectInfo", "scanInfo.engineVersion").values()
    told = project if isinstance(project, dict) else {}
    key = str(told.get("name") or "")
    yield ScanHead(TOOL, str(version or ""), started_at=moment(str(told.get("reportDate") or "")))
    yield ScannedHost(key)
    place = 0
    for found in values(report, "dependencies.item"):
        dependency = found.value if isinstance(found.value, dict) else {}
        for group, outcome in _GROUPS:
            listed = dependency.get(group)
            for one in listed if isinstance(listed, list) else ():
                place += 1
                yield from kept(place, _of_map(one, dependency, key, outcome, place))


def _of_map(value: Any, dependency: dict[str, Any], key: str, outcome: str, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    name = text_in(entry.get("name"))
    packages = [text_in(map_in(one).get("id")) for one in list_in(dependency.get("packages"))]
    scores, vectors = [], []
    for group, inner, known in (
        ("cvssv2", "score", "cvss2"),
        ("cvssv3", "baseScore", "cvss3"),
        ("cvssv4", "baseScore", "cvss4"),
    ):
        part = map_in(entry.get(group))
        if score := text_in(part.get(inner)):
            scores.append((known, score))
        if vector := text_in(part.get("vectorString")):
            vectors.append(vector)
    yield ScanItem(
        key,
        name,
        name,
        severity_word=text_in(entry.get("severity")),
        path=text_in(dependency.get("filePath")),
        cves=cves_in(name),
        component=_component(packages, text_in(dependency.get("fileName"))),
        vectors=tuple(vectors),
        bad_vectors=bad_vectors(vectors),
        scores=tuple(scores),
        outcome=outcome,
        output=text_in(entry.get("description")),
        references=distinct(*(text_in(map_in(one).get("url")) for one in list_in(entry.get("references")))),
        place=place,
    )


FORMAT = ScanFormat("dependency_check", TOOL, "Dependency-Check（XML）", is_dependency_check, read)
FORMAT_JSON = ScanFormat("dependency_check_json", TOOL, "Dependency-Check（JSON）", is_dependency_check_json, read_json)
