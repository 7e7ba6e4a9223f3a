"""Rules of fiscal years, eras, rounding and row numbers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

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
from kansa.core.rounding import differs_from_printed, printed, printed_against
from kansa.core.runs import decode_rows, encode_rows
from tests.spec.rules.reading import Rule, each, ints, refusing, yes_no
from tests.spec.tables import Row


def _year_of(row: Row) -> Row:
    day = date.fromisoformat(row["日"])
    return {"年度": str(fiscal_year_of(day)), "元号による表記": era_date_ja(day)}


def _year(row: Row) -> Row:
    year = int(row["年度"])
    return {
        "元号による表記": era_year_ja(year),
        "初日": fiscal_year_start(year).isoformat(),
        "末日": fiscal_year_end(year).isoformat(),
    }


def _rotation(row: Row) -> Row:
    def answer() -> str:
        place = rotation_place(int(row["年度"]), int(row["開始年度"]), int(row["一巡の年数"]))
        return (
            f"{place.round_number}巡目 {place.year_in_round}年目（{place.first_fiscal_year}～{place.last_fiscal_year}）"
        )

    return {"位置": refusing(answer)}


def _printed(row: Row) -> Row:
    return {"表示": printed(Fraction(row["値"]), int(row["桁"]))}


def _signed(row: Row) -> Row:
    return {"表示": printed(Fraction(row["値"]), int(row["桁"]), signed=True)}


def _against(row: Row) -> Row:
    value, mark = Fraction(row["値"]), Fraction(row["合格点"])
    return {"表示": printed_against(value, int(row["桁"]), mark), "合格点に達する": yes_no(value >= mark)}


def _differs(row: Row) -> Row:
    this, prior, places = Fraction(row["今年度"]), Fraction(row["前年度"]), int(row["桁"])
    return {
        "今年度の表示": printed(this, places),
        "前年度の表示": printed(prior, places),
        "差の表示": printed(this - prior, places, signed=True),
        "注記が必要": yes_no(differs_from_printed(this - prior, this, prior, places)),
    }


def _runs(row: Row) -> Row:
    rows = ints(row["行"])
    text = encode_rows(rows)
    return {"表記": text, "戻すと同じ": yes_no(decode_rows(text) == rows)}


RULES: dict[str, Rule] = {
    "fiscal_year_of_day": each(_year_of),
    "fiscal_year": each(_year),
    "digits": each(lambda row: {"表記": official_digits(int(row["数"]))}),
    "read_date": each(lambda row: {"日": refusing(lambda: parse_era_date(row["記入"]).isoformat())}),
    "read_year": each(lambda row: {"年度": refusing(lambda: str(parse_fiscal_year(row["記入"])))}),
    "rotation": each(_rotation),
    "printed": each(_printed),
    "signed": each(_signed),
    "printed_against": each(_against),
    "differs": each(_differs),
    "runs": each(_runs),
}
