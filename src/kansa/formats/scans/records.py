"""What does a reader of scan reports hand over? Who scanned, which hosts were looked at, what was said of each.

Everything is what stands in the report: the tool's own word for the severity, every CVE of an item, vectors as text.
A reader yields in the order of the file: one ScanHead first, then hosts, items and what could not be read, mixed. A
host may be told again when more is known of it; whatever its records say together is true of it.
A report without items is a result: its hosts say what was looked at. Named tuples, since a report has 100,000 of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class ScanHead(NamedTuple):
    """The report as a whole. Moments have a zone; one that the report gives without is None in `started_at`."""

    tool: str  # a key of READERS without its variant: nessus, openvas, nmap, trivy ...
    tool_version: str = ""
    policy: str = ""  # the tool's word for what was tried
    started_at: datetime | None = None
    ended_at: datetime | None = None


class ScannedHost(NamedTuple):
    """A host that was looked at, with items or without; `key` is what items of this report call it by."""

    key: str
    address: str = ""  # IPv4 or IPv6 in its canonical text
    fqdn: str = ""  # lower case, without a trailing dot
    host_name: str = ""  # lower case, no domain
    mac_address: str = ""
    asset_number: str = ""  # where the report carries the city's own number
    operating_system: str = ""
    is_reached: bool | None = None  # False: named in the report, but it did not answer; None: not said
    is_credentialed: bool | None = None  # None: not said
    seen_at: datetime | None = None  # when the tool began with it


class Component(NamedTuple):
    """A piece of software; the name without its version is part of an item's identity, the versions are not."""

    name: str
    version: str = ""
    fixed_version: str = ""
    purl: str = ""


class ScanItem(NamedTuple):
    """One statement about one place of one host."""

    host_key: str
    rule: str  # the tool's own lasting id: plugin, OID, NSE script, XCCDF rule, CVE where there is nothing else
    title: str
    severity_word: str = ""  # as the tool writes it: "4", "High", "緊急"
    port: int | None = None
    protocol: str = ""  # tcp, udp, icmp
    service: str = ""
    path: str = ""  # of a URL, a file, an image layer
    cves: tuple[str, ...] = ()  # upper case, each once, in the order of the report
    component: Component | None = None
    vectors: tuple[str, ...] = ()  # CVSS vectors as they stand, any version
    bad_vectors: tuple[str, ...] = ()  # those of them that cannot be computed with
    scores: tuple[tuple[str, str], ...] = ()  # ("cvss3", "9.8"): figures as text
    outcome: str = "open"  # open | fixed | not_affected | passed | information | undecided
    outcome_word: str = ""  # the tool's own word where it has one: "will_not_fix", "notapplicable"
    output: str = ""  # what the tool saw
    solution: str = ""
    references: tuple[str, ...] = ()
    seen_at: datetime | None = None
    place: int = 0  # line or ordinal in the file, 1-based


class Unread(NamedTuple):
    """An item that could not be read; the others are kept."""

    place: int
    reason_ja: str


ScanRecord = ScanHead | ScannedHost | ScanItem | Unread
