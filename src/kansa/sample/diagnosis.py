"""What do two years of diagnosis of the sample city look like: register, scanners' reports, inventories, advisories?

Reports are in the shape the tools write. Every host, address and finding is made up; what is mended is chosen by
chance with a seed. Not part of `generate`: the published figures of the two years do not depend on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from xml.sax.saxutils import escape, quoteattr

from kansa.formats.records import AssetRecord, Source
from kansa.formats.words import ZONES
from kansa.formats.writers import export_xlsx
from kansa.sample.city import DEFAULT_SEED, SampleFile
from kansa.sample.targets import PRIOR_YEAR, THIS_YEAR

# Zone, number, system, host name, department, importance, with individual numbers.
HOSTS = (
    ("my_number", "M-001", "住民記録システム", "sv-juki01", "0301", "high", True),
    ("my_number", "M-002", "税総合システム", "sv-zei01", "0205", "high", True),
    ("lgwan", "L-001", "財務会計システム", "sv-zaimu01", "0104", "high", False),
    ("lgwan", "L-002", "文書管理システム", "sv-bunsho01", "0201", "medium", False),
    ("lgwan", "L-003", "人事給与システム", "sv-jinji01", "0202", "high", False),
    ("lgwan", "L-004", "契約管理システム", "sv-keiyaku01", "0203", "medium", False),
    ("internet", "I-001", "公式ホームページ", "www", "0103", "medium", False),
    ("internet", "I-002", "施設予約システム", "yoyaku", "0304", "medium", False),
)
# Plugin, port, severity, title, CVE, solution, percentage of hosts in the first year, and of those mended by each look.
WEAKNESSES = (
    (156032, 443, 4, "Apache Log4j の遠隔コード実行", "CVE-2021-44228", "Upgrade to 2.17.1 or later.", 50, 100),
    (171859, 0, 3, "curl の古い版", "CVE-2023-23914", "Upgrade to 7.88.0 or later.", 80, 60),
    (182252, 443, 3, "HTTP/2 Rapid Reset", "CVE-2023-44487", "Apply the vendor's update.", 60, 50),
    (57582, 443, 2, "SSL Self-Signed Certificate", "", "Purchase or generate a proper certificate.", 60, 20),
    (104743, 443, 2, "TLS Version 1.0 Protocol Detection", "", "Enable TLS 1.2 and 1.3.", 70, 40),
    (33850, 0, 4, "Unix Operating System Unsupported Version Detection", "", "更改する。", 30, 0),
    (57608, 445, 2, "SMB Signing not required", "", "Enforce message signing.", 60, 50),
)
NEXT_YEAR_WEAKNESS = (192707, 0, 4, "OpenSSH regreSSHion", "CVE-2024-6387", "Upgrade to 9.8 or later.", 100, 60)
LOOKS = ((PRIOR_YEAR, date(2023, 9, 12)), (THIS_YEAR, date(2024, 9, 10)), (THIS_YEAR, date(2025, 2, 4)))
PACKAGES = (("openssl", "libssl3", "3.0.11-1"), ("curl", "curl", "7.88.1-10"), ("sudo", "sudo", "1.9.13p3-1"))
FIXED = (("openssl", "3.0.14-1", "CVE-2024-5535"), ("curl", "7.88.1-12", "CVE-2024-7264"))


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A report or an inventory to hand in. `kind`: see ScanUpload."""

    kind: str
    name: str
    data: bytes
    fiscal_year: int
    zone: str


@dataclass(frozen=True, slots=True)
class SampleDiagnosis:
    """The register, the advisories (name, bytes) and the reports in the order in which they came in."""

    register: tuple[SampleFile, ...]
    advisories: tuple[tuple[str, bytes], ...]
    reports: tuple[SampleReport, ...]


def diagnosis_files(
    seed: int = DEFAULT_SEED, looks: Sequence[tuple[int, date]] = LOOKS, mended: Collection[tuple[str, int]] = ()
) -> SampleDiagnosis:
    """Two years: a diagnosis in each September and a re-test in the second February.

    `looks`: those, and further ones after them. `mended`: (number of a host, plugin) that the last look does not find.
    """
    chance = Random(seed)
    register = tuple(
        SampleFile("assets", f"機器登録簿_{year}.xlsx", export_xlsx("assets", _assets(year)), {"fiscal_year": year})
        for year in (PRIOR_YEAR, THIS_YEAR)
    )
    found = {
        host[1]: [one for one in WEAKNESSES if chance.randrange(100) < one[6]]
        for host in HOSTS
        if host[0] != "my_number"
    }
    reports: list[SampleReport] = []
    for look, (year, day) in enumerate(looks):
        if look:
            found = {number: [one for one in ones if chance.randrange(100) >= one[7]] for number, ones in found.items()}
        if look == 1:
            found = {number: [*ones, NEXT_YEAR_WEAKNESS] for number, ones in found.items()}
        if look == len(looks) - 1:
            found = {number: [one for one in ones if (number, one[0]) not in mended] for number, ones in found.items()}
        for zone in ("lgwan", "internet"):
            name = f"nessus_{zone}_{day.isoformat()}.nessus"
            reports.append(SampleReport("report", name, _nessus(zone, day, found), year, zone))
        reports += _inventories(look, year, day)
    return SampleDiagnosis(register, (("osv_debian.json", _osv()), ("osv_curl.json", _osv(1))), tuple(reports))


def _assets(fiscal_year: int) -> tuple[AssetRecord, ...]:
    return tuple(
        AssetRecord(
            fiscal_year=fiscal_year,
            asset_number=number,
            system_ja=system,
            department_code=department,
            network_zone=ZONES.ja[zone],
            host_name=name,
            fqdn=f"{name}.{zone.replace('_', '-')}.city.example",
            addresses=(_address(zone, place),),
            importance=importance,
            has_personal_number=has_number,
            product_ja="",
            operating_system="Debian 12",
            support_ends_on=None,
            vendor_ja="みほん情報サービス（架空）",
            contract_ja="",
            contract_ends_on=None,
            retired_in=None,
            note_ja="",
            source=Source("", "", "", 0),
            is_published=zone == "internet",
        )
        for place, (zone, number, system, name, department, importance, has_number) in enumerate(HOSTS, 1)
    )


def _address(zone: str, place: int) -> str:
    return f"{ {'my_number': '10.1.0', 'lgwan': '10.2.0', 'internet': '192.0.2'}[zone] }.{10 + place}".replace(" ", "")


def _nessus(zone: str, day: date, found: dict[str, list[tuple[int, int, int, str, str, str, int, int]]]) -> bytes:
    """A report as Nessus writes it."""
    began = int(datetime(day.year, day.month, day.day, 1, tzinfo=UTC).timestamp())
    parts = ['<?xml version="1.0" ?><NessusClientData_v2><Policy><policyName>年次診断</policyName></Policy>']
    parts.append('<Report name="年次診断">')
    for place, (of, number, _system, name, *_rest) in enumerate(HOSTS, 1):
        if of != zone:
            continue
        fqdn = f"{name}.{zone.replace('_', '-')}.city.example"
        parts.append(
            f'<ReportHost name="{_address(zone, place)}"><HostProperties>'
            f'<tag name="HOST_START_TIMESTAMP">{began}</tag><tag name="host-fqdn">{fqdn}</tag>'
            f'<tag name="host-ip">{_address(zone, place)}</tag>'
            '<tag name="Credentialed_Scan">true</tag></HostProperties>'
        )
        parts += _items(found[number])
        parts.append("</ReportHost>")
    return "".join([*parts, "</Report></NessusClientData_v2>\n"]).encode()


def _items(found: list[tuple[int, int, int, str, str, str, int, int]]) -> Iterator[str]:
    for plugin, port, severity, title, cve, solution, _first, _mended in found:
        yield (
            f'<ReportItem port="{port}" svc_name="general" protocol="tcp" severity="{severity}" pluginID="{plugin}" '
            f'pluginName={quoteattr(title)} pluginFamily="General">{f"<cve>{cve}</cve>" if cve else ""}'
            f"<solution>{escape(solution)}</solution></ReportItem>"
        )


def _inventories(look: int, fiscal_year: int, day: date) -> Iterator[SampleReport]:
    """Lists of what is installed in the zone that reaches nothing outside; the second host is mended at the re-test."""
    for zone, number, _system, name, *_rest in HOSTS:
        if zone != "my_number":
            continue
        is_mended = look >= 2 and number == "M-002"
        lines = [f"# host: {name}", f"# asset: {number}", "# os: debian", "# os_version: 12"]
        lines.append(f"# taken: {day.isoformat()}T10:00:00+09:00")
        fixed = {source: version for source, version, _cve in FIXED} if is_mended else {}
        for source, package, version in PACKAGES:
            there = fixed.get(source, version)
            lines.append(f"{package}\t{there}\tamd64\t{source}\t{there}\tinstalled")
        text = "\n".join(lines) + "\n"
        yield SampleReport("inventory", f"{name}_{day.isoformat()}.txt", text.encode(), fiscal_year, zone)


def _osv(place: int = 0) -> bytes:
    """An advisory as OSV writes it."""
    source, fixed, cve = FIXED[place]
    return (
        f'{{"id": "DSA-57{place:02}-1", "modified": "2025-01-31T00:00:00Z", "summary": "{source} の更新", '
        f'"aliases": ["{cve}"], "affected": [{{"package": {{"ecosystem": "Debian:12", "name": "{source}"}}, '
        f'"ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}\n'
    ).encode()
