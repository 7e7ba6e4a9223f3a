"""Where are the advisories of one file kept, so that each host takes milliseconds? In an SQLite file of their own.

It is made from the file and can be made anew at any time; nothing in it belongs to the municipality.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kansa.formats.advisories import Advisory, AdvisoryRecord, Build, CveFact, Stamp, Update

SCHEMA = """
CREATE TABLE advisory (release TEXT, package TEXT, is_source INTEGER, fixed TEXT, identifier TEXT, cves TEXT,
  severity TEXT, title TEXT, issued TEXT, architecture TEXT, introduced TEXT, status TEXT, module TEXT);
CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE windows_update (product INTEGER, kb TEXT, cve TEXT, severity TEXT, title TEXT, issued TEXT, build TEXT);
CREATE TABLE successor (older TEXT, newer TEXT, PRIMARY KEY (older, newer)) WITHOUT ROWID;
CREATE TABLE build (kb TEXT, product TEXT, build TEXT);
CREATE TABLE fact (cve TEXT PRIMARY KEY, is_known_exploited INTEGER, known_on TEXT, due_on TEXT, is_ransom INTEGER,
  exploitation TEXT, automatable TEXT, technical_impact TEXT, epss TEXT, title_ja TEXT, jvn TEXT) WITHOUT ROWID;
"""
KEYS = """
CREATE INDEX advisory_of ON advisory (release, package);
CREATE INDEX windows_update_of ON windows_update (product);
CREATE INDEX build_of ON build (kb);
"""
_RELEASES = "SELECT DISTINCT release FROM advisory"
AT_ONCE = 5_000
ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What was found in a file: rows, the day up to which it speaks (None: it does not say), its release."""

    row_count: int
    as_of: date | None
    release: str


def build_index(path: Path, records: Iterable[AdvisoryRecord], release: str = "") -> SourceFacts:
    """Writes the index of one file to `path`, which must not exist yet. `release`: for an index that does not say it.

    Whatever the reader raises leaves no file behind.
    """
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part)) as database:
            database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {SCHEMA}")
            found = _fill(database, records, release)
            database.executescript(f"{KEYS} ANALYZE;")
            database.commit()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return found


def _fill(database: sqlite3.Connection, records: Iterable[AdvisoryRecord], release: str) -> SourceFacts:
    waiting: dict[str, list[tuple[object, ...]]] = {}
    products: dict[str, int] = {}
    count, as_of = 0, None
    for one in records:
        if isinstance(one, Stamp):
            as_of = max(filter(None, (as_of, one.as_of)), default=None)
            release = one.release or release
            continue
        count += 1
        for table, row in _rows(one, release, products):
            rows = waiting.setdefault(table, [])
            rows.append(row)
            if len(rows) >= AT_ONCE:
                _write(database, table, rows)
    for table, rows in waiting.items():
        if rows:  # none are left when their number was a multiple of what is written at once
            _write(database, table, rows)
    database.executemany("INSERT INTO product VALUES (?, ?)", ((key, name) for name, key in products.items()))
    return SourceFacts(count, as_of, release)


def _rows(
    one: Advisory | Update | Build | CveFact, release: str, products: dict[str, int]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    if isinstance(one, Advisory):
        row = one._replace(release=one.release or release)
        yield "advisory", (*row[:5], " ".join(row.cves), *row[6:])
    elif isinstance(one, Update):
        product = products.setdefault(one.product, len(products) + 1)
        words = (one.severity_word, one.title, one.issued_on, one.fixed_build)
        yield "windows_update", (product, one.kb, one.cve, *words)
        yield from (("successor", (older, one.kb)) for older in one.supersedes if older != one.kb)
    elif isinstance(one, Build):
        yield "build", tuple(one)
    else:
        yield "fact", tuple(one)


def _write(database: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    database.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
    rows.clear()


class Indexes:
    """Some indexes, read together. Closed after use; nothing is written."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._databases = [sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) for path in paths]

    def __enter__(self) -> Indexes:
        return self

    def __exit__(self, *_fault: object) -> None:
        for database in self._databases:
            database.close()

    def advisories(self, release: str, packages: Iterable[str]) -> Iterator[Advisory]:
        """The advisories of a release for these packages, source and binary names alike."""
        names = sorted(set(packages))
        for database in self._databases:
            for start in range(0, len(names), ASKED_AT_ONCE):
                asked = names[start : start + ASKED_AT_ONCE]
                marks = ", ".join("?" * len(asked))
                sql = f"SELECT * FROM advisory WHERE release = ? AND package IN ({marks}) ORDER BY rowid"
                for row in database.execute(sql, (release, *asked)):
                    yield Advisory(row[0], row[1], bool(row[2]), row[3], row[4], tuple(row[5].split()), *row[6:])

    def has_release(self, release: str) -> bool:
        """Whether anything at all is known of a release."""
        sql = "SELECT 1 FROM advisory WHERE release = ? LIMIT 1"
        return any(database.execute(sql, (release,)).fetchone() for database in self._databases)

    def releases(self) -> list[str]:
        """What these indexes speak of: releases of Linux, and "windows" where there are products of Microsoft."""
        found = {name for database in self._databases for (name,) in database.execute(_RELEASES)}
        return sorted(found | ({"windows"} if self.products() else set()))

    def row_count(self) -> int:
        """How many advisories, updates, builds and facts there are."""
        tables = ("advisory", "windows_update", "build", "fact")
        return sum(
            int(database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
            for database in self._databases
            for table in tables
        )

    def products(self) -> list[str]:
        """Microsoft's names of products that there are updates for."""
        found = {name for database in self._databases for (name,) in database.execute("SELECT name FROM product")}
        return sorted(found)

    def updates(self, product: str) -> Iterator[Update]:
        """The updates of a product; successors are asked for by `successors`."""
        sql = """SELECT name, kb, cve, severity, title, issued, build FROM windows_update
          JOIN product ON product.id = product WHERE name = ?"""
        for database in self._databases:
            for name, kb, cve, severity, title, issued, build in database.execute(sql, (product,)):
                yield Update(name, kb, cve, severity, title, issued, (), build)

    def successors(self) -> dict[str, set[str]]:
        """Update -> those that replace it directly."""
        found: dict[str, set[str]] = {}
        for database in self._databases:
            for older, newer in database.execute("SELECT older, newer FROM successor"):
                found.setdefault(older, set()).add(newer)
        return found

    def builds(self, product: str) -> dict[str, set[str]]:
        """Update -> builds of the product that have it."""
        found: dict[str, set[str]] = {}
        for database in self._databases:
            for kb, build in database.execute("SELECT kb, build FROM build WHERE product IN ('', ?)", (product,)):
                found.setdefault(kb, set()).add(build)
        return found

    def facts(self, cves: Iterable[str]) -> dict[str, CveFact]:
        """What all sources say of these CVEs together; the first source that says something counts."""
        names = sorted(set(cves))
        found: dict[str, CveFact] = {}
        for database in self._databases:
            for start in range(0, len(names), ASKED_AT_ONCE):
                asked = names[start : start + ASKED_AT_ONCE]
                marks = ", ".join("?" * len(asked))
                for row in database.execute(f"SELECT * FROM fact WHERE cve IN ({marks})", asked):
                    one = _fact(row)
                    found[one.cve] = _together(found[one.cve], one) if one.cve in found else one
        return found


def _fact(row: tuple[object, ...]) -> CveFact:
    one = CveFact(*row)  # type: ignore[arg-type]
    known, ransom = one.is_known_exploited, one.is_used_for_ransom
    return one._replace(
        is_known_exploited=None if known is None else bool(known),
        is_used_for_ransom=None if ransom is None else bool(ransom),
    )


def _together(left: CveFact, right: CveFact) -> CveFact:
    words = [right[place] if value in ("", None) else value for place, value in enumerate(left)]
    return CveFact(*words)  # type: ignore[arg-type]
