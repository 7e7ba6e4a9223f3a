"""What does a CSV of Qualys say of each check (QID) on each host, below the rows about the report itself?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.formats.scans.fields import (
    BadItem,
    bad_vectors,
    clean,
    cves_in,
    distinct,
    host_of,
    moment,
    names_in,
    port_in,
)
from kansa.formats.scans.opening import Report
from kansa.formats.scans.qualys import TOOL, outcome_of, score_of
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.rows import CsvRow, csv_rows
from kansa.formats.scans.spec import Look, ScanFormat

_SCORES = (
    (("cvss base", "cvss"), "cvss2", ""),
    (("cvss3 base", "cvss3"), "cvss3", "CVSS:3.0/"),
    (("cvss3.1 base", "cvss3.1"), "cvss3", "CVSS:3.1/"),
)


def is_header(names: set[str]) -> bool:
    """A QID and where it was found."""
    return "qid" in names and bool({"ip", "asset ipv4", "ip address", "asset name", "dns"} & names)


def is_qualys_csv(look: Look) -> bool:
    """By its header, which may stand below rows of metadata."""
    return look.has_header(is_header)


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, each host where it is first named, items. Rows of Qualys's summary, without a QID, are no items."""
    yield ScanHead(TOOL)
    seen: set[str] = set()
    for row in csv_rows(report, is_header):
        if row.width < row.columns // 2:  # a row about the report as a whole
            continue
        if _is_host_alone(row):
            seen.add(_key(row))
            yield _host(_key(row), row)
            continue
        try:
            item = _item(row)
        except BadItem as fault:
            yield Unread(row.line, str(fault))
            continue
        if item.host_key not in seen:
            seen.add(item.host_key)
            yield _host(item.host_key, row)
        yield item


def _cell(row: CsvRow, *names: str) -> str:
    found = (clean(row.cells.get(name, "").strip()) for name in names)
    return next((text for text in found if text and text != "-"), "")


def _key(row: CsvRow) -> str:
    return _cell(row, "ip", "asset ipv4", "ip address", "fqdn", "dns", "asset name", "netbios")


def _is_host_alone(row: CsvRow) -> bool:
    """A host without a finding has a row, too, with its state."""
    return bool(_key(row) and _cell(row, "ip status")) and not _cell(row, "qid", "title", "vuln title")


def _host(key: str, row: CsvRow) -> ScannedHost:
    _address, full, short = names_in(_cell(row, "fqdn", "dns", "asset name"))
    return host_of(
        key,
        fqdn=full,
        host_name=short or names_in(_cell(row, "netbios"))[2],
        operating_system=_cell(row, "os", "operating system"),
        is_reached=not any(word in _cell(row, "ip status").lower() for word in ("not alive", "not scanned")),
    )


def _item(row: CsvRow) -> ScanItem:
    rule, host = _cell(row, "qid"), _key(row)
    if not rule or not rule.isdigit():
        raise BadItem("検査の番号（QID）が空欄か、数字ではありません。")
    if not host:
        raise BadItem("ホスト（IP）が空欄です。")
    scores: list[tuple[str, str]] = []
    vectors: list[str] = []
    for names, name, prefix in _SCORES:
        more, vector = score_of(_cell(row, *names), name, prefix)
        scores += more
        vectors += vector
    status, kind = _cell(row, "vuln status", "status"), _cell(row, "type", "type detected")
    return ScanItem(
        host,
        rule,
        _cell(row, "title", "vuln title"),
        severity_word=_cell(row, "severity"),
        port=port_in(_cell(row, "port")),
        protocol=_cell(row, "protocol").lower(),
        cves=cves_in(_cell(row, "cve id", "cveid", "cve")),
        vectors=tuple(vectors),
        bad_vectors=bad_vectors(vectors),
        scores=tuple(scores),
        outcome=outcome_of(status, kind),
        outcome_word=" ".join(distinct(status, kind)),
        output=_cell(row, "results", "result"),
        solution=_cell(row, "solution"),
        references=distinct(_cell(row, "vendor reference"), _cell(row, "bugtraq id")),
        seen_at=moment(_cell(row, "last detected", "last scan")),
        place=row.line,
    )


FORMAT = ScanFormat("qualys_csv", TOOL, "Qualys（CSV）", is_qualys_csv, read)
