"""Which fiscal year does a day belong to, and how are Japanese years and dates written and read?

A fiscal year runs from 1 April to 31 March and is named by the calendar year of its April: 令和６年度 = 2024.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# First days of the eras. Meiji is read and printed from the day Japan adopted the Gregorian calendar (明治6年1月1日);
# its first year of counting is 1868.
_ERAS = (
    ("令和", "R", 2019, date(2019, 5, 1)),
    ("平成", "H", 1989, date(1989, 1, 8)),
    ("昭和", "S", 1926, date(1926, 12, 25)),
    ("大正", "T", 1912, date(1912, 7, 30)),
    ("明治", "M", 1868, date(1873, 1, 1)),
)
# A fiscal year has the era of its 1 April. The one exception: the whole of FY2019 is called 令和元年度.
# Source: 「改元に伴う元号による年表示の取扱いについて」
# (平成31年4月1日 新元号への円滑な移行に向けた関係省庁連絡会議申合せ).
_ERA_DAY_OF_FISCAL_YEAR = {2019: date(2019, 5, 1)}

_FULL_WIDTH = "０１２３４５６７８９"
_ERA_WORD = "(?P<era>令和|平成|昭和|大正|明治|[RHSTM])(?P<year>元|[0-9]{1,2})"
_MONTH_DAY = (
    r"(?:年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日|(?P<sep>[./-])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2}))"
)
_ERA_DATE = re.compile(_ERA_WORD + _MONTH_DAY)
_COMMON_DATE = re.compile("(?P<year>[0-9]{4})" + _MONTH_DAY)
_ERA_YEAR = re.compile(_ERA_WORD + "(?:年度?)?")
_COMMON_YEAR = re.compile("(?P<year>[0-9]{4})(?:年度?)?")


@dataclass(frozen=True, slots=True)
class RotationPlace:
    """A fiscal year's place in the rotation: 巡目, year within it (1-based), the round's first and last year."""

    round_number: int
    year_in_round: int
    first_fiscal_year: int
    last_fiscal_year: int


def fiscal_year_of(day: date) -> int:
    """The fiscal year of a day: 31 March 2025 is FY2024.

    >>> fiscal_year_of(date(2025, 3, 31))
    2024
    """
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_start(fiscal_year: int) -> date:
    """1 April of the year."""
    return date(fiscal_year, 4, 1)


def fiscal_year_end(fiscal_year: int) -> date:
    """31 March of the following calendar year, which still belongs to the fiscal year."""
    return date(fiscal_year + 1, 3, 31)


def official_digits(n: int) -> str:
    """A number >= 0 in the style of official documents: one digit full-width (６), two or more half-width (17)."""
    if n < 0:
        raise ValueError("official_digits takes 0 or more")
    return _FULL_WIDTH[n] if n < 10 else str(n)


def _era_year_ja(year_of_era: int) -> str:
    return "元" if year_of_era == 1 else official_digits(year_of_era)


def _era_of(day: date) -> tuple[str, int]:
    """The era's name and the calendar year it counts from. Raises ValueError before 1873."""
    for name, _letter, first_year, first_day in _ERAS:
        if day >= first_day:
            return name, first_year
    raise ValueError(f"{day.isoformat()}は元号で表せません（明治６年１月１日より前の日です）。")


def era_year_ja(fiscal_year: int) -> str:
    """令和６年度 for 2024; 令和元年度 for 2019 (see the source above). Raises ValueError before FY1873."""
    name, first_year = _era_of(_ERA_DAY_OF_FISCAL_YEAR.get(fiscal_year, fiscal_year_start(fiscal_year)))
    return f"{name}{_era_year_ja(fiscal_year - first_year + 1)}年度"


def short_era(fiscal_year: int) -> str:
    """R6 for FY2024: the short form for column heads. Raises ValueError before FY1873."""
    day = _ERA_DAY_OF_FISCAL_YEAR.get(fiscal_year, fiscal_year_start(fiscal_year))
    name, first_year = _era_of(day)
    letter = next(letter for era, letter, _first, _day in _ERAS if era == name)
    return f"{letter}{fiscal_year - first_year + 1}"


def era_date_ja(day: date) -> str:
    """令和７年３月31日 for 31 March 2025. Raises ValueError before 1 January 1873."""
    name, first_year = _era_of(day)
    year = _era_year_ja(day.year - first_year + 1)
    return f"{name}{year}年{official_digits(day.month)}月{official_digits(day.day)}日"


def _folded(text: str) -> str:
    """Matching key: full-width digits, letters and signs to half-width, no blanks, capital era letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _common_year(era: str, year_text: str) -> int:
    for name, letter, first_year, _first_day in _ERAS:
        if era in (name, letter):
            year_of_era = 1 if year_text == "元" else int(year_text)
            if year_of_era < 1:
                break
            return first_year + year_of_era - 1
    raise ValueError(f"「{era}{year_text}年」は存在しない年です。")


def _in_era(era: str, day: date) -> bool:
    return era in next(((name, letter) for name, letter, _first, start in _ERAS if day >= start), ())


def parse_era_date(text: str) -> date:
    """The day that a Japanese or common date says.

    Accepts 令和６年10月５日, R6.10.5, R6/10/5, 2024年10月5日, 2024.10.5, 2024/10/5, 2024-10-05, full-width digits.
    Raises ValueError with a Japanese reason for anything else: eight digits without separators, days that do not
    exist, days outside the named era.
    """
    key = _folded(text)
    match = _ERA_DATE.fullmatch(key) or _COMMON_DATE.fullmatch(key)
    if match is None:
        raise ValueError(f"「{text}」は日付として読めません（記入例：令和６年10月５日、2024/10/5）。")
    era = match.groupdict().get("era")
    year = _common_year(era, match["year"]) if era else int(match["year"])
    try:
        day = date(year, int(match["month"] or match["m"]), int(match["day"] or match["d"]))
    except ValueError:
        raise ValueError(f"「{text}」は存在しない日付です。") from None
    if era and not _in_era(era, day):
        raise ValueError(f"「{text}」はその元号の期間にありません（正しくは{era_date_ja(day)}）。")
    return day


def parse_fiscal_year(text: str) -> int:
    """The fiscal year that a text names: 令和６年度, 令和６年, R6, 2024年度, 2024, full-width digits.

    平成31年度 and 令和元年度 are both 2019. Raises ValueError with a Japanese reason for anything else, also for a
    year that the era did not reach (平成32年度).
    """
    key = _folded(text)
    match = _ERA_YEAR.fullmatch(key) or _COMMON_YEAR.fullmatch(key)
    if match is None:
        raise ValueError(f"「{text}」は年度として読めません（記入例：令和６年度、2024）。")
    era = match.groupdict().get("era")
    if not era:
        return _common_fiscal_year(text, int(match["year"]))
    fiscal_year = _common_year(era, match["year"])
    if not (_in_era(era, fiscal_year_start(fiscal_year)) or _in_era(era, fiscal_year_end(fiscal_year))):
        raise ValueError(f"「{text}」はその元号にない年度です（正しくは{era_year_ja(fiscal_year)}）。")
    return fiscal_year


def _common_fiscal_year(text: str, year: int) -> int:
    if year < 1873:
        raise ValueError(f"「{text}」は年度として読めません。")
    return year


def rotation_place(fiscal_year: int, first_year: int, length: int) -> RotationPlace:
    """The place of a year in a rotation of `length` years that began in `first_year`.

    >>> rotation_place(2023, 2005, 3).round_number
    7
    """
    if length < 1:
        raise ValueError("一巡の年数は１以上です。")
    if fiscal_year < first_year:
        raise ValueError("一巡の開始年度より前の年度です。")
    rounds, years = divmod(fiscal_year - first_year, length)
    first = first_year + rounds * length
    return RotationPlace(rounds + 1, years + 1, first, first + length - 1)
