"""Does each report read to the records beside it, and does an independent count by another library agree?

`good_x.expected.json` says tool, hosts, items, items that could not be read, and records with the fields that matter;
`bad_x.expected.json` the code of the refusal. The counts of scan_counts.py know nothing of kansa's readers.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kansa.formats.scans import READERS
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from tests.formats.scan_counts import COUNTS
from tests.formats.scan_reading import SAMPLES, code_of, of_kind, plain, read

GOOD = [path for path in SAMPLES if path.name.startswith("good_")]
BAD = [path for path in SAMPLES if path.name.startswith("bad_")]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def expected_of(path: Path) -> Any:
    return json.loads(path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8"))


def says(record: ScanRecord, wanted: dict[str, Any]) -> bool:
    """Whether a record has the fields that are written out; of a component those that are written out."""
    for field, value in wanted.items():
        found = type(record).__name__ if field == "type" else getattr(record, field, None)
        if isinstance(found, Component) and isinstance(value, dict):
            found = {name: part for name, part in found._asdict().items() if name in value}
        if plain(found) != value:
            return False
    return True


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_good_sample(path: Path) -> None:
    wanted = expected_of(path)
    records = read(path.read_bytes(), path.name)
    assert isinstance(records[0], ScanHead)
    assert [head.tool for head in of_kind(records, ScanHead)] == [wanted["tool"]]
    hosts = {host.key for host in of_kind(records, ScannedHost)}
    items = list(of_kind(records, ScanItem))
    assert (len(hosts), len(items), len(list(of_kind(records, Unread)))) == (
        wanted["hosts"],
        wanted["items"],
        wanted["unread"],
    ), [record for record in records if not isinstance(record, ScanHead)]
    assert {item.host_key for item in items} <= hosts
    for one in wanted["records"]:
        assert any(says(record, one) for record in records), (
            one,
            [r for r in records if type(r).__name__ == one["type"]],
        )


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_an_independent_count_agrees(path: Path) -> None:
    records = read(path.read_bytes(), path.name)
    items = list(of_kind(records, ScanItem))
    found = (
        len(items),
        len({host.key for host in of_kind(records, ScannedHost)}),
        sorted({cve for item in items for cve in item.cves}),
    )
    assert found == COUNTS[path.parent.name](path)


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_bad_sample(path: Path) -> None:
    assert code_of(path.read_bytes(), path.name) == expected_of(path)["code"]


@pytest.mark.parametrize("kind", READERS)
def test_every_reader_has_samples_and_a_count(kind: str) -> None:
    assert any(path.parent.name == kind for path in GOOD)
    assert any(path.parent.name == kind for path in BAD)
    assert kind in COUNTS
