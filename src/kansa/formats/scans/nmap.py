"""What does Nmap's XML say of each host: which ports are open, and what did its scripts see?

An open port is an item of its own (information). `vulners` gives an item for each CVE, the library of vulnerability
scripts (`vulns`) one for each of its tables; any other script is information under its name. Source: nmap.dtd.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kansa.formats.scans.fields import address_in, cves_in, distinct, epoch, names_in, port_in
from kansa.formats.scans.markup import Element, child, elements, local
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "nmap"
OPEN_PORT = "open-port"

_STATES = {"VULNERABLE": "open", "LIKELY VULNERABLE": "undecided", "NOT VULNERABLE": "not_affected"}


@dataclass
class _Host:
    """What is known of the host that is being read."""

    address: str = ""
    mac: str = ""
    names: list[str] = field(default_factory=list)
    system: str = ""
    is_up: bool = True
    is_told: bool = False

    def record(self) -> ScannedHost:
        full = next((name for one in self.names if (name := names_in(one)[1])), "")
        short = next((name for one in self.names if (name := names_in(one)[2])), "")
        return ScannedHost(
            self.address or full or short or self.mac,
            self.address,
            full,
            short,
            self.mac,
            operating_system=self.system,
            is_reached=self.is_up,
        )


def is_nmap(look: Look) -> bool:
    """By its root element."""
    return look.root == "nmaprun"


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, then host after host; its system stands behind its ports, so that it may be told twice."""
    host, is_headed, place = _Host(), False, 0
    tags = ("status", "address", "hostname", "osmatch", "host")
    for element in elements(report, *tags, whole=("port", "hostscript", "prescript", "postscript")):
        if not is_headed:
            is_headed = True
            yield _head(element)
        name = local(element)
        if name in ("port", "hostscript"):
            if not host.is_told:
                host.is_told = True
                yield host.record()
            found = _port(element) if name == "port" else _scripts(element, None, "", None)
            for item in found:
                place += 1
                yield item._replace(host_key=host.record().key, place=place)
        elif name == "host":
            yield host.record()
            host = _Host()
        else:
            _learn(host, name, element)
    if not is_headed:
        yield _bare_head(report)


def _head(element: Element) -> ScanHead:
    run = element.getroottree().getroot()
    return ScanHead(TOOL, run.get("version") or "", run.get("args") or "", epoch(run.get("start") or ""))


def _bare_head(report: Report) -> ScanHead:
    """Of a run that looked at no host at all."""
    return next((_head(end) for end in elements(report, "finished", "runstats", "nmaprun")), ScanHead(TOOL))


def _learn(host: _Host, name: str, element: Element) -> None:
    if name == "status":
        host.is_up = element.get("state") != "down"
    elif name == "address":
        text = element.get("addr") or ""
        if element.get("addrtype") == "mac":
            host.mac = text.lower()
        else:
            host.address = host.address or address_in(text)
    elif name == "hostname":
        host.names.append(element.get("name") or "")
    elif name == "osmatch":
        host.system = host.system or element.get("name") or ""


def _port(element: Element) -> Iterator[ScanItem]:
    state, service = child(element, "state"), child(element, "service")
    if state is None or state.get("state") != "open":
        return
    port, protocol = port_in(element.get("portid") or ""), (element.get("protocol") or "").lower()
    component, name = None, ""
    if service is not None:
        name = service.get("name") or ""
        if product := service.get("product"):
            component = Component(product, service.get("version") or "")
    yield ScanItem(
        "", OPEN_PORT, f"{port}/{protocol} {name}".rstrip(), "", port, protocol, name,
        component=component, outcome="information", outcome_word="open",
    )  # fmt: skip
    for item in _scripts(element, port, protocol, component):
        yield item._replace(service=name)


def _scripts(element: Element, port: int | None, protocol: str, component: Component | None) -> Iterator[ScanItem]:
    for script in element:
        if local(script) != "script":
            continue
        rule, output = script.get("id") or "script", (script.get("output") or "").strip()
        made = list(_vulners(script)) if rule == "vulners" else list(_vulns(script, rule))
        if not made:
            made = [ScanItem("", rule, rule, cves=cves_in(output), outcome="information", output=output)]
        for item in made:
            yield item._replace(port=port, protocol=protocol, component=item.component or component)


def _fields(table: Element) -> dict[str, str]:
    return {one.get("key") or "": (one.text or "").strip() for one in table if local(one) == "elem"}


def _vulners(script: Element) -> Iterator[ScanItem]:
    """Below each CPE a table for each entry: CVEs, and exploits, which are no weakness of their own."""
    for product in script:
        if local(product) != "table":
            continue
        for table in product:
            entry = _fields(table)
            if rule := entry.get("id", ""):
                is_cve = entry.get("type") == "cve"
                yield ScanItem(
                    "",
                    rule,
                    rule,
                    severity_word=entry.get("cvss", ""),
                    cves=cves_in(rule) if is_cve else (),
                    component=_of_cpe(product.get("key") or ""),
                    scores=(("cvss", entry["cvss"]),) if entry.get("cvss") else (),
                    outcome="open" if is_cve else "information",
                    outcome_word="exploit" if entry.get("is_exploit") == "true" else "",
                    references=(f"https://vulners.com/{entry.get('type') or 'cve'}/{rule}",),
                )


def _of_cpe(cpe: str) -> Component | None:
    """cpe:/a:vendor:product:version."""
    parts = cpe.removeprefix("cpe:/").split(":")
    return Component(parts[2], parts[3] if len(parts) > 3 else "") if len(parts) > 2 else None


def _vulns(script: Element, rule: str) -> Iterator[ScanItem]:
    """The tables of Nmap's own library for vulnerabilities: each has a state."""
    for table in script:
        entry = _fields(table) if local(table) == "table" else {}
        if not entry.get("state"):
            continue
        inner = {one.get("key") or "": [(part.text or "").strip() for part in one] for one in table}
        key = table.get("key") or ""
        yield ScanItem(
            "",
            f"{rule}:{key}" if key else rule,
            entry.get("title") or rule,
            cves=cves_in(key, *inner.get("ids", ())),
            outcome=_STATES.get(entry["state"].partition(" (")[0].upper(), "undecided"),
            outcome_word=entry["state"],
            output=(script.get("output") or "").strip(),
            references=distinct(*inner.get("refs", ())),
        )


FORMAT = ScanFormat("nmap", TOOL, "Nmap（XML）", is_nmap, read)
