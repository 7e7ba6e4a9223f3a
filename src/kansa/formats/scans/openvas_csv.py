"""What does a CSV of Greenbone (OpenVAS) say of each check on each port of each host?

Some reports hold the CVE in the column of the check's name; it is found there, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.formats.scans.fields import BadItem, clean, cves_in, distinct, host_of, moment, names_in, port_in
from kansa.formats.scans.opening import Report
from kansa.formats.scans.openvas import INFORMATION, TOOL
from kansa.formats.scans.records import ScanHead, ScanItem, ScanRecord, Unread
from kansa.formats.scans.rows import CsvRow, csv_rows
from kansa.formats.scans.spec import Look, ScanFormat


def is_header(names: set[str]) -> bool:
    """The check's name and number."""
    return "nvt name" in names and bool({"nvt oid", "cves", "specific result"} & names)


def is_openvas_csv(look: Look) -> bool:
    """By its header."""
    return look.has_header(is_header)


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each host where it is first named, items."""
    yield ScanHead(TOOL)
    seen: set[str] = set()
    for row in csv_rows(report, is_header):
        try:
            item = _item(row)
        except BadItem as fault:
            yield Unread(row.line, str(fault))
            continue
        if item.host_key not in seen:
            seen.add(item.host_key)
            _address, full, short = names_in(_cell(row, "hostname"))
            yield host_of(item.host_key, fqdn=full, host_name=short, is_reached=True)
        yield item


def _cell(row: CsvRow, *names: str) -> str:
    return next((found for name in names if (found := clean(row.cells.get(name, "").strip()))), "")


def _item(row: CsvRow) -> ScanItem:
    if row.width < row.columns:
        raise BadItem(f"列が足りません（{row.columns}列のはずが{row.width}列）。")
    title, host = _cell(row, "nvt name"), _cell(row, "ip", "hostname")
    cves = cves_in(_cell(row, "cves", "cve"), title)
    rule = _cell(row, "nvt oid", "oid") or next(iter(cves), "")
    if not rule:
        raise BadItem("検査の番号（NVT OID）が空欄です。")
    if not host:
        raise BadItem("ホスト（IP）が空欄です。")
    score, word = _cell(row, "cvss"), _cell(row, "severity", "threat")
    return ScanItem(
        host,
        rule,
        title,
        severity_word=word,
        port=port_in(_cell(row, "port")),
        protocol=_cell(row, "port protocol").lower(),
        cves=cves,
        scores=(("severity", score),) if score else (),
        outcome="information" if word.lower() in INFORMATION else "open",
        output=_cell(row, "specific result"),
        solution=_cell(row, "solution"),
        references=distinct(_cell(row, "bids"), _cell(row, "certs"), _cell(row, "other references")),
        seen_at=moment(_cell(row, "timestamp")),
        place=row.line,
    )


FORMAT = ScanFormat("openvas_csv", TOOL, "OpenVAS・Greenbone（CSV）", is_openvas_csv, read)
