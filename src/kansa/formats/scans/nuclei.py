"""What does the JSON of Nuclei say, one result on each line or all of them in a list?

The rule is the template and, where a template looks for several things, the matcher.
"""

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
    map_in,
    moment,
    port_in,
    text_in,
    texts_in,
    url_parts,
)
from kansa.formats.scans.objects import parsed, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat
from kansa.formats.unsafe import UnsafeFile

TOOL = "nuclei"


def is_nuclei(look: Look) -> bool:
    """By the first result."""
    return any(
        look.has(f"{start}info", f"{start}info.name")
        and bool({f"{start}template-id", f"{start}templateID"} & look.keys)
        for start in ("", "item.")
    )


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each host where it is first named, items. A line that is no JSON is unread, unless it is the last one."""
    yield ScanHead(TOOL)
    seen: set[str] = set()
    for place, value in _results(report):
        if isinstance(value, Unread):
            yield value
            continue
        for record in kept(place, _item(value, place)):
            if isinstance(record, ScanItem) and record.host_key not in seen:
                seen.add(record.host_key)
                yield _host(value, record.host_key)
            yield record


def _results(report: Report) -> Iterator[tuple[int, Any]]:
    if report.head.lstrip().startswith("["):
        for number, found in enumerate(values(report, "item"), start=1):
            yield number, found.value
        return
    fault: UnsafeFile | None = None
    fault_at = 0
    for number, line in report.lines():
        if not line.strip():
            continue
        if fault is not None:
            yield fault_at, Unread(fault_at, "JSON として読めない行です。")
            fault = None
        try:
            yield number, parsed(line, report.limits.depth, number)
        except UnsafeFile as found:
            if found.code != "broken_json":
                raise
            fault, fault_at = found, number
    if fault is not None:  # the last line: the file was cut off
        raise fault


def _host(value: Any, key: str) -> Any:
    ip = value.get("ip")
    return host_of(key, address=host_of(ip).address if isinstance(ip, str) else "")._replace(is_reached=True)


def _item(value: Any, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    info = map_in(entry.get("info"))
    rule, matcher = text_in(entry.get("template-id") or entry.get("templateID")), text_in(entry.get("matcher-name"))
    matched = text_in(entry.get("matched-at") or entry.get("matched"))
    host, port, scheme, path = url_parts(matched if "://" in matched else f"//{matched}")
    key = host or url_parts(f"//{text_in(entry.get('host'))}")[0] or text_in(entry.get("ip"))
    if not rule or not key:
        raise BadItem("テンプレートの番号（template-id）又はホストがないため、何の項目か分かりません。")
    kinds = map_in(info.get("classification"))
    vectors = distinct(text_in(kinds.get("cvss-metrics")))
    scores = (("cvss", text_in(kinds.get("cvss-score"))), ("epss", text_in(kinds.get("epss-score"))))
    word = text_in(info.get("severity"))
    yield ScanItem(
        key,
        f"{rule}:{matcher}" if matcher else rule,
        text_in(info.get("name")),
        severity_word=word,
        port=port or port_in(text_in(entry.get("port"))),
        protocol="tcp" if scheme or text_in(entry.get("type")) in ("http", "ssl", "tcp", "network") else "",
        service=scheme,
        path=path if scheme else "",
        cves=cves_in(*texts_in(kinds.get("cve-id")), rule),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple(pair for pair in scores if pair[1]),
        outcome="information" if word.lower() == "info" else "open",
        output="\n".join(texts_in(entry.get("extracted-results"))),
        solution=text_in(info.get("remediation")),
        references=distinct(*texts_in(info.get("reference"))),
        seen_at=moment(text_in(entry.get("timestamp"))),
        place=place,
    )


FORMAT = ScanFormat("nuclei", TOOL, "Nuclei（JSON、JSONL）", is_nuclei, read)
