"""What does a CSV of Nessus or Tenable say of each plugin on each port of each host?

Header and delimiter vary with the product and its edition, and cells hold line breaks. Nessus writes one row for each
CVE of an item: rows that differ in their CVE only are one item with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kansa.formats.scans.fields import (
    BadItem,
    bad_vectors,
    clean,
    cves_in,
    distinct,
    host_of,
    mac_in,
    moment,
    port_in,
)
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.rows import CsvRow, csv_rows
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "nessus"

_RULE = ("plugin id", "plugin", "definition.id", "pluginid")
_HOST = ("host", "ip address", "asset.name", "asset.display_ipv4_address", "asset name", "dns name", "netbios name")
_SCORES = (
    (("cvss", "cvss v2.0 base score", "cvss v2 base score", "definition.cvss2.base_score"), "cvss2"),
    (("cvss v3.0 base score", "cvss v3 base score", "definition.cvss3.base_score"), "cvss3"),
    (("cvss v4.0 base score", "cvss v4 base score", "definition.cvss4.base_score"), "cvss4"),
    (("vpr score", "vulnerability priority rating", "definition.vpr.score"), "vpr"),
    (("epss score", "definition.epss.score"), "epss"),
)
_VECTORS = (
    ("cvss vector", "cvss v2 vector", "definition.cvss2.base_vector"),
    ("cvss3 vector", "cvss v3 vector", "definition.cvss3.base_vector"),
    ("cvss4 vector", "cvss v4 vector", "definition.cvss4.base_vector"),
)


def is_header(names: set[str]) -> bool:
    """A plugin, a host and a severity."""
    return (
        any(name in names for name in _RULE)
        and any(name in names for name in _HOST)
        and bool({"risk", "severity", "risk factor"} & names)
    )


def is_nessus_csv(look: Look) -> bool:
    """By its header."""
    return look.has_header(is_header)


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each host where it is first named, items."""
    yield ScanHead(TOOL)
    seen: set[str] = set()
    for _same, rows in groupby(csv_rows(report, is_header), key=_identity):
        group = list(rows)
        row = group[0]
        if row.width < row.columns:
            yield Unread(row.line, f"列が足りません（{row.columns}列のはずが{row.width}列）。")
            continue
        try:
            item = _item(group)
        except BadItem as fault:
            yield Unread(row.line, str(fault))
            continue
        if item.host_key not in seen:
            seen.add(item.host_key)
            yield _host(item.host_key, row)
        yield item


def _cell(row: CsvRow, *names: str) -> str:
    return next((found for name in names if (found := clean(row.cells.get(name, "").strip()))), "")


def _identity(row: CsvRow) -> tuple[str, ...]:
    return (
        *(_cell(row, *names) for names in (_RULE, _HOST)),
        *(_cell(row, name) for name in ("port", "protocol", "plugin output")),
        str(row.width),
    )


def _host(key: str, row: CsvRow) -> ScannedHost:
    named = host_of(_cell(row, "dns name", "fqdn", "netbios name", "asset.host_name"))
    ours = host_of(_cell(row, "ip address", "asset.display_ipv4_address") or key)
    return host_of(
        key,
        address=ours.address,
        fqdn=named.fqdn,
        host_name=named.host_name,
        mac_address=mac_in(_cell(row, "mac address")),
        operating_system=_cell(row, "operating system", "os", "asset.operating_system"),
        is_reached=True,
        seen_at=moment(_cell(row, "host start", "last observed")),
    )


def _item(group: list[CsvRow]) -> ScanItem:
    row = group[0]
    rule, host = _cell(row, *_RULE), _cell(row, *_HOST)
    if not rule:
        raise BadItem("プラグイン番号（Plugin ID）が空欄です。")
    if not host:
        raise BadItem("ホスト（Host）が空欄です。")
    vectors = tuple(found for names in _VECTORS if (found := _cell(row, *names)))
    severity = _cell(row, "risk", "severity", "risk factor")
    return ScanItem(
        host,
        rule,
        _cell(row, "name", "plugin name", "definition.name"),
        severity_word=severity,
        port=port_in(_cell(row, "port", "asset.port")),
        protocol=_cell(row, "protocol").lower(),
        service=_cell(row, "service"),
        cves=cves_in(*(_cell(one, "cve", "cves", "definition.cve") for one in group)),
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=tuple((known, found) for names, known in _SCORES if (found := _cell(row, *names))),
        outcome="information" if severity.lower() in ("none", "info", "informational", "0") else "open",
        output=_cell(row, "plugin output", "plugin text", "output"),
        solution=_cell(row, "solution", "steps to remediate", "definition.solution"),
        references=distinct(*_cell(row, "see also", "definition.see_also").split()),
        place=row.line,
    )


FORMAT = ScanFormat("nessus_csv", TOOL, "Nessus・Tenable（CSV）", is_nessus_csv, read)
