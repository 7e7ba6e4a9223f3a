"""How does a report become a workbook that a person reads and a machine can take over without cleaning?

One table a sheet, header in the first row, no merged cells, numbers as numbers, empty is not zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kansa.document.blocks import Block, Cell, Chart, Document, Heading, Num, Para, Table
from kansa.document.figure import FigureBook
from kansa.document.render.attachments import Attachments
from kansa.document.render.figure_table import FIGURE_HEADS, figure_rows
from kansa.document.render.numerals import decimal_of, printed_decimal
from kansa.document.render.words import (
    all_tables,
    caption_words,
    column_words,
    filled,
    heading_words,
    plain,
    require_figures,
    title_words,
    unit_words,
)

ABOUT, FIGURES, SENTENCES = "説明", "数値一覧", "文章"
SENTENCE_HEADS = ("順", "種類", "文章", "数値ID")
STYLES_JA = {
    "body": "本文",
    "date": "日付",
    "title": "題名",
    "lead": "前文",
    "record_mark": "記",
    "closing": "以上",
    "note": "注記",
    "source": "出典",
}

# Constant, so that the same records give the same bytes.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_NAME_LIMIT = 31
_WIDEST = 60
EXACT = -1  # decimals: all of them

Value = str | int | Decimal | None


class _Book:
    """A workbook being written: formats, sheet names, rows."""

    def __init__(self) -> None:
        self.buffer = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.workbook = Workbook(self.buffer, {**options, "strings_to_numbers": False})
        self.head = self.workbook.add_format(
            {"bold": True, "bg_color": "#E8E8EB", "border": 1, "valign": "vcenter", "text_wrap": True}
        )
        self.wrap = self.workbook.add_format({"text_wrap": True, "valign": "top"})
        self._formats: dict[str, Format] = {}
        self._names: set[str] = set()

    def format(self, places: int) -> Format:
        """A number format with a fixed number of decimals, or as many as there are."""
        code = "General" if places == EXACT else "#,##0" + ("." + "0" * places if places else "")
        if code not in self._formats:
            self._formats[code] = self.workbook.add_format({"num_format": code, "valign": "top"})
        return self._formats[code]

    def sheet(self, wish: str) -> tuple[str, Worksheet]:
        """A new sheet with a name Excel accepts and nobody else has."""
        clean = _FORBIDDEN_IN_NAMES.sub("・", wish).strip() or "表"
        name, number = clean[:_NAME_LIMIT], 1
        while name.casefold() in self._names:
            number += 1
            tail = f"～{number}"
            name = clean[: _NAME_LIMIT - len(tail)] + tail
        self._names.add(name.casefold())
        return name, self.workbook.add_worksheet(name)

    def rows(self, sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[tuple[Value, int]]]) -> None:
        """A header row and data rows of (value, decimals); frozen head, filter, widths from the words."""
        for at, head in enumerate(heads):
            sheet.write_string(0, at, head, self.head)
        widths = [_wide(head) for head in heads]
        for number, row in enumerate(rows, start=1):
            for at, (value, places) in enumerate(row):
                self._cell(sheet, number, at, value, places)
                if value is not None:
                    widths[at] = max(widths[at], _wide(str(value)))
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(width, _WIDEST) + 2)
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(heads) - 1)

    def _cell(self, sheet: Worksheet, row: int, at: int, value: Value, places: int) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, at, value, self.wrap)
        else:
            sheet.write_number(row, at, value, self.format(places))

    def bytes(self) -> bytes:
        self.workbook.close()
        return self.buffer.getvalue()


def _wide(words: str) -> int:
    """The width of a string in Excel's unit, about one narrow character."""
    return max((sum(1 if char < "\x80" else 2 for char in line) for line in words.split("\n")), default=0)


def _table_value(cell: Cell, book: FigureBook) -> tuple[Value, int]:
    """A cell for machines: a lone figure that is a number becomes the number as printed."""
    if len(cell.runs) == 1 and isinstance(cell.runs[0], Num):
        num = cell.runs[0]
        figure = book[num.figure]
        if figure.value is None:
            return None, 0
        number = printed_decimal(num.shown) if isinstance(figure.value, int | Fraction) else None
        if number is not None:
            return number
    return plain(cell.runs), 0


def _has_numbers(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    return any(isinstance(run, Num) for row in rows for run in row[at].runs)


def _ids(cell: Cell) -> str:
    return "\n".join(run.figure for run in cell.runs if isinstance(run, Num))


def _write_table(out: _Book, sheet: Worksheet, table: Table, book: FigureBook) -> None:
    """The table's columns, then for each column with figures the ids they can be traced by."""
    rows = filled(table)
    traced = [at for at in range(len(table.columns)) if _has_numbers(rows, at)]
    heads = [column_words(column) for column in table.columns]
    heads += [f"{table.columns[at].title_ja}の数値ID" for at in traced]
    values = [[*(_table_value(cell, book) for cell in row), *((_ids(row[at]), 0) for at in traced)] for row in rows]
    out.rows(sheet, heads, values)


def _sentence(block: Block) -> tuple[str, str, str] | None:
    """Kind, words and traced figures of a block that is read as text."""
    if isinstance(block, Heading):
        return f"見出し{block.level}", heading_words(block), ""
    if isinstance(block, Para):
        pairs = [f"{run.figure}={run.shown}" for run in block.runs if isinstance(run, Num)]
        return STYLES_JA.get(block.style, block.style), plain(block.runs), "\n".join(pairs)
    if isinstance(block, Table):
        return "表", caption_words(block), ""
    if isinstance(block, Chart):
        return "図", f"{caption_words(block)}\n{block.alt}", ""
    return None


def _write_sentences(out: _Book, sheet: Worksheet, document: Document) -> None:
    found = [sentence for sentence in map(_sentence, document.blocks) if sentence is not None]
    rows: list[list[tuple[Value, int]]] = [
        [(number, 0), (kind, 0), (words, 0), (ids, 0)] for number, (kind, words, ids) in enumerate(found, start=1)
    ]
    out.rows(sheet, SENTENCE_HEADS, rows)
    sheet.set_column(2, 2, 90)
    sheet.set_column(3, 3, 40)
    for number, (_, words, ids) in enumerate(found, start=1):
        # LibreOffice does not fit the height of wrapped rows by itself.
        lines = max(sum(1 + _wide(line) // 90 for line in words.split("\n")), 1 + ids.count("\n"))
        sheet.set_row(number, 18 * lines)


def _about(document: Document, sheets: Sequence[tuple[str, Table]]) -> Iterator[list[tuple[Value, int]]]:
    """What the workbook holds: the document, then every table's columns with code and unit."""
    facts = (
        ("文書", title_words(document)),
        ("団体名", document.municipality_ja),
        ("年度", document.subject),
        ("状態", "案（確定前）" if document.is_draft else "確定"),
        ("記録のハッシュ値（SHA-256）", document.frozen_sha256),
        ("数値一覧", "報告書の全数値。「値」は端数処理前の値で、割り切れないものは「値（分数）」が正確な値である。"),
        ("文章", "報告書の文章を印刷の順に収めたもの。「数値ID」は文中の数値と印刷した値の組である。"),
        ("表のシート", "数は印刷した値（端数処理後）である。空欄は値がないことを示し、0ではない。"),
    )
    for name, words in facts:
        yield [(name, 0), (None, 0), (None, 0), (words, 0), (None, 0)]
    for name, table in sheets:
        for column in table.columns:
            yield [(name, 0), (column.code, 0), (unit_words(column.unit), 0), (column.title_ja, 0), (table.id, 0)]


def render_xlsx(document: Document, book: FigureBook, attachments: Attachments) -> bytes:
    """The workbook: 説明, 数値一覧 (every figure), 文章 (the words in order), one sheet a table or chart."""
    require_figures(document, book)
    out = _Book()
    out.workbook.set_properties(
        {"title": title_words(document), "company": document.municipality_ja, "created": _CREATED}
    )
    _, about = out.sheet(ABOUT)
    _, figures = out.sheet(FIGURES)
    _, sentences = out.sheet(SENTENCES)
    out.rows(
        figures,
        FIGURE_HEADS,
        [
            [(decimal_of(one), 15) if isinstance(one, Fraction) else (one, 0) for one in row]
            for row in figure_rows(book)
        ],
    )
    _write_sentences(out, sentences, document)
    sheets: list[tuple[str, Table]] = []
    for table in all_tables(document):
        name, sheet = out.sheet(f"{table.label} {table.caption}".strip() or table.id)
        sheets.append((name, table))
        _write_table(out, sheet, table, book)
    out.rows(about, ("シート・項目", "列コード", "単位", "内容・列名", "表のID"), list(_about(document, sheets)))
    return out.bytes()
