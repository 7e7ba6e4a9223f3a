"""What does an XML report of Burp Scanner say of each issue on each page?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.formats.scans.fields import cves_in, distinct, host_of, moment, url_parts
from kansa.formats.scans.markup import Element, child, elements, local, texts_of
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "burp"

_OUTCOMES = {"information": "information", "false positive": "not_affected"}


def is_burp(look: Look) -> bool:
    """By its root element and the version that Burp writes there."""
    return look.root == "issues" and "burpVersion" in look.report.head


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each host where it is first named, items."""
    seen: set[str] = set()
    is_headed, place = False, 0
    for element in elements(report, "issues", whole=("issue",)):
        if not is_headed:
            is_headed = True
            top = element.getroottree().getroot()
            yield ScanHead(TOOL, top.get("burpVersion") or "", started_at=moment(top.get("exportTime") or ""))
        if local(element) == "issue":
            place += 1
            yield from _records(element, seen, place)


def _records(element: Element, seen: set[str], place: int) -> Iterator[ScanRecord]:
    texts, host = texts_of(element), child(element, "host")
    rule, url = texts.get("type", ""), texts.get("host", "")
    key, port, scheme, _path = url_parts(url)
    if not rule or not key:
        yield Unread(place, "種類の番号（type）又はホスト（host）がないため、何の項目か分かりません。")
        return
    if key not in seen:
        seen.add(key)
        yield host_of(key, address=host_of(host.get("ip") or "").address, is_reached=True)
    word = texts.get("severity", "")
    yield ScanItem(
        key,
        rule,
        texts.get("name", ""),
        severity_word=word,
        port=port,
        protocol="tcp",
        service=scheme,
        path=texts.get("location") or texts.get("path", ""),
        cves=cves_in(texts.get("name", ""), texts.get("references", ""), texts.get("issueDetail", "")),
        scores=(("confidence", texts["confidence"]),) if texts.get("confidence") else (),
        outcome=_OUTCOMES.get(word.lower(), "open"),
        output=texts.get("issueDetail", ""),
        solution=texts.get("remediationDetail") or texts.get("remediationBackground", ""),
        references=distinct(texts.get("references", ""), texts.get("vulnerabilityClassifications", "")),
        place=place,
    )


FORMAT = ScanFormat("burp", TOOL, "Burp（XML）", is_burp, read)
