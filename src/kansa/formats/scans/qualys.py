"""What do Qualys's XML reports say of each check (QID) on each host?

Three of them are known: the scan result (SCAN), the report of assets (ASSET_DATA_REPORT, whose glossary stands behind
its hosts and is read first), and the host detections of the interface (HOST_LIST_VM_DETECTION_OUTPUT).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kansa.formats.scans.fields import bad_vectors, cves_in, distinct, host_of, moment, names_in, port_in
from kansa.formats.scans.markup import Element, child, elements, local, text_of, texts_of
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "qualys"

_SCORE = re.compile(r"([0-9]{1,2}(?:\.[0-9])?)(?:\s*\(([^)]{1,200})\))?")
_GROUPS = ("VULN", "PRACTICE", "INFO", "SERVICE")
_INFORMATION = ("ig", "info", "information gathered", "information", "service")


def is_qualys(look: Look) -> bool:
    """By the root element, and by what stands in the ones whose names others use, too."""
    if look.root in ("ASSET_DATA_REPORT", "HOST_LIST_VM_DETECTION_OUTPUT"):
        return True
    return look.root == "SCAN" and ("qualys" in look.report.head.lower() or "<IP " in look.report.head)


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, then host after host."""
    root = Look(report).root
    if root == "SCAN":
        yield from _scan(report)
    elif root == "ASSET_DATA_REPORT":
        yield from _assets(report)
    else:
        yield from _detections(report)


def outcome_of(status: str, kind: str) -> str:
    """What a status and a type of Qualys say: fixed, only information, possible, or open."""
    if status.lower() == "fixed":
        return "fixed"
    if kind.lower() in _INFORMATION:
        return "information"
    return "undecided" if kind.lower() in ("practice", "potential", "potential vulnerability") else "open"


def score_of(text: str, name: str, prefix: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Score and vector of "7.5 (AV:N/AC:L/...)"; Qualys leaves the version out, which the column says."""
    found = _SCORE.match(text.strip())
    if found is None:
        return (), ()
    vector = found[2] or ""
    if vector and prefix and not vector.startswith("CVSS:"):
        vector = f"{prefix}{vector}"
    return ((name, found[1]),), (vector,) if vector else ()


def _scores(element: Element) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    scores: list[tuple[str, str]] = []
    vectors: list[str] = []
    for tag, name, prefix in (("CVSS_BASE", "cvss2", ""), ("CVSS3_BASE", "cvss3", "CVSS:3.1/")):
        found = next(iter(element.iter(f"{{*}}{tag}")), None)
        more, vector = score_of(text_of(found), name, prefix)
        scores += more
        vectors += vector
    return tuple(scores), tuple(vectors)


def _cves(element: Element) -> tuple[str, ...]:
    ids = (text_of(child(one, "ID")) for one in element.iter("{*}CVE_ID"))
    return cves_in(element.get("cveid") or "", *ids)


def _scan(report: Report) -> Iterator[ScanRecord]:
    """Hosts are IP elements; their checks stand in four groups below categories that name port and protocol."""
    seen: set[str] = set()
    is_headed, place, systems = False, 0, {}
    for element in elements(report, "OS", "NETBIOS_HOSTNAME", "IP", "SCAN", whole=_GROUPS):
        if not is_headed:
            is_headed = True
            yield ScanHead(TOOL, started_at=moment(element.getroottree().getroot().get("value") or ""))
        name = local(element)
        host = element if name == "IP" else next(element.iterancestors("{*}IP"), None)
        key = "" if host is None else (host.get("value") or "").strip()
        if not key:
            continue
        if name in ("OS", "NETBIOS_HOSTNAME"):
            systems[name] = text_of(element)
            continue
        if key not in seen:
            seen.add(key)
            yield _named_host(key, "" if host is None else host.get("name") or "", systems)
            systems = {}
        if name != "IP":
            place += 1
            yield _scan_item(element, key, place)
    if not is_headed:
        yield ScanHead(TOOL)


def _named_host(key: str, dns: str, systems: dict[str, str]) -> ScannedHost:
    _address, full, short = names_in(dns)
    return host_of(
        key,
        fqdn=full,
        host_name=short or names_in(systems.get("NETBIOS_HOSTNAME", ""))[2],
        operating_system=systems.get("OS", ""),
        is_reached=True,
    )


def _scan_item(element: Element, key: str, place: int) -> ScanItem | Unread:
    rule = (element.get("number") or "").strip()
    if not rule:
        return Unread(place, "検査の番号（QID）がないため、何の項目か分かりません。")
    category, group = element.getparent(), local(element)
    texts = texts_of(element)
    scores, vectors = _scores(element)
    return ScanItem(
        key,
        rule,
        texts.get("TITLE", ""),
        severity_word=element.get("severity") or "",
        port=port_in(category.get("port") or ""),
        protocol=(category.get("protocol") or "").lower(),
        cves=_cves(element),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=scores,
        outcome=outcome_of("", group),
        outcome_word=group,
        output=texts.get("RESULT", ""),
        solution=texts.get("SOLUTION", ""),
        references=_references(element),
        place=place,
    )


def _references(element: Element) -> tuple[str, ...]:
    return distinct(*(text_of(child(one, "ID")) for one in element.iter("{*}VENDOR_REFERENCE")))


def _assets(report: Report) -> Iterator[ScanRecord]:
    """Two passes: titles, CVEs and scores of each QID from the glossary, then the hosts."""
    known: dict[str, ScanItem] = {}
    for element in elements(report, whole=("VULN_DETAILS", "VULN_INFO")):
        if local(element) == "VULN_DETAILS":
            rule = text_of(child(element, "QID")) or (element.get("id") or "").removeprefix("qid_")
            texts = texts_of(element)
            scores, vectors = _scores(element)
            known[rule] = ScanItem(
                "",
                rule,
                texts.get("TITLE", ""),
                severity_word=texts.get("SEVERITY", ""),
                cves=_cves(element),
                vectors=vectors,
                bad_vectors=bad_vectors(vectors),
                scores=scores,
                solution=texts.get("SOLUTION", ""),
                references=_references(element),
            )
    yield from _hosts(report, "VULN_INFO", "OPERATING_SYSTEM", known)


def _detections(report: Report) -> Iterator[ScanRecord]:
    """One pass: this report says no titles and no CVEs."""
    yield from _hosts(report, "DETECTION", "OS", {})


def _hosts(report: Report, item: str, system: str, known: dict[str, ScanItem]) -> Iterator[ScanRecord]:
    """What stands of a host before its items makes it; a host without items is told at its end."""
    about: dict[str, str] = {}
    host, place, is_headed = "", 0, False
    tags = ("IP", "DNS", "NETBIOS", system, "HOST", "DATETIME", "GENERATION_DATETIME")
    for element in elements(report, *tags, whole=(item, "GLOSSARY", "HEADER", "TARGET", "REQUEST")):
        name = local(element)
        if name == "HEADER" and not is_headed:
            is_headed = True
            yield _head(element)
        if name not in (*tags[:5], item):
            continue
        if not is_headed:
            is_headed = True
            yield ScanHead(TOOL)
        if name not in (item, "HOST"):
            about[name] = text_of(element)
            continue
        if not host and about.get("IP"):
            host = about["IP"]
            named = {"NETBIOS_HOSTNAME": about.get("NETBIOS", ""), "OS": about.get(system, "")}
            yield _named_host(host, about.get("DNS", ""), named)
        if name == "HOST":
            host, about = "", {}
            continue
        place += 1
        yield _known_item(element, host, known, place)
    if not is_headed:
        yield ScanHead(TOOL)


def _head(header: Element) -> ScanHead:
    at = next((text_of(one) for one in header.iter("{*}GENERATION_DATETIME", "{*}DATETIME")), "")
    return ScanHead(TOOL, started_at=moment(at))


def _known_item(element: Element, key: str, known: dict[str, ScanItem], place: int) -> ScanItem | Unread:
    texts = texts_of(element)
    rule = texts.get("QID", "")
    if not rule or not key:
        return Unread(place, "検査の番号（QID）又はホスト（IP）がないため、何の項目か分かりません。")
    status, kind = texts.get("VULN_STATUS") or texts.get("STATUS", ""), texts.get("TYPE", "")
    base = known.get(rule) or ScanItem("", rule, f"QID {rule}")
    return base._replace(
        host_key=key,
        severity_word=texts.get("SEVERITY") or base.severity_word,
        port=port_in(texts.get("PORT", "")),
        protocol=texts.get("PROTOCOL", "").lower(),
        service=texts.get("SERVICE", ""),
        outcome=outcome_of(status, kind),
        outcome_word=" ".join(distinct(status, kind)),
        output=texts.get("RESULT") or texts.get("RESULTS", ""),
        seen_at=moment(texts.get("LAST_FOUND") or texts.get("LAST_FOUND_DATETIME", "")),
        place=place,
    )


FORMAT = ScanFormat("qualys", TOOL, "Qualys（XML）", is_qualys, read)
