"""What does the JSON of Grype say of each package of its target? Ignored matches are told as not affecting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    BadItem,
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
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "grype"


def is_grype(look: Look) -> bool:
    """By its matches, or by what stands beside an empty list of them."""
    if look.has("matches.item.vulnerability", "matches.item.artifact"):
        return True
    return look.has("matches[]") and (look.has("source") or look.has("descriptor"))


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the target as the one host, items. Target and tool stand behind the matches and are read first."""
    about = {
        found.place: found.value
        for found in values(report, "source.target", "distro", "descriptor.version", "descriptor.timestamp")
    }
    target = about.get("source.target")
    name = target.get("userInput") if isinstance(target, dict) else target
    distro = about.get("distro")
    system = [str(distro.get(part) or "") for part in ("name", "version")] if isinstance(distro, dict) else []
    key = name if isinstance(name, str) and name else "Grype"
    started = moment(str(about.get("descriptor.timestamp") or ""))
    yield ScanHead(TOOL, str(about.get("descriptor.version") or ""), started_at=started)
    yield host_of(key, operating_system=" ".join(part for part in system if part))._replace(is_reached=True)
    places = {"matches.item": "open", "ignoredMatches.item": "not_affected"}
    for place, found in enumerate(values(report, *places), start=1):
        yield from kept(place, _item(found.value, key, places[found.place], place))


def _item(value: Any, key: str, outcome: str, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    told, artifact = map_in(entry.get("vulnerability")), map_in(entry.get("artifact"))
    rule, name = text_in(told.get("id")), text_in(artifact.get("name"))
    if not rule or not name:
        raise BadItem("脆弱性の番号（id）又はパッケージの名前がないため、何の項目か分かりません。")
    related = [map_in(one) for one in list_in(entry.get("relatedVulnerabilities"))]
    scored = [map_in(one) for source in (told, *related) for one in list_in(source.get("cvss"))]
    vectors = distinct(*(text_in(one.get("vector")) for one in scored))
    scores = [
        (f"cvss{text_in(one.get('version'))[:1]}", text_in(map_in(one.get("metrics")).get("baseScore")))
        for one in scored
    ]
    fix = map_in(told.get("fix"))
    epss = [text_in(map_in(one).get("epss")) for one in list_in(told.get("epss"))]
    where = [text_in(map_in(one).get("path")) for one in list_in(artifact.get("locations"))]
    yield ScanItem(
        key,
        rule,
        rule,
        severity_word=text_in(told.get("severity")),
        path=next((path for path in where if path), ""),
        cves=cves_in(rule, *(text_in(one.get("id")) for one in related)),
        component=Component(
            name,
            text_in(artifact.get("version")),
            ", ".join(texts_in(fix.get("versions"))),
            text_in(artifact.get("purl")),
        ),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple(dict.fromkeys([pair for pair in scores if pair[1]] + [("epss", one) for one in epss if one])),
        outcome=outcome,
        outcome_word=text_in(fix.get("state")),
        output=text_in(told.get("description")),
        references=distinct(text_in(told.get("dataSource")), *texts_in(told.get("urls"))),
        place=place,
    )


FORMAT = ScanFormat("grype", TOOL, "Grype（JSON）", is_grype, read)
