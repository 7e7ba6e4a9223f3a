"""What does the JSON of testssl.sh say of a server's TLS, flat (--jsonfile) or in sections (--jsonfile-pretty)?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    BadItem,
    cves_in,
    distinct,
    epoch,
    host_of,
    kept,
    map_in,
    names_in,
    port_in,
    text_in,
)
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "testssl"

_OUTCOMES = {"OK": "passed", "INFO": "information", "WARN": "undecided", "DEBUG": "information"}
_ABOUT_THE_RUN = frozenset(("scanTime", "engine_problem", "old_fart", "optimal_proto", "scanProblem"))


def is_testssl(look: Look) -> bool:
    """By its first places."""
    flat = look.has("item.id", "item.ip", "item.port", "item.severity", "item.finding")
    return flat or look.has("Invocation", "scanResult") or look.has("scanResult", "openssl")


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each server where it is first named, items. What testssl says of its own run is no item."""
    if report.head.lstrip().startswith("["):
        yield ScanHead(TOOL)
        yield from _flat(report)
    else:
        version, start, called = first_values(report, "version", "startTime", "Invocation").values()
        yield ScanHead(TOOL, str(version or ""), str(called or ""), epoch(str(start or "")))
        yield from _pretty(report)


def _flat(report: Report) -> Iterator[ScanRecord]:
    seen: set[str] = set()
    for number, found in enumerate(values(report, "item"), start=1):
        entry = found.value if isinstance(found.value, dict) else {}
        if entry.get("id") in _ABOUT_THE_RUN:
            continue
        name, _, address = str(entry.get("ip") or "").partition("/")
        for record in kept(number, _item(found.value, address or name, str(entry.get("port") or ""), number)):
            if isinstance(record, ScanItem) and record.host_key not in seen:
                seen.add(record.host_key)
                yield _host(name, address)
            yield record


def _host(name: str, address: str) -> ScannedHost:
    _address, full, short = names_in(name)
    return host_of(address or name, fqdn=full, host_name=short)._replace(is_reached=True)


def _pretty(report: Report) -> Iterator[ScanRecord]:
    """A server's sections stand in one object, with a list of findings in each."""
    place = 0
    for found in values(report, "scanResult.item"):
        server = found.value if isinstance(found.value, dict) else {}
        name, address = str(server.get("targetHost") or ""), str(server.get("ip") or "")
        if not name and not address:
            continue
        yield _host(name, address)
        for section in server.values():
            for one in section if isinstance(section, list) else ():
                if isinstance(one, dict) and one.get("id") in _ABOUT_THE_RUN:
                    continue
                place += 1
                yield from kept(place, _item(one, address or name, str(server.get("port") or ""), place))


def _item(value: Any, key: str, port: str, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    rule, word = text_in(entry.get("id")), text_in(entry.get("severity"))
    if not rule or not key:
        raise BadItem("検査の番号（id）又はホスト（ip）がないため、何の項目か分かりません。")
    yield ScanItem(
        key,
        rule,
        rule,
        severity_word=word,
        port=port_in(port),
        protocol="tcp",
        cves=cves_in(text_in(entry.get("cve"))),
        outcome=_OUTCOMES.get(word.upper(), "open"),
        outcome_word=word,
        output=text_in(entry.get("finding")),
        solution=text_in(entry.get("hint")),
        references=distinct(text_in(entry.get("cwe"))),
        place=place,
    )


FORMAT = ScanFormat("testssl", TOOL, "testssl.sh（JSON）", is_testssl, read)
