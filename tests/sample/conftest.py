"""Which records do the sample city's files hold? Generated and read back once for all tests here."""

from __future__ import annotations

from collections import defaultdict

import pytest

from kansa.formats.readers import READERS
from kansa.formats.records import Record
from kansa.sample import SampleFile, generate

SEED = 2024


@pytest.fixture(scope="session")
def files() -> tuple[SampleFile, ...]:
    """The files of the default seed."""
    return generate(SEED)


@pytest.fixture(scope="session")
def city(files: tuple[SampleFile, ...]) -> dict[str, list[Record]]:
    """Kind -> every record that kansa's own readers find in the files; a refusal fails every test."""
    records: dict[str, list[Record]] = defaultdict(list)
    for file in files:
        result = READERS[file.kind](file.data, file.name)
        assert not result.refusals, (file.name, result.refusals[:3])
        records[file.kind] += result.records
    return records
