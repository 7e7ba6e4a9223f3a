"""What do lists of Microsoft's updates say: the CSV list of updates and successors, the monthly CVRF, a list of builds?

A successor counts as its predecessors. The CSV writes no builds; CVRF and the small list of builds do.
Source: the columns of the definitions that offline Windows checkers use; MSRC CVRF 3.0 as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from kansa.formats.advisories.records import AdvisoryRecord, Build, Stamp, Update
from kansa.formats.scans.fields import cves_in, list_in, map_in, text_in
from kansa.formats.scans.objects import first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.rows import csv_rows
from kansa.formats.scans.spec import Look

_KB = re.compile(r"(?:KB)?(\d{6,8})", re.IGNORECASE)
_KBS = re.compile(r"\d{6,8}")
_BUILD = re.compile(r"(?:10\.0\.)?(\d{4,6}\.\d{1,6})")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
SEVERITY_TYPE, VENDOR_FIX = 3, 2


def _is_list_header(names: set[str]) -> bool:
    return {"bulletinkb", "affectedproduct", "supersedes", "cve"} <= names


def _is_build_header(names: set[str]) -> bool:
    return {"kb", "build"} <= names or {"kb", "ビルド"} <= names


def is_list(look: Look) -> bool:
    """By its columns."""
    return look.has_header(_is_list_header)


def is_builds(look: Look) -> bool:
    """By its columns."""
    return look.has_header(_is_build_header)


def is_cvrf(look: Look) -> bool:
    """By its parts."""
    return look.has("DocumentTracking", "ProductTree")


def read_list(report: Report) -> Iterator[AdvisoryRecord]:
    """Each row; its newest day is the day of the list."""
    latest = ""
    for row in csv_rows(report, _is_list_header):
        cells = row.cells
        kb = _KB.fullmatch(cells.get("bulletinkb", "").strip())
        if kb is None:
            continue  # comments, and service packs, which no list of updates names
        issued = iso_day(cells.get("dateposted", ""))
        latest = max(latest, issued)
        yield Update(
            cells.get("affectedproduct", "").strip(),
            kb[1],
            next(iter(cves_in(cells.get("cve", ""))), ""),
            cells.get("severity", "").strip(),
            cells.get("title", "").strip()[:300],
            issued,
            tuple(dict.fromkeys(_KBS.findall(cells.get("supersedes", "")))),
        )
    yield Stamp(date.fromisoformat(latest) if latest else None)


def read_builds(report: Report) -> Iterator[AdvisoryRecord]:
    """KB, product (may be missing) and build."""
    for row in csv_rows(report, _is_build_header):
        kb = _KB.fullmatch(row.cells.get("kb", "").strip())
        build = _BUILD.search(row.cells.get("build") or row.cells.get("ビルド") or "")
        if kb and build:
            product = row.cells.get("product") or row.cells.get("製品") or ""
            yield Build(kb[1], product.strip(), build[1])
    yield Stamp(None)


def read_cvrf(report: Report) -> Iterator[AdvisoryRecord]:
    """Each update that mends a vulnerability in a product."""
    products = {
        text_in(map_in(found.value).get("ProductID")): text_in(map_in(found.value).get("Value"))
        for found in values(report, "ProductTree.FullProductName.item")
    }
    for found in values(report, "Vulnerability.item"):
        yield from _of_flaw(map_in(found.value), products)
    tracking = map_in(first_values(report, "DocumentTracking")["DocumentTracking"])
    day = iso_day(text_in(tracking.get("CurrentReleaseDate")))
    yield Stamp(date.fromisoformat(day) if day else None)


def _of_flaw(flaw: dict[str, Any], products: dict[str, str]) -> Iterator[Update]:
    cve = next(iter(cves_in(text_in(flaw.get("CVE")))), "")
    title = text_in(map_in(flaw.get("Title")).get("Value"))[:300]
    severities: dict[str, str] = {}
    for threat in map(map_in, list_in(flaw.get("Threats"))):
        if threat.get("Type") == SEVERITY_TYPE:
            word = text_in(map_in(threat.get("Description")).get("Value"))
            severities.update((text_in(product), word) for product in list_in(threat.get("ProductID")))
    for remedy in map(map_in, list_in(flaw.get("Remediations"))):
        kb = _KB.fullmatch(text_in(map_in(remedy.get("Description")).get("Value")))
        if remedy.get("Type") != VENDOR_FIX or kb is None:
            continue
        build = _BUILD.search(text_in(remedy.get("FixedBuild")))
        supersedes = tuple(dict.fromkeys(_KBS.findall(text_in(remedy.get("Supercedence")))))
        for product in map(text_in, list_in(remedy.get("ProductID"))):
            if product in products:
                word = severities.get(product, "")
                fixed_build = build[1] if build else ""
                yield Update(products[product], kb[1], cve, word, title, "", supersedes, fixed_build)


def iso_day(text: str) -> str:
    """20170314 or 2017-03-14T... as an ISO day; "" for no day."""
    match = _DAY.match(text.strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else ""
    except ValueError:
        return ""
