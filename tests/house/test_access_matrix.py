"""Is it written down, for every address, who may see it?

`access_matrix.csv` has one row for each address and role with the status that is expected. Here the list of addresses
is compared with the addresses Django knows; the test that tries every row stands with the pages, in tests/apps.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.source import ROOT, expect_none

MATRIX = ROOT / "tests/house/access_matrix.csv"
HEADER = ["url", "role", "method", "status"]
ROLES = {"local_viewer", "remote"}
STATUS = {"200", "302", "403", "404", "405"}


def patterns(resolver: URLResolver, prefix: str = "") -> list[str]:
    """Every address pattern, as it is written in the urls modules."""
    found = []
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        found += [path] if isinstance(entry, URLPattern) else patterns(entry, path)
    return found


def matrix(text: str) -> list[dict[str, str]]:
    """The rows of the matrix; raises AssertionError when the header is another one."""
    reader = csv.DictReader(io.StringIO(text))
    assert reader.fieldnames == HEADER
    return list(reader)


def gaps(rows: list[dict[str, str]], urls: list[str]) -> list[str]:
    """Addresses without a row, rows without an address, roles and statuses nobody knows, rows given twice."""
    faults = [f"{url}: no row for {role}" for url in urls for role in sorted(ROLES) if not _has(rows, url, role)]
    faults += [f"{row['url']}: no such address" for row in rows if row["url"] not in urls]
    faults += [
        f"{row}: unknown role or status" for row in rows if row["role"] not in ROLES or row["status"] not in STATUS
    ]
    twice = Counter((row["url"], row["role"], row["method"]) for row in rows)
    return faults + [f"{key}: given {number} times" for key, number in twice.items() if number > 1]


def _has(rows: list[dict[str, str]], url: str, role: str) -> bool:
    return any(row["url"] == url and row["role"] == role for row in rows)


def test_every_address_stands_in_the_matrix() -> None:
    expect_none(gaps(matrix(MATRIX.read_text(encoding="utf-8")), patterns(get_resolver())))


def test_gaps_are_found() -> None:
    text = "url,role,method,status\nyears/,local_viewer,GET,200\nyears/,local_viewer,GET,200\nold/,visitor,GET,999\n"
    assert gaps(matrix(text), ["years/", "years/<int:year>/"]) == [
        "years/: no row for remote",
        "years/<int:year>/: no row for local_viewer",
        "years/<int:year>/: no row for remote",
        "old/: no such address",
        "{'url': 'old/', 'role': 'visitor', 'method': 'GET', 'status': '999'}: unknown role or status",
        "('years/', 'local_viewer', 'GET'): given 2 times",
    ]
