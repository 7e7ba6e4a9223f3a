"""Is every printed number the nearest one, once, half away from zero?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.rounding import MINUS, differs_from_printed, printed, printed_against, rounded

VALUES = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=5_000)
PLACES = st.integers(0, 4)


def read_back(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace(MINUS, "-").replace("+", ""))


@given(VALUES, PLACES)
def test_nearest(value: Fraction, places: int) -> None:
    assert abs(rounded(value, places) - value) <= Fraction(1, 2 * 10**places)


@given(VALUES, PLACES)
def test_symmetric(value: Fraction, places: int) -> None:
    assert rounded(-value, places) == -rounded(value, places)


@given(VALUES, PLACES)
def test_rounded_once_stays(value: Fraction, places: int) -> None:
    once = rounded(value, places)
    assert rounded(once, places) == once


@given(st.integers(-(10**9), 10**9), PLACES)
def test_the_same_as_decimal(thousandths: int, places: int) -> None:
    exact = Decimal(thousandths) / 1000
    wanted = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert rounded(Fraction(thousandths, 1000), places) == Fraction(wanted)


@given(VALUES, PLACES, st.booleans(), st.booleans())
def test_printed_says_the_rounded_value(value: Fraction, places: int, signed: bool, commas: bool) -> None:
    text = printed(value, places, signed=signed, commas=commas)
    assert read_back(text) == rounded(value, places)
    assert len(text.partition(".")[2]) == places
    assert text.startswith("+") == (signed and rounded(value, places) > 0)
    assert text.startswith(MINUS) == (rounded(value, places) < 0)


@given(VALUES, PLACES, VALUES)
def test_printed_against_stays_on_its_side(value: Fraction, places: int, threshold: Fraction) -> None:
    shown = read_back(printed_against(value, places, threshold))
    if value != threshold:
        assert (shown >= threshold) == (value >= threshold)


@given(VALUES, PLACES)
def test_a_threshold_that_no_decimal_reaches(value: Fraction, places: int) -> None:
    assert printed_against(value, places, value) == printed(value, places)


@given(VALUES, VALUES, PLACES)
def test_the_note_does_not_depend_on_the_order(a: Fraction, b: Fraction, places: int) -> None:
    note = differs_from_printed(a - b, a, b, places)
    assert note == differs_from_printed(b - a, b, a, places) == differs_from_printed(b - a, a, b, places)
    assert note == (read_back(printed(a - b, places)) != read_back(printed(a, places)) - read_back(printed(b, places)))


def test_negative_places_are_refused() -> None:
    with pytest.raises(ValueError, match="places"):
        printed(1, -1)
