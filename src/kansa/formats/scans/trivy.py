"""What does a JSON report of Trivy say of each package, setting, secret and licence of its target?

The name of the target is the host; the version of a package is no part of the component's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kansa.formats.scans.fields import (
    BadItem,
    bad_vectors,
    cves_in,
    distinct,
    host_of,
    kept,
    map_in,
    moment,
    text_in,
    texts_in,
)
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "trivy"

_VECTORS = ("V2Vector", "V3Vector", "V40Vector")
_SCORES = (("V2Score", "cvss2"), ("V3Score", "cvss3"), ("V40Score", "cvss4"))


def is_trivy(look: Look) -> bool:
    """By its first places; older reports are a bare list of results."""
    return look.has("SchemaVersion", "ArtifactName") or look.has("item.Target", "item.Type", "item.Vulnerabilities")


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, the target as the one host, items."""
    is_list = report.head.lstrip().startswith("[")
    places = ("ArtifactName", "Trivy.Version", "CreatedAt", "Metadata.OS")
    name, version, created, system = (None,) * 4 if is_list else first_values(report, *places).values()
    host = _host(str(name or ""), system if isinstance(system, dict) else {})
    yield ScanHead(TOOL, str(version or ""), started_at=moment(str(created or "")))
    yield host
    place = 0
    for found in values(report, "item" if is_list else "Results.item"):
        result = found.value if isinstance(found.value, dict) else {}
        for group, make in _GROUPS.items():
            listed = result.get(group)
            for one in listed if isinstance(listed, list) else ():
                place += 1
                yield from kept(place, _made(make, one, result, host.key, place))


def _host(name: str, system: dict[str, Any]) -> Any:
    words = [str(system[part]) for part in ("Family", "Name") if system.get(part)]
    return host_of(name, operating_system=" ".join(words))._replace(is_reached=True)


Make = Callable[[dict[str, Any], str], ScanItem]


def _made(make: Make, value: Any, result: dict[str, Any], key: str, place: int) -> Iterator[ScanItem]:
    item = make(map_in(value), text_in(result.get("Target")))
    if not item.rule:
        raise BadItem("脆弱性又は規則の番号（ID）がないため、何の項目か分かりません。")
    yield item._replace(host_key=key, place=place)


def _vulnerability(entry: dict[str, Any], target: str) -> ScanItem:
    rule, status = text_in(entry.get("VulnerabilityID")), text_in(entry.get("Status"))
    told = [map_in(one) for one in map_in(entry.get("CVSS")).values()]
    vectors = distinct(*(text_in(one.get(name)) for name in _VECTORS for one in told))
    scores = [(known, text_in(one.get(name))) for name, known in _SCORES for one in told]
    return ScanItem(
        "",
        rule,
        text_in(entry.get("Title")) or rule,
        severity_word=text_in(entry.get("Severity")),
        path=text_in(entry.get("PkgPath")) or target,
        cves=cves_in(rule, *texts_in(entry.get("VendorIDs"))),
        component=Component(
            text_in(entry.get("PkgName")),
            text_in(entry.get("InstalledVersion")),
            text_in(entry.get("FixedVersion")),
            text_in(map_in(entry.get("PkgIdentifier")).get("PURL")),
        ),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple(dict.fromkeys((known, score) for known, score in scores if score)),
        outcome="not_affected" if status == "not_affected" else "open",
        outcome_word=status,
        output=text_in(entry.get("Description")),
        references=distinct(text_in(entry.get("PrimaryURL")), *texts_in(entry.get("References"))),
    )


def _setting(entry: dict[str, Any], target: str) -> ScanItem:
    word = text_in(entry.get("Status"))
    return ScanItem(
        "",
        text_in(entry.get("ID")),
        text_in(entry.get("Title")),
        severity_word=text_in(entry.get("Severity")),
        path=target,
        outcome={"PASS": "passed", "FAIL": "open", "EXCEPTION": "not_affected"}.get(word, "undecided"),
        outcome_word=word,
        output=text_in(entry.get("Message")),
        solution=text_in(entry.get("Resolution")),
        references=distinct(text_in(entry.get("PrimaryURL")), *texts_in(entry.get("References"))),
    )


def _secret(entry: dict[str, Any], target: str) -> ScanItem:
    """What was found is not taken over: `Match` holds a part of the secret."""
    return ScanItem(
        "",
        text_in(entry.get("RuleID")),
        text_in(entry.get("Title")),
        severity_word=text_in(entry.get("Severity")),
        path=target,
        output=text_in(entry.get("Category")),
    )


def _licence(entry: dict[str, Any], target: str) -> ScanItem:
    name = text_in(entry.get("Name"))
    return ScanItem(
        "",
        f"license:{name}" if name else "",
        name,
        severity_word=text_in(entry.get("Severity")),
        path=text_in(entry.get("FilePath")) or target,
        component=Component(text_in(entry.get("PkgName"))) if entry.get("PkgName") else None,
        outcome="information",
        outcome_word=text_in(entry.get("Category")),
        references=distinct(text_in(entry.get("Link"))),
    )


_GROUPS: dict[str, Make] = {
    "Vulnerabilities": _vulnerability,
    "Misconfigurations": _setting,
    "Secrets": _secret,
    "Licenses": _licence,
}
FORMAT = ScanFormat("trivy", TOOL, "Trivy（JSON）", is_trivy, read)
