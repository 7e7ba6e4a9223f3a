"""Does each good sample read to the records beside it, and does each bad one get exactly the refusals beside it?

A folder of samples/ is one kind of file. `good_x.expected.json` says how many records there are and, for each listed
one, the fields that matter; `bad_x.expected.json` lists code, sheet, row and column of every refusal.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kansa.formats.past_answers import past_tables, propose, read_past_answers
from kansa.formats.readers import SPECS, accounts, read_gophish, read_simulation
from kansa.formats.records import ReadResult, Record

# Of a drill carried out elsewhere: the office says year and code, the files do not.
FOREIGN = {"gophish": read_gophish, "simulation": read_simulation}
# Read, and not yet imported by anything, so not yet in SPECS.
UNLISTED = {"accounts": accounts.SPEC}
KINDS = SPECS | UNLISTED
# Files of past years have no layout of their own: they are read by the mapping that is proposed for these items.
PAST = "past_answers"
PAST_ITEMS = {"Q1": "離席するときに画面をロックしているか。", "Q2": "パスワードを使い回していないか。"}
OTHERS = (*FOREIGN, PAST)
SAMPLES = Path(__file__).parent / "samples"
FILES = sorted(path for path in SAMPLES.glob("*/*") if not path.name.endswith(".expected.json"))


def read_sample(path: Path) -> ReadResult:
    """The sample read as the kind its folder is named after."""
    data = path.read_bytes()
    if path.parent.name in FOREIGN:
        return FOREIGN[path.parent.name](data, path.name, 2024, "R6-1")
    if path.parent.name == PAST:
        tables, refusals = past_tables(data, path.name)
        if not tables:
            return ReadResult((), refusals)
        mapping = propose(tables[0], PAST_ITEMS, ("総務課", "税務課")).mapping
        past = read_past_answers(data, path.name, mapping, 2023)
        return ReadResult((*past.answers, *past.counts), past.refusals)  # type: ignore[arg-type]
    return KINDS[path.parent.name].read(data, path.name)


def plain(value: object) -> object:
    """A field as JSON can say it."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


def fields(record: Record, names: set[str]) -> dict[str, Any]:
    found = {"type": type(record).__name__, "row": record.source.row, "sheet": record.source.sheet}
    return {name: found[name] if name in found else plain(getattr(record, name)) for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_sample(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    result = read_sample(path)
    if path.name.startswith("good_"):
        assert [refusal.ja() for refusal in result.refusals] == []
        assert len(result.records) == expected["count"]
        unmatched = list(result.records)
        for wanted in expected["records"]:
            match = next((one for one in unmatched if fields(one, set(wanted)) == wanted), None)
            assert match is not None, (wanted, [fields(one, set(wanted)) for one in same_row(unmatched, wanted)])
            unmatched.remove(match)
        return
    places = [
        [refusal.code, refusal.place.sheet, refusal.place.row, refusal.place.column] for refusal in result.refusals
    ]
    assert sorted(places) == sorted(expected["refusals"])
    assert {refusal.place.file for refusal in result.refusals} == {path.name}


def same_row(records: list[Record], wanted: dict[str, Any]) -> list[Record]:
    return [one for one in records if one.source.row == wanted.get("row") and type(one).__name__ == wanted["type"]]


@pytest.mark.parametrize("kind", [*KINDS, *OTHERS])
def test_every_kind_has_good_and_bad_samples(kind: str) -> None:
    names = [path.name for path in FILES if path.parent.name == kind]
    assert any(name.startswith("good_") for name in names)
    assert any(name.startswith("bad_") for name in names)


def test_no_sample_without_expectation_and_no_folder_without_reader() -> None:
    assert {path.parent.name for path in FILES} == {*KINDS, *OTHERS}
    assert all(path.with_name(f"{path.stem}.expected.json").exists() for path in FILES)


@pytest.mark.parametrize("path", [path for path in FILES if path.name.startswith("bad_")], ids=lambda path: path.name)
def test_refusals_are_japanese_sentences(path: Path) -> None:
    for refusal in read_sample(path).refusals:
        assert refusal.reason_ja.endswith(("。", "）"))
        assert any("ぁ" <= sign <= "ん" for sign in refusal.reason_ja)
