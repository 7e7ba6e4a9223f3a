"""How many items, hosts and CVEs does a report hold, counted by another library than kansa's readers use?

The standard library only, one line of thought for each format, and the same decisions written down a second time: what
is one item. Items that cannot be read (no rule) are not counted.
"""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from pathlib import Path

Count = tuple[int, int, list[str]]  # items, hosts, all CVEs in order


def counted(items: int, hosts: Iterable[str], cves: Iterable[str]) -> Count:
    """The count as the test compares it."""
    found = {cve.upper() for text in cves for cve in re.findall(r"(?i)CVE-\d{4}-\d{4,}", text)}
    return items, len(set(hosts)), sorted(found)


def nessus(path: Path) -> Count:
    root = ElementTree.parse(path)
    items = [item for item in root.iter("ReportItem") if item.get("pluginID")]
    hosts = [host.get("name", "") for host in root.iter("ReportHost")]
    return counted(len(items), hosts, [cve.text or "" for item in items for cve in item.findall("cve")])


def nessus_csv(path: Path) -> Count:
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.split("\n")[0] else ","))
    good = [row for row in rows if row["Plugin ID"] and None not in row.values()]
    items = {(row["Plugin ID"], row["Host"], row["Port"], row["Protocol"], row["Plugin Output"]) for row in good}
    return counted(len(items), [row["Host"] for row in good], [row["CVE"] for row in good])


COUNTS: dict[str, Callable[[Path], Count]] = {
    "nessus": nessus,
    "nessus_csv": nessus_csv,
}
