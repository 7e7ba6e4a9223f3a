"""Is it written down, for every address, who may see it?

`access_matrix.csv` has one row for each address and method, one column for each of the cast ("" = a stranger) with the
status that is expected. Here the list of addresses is compared with the addresses Django knows; the test that tries
every row stands with the pages, in tests/apps/web.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import CAST
from tests.house.source import ROOT, expect_none

MATRIX = ROOT / "tests/house/access_matrix.csv"
STRANGER = "stranger"
PEOPLE = [STRANGER, *CAST]
HEADER = ["url", "method", *PEOPLE]
METHODS = {"GET", "POST"}
STATUS = {"200", "302", "303", "400", "401", "403", "404", "405", "409"}


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
    """Addresses without a row for each method, rows without an address, unknown statuses, rows given twice."""
    given = Counter((row["url"], row["method"]) for row in rows)
    faults = [f"{url}: no row for {method}" for url in urls for method in sorted(METHODS) if not given[url, method]]
    faults += [f"{row['url']}: no such address" for row in rows if row["url"] not in urls]
    faults += [f"{row['url']} {row['method']}: unknown method" for row in rows if row["method"] not in METHODS]
    faults += [
        f"{row['url']} {row['method']}: unknown status {row[person]} of {person}"
        for row in rows
        for person in PEOPLE
        if row[person] not in STATUS
    ]
    return faults + [f"{key}: given {number} times" for key, number in given.items() if number > 1]


def test_every_address_stands_in_the_matrix() -> None:
    expect_none(gaps(matrix(MATRIX.read_text(encoding="utf-8")), patterns(get_resolver())))


def test_no_page_lets_a_stranger_in_unless_it_is_for_signing_in_or_for_a_slip() -> None:
    rows = matrix(MATRIX.read_text(encoding="utf-8"))
    open_to_all = {row["url"] for row in rows if row["method"] == "GET" and row[STRANGER] == "200"}
    assert open_to_all == {"healthz", "account/login/", "account/inactive/", "answer/"}


def test_gaps_are_found() -> None:
    header = ",".join(HEADER)
    row = ",".join(["200"] * len(PEOPLE))
    strange = ",".join(["999", *["200"] * (len(PEOPLE) - 1)])
    text = f"{header}\nyears/,GET,{row}\nyears/,GET,{row}\nold/,PUT,{strange}\n"
    assert gaps(matrix(text), ["years/"]) == [
        "years/: no row for POST",
        "old/: no such address",
        "old/ PUT: unknown method",
        "old/ PUT: unknown status 999 of stranger",
        "('years/', 'GET'): given 2 times",
    ]
