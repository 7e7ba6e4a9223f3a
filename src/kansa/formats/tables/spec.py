"""What does a table look like: which columns, by which headers, holding what?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kansa.formats.words import Words

# What a cell of a workbook may hold; CSV gives text only. An empty cell is "".
Cell = str | int | float | bool | date | datetime | time | timedelta


REMARKS = ("備考", "メモ", "No", "No.", "番号", "課所等名", "課所名", "所属名", "部局名")


class CellFault(ValueError):
    """The cell cannot be read: a stable code and the reason in Japanese. Place is added by the table."""

    def __init__(self, code: str, reason_ja: str) -> None:
        self.code = code
        self.reason_ja = reason_ja
        super().__init__(reason_ja)


@dataclass(frozen=True, slots=True)
class CellKind:
    """How a cell is read and written. `parse` never sees an empty cell; `blank` is the value of one."""

    name: str
    parse: Callable[[Cell, Column], object]
    show: Callable[[object, Column], str | int]
    accepted_ja: str
    blank: object = ""
    is_text: bool = True  # written with text format, so that Excel keeps 001 and 2.80
    names_words: bool = True  # False: the words of the column are spellings of ○ and ×, not worth listing
    choices: tuple[str, ...] = ()  # what a form offers instead of the column's words


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` is the field of the record it fills.

    `required`: the column must be there and, unless `may_be_blank`, every row must fill it.
    `fills_down`: a merged cell stands for all its rows (labels such as year, department, domain).
    """

    key: str
    header_ja: str
    kind: CellKind
    explanation_ja: str
    example_ja: str = ""
    aliases: tuple[str, ...] = ()
    words: Words | None = None
    required: bool = False
    may_be_blank: bool = False
    fills_down: bool = False

    def accepted_ja(self) -> str:
        """What may be entered, in one Japanese phrase."""
        if self.words is not None and self.kind.names_words:
            listed = "、".join(f"「{word}」" for word in self.words.choices_ja() if word)
            return f"{listed}のいずれか"
        return self.kind.accepted_ja


@dataclass(frozen=True, slots=True)
class ExtraColumns:
    """Columns whose headers are data (item codes, fiscal years): `key_of` reads a header, None when it is none."""

    key_of: Callable[[str], str | None]
    explanation_ja: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One kind of table. `remark_headers` are columns that may stand there for the reader's eye and are not read."""

    title_ja: str
    columns: tuple[Column, ...]
    extra: ExtraColumns | None = None
    remark_headers: tuple[str, ...] = REMARKS
