"""Is the frozen form canonical, strict and lossless?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.document.frozen import canonical, dump, load
from tests.document.made_year import made_year

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_year_comes_back_as_it_went() -> None:
    year = made_year()
    assert load(dump(year)) == year


def test_the_same_year_gives_the_same_bytes() -> None:
    assert dump(made_year()) == dump(made_year())


@given(json_values)
def test_canonical_json_is_json_and_stable(value: object) -> None:
    data = canonical(value)
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, 2**53, -(2**53)])
def test_inexact_values_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"no canonical form|does not survive"):
        canonical(value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"schema":2', b'"schema":3'),
        (b'"schema":2', b'"schema":1'),
        (b'"diagnosis":', b'"diagnoses":'),
        (b'"fiscal_year":2024', b'"fiscal_year":"2024"'),
        (b'"pass_mark":"3/1"', b'"pass_mark":"3/0"'),
        (b'"pass_mark":"3/1"', b'"pass_mark":3'),
        (b'"special":false', b'"special":0'),
        (b'"prior":', b'"before":'),
        (b'"accepted":[]', b'"accepted":[],"extra":1'),
    ],
)
def test_anything_else_is_refused_by_name(old: bytes, new: bytes) -> None:
    data = dump(made_year())
    assert old in data
    with pytest.raises(InputError) as refused:
        load(data.replace(old, new, 1))
    assert refused.value.refusals[0].code == "frozen_unreadable"


def test_a_year_that_was_frozen_before_diagnosis_was_counted_is_still_read() -> None:
    year = made_year()
    assert year.prior is not None
    old = json.loads(dump(year))
    old["schema"] = 1
    for records in (old["this"], old["prior"]):
        del records["diagnosis"]
    found = load(canonical(old))
    assert found == replace(year, this=replace(year.this, diagnosis=None), prior=replace(year.prior, diagnosis=None))


@given(st.binary(max_size=200))
def test_bytes_from_anywhere_are_refused_not_crashed_on(data: bytes) -> None:
    with pytest.raises(InputError):
        load(data)


@given(st.integers(0, 20_000), st.integers(0, 255))
def test_a_flipped_byte_never_crashes_the_reader(place: int, byte: int) -> None:
    data = bytearray(dump(made_year()))
    data[place % len(data)] = byte
    try:
        load(bytes(data))
    except InputError:
        return
