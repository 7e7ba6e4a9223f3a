"""What does Lynis's report file (lynis-report.dat) say of the host it ran on?

Warnings and suggestions are items under the number of their test; a vulnerable package is one of its own. Lines are
`key=value` and `key[]=value|...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kansa.formats.scans.fields import address_in, clean, cves_in, distinct, mac_in, names_in
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat
from kansa.formats.unsafe import UnsafeFile

TOOL = "lynis"

_ABOUT = frozenset(
    ("hostname", "domainname", "os_fullname", "os_name", "os_version", "lynis_version", "auditor", "hardening_index")
)
_TEST = re.compile(r"[A-Z][A-Z0-9]{1,9}(?:-[0-9]{1,6})?(?::[A-Za-z0-9_.-]{1,60})?")
VULNERABLE_PACKAGE = "vulnerable_package"


def is_lynis(look: Look) -> bool:
    """By the lines at its beginning."""
    return "report_version_major=" in look.report.head[:4_000] or look.first_line == "# Lynis Report"


def read(report: Report) -> Iterator[ScanRecord]:
    """Head and host from a first pass, since both are spread over the file; then the items.

    A file without its last lines was cut off and is refused: Lynis ends with `finish=true`.
    """
    about, addresses, macs, is_whole = _about(report)
    yield ScanHead(TOOL, about.get("lynis_version", ""), about.get("auditor", ""))
    host = _host(about, addresses, macs)
    yield host
    for number, key, value in _pairs(report):
        if key in ("warning[]", "suggestion[]"):
            yield _item(key[:-2], value, host.key, number)
        elif key == "vulnerable_package[]":
            name, _, version = value.partition("|")
            yield ScanItem(
                host.key,
                VULNERABLE_PACKAGE,
                name,
                component=Component(name, version.partition("|")[0]),
                place=number,
            )
    if not is_whole:
        raise UnsafeFile(
            "cut_off", "Lynis の報告ファイルが途中で切れているため読み込めません。もう一度取り出してください。"
        )


def _pairs(report: Report) -> Iterator[tuple[int, str, str]]:
    for number, line in report.lines():
        key, mark, value = clean(line.decode("utf-8")).strip().partition("=")
        if mark and not key.startswith("#"):
            yield number, key.strip(), value.strip()


def _about(report: Report) -> tuple[dict[str, str], list[str], list[str], bool]:
    about: dict[str, str] = {}
    addresses: list[str] = []
    macs: list[str] = []
    is_whole = False
    for _number, key, value in _pairs(report):
        if key in _ABOUT:
            about[key] = value
        elif key in ("network_ipv4_address[]", "network_ipv6_address[]"):
            addresses.append(value)
        elif key == "network_mac_address[]":
            macs.append(value)
        is_whole = is_whole or (key == "finish" and value == "true")
    return about, addresses, macs, is_whole


def _host(about: dict[str, str], addresses: list[str], macs: list[str]) -> ScannedHost:
    name, domain = about.get("hostname", ""), about.get("domainname", "")
    full = f"{name}.{domain}" if domain and "." not in name else name
    outside = [one for text in addresses if (one := address_in(text)) and not one.startswith(("127.", "fe80:"))]
    _address, fqdn, short = names_in(full)
    system = about.get("os_fullname") or " ".join(distinct(about.get("os_name", ""), about.get("os_version", "")))
    return ScannedHost(
        full or "Lynis",
        next((one for one in outside if one != "::1"), ""),
        fqdn,
        short,
        mac_in(" ".join(macs)),
        operating_system=system,
        is_reached=True,
        is_credentialed=True,  # it runs on the host itself
    )


def _item(kind: str, value: str, key: str, place: int) -> ScanItem | Unread:
    parts = [part.strip() for part in value.split("|")]
    rule = parts[0]
    if _TEST.fullmatch(rule) is None:
        return Unread(place, "検査の番号がないため、何の項目か分かりません。")
    parts += [""] * 4
    return ScanItem(
        key,
        rule,
        parts[1],
        severity_word=kind,
        cves=cves_in(value),
        output="" if parts[2] == "-" else parts[2],
        solution="" if parts[3] == "-" else parts[3].removeprefix("text:"),
        place=place,
    )


FORMAT = ScanFormat("lynis", TOOL, "Lynis（lynis-report.dat）", is_lynis, read)
