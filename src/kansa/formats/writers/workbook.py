"""How is a table written as an Excel file that any machine writes byte for byte the same?"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kansa.formats.tables.header import column_letter
from kansa.formats.tables.spec import Column
from kansa.formats.writers.layout import column_width, row_points

FONT = "ＭＳ ゴシック"
CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # a fixed moment: the bytes depend on the content alone
TEXT_FORMAT = 49  # the built-in number format "@": what is typed stays text
LISTS_SHEET = "_lists"
DROPDOWN_ROWS = 3_000
SAMPLED_ROWS = 500  # rows looked at for the column widths

OutCell = str | int | None


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column to write: numbers keep their type unless `is_text`; `choices` become a dropdown."""

    header_ja: str
    is_text: bool = True
    choices: tuple[str, ...] = ()
    is_wrapped: bool = False
    example_ja: str = ""  # a usual text, for the width of a column that is still empty


@dataclass(frozen=True, slots=True)
class OutSheet:
    """A sheet to write: one table, header first, no merged cells."""

    title: str
    columns: tuple[OutColumn, ...]
    rows: Sequence[Sequence[OutCell]]
    has_dropdowns: bool = False


def out_column(column: Column) -> OutColumn:
    """The written form of a column that readers know."""
    choices = column.kind.choices
    if column.words is not None and not choices and column.kind.name == "word":
        choices = tuple(word for word in column.words.choices_ja() if word)
    return OutColumn(column.header_ja, column.kind.is_text, choices, column.kind.name == "prose", column.example_ja)


def write_workbook(sheets: Sequence[OutSheet]) -> bytes:
    """The bytes of an Excel file with these sheets. Text that looks like a formula stays text."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    formats = Formats(book)
    written = [(sheet, book.add_worksheet(sheet.title)) for sheet in sheets]
    for sheet, page in written:
        write_sheet(page, sheet, formats)
    if any(sheet.has_dropdowns for sheet in sheets):
        _write_dropdowns(book, written)
    book.close()
    return buffer.getvalue()


def new_workbook(buffer: io.BytesIO) -> Workbook:
    """An empty workbook without any guessing about strings and with a fixed creation time."""
    book = Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": CREATED, "author": "kansa", "comments": ""})
    return book


class Formats:
    """The few looks of a table."""

    def __init__(self, book: Workbook) -> None:
        plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
        header = {**plain, "bold": True, "bg_color": "#E7EEF6", "border": 1, "text_wrap": True, "valign": "vcenter"}
        self.header = self._made(book, header)
        self.text = self._made(book, {**plain, "num_format": TEXT_FORMAT})
        self.wrapped = self._made(book, {**plain, "num_format": TEXT_FORMAT, "text_wrap": True})
        self.number = self._made(book, {**plain, "num_format": "0"})

    @staticmethod
    def _made(book: Workbook, properties: dict[str, object]) -> Format:
        return book.add_format(properties)

    def of(self, column: OutColumn) -> Format:
        """The look of a column's cells."""
        if column.is_wrapped:
            return self.wrapped
        return self.text if column.is_text else self.number


def write_sheet(page: Worksheet, sheet: OutSheet, formats: Formats) -> None:
    """One table on its page, header first."""
    widths = []
    for position, column in enumerate(sheet.columns):
        texts = [str(row[position]) for row in sheet.rows[:SAMPLED_ROWS] if row[position] is not None]
        widths.append(column_width([column.header_ja, column.example_ja, *texts]))
        page.set_column(position, position, widths[-1], formats.of(column))
        page.write_string(0, position, column.header_ja, formats.header)
    page.set_row(0, row_points((column.header_ja, width) for column, width in zip(sheet.columns, widths, strict=True)))
    page.freeze_panes(1, 0)
    wrapped = [position for position, column in enumerate(sheet.columns) if column.is_wrapped]
    for number, row in enumerate(sheet.rows, 1):
        for position, cell in enumerate(row):
            _write_cell(page, number, position, cell, formats.of(sheet.columns[position]))
        if wrapped:
            page.set_row(number, row_points((str(row[position] or ""), widths[position]) for position in wrapped))
    _set_up_print(page, len(sheet.columns))


def _write_cell(page: Worksheet, number: int, position: int, cell: OutCell, look: Format) -> None:
    if isinstance(cell, int):
        page.write_number(number, position, cell, look)
    elif cell:
        page.write_string(number, position, cell, look)


def _set_up_print(page: Worksheet, column_count: int) -> None:
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&C&P / &N")
    page.autofilter(0, 0, 0, max(0, column_count - 1))


def _write_dropdowns(book: Workbook, written: Sequence[tuple[OutSheet, Worksheet]]) -> None:
    """Lists stand on a very hidden sheet, because Excel limits a list written in place to 255 characters."""
    lists = book.add_worksheet(LISTS_SHEET)
    lists.very_hidden()
    place = 0
    for sheet, page in written:
        if not sheet.has_dropdowns:
            continue
        for position, column in enumerate(sheet.columns):
            if not column.choices:
                continue
            for number, word in enumerate(column.choices):
                lists.write_string(number, place, word)
            letter = column_letter(place)
            page.data_validation(
                1,
                position,
                DROPDOWN_ROWS,
                position,
                {
                    "validate": "list",
                    "source": f"={LISTS_SHEET}!${letter}$1:${letter}${len(column.choices)}",
                    "error_title": column.header_ja[:32],
                    "error_message": "一覧から選んでください。",
                },
            )
            place += 1
