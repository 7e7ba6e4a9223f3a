"""How does a document look in Excel: one sheet laid out for paper, and beside it one plain table for machines?"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from kansa.formats.tables.read import PRINT_SHEET
from kansa.formats.writers.layout import column_width, row_points
from kansa.formats.writers.workbook import FONT, Formats, OutCell, OutSheet, new_workbook, write_sheet

NARROWEST, WIDEST = 6, 26
LYING_FROM = 110  # half-widths of all columns from which the page lies
A4 = 9


@dataclass(frozen=True, slots=True)
class PrintColumn:
    """A column of the sheet for paper. `align`: left, center or right."""

    header_ja: str
    align: str = "left"


@dataclass(frozen=True, slots=True)
class PrintForm:
    """A sheet for paper: lines at the right above the title, the title, lines, one table with sums, lines below."""

    title_ja: str
    head: Sequence[str]
    lines: Sequence[str]
    columns: Sequence[PrintColumn]
    rows: Sequence[Sequence[OutCell]]
    sums: Sequence[Sequence[OutCell]] = ()
    below: Sequence[str] = ()


def write_form(form: PrintForm, sheet: OutSheet) -> bytes:
    """The bytes of an Excel file with the form and the table. Text that looks like a formula stays text."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    pages = book.add_worksheet(PRINT_SHEET), book.add_worksheet(sheet.title)
    _write_form(book, pages[0], form)
    write_sheet(pages[1], sheet, Formats(book))
    book.close()
    return buffer.getvalue()


def _write_form(book: Workbook, page: Worksheet, form: PrintForm) -> None:
    widths = _widths(form)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    at = _write_lines(book, page, form, sum(widths))
    ruled = {"font_name": FONT, "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
    head = book.add_format({**ruled, "bold": True, "bg_color": "#E8E8E8", "align": "center"})
    looks = [book.add_format({**ruled, "align": one.align}) for one in form.columns]
    for place, one in enumerate(form.columns):
        page.write_string(at, place, one.header_ja, head)
    page.repeat_rows(at)
    for number, row in enumerate((*form.rows, *form.sums), at + 1):
        page.set_row(
            number,
            row_points(("" if cell is None else str(cell), wide) for cell, wide in zip(row, widths, strict=True)),
        )
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                page.write_number(number, place, cell, looks[place])
            else:
                page.write_string(number, place, cell or "", looks[place])
    _paragraphs(book, page, form.below, at + 2 + len(form.rows) + len(form.sums), len(form.columns) - 1, sum(widths))
    _set_up(page, is_lying=sum(widths) >= LYING_FROM)


def _set_up(page: Worksheet, *, is_lying: bool) -> None:
    page.set_paper(A4)
    if is_lying:
        page.set_landscape()
    page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")


def _widths(form: PrintForm) -> list[int]:
    table = (*form.rows, *form.sums)
    return [
        column_width([one.header_ja, *(str(row[place]) for row in table if row[place] is not None)], NARROWEST, WIDEST)
        for place, one in enumerate(form.columns)
    ]


def _write_lines(book: Workbook, page: Worksheet, form: PrintForm, width: int) -> int:
    """Head, title and lines; the row of the table's header."""
    right = book.add_format({"font_name": FONT, "font_size": 10, "align": "right"})
    title = book.add_format({"font_name": FONT, "font_size": 14, "bold": True, "align": "center"})
    last = len(form.columns) - 1
    for at, words in enumerate(form.head):
        page.merge_range(at, 0, at, last, "", right)
        page.write_string(at, 0, words, right)
    at = len(form.head)
    page.merge_range(at, 0, at, last, "", title)
    page.write_string(at, 0, form.title_ja, title)
    page.set_row(at, 24)
    return _paragraphs(book, page, form.lines, at + 1, last, width) + 1


def _paragraphs(book: Workbook, page: Worksheet, lines: Sequence[str], at: int, last: int, width: int) -> int:
    """Lines across the page from row `at` on; the row after them."""
    look = book.add_format({"font_name": FONT, "font_size": 10, "text_wrap": True, "valign": "top"})
    for number, words in enumerate(lines, at):
        page.merge_range(number, 0, number, last, "", look)
        page.write_string(number, 0, words, look)
        page.set_row(number, row_points([(words, width)]))
    return at + len(lines)
