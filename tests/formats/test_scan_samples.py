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
from tests.formats.scan_reading import SAMPLES, SCANS, code_of, of_kind, plain, read

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


def identity(item: ScanItem) -> tuple[object, ...]:
    """What of an item may make it the same in another year: nothing that a tool words or rates anew."""
    component = item.component.name if item.component else ""
    return item.host_key, item.rule, component, item.port, item.protocol, item.path


def identities(data: bytes) -> list[tuple[object, ...]]:
    return sorted((identity(item) for item in of_kind(read(data), ScanItem)), key=repr)


@pytest.mark.parametrize(
    ("sample", "changes"),
    [
        (
            "nessus/good_two_hosts.nessus",
            [(' severity="4"', ' severity="2"'), ("月例の更新", "新しい名称"), ("9.8", "5.0")],
        ),
        ("trivy/good_filesystem.json", [("1.0-1", "1.1-7"), ("CRITICAL", "LOW"), ("見本", "別の文")]),
        ("openvas/good_two_hosts.xml", [("High", "Low"), ("TLS の脆弱性", "x"), ("2024-11-04", "2025-11-04")]),
        ("vuls/good_server.json", [("12.el8", "13.el8"), ("9.8", "1.0"), ("要約", "x")]),
        ("grype/good_image.json", [('"1.0-1"', '"1.0-9"'), ("Critical", "Low")]),
        ("sarif/good_three_runs.sarif", [('"startLine": 12', '"startLine": 99'), ("連結しています", "x")]),
        ("qualys/good_assets.xml", [("<SEVERITY>3", "<SEVERITY>5"), ("古い TLS", "x")]),
    ],
)
def test_versions_ratings_and_texts_change_no_identity(sample: str, changes: list[tuple[str, str]]) -> None:
    text = (SCANS / sample).read_text(encoding="utf-8")
    changed = text
    for old, new in changes:
        assert old in changed
        changed = changed.replace(old, new)
    assert identities(changed.encode()) == identities(text.encode())


def test_two_formats_of_one_tool_name_an_item_alike() -> None:
    as_xml = identities((SCANS / "nessus/good_two_hosts.nessus").read_bytes())
    as_csv = identities((SCANS / "nessus_csv/good_semicolon.csv").read_bytes())
    assert ("192.0.2.11", "900101", "", 445, "tcp", "") in as_xml
    assert ("192.0.2.11", "900101", "", 445, "tcp", "") in as_csv
