"""Does `verify` find whatever was changed in a published bundle, and pass what was not?"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.document.frozen import canonical, dump, sha256
from kansa.document.report import FORMATS, make_bundle, read_report, render
from kansa.document.verify import read_bundle, verify
from tests.document.made_year import made_year

VERSION = "0.0.test"


@pytest.fixture(scope="module")
def bundle() -> bytes:
    report = read_report(dump(made_year()), is_draft=True)
    return make_bundle(report, render(report, FORMATS), VERSION)


def faults(members: dict[str, bytes]) -> dict[str, str]:
    return {verdict.subject: verdict.message_ja for verdict in verify(members, VERSION) if not verdict.is_good}


def signed_again(members: dict[str, bytes]) -> dict[str, bytes]:
    """The members with every hash of the statement made to fit: what a careful forger would do."""
    statement = json.loads(members["statement.json"])
    inputs = statement["predicate"]["inputs"]
    statement["predicate"]["inputs"] = {name: sha256(members[name]) for name in inputs}
    for subject in statement["subject"]:
        subject["digest"]["sha256"] = sha256(members[subject["name"]])
    return {**members, "statement.json": canonical(statement)}


def test_an_untouched_bundle_holds(bundle: bytes) -> None:
    members = read_bundle(bundle, "b.zip")
    assert faults(members) == {}
    assert {f"kansa-report-2024.{kind}" for kind in FORMATS} < members.keys()


def test_the_same_records_give_the_same_bundle(bundle: bytes) -> None:
    report = read_report(dump(made_year()), is_draft=True)
    assert make_bundle(report, render(report, FORMATS), VERSION) == bundle


@pytest.mark.parametrize("kind", ["frozen.json", "figures.json", *(f"kansa-report-2024.{kind}" for kind in FORMATS)])
def test_one_flipped_byte_is_found(bundle: bytes, kind: str) -> None:
    members = read_bundle(bundle, "b.zip")
    data = bytearray(members[kind])
    data[len(data) // 2] ^= 1
    assert kind in faults({**members, kind: bytes(data)})


def test_a_judgement_changed_with_its_hash_names_the_figures(bundle: bytes) -> None:
    members = read_bundle(bundle, "b.zip")
    forged = members["frozen.json"].replace(b'"levels":"332"', b'"levels":"333"', 1)
    assert forged != members["frozen.json"]
    found = faults(signed_again({**members, "frozen.json": forged}))
    assert "external.mean" in found
    assert "2.80" in found["external.mean"]
    assert "3.00" in found["external.mean"]


@pytest.mark.parametrize("kind", ["html", "docx", "xlsx", "csv"])
def test_a_printed_number_changed_with_its_hash_is_found(bundle: bytes, kind: str) -> None:
    members = read_bundle(bundle, "b.zip")
    name = f"kansa-report-2024.{kind}"
    members = {**members, name: with_number_changed(members[name])}
    assert name in faults(signed_again(members))


def with_number_changed(data: bytes) -> bytes:
    """2.80 -> 3.80 wherever it stands, inside the zip of an Office file too."""
    if not data.startswith(b"PK"):
        assert b"2.80" in data
        return data.replace(b"2.80", b"3.80")
    out = io.BytesIO()
    seen = False
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            seen = seen or b"2.80" in part
            new.writestr(info, part.replace(b">2.80<", b">3.80<").replace(b"=2.80", b"=3.80"))
    assert seen
    return out.getvalue()


def test_a_figure_changed_in_the_list_is_found(bundle: bytes) -> None:
    members = read_bundle(bundle, "b.zip")
    forged = members["figures.json"].replace(b'"shown":"2.80"', b'"shown":"3.80"', 1)
    assert "external.mean" in faults(signed_again({**members, "figures.json": forged}))


def test_files_taken_out_or_put_in_are_named(bundle: bytes) -> None:
    members = read_bundle(bundle, "b.zip")
    del members["kansa-report-2024.pdf"]
    assert "kansa-report-2024.pdf" in faults(members)
    members = {**read_bundle(bundle, "b.zip"), "kansa-report-2024-new.pdf": b"%PDF"}
    assert "kansa-report-2024-new.pdf" in faults(members)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all"])
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read_bundle(data, "x.zip")
    assert refused.value.refusals[0].place.file == "x.zip"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 10_000_000), bit=st.integers(0, 7))
def test_any_flipped_bit_of_the_zip_is_found_or_changes_nothing(bundle: bytes, place: int, bit: int) -> None:
    """A bit in the zip's own bookkeeping may change no member; any other is refused or named."""
    data = bytearray(bundle)
    data[place % len(data)] ^= 1 << bit
    try:
        members = read_bundle(bytes(data), "b.zip")
    except InputError:
        return
    if members != read_bundle(bundle, "b.zip"):
        try:
            assert faults(members)
        except InputError:
            return


def test_a_character_outside_the_fonts_stops_with_its_place_and_a_way_on() -> None:
    year = made_year()
    odd = chr(0xE000)  # 外字: private use, no font has it
    settings_ = replace(year.settings, municipality_ja=f"み{odd}市")
    departments = (replace(year.this.departments[0], name_ja=f"課{odd}"), *year.this.departments[1:])
    frozen = dump(replace(year, settings=settings_, this=replace(year.this, departments=departments)))
    with pytest.raises(InputError) as refused:
        render(read_report(frozen, is_draft=True), ["pdf"])
    words = str(refused.value)
    assert "U+E000" in words
    assert "--substitute-glyph" in words
    assert all(refusal.place.column for refusal in refused.value.refusals)
    report = read_report(frozen, is_draft=True, glyph_substitute="〓")
    members = read_bundle(make_bundle(report, render(report, FORMATS), VERSION), "b.zip")
    assert faults(members) == {}
    assert "み〓市" in members["kansa-report-2024.html"].decode()
