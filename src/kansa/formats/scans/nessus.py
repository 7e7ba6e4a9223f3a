"""What does a .nessus file (Nessus, Tenable) say of each plugin on each port of each host?

Source: the format NessusClientData_v2 as Nessus writes it. Several <cve> of an item are all kept; the severity is the
number 0 to 4 that Nessus wrote, whatever the scores beside it are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kansa.formats.scans.fields import (
    address_in,
    bad_vectors,
    cves_in,
    distinct,
    epoch,
    mac_in,
    moment,
    names_in,
    port_in,
)
from kansa.formats.scans.markup import Element, elements, local
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "nessus"

_SCORES = (
    ("cvss_base_score", "cvss2"),
    ("cvss3_base_score", "cvss3"),
    ("cvss4_base_score", "cvss4"),
    ("vpr_score", "vpr"),
    ("epss_score", "epss"),
)
_VECTORS = ("cvss_vector", "cvss3_vector", "cvss4_vector")
_LISTS = frozenset(("cve", "see_also", "xref"))
_VERSION = re.compile(r"Nessus version\s*:\s*([0-9][0-9.]{0,20})")
_STARTED = re.compile(r"""name=["']HOST_START_TIMESTAMP["']>([0-9]{1,12})<""")
_COMPLIANCE = {"passed": "passed", "failed": "open", "warning": "undecided", "error": "undecided"}


def is_nessus(look: Look) -> bool:
    """By its root element."""
    return look.root == "NessusClientData_v2"


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, then for each host what is known of it and its items.

    Nessus writes a host's items after its properties and before nothing else, so the host comes first.
    """
    policy, is_headed, place, told = "", False, 0, None
    for element in elements(report, "policyName", "HostProperties", "ReportItem", "ReportHost"):
        name = local(element)
        if name == "policyName":
            policy = policy or (element.text or "").strip()
            continue
        if not is_headed:
            is_headed = True
            yield _head(report, policy)
        host = element if name == "ReportHost" else element.getparent()
        key = "" if host is None else (host.get("name") or "").strip()
        if name == "HostProperties":
            told = host
            yield _host(key, element)
            continue
        if host is not None and told is not host:
            told = host
            yield _bare_host(key)
        if name == "ReportItem":
            place += 1
            yield _item(key, element, place)
    if not is_headed:
        yield _head(report, policy)


def _head(report: Report, policy: str) -> ScanHead:
    """Version and start stand in what was found of the first host, which is near the beginning."""
    version, started = _VERSION.search(report.head), _STARTED.search(report.head)
    return ScanHead(TOOL, version[1] if version else "", policy, epoch(started[1]) if started else None)


def _bare_host(key: str) -> ScannedHost:
    address, fqdn, host_name = names_in(key)
    return ScannedHost(key, address, fqdn, host_name, is_reached=True)


def _host(key: str, properties: Element) -> ScannedHost:
    tags = {tag.get("name") or "": (tag.text or "").strip() for tag in properties if local(tag) == "tag"}
    address, fqdn, host_name = names_in(key)
    named = next((tags[name] for name in ("host-fqdn", "host-rdns", "hostname") if tags.get(name)), "")
    if named:
        _address, full, short = names_in(named)
        fqdn, host_name = full or fqdn, short or host_name
    short = names_in(tags.get("netbios-name") or tags.get("hostname") or "")[2]
    credentialed = tags.get("Credentialed_Scan", "").lower()
    return ScannedHost(
        key,
        address=address_in(tags.get("host-ip", "")) or address,
        fqdn=fqdn,
        host_name=host_name or short,
        mac_address=mac_in(tags.get("mac-address", "")),
        operating_system=tags.get("operating-system") or tags.get("os") or "",
        is_reached=True,
        is_credentialed={"true": True, "false": False}.get(credentialed),
        seen_at=epoch(tags.get("HOST_START_TIMESTAMP", "")) or moment(tags.get("HOST_START", "")),
    )


def _item(key: str, element: Element, place: int) -> ScanItem | Unread:
    rule = (element.get("pluginID") or "").strip()
    if not rule:
        return Unread(place, "pluginID がないため、何の項目か分かりません。")
    texts: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for child in element:
        name, text = child.tag, child.text
        if not text or not isinstance(name, str):
            continue
        if name in _LISTS:
            lists.setdefault(name, []).append(text)
        else:
            texts[name.rpartition("}")[2] if name[0] == "{" else name] = text
    result = texts.get("compliance-result", "").strip()
    if result:  # one plugin tells all checks of a policy: the check is the rule
        check = texts.get("compliance-check-id") or texts.get("compliance-check-name") or ""
        rule = f"{rule}:{check.strip()}" if check else rule
    vectors = tuple(found.strip() for field in _VECTORS if (found := texts.get(field)))
    return ScanItem(
        key,
        rule,
        texts.get("compliance-check-name") or element.get("pluginName") or texts.get("plugin_name", ""),
        severity_word=element.get("severity") or "",
        port=port_in(element.get("port") or ""),
        protocol=(element.get("protocol") or "").lower(),
        service=element.get("svc_name") or "",
        cves=cves_in(*lists.get("cve", ())),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple((known, texts[field].strip()) for field, known in _SCORES if field in texts),
        outcome=_outcome(result, element.get("severity") or ""),
        outcome_word=result,
        output=(texts.get("plugin_output") or texts.get("compliance-actual-value", "")).strip(),
        solution=texts.get("solution", "").strip(),
        references=_references(lists),
        place=place,
    )


def _outcome(result: str, severity: str) -> str:
    if result:
        return _COMPLIANCE.get(result.lower(), "undecided")
    return "information" if severity == "0" else "open"


def _references(lists: dict[str, list[str]]) -> tuple[str, ...]:
    """Links stand one on a line in `see_also`; `xref` says MSKB:5029247, IAVA:2023-A-0001 and the like."""
    links = [line.strip() for text in lists.get("see_also", ()) for line in text.splitlines()]
    return distinct(*links, *(text.strip() for text in lists.get("xref", ())))


FORMAT = ScanFormat("nessus", TOOL, "Nessus（.nessus）", is_nessus, read)
