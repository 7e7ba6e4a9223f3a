"""How is a cell of each kind read into a value, and how is the value written back into a cell?

Every `parse` accepts what people really type (full-width digits, era dates, レベル ３) and refuses what would have to
be guessed. Every `show` writes a form that `parse` reads to the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from functools import lru_cache
from typing import cast

from kansa.core.fiscal import parse_era_date, parse_fiscal_year
from kansa.formats.folding import fold_code, fold_prose, matching_key
from kansa.formats.tables.spec import Cell, CellFault, CellKind, Column

JAPAN = timezone(timedelta(hours=9))

_SEPARATORS = re.compile(r"[、，,;；\n]+")
_WEEKDAY = re.compile(r"[(（][日月火水木金土](曜日?)?[)）]")
_MOMENT = re.compile(r"(?P<day>.+?)[\sT　]+(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})?秒?)?")
_WHOLE = re.compile(r"\d{1,3}(,\d{3})+|\d{1,9}")
_LEVEL = re.compile(r"(?:レベル|level|lv\.?)?([0-9])(?:\.0)?")
_DECIMAL = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,12})?")
_NOT_APPLICABLE = frozenset(map(matching_key, ("対象外", "非該当", "該当なし", "N/A")))
_NOT_JUDGED = frozenset(map(matching_key, ("未判定", "未実施", "未")))


def cell_text(cell: Cell) -> str:
    """A cell as folded text: 3.0 is "3", a date is ISO, a truth value is はい or いいえ, empty is ""."""
    if isinstance(cell, str):
        return fold_prose(cell)
    if isinstance(cell, bool):
        return "はい" if cell else "いいえ"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)


def _text(cell: Cell, _column: Column) -> str:
    return cell_text(cell)


def _line(cell: Cell, column: Column) -> str:
    text = cell_text(cell)
    if "\n" in text:
        raise CellFault("line_break", f"{column.header_ja}の途中に改行があります。１行で入力してください。")
    return text


def _code(cell: Cell, column: Column) -> str:
    text = fold_code(cell_text(cell))
    if len(text) > 100 or any(mark in text for mark in "\n\t"):
        raise CellFault(
            "bad_code", f"{column.header_ja}「{text[:20]}」は読めません。改行のない100文字以内で入力してください。"
        )
    return text


def _codes(cell: Cell, _column: Column) -> tuple[str, ...]:
    return tuple(part for part in (fold_code(piece) for piece in _SEPARATORS.split(cell_text(cell))) if part)


def _names(cell: Cell, _column: Column) -> tuple[str, ...]:
    return tuple(part for part in (fold_prose(piece) for piece in _SEPARATORS.split(cell_text(cell))) if part)


def _one_word(text: str, column: Column) -> str:
    code = column.words.code(text) if column.words is not None else None
    if code is None:
        raise CellFault(
            "unknown_word",
            f"{column.header_ja}「{text[:40]}」は読めません。{column.accepted_ja()}を入力してください。",
        )
    return code


def _word(cell: Cell, column: Column) -> str:
    return _one_word(cell_text(cell), column)


def _words(cell: Cell, column: Column) -> tuple[str, ...]:
    found = {_one_word(text, column) for text in _names(cell, column)}
    order = column.words.ja if column.words is not None else {}
    return tuple(code for code in order if code in found)


def _mark(cell: Cell, column: Column) -> bool:
    if isinstance(cell, bool):
        return cell
    return _one_word(cell_text(cell), column) == "yes"


@lru_cache(maxsize=256)
def _year_of(text: str) -> int:
    return parse_fiscal_year(text)


def _year(cell: Cell, column: Column) -> int:
    text = cell_text(cell)
    try:
        year = _year_of(text)
    except ValueError:
        year = 0
    if isinstance(cell, (date, datetime)) or not 1950 <= year <= 2999:
        raise CellFault(
            "bad_year",
            f"{column.header_ja}「{text[:40]}」は年度として読めません。「令和６年度」又は「2024」のように入力してください。",
        )
    return year


@lru_cache(maxsize=4096)
def _date_of(text: str) -> date:
    return parse_era_date(_WEEKDAY.sub("", text))


def _date(cell: Cell, column: Column) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    try:
        return _date_of(text)
    except ValueError:
        raise CellFault(
            "bad_date",
            f"{column.header_ja}「{text[:40]}」は日付として読めません。"
            "「令和６年10月５日」又は「2024/10/5」のように、実在する日を入力してください。",
        ) from None


def _moment(cell: Cell, column: Column) -> datetime:
    """A moment in Japanese time; a date alone is refused, because the time of day would be invented."""
    if isinstance(cell, datetime):
        return (cell + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=JAPAN)
    text = cell_text(cell)
    match = _MOMENT.fullmatch(fold_code(text))
    try:
        if match is None:
            raise ValueError
        day = _date_of(match["day"])
        clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        raise CellFault(
            "bad_moment",
            f"{column.header_ja}「{text[:40]}」は日時として読めません。"
            "「2024/10/5 13:05:30」のように入力してください。",
        ) from None
    return datetime.combine(day, clock, JAPAN)


def is_dated(text: str) -> str:
    """ "moment" or "day" for a text that reads as one; "" for any other.

    >>> [is_dated(text) for text in ("2024/10/5 13:05", "R6.10.5", "○")]
    ['moment', 'day', '']
    """
    folded = fold_code(text)
    match = _MOMENT.fullmatch(folded)
    try:
        _date_of(match["day"] if match else folded)
    except ValueError:
        return ""
    return "moment" if match else "day"


def _whole(cell: Cell, column: Column) -> int:
    text = fold_code(cell_text(cell)) if not isinstance(cell, bool) else ""
    if _WHOLE.fullmatch(text) is None:
        raise CellFault(
            "bad_number",
            f"{column.header_ja}「{cell_text(cell)[:40]}」は読めません。０以上の整数を入力してください。",
        )
    return int(text.replace(",", ""))


def level_fault(cell: Cell) -> CellFault:
    """The refusal of a level that cannot be read, in the same words for every kind of file."""
    return CellFault(
        "bad_level",
        f"レベル「{cell_text(cell)[:40]}」は読めません。０〜４などの判定基準の数字、または「対象外」を入力してください。",
    )


def judgement_of(cell: Cell) -> tuple[str, int | None]:
    """State (judged | not_applicable | not_judged) and level (0..9) that a cell says. Raises CellFault."""
    if isinstance(cell, (bool, date, datetime, time)):
        raise level_fault(cell)
    key = matching_key(cell_text(cell))
    match = _LEVEL.fullmatch(key)
    if match is not None:
        return "judged", int(match[1])
    if key in _NOT_APPLICABLE:
        return "not_applicable", None
    if key in _NOT_JUDGED:
        return "not_judged", None
    raise level_fault(cell)


def _judgement(cell: Cell, _column: Column) -> tuple[str, int | None]:
    return judgement_of(cell)


def _whole_level(cell: Cell, column: Column) -> int:
    state, level = judgement_of(cell)
    if level is None or state != "judged":
        raise CellFault(
            "bad_level",
            f"{column.header_ja}「{cell_text(cell)[:40]}」は読めません。０〜４などの数字を入力してください。",
        )
    return level


def _delivery(cell: Cell, column: Column) -> bool | None:
    return _mark(cell, column)


def decimal_value(text: str) -> tuple[Fraction, int] | None:
    """The exact value of a decimal number and its printed places; None when the text is no plain number."""
    key = fold_code(text)
    if _DECIMAL.fullmatch(key) is None:
        return None
    plain = key.replace(",", "")
    return Fraction(plain), len(plain.partition(".")[2])


def _show_text(value: object, _column: Column) -> str:
    return str(value)


def _show_list(value: object, _column: Column) -> str:
    return "、".join(cast("Iterable[str]", value))


def _show_word(value: object, column: Column) -> str:
    return column.words.ja.get(str(value), "") if column.words is not None else ""


def _show_words(value: object, column: Column) -> str:
    return "、".join(_show_word(code, column) for code in cast("Iterable[str]", value))


def _show_mark(value: object, _column: Column) -> str:
    return "○" if value else ""


def _show_delivery(value: object, _column: Column) -> str:
    return "" if value is None else "○" if value else "×"


def _show_whole(value: object, _column: Column) -> str | int:
    return value if isinstance(value, int) else ""


def _show_day(value: object, _column: Column) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _show_moment(value: object, _column: Column) -> str:
    return value.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else ""


def _show_judgement(value: object, _column: Column) -> str:
    state, level = cast("tuple[str, int | None]", value)
    return str(level) if state == "judged" else "対象外" if state == "not_applicable" else ""


PROSE = CellKind("prose", _text, _show_text, "文章（改行できます）")
LINE = CellKind("line", _line, _show_text, "文字（１行）")
CODE = CellKind("code", _code, _show_text, "コード（全角でも半角でも同じとみなします）")
CODES = CellKind("codes", _codes, _show_list, "コード（複数は「、」で区切ります）", blank=())
NAMES = CellKind("names", _names, _show_list, "名前又は番号（複数は「、」で区切ります）", blank=())
WORD = CellKind("word", _word, _show_word, "決まった言葉")
WORDS = CellKind("words", _words, _show_words, "決まった言葉（複数は「、」で区切ります）", blank=())
MARK = CellKind("mark", _mark, _show_mark, "「○」又は空欄", False, names_words=False, choices=("○",))
DELIVERY = CellKind(
    "delivery", _delivery, _show_delivery, "「○」、「×」又は空欄（不明）", None, names_words=False, choices=("○", "×")
)
YEAR = CellKind("year", _year, _show_whole, "年度（「令和６年度」、「R6」、「2024」）", blank=None, is_text=False)
DATE = CellKind("date", _date, _show_day, "日付（「令和６年10月５日」、「2024/10/5」）", blank=None)
MOMENT = CellKind("moment", _moment, _show_moment, "日時（「2024/10/5 13:05:30」、日本時間）", blank=None)
WHOLE = CellKind("whole", _whole, _show_whole, "０以上の整数", blank=None, is_text=False)
LEVEL = CellKind("level", _whole_level, _show_whole, "レベルの数字（０〜４など）", blank=None, is_text=False)
JUDGEMENT = CellKind(
    "judgement",
    _judgement,
    _show_judgement,
    "レベルの数字（０〜４など）、「対象外」、空欄（未判定）",
    blank=("not_judged", None),
)
