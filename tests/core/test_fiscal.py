"""Does every day and year come back from its Japanese form?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.fiscal import (
    era_date_ja,
    era_year_ja,
    fiscal_year_end,
    fiscal_year_of,
    fiscal_year_start,
    official_digits,
    parse_era_date,
    parse_fiscal_year,
    rotation_place,
)

DAYS = st.dates(date(1873, 1, 1), date(2100, 12, 31))
YEARS = st.integers(1873, 2100)


@given(DAYS)
def test_a_day_comes_back(day: date) -> None:
    assert parse_era_date(era_date_ja(day)) == day
    assert parse_era_date(f"{day.year}/{day.month}/{day.day}") == day
    assert parse_era_date(day.isoformat()) == day


@given(DAYS)
def test_a_day_lies_in_its_fiscal_year(day: date) -> None:
    year = fiscal_year_of(day)
    assert fiscal_year_start(year) <= day <= fiscal_year_end(year)


@given(YEARS)
def test_a_fiscal_year_comes_back(year: int) -> None:
    assert parse_fiscal_year(era_year_ja(year)) == year
    assert parse_fiscal_year(f"{year}年度") == year


@given(YEARS)
def test_fiscal_years_follow_each_other(year: int) -> None:
    assert fiscal_year_end(year) + timedelta(days=1) == fiscal_year_start(year + 1)


@given(st.integers(1950, 2050), st.integers(0, 60), st.integers(1, 10))
def test_rotation(first: int, years: int, length: int) -> None:
    place = rotation_place(first + years, first, length)
    assert place.first_fiscal_year + place.year_in_round - 1 == first + years
    assert place.last_fiscal_year - place.first_fiscal_year == length - 1
    assert (place.round_number - 1) * length + place.year_in_round == years + 1


@given(st.text(max_size=12))
def test_nothing_else_than_a_refusal(text: str) -> None:
    for read in (parse_era_date, parse_fiscal_year):
        try:
            read(text)
        except ValueError as refusal:
            assert "「" in str(refusal)


@pytest.mark.parametrize(
    "text", ["", "令和", "令和６年13月１日", "2024年", "2024/10/5 10:00", "二〇二四年十月五日", "Ｘ6.1.1"]
)
def test_dates_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="「"):
        parse_era_date(text)


def test_before_the_gregorian_calendar() -> None:
    with pytest.raises(ValueError, match="元号"):
        era_date_ja(date(1872, 12, 31))


def test_digits_refuse_less_than_zero() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        official_digits(-1)
