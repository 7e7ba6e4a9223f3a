"""What does an XML report of Greenbone (OpenVAS, GVM) say of each check on each port of each host?

Source: the report format of GMP. Results come before the hosts' details, so a host is told twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.formats.scans.fields import bad_vectors, cves_in, distinct, host_of, moment, names_in, port_in
from kansa.formats.scans.markup import Element, child, elements, local, text_of
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "openvas"

INFORMATION = frozenset(("log", "debug"))


def is_openvas(look: Look) -> bool:
    """By its root, which also wraps answers of the protocol, and what stands in it."""
    named = look.root in ("report", "get_reports_response", "get_results_response", "results")
    return named and ("<nvt" in look.report.head or "<gmp>" in look.report.head or "<omp>" in look.report.head)


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each host where it is first named, items, then hosts with their details."""
    policy, started, is_headed, place = "", "", False, 0
    seen: set[str] = set()
    for element in elements(
        report, "task", "scan_start", "ports", "errors", whole=("result", "host", "ports", "errors")
    ):
        name = local(element)
        if name == "task":
            policy = policy or text_of(child(element, "name"))
        elif name == "scan_start":
            started = started or text_of(element)
        if name not in ("result", "host"):
            continue
        if not is_headed:
            is_headed = True
            yield ScanHead(TOOL, policy=policy, started_at=moment(started))
        if name == "host":
            if found := _told_host(element):
                seen.add(found.key)
                yield found
            continue
        place += 1
        item = _item(element, place)
        if isinstance(item, ScanItem) and item.host_key not in seen:
            seen.add(item.host_key)
            full, short = names_in(text_of(child(child(element, "host"), "hostname")))[1:]
            yield host_of(item.host_key, fqdn=full, host_name=short, is_reached=True)
        yield item
    if not is_headed:
        yield ScanHead(TOOL, policy=policy, started_at=moment(started))


def _told_host(element: Element) -> ScannedHost | None:
    """A host with its details, as it stands below the report."""
    key = text_of(child(element, "ip"))
    if not key:
        return None
    details = {
        text_of(child(detail, "name")): text_of(child(detail, "value"))
        for detail in element
        if local(detail) == "detail"
    }
    _address, full, short = names_in(details.get("hostname", ""))
    return host_of(
        key,
        fqdn=full,
        host_name=short,
        mac_address=details.get("MAC", "").lower(),
        operating_system=details.get("best_os_txt", ""),
        is_reached=True,
        is_credentialed=_credentialed(details),
        seen_at=moment(text_of(child(element, "start"))),
    )


def _credentialed(details: dict[str, str]) -> bool | None:
    if any(name.startswith("Auth-") and name.endswith("-Success") for name in details):
        return True
    return False if any(name.startswith("Auth-") and name.endswith("-Failure") for name in details) else None


def place_of_port(text: str) -> tuple[int | None, str]:
    """Number and protocol of 443/tcp; general/tcp has no number."""
    number, _, protocol = text.partition("/")
    return port_in(number), protocol.partition(" ")[0].lower()


def _item(element: Element, place: int) -> ScanItem | Unread:
    nvt, host = child(element, "nvt"), text_of(child(element, "host"))
    rule = nvt.get("oid") if nvt is not None else ""
    if not rule or not host:
        return Unread(place, "検査の番号（OID）又はホストがないため、何の項目か分かりません。")
    tags = dict(part.partition("=")[::2] for part in text_of(child(nvt, "tags")).split("|"))
    refs = [(one.get("type") or "", one.get("id") or "") for one in nvt.iter("{*}ref")]
    threat = text_of(child(element, "threat"))
    port, protocol = place_of_port(text_of(child(element, "port")))
    values = (text_of(value) for severity in nvt.iter("{*}severity") for value in severity.iterfind("{*}value"))
    vectors = distinct(*values, tags.get("cvss_base_vector", ""))
    solution = child(nvt, "solution")
    score = text_of(child(element, "severity"))
    return ScanItem(
        host,
        rule,
        text_of(child(element, "name")) or text_of(child(nvt, "name")),
        severity_word=threat or score,
        port=port,
        protocol=protocol,
        cves=cves_in(rule, *(ref for _kind, ref in refs), text_of(child(nvt, "cve"))),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=(("severity", score),) if score else (),
        outcome="information" if threat.lower() in INFORMATION else "open",
        output=text_of(child(element, "description")),
        solution=text_of(solution) or tags.get("solution", ""),
        references=distinct(*(ref for kind, ref in refs if kind.lower() != "cve")),
        seen_at=moment(text_of(child(element, "creation_time"))),
        place=place,
    )


FORMAT = ScanFormat("openvas", TOOL, "OpenVAS・Greenbone（XML）", is_openvas, read)
