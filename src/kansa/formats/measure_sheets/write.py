"""How is the Excel list of a department's measures written: locked but for the columns of the decision?"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kansa.formats.folding import fold_prose
from kansa.formats.measure_sheets import layout
from kansa.formats.measure_sheets.plan import MeasureRow, MeasureSheetPlan
from kansa.formats.tables.header import column_letter
from kansa.formats.worksheets import seal
from kansa.formats.writers.layout import row_points
from kansa.formats.writers.workbook import FONT, TEXT_FORMAT, new_workbook

A4 = 9
MOST_IN_A_CELL = 2_000
_PROTECTION = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def write_measure_sheet(plan: MeasureSheetPlan, key: bytes) -> bytes:
    """The list as Excel bytes, the same for the same plan and key. Raises ValueError when a measure is there twice."""
    if len({one.code for one in plan.rows}) != len(plan.rows):
        raise ValueError("a measure stands twice on the list")
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    page = book.add_worksheet(layout.SHEET)
    writer = _Page(book, page, plan)
    writer.write_top()
    for number, row in enumerate(plan.rows, layout.HEADER_ROW + 1):
        writer.write_row(number, row, key)
    writer.finish()
    _write_details(book, writer, plan)
    _write_meta(book, plan, key)
    book.close()
    return buffer.getvalue()


def locked_cells(row: MeasureRow) -> tuple[str, ...]:
    """What is sealed of a row: the step that it was written after, and the locked cells as they stand there."""
    return (str(row.base), *(fold_prose(text)[:MOST_IN_A_CELL] for text in row.locked))


def row_name(municipality: str, department: str, fiscal_year: str, code: str) -> str:
    """What a row's marks are bound to."""
    return f"{municipality}/{department}/{fiscal_year}/{code}"


class _Page:
    """Writes the sheet of the measures."""

    def __init__(self, book: Workbook, page: Worksheet, plan: MeasureSheetPlan) -> None:
        self.page = page
        self.plan = plan
        self.last = layout.HEADER_ROW + max(len(plan.rows), 1)
        base: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
        cell = {**base, "border": 1, "border_color": "#8A94A0"}
        entry = {**cell, "locked": False, "bg_color": "#FFFDE7"}
        self.title = book.add_format({**base, "font_size": 14, "bold": True, "text_wrap": False})
        self.note = book.add_format({**base, "text_wrap": False})
        self.header = book.add_format({**cell, "bold": True, "bg_color": "#E7EEF6", "valign": "vcenter"})
        self.locked = book.add_format({**cell, "num_format": TEXT_FORMAT})
        self.text = book.add_format({**entry, "num_format": TEXT_FORMAT})
        self.number = book.add_format({**entry, "num_format": "#,##0"})
        self.year = book.add_format({**entry, "num_format": "0"})
        self.day = book.add_format({**entry, "num_format": "yyyy-mm-dd"})

    def look(self, column: layout.EntryColumn) -> Format:
        """How an entry column looks."""
        return {"whole": self.number, "year": self.year, "date": self.day}.get(column.kind.name, self.text)

    def write_top(self) -> None:
        """Title, how to fill in, and the header row."""
        page, plan = self.page, self.plan
        page.write_string(
            0, layout.FIRST_LOCKED, f"{plan.year_ja} 技術的診断 対策の検討　{plan.department_ja}", self.title
        )
        page.write_string(
            1,
            layout.FIRST_LOCKED,
            "取扱注意：攻撃に役立つ情報を含みます。領域の外へ持ち出さないでください。",
            self.note,
        )
        told = "黄色の欄だけに入力し、Excel のまま kansa で読み込みます。決めていない行は空けておきます。"
        page.write_string(2, layout.FIRST_LOCKED, told, self.note)
        page.write_string(layout.HEADER_ROW, layout.CODE, layout.HEADER_MARK, self.header)
        page.set_column(layout.CODE, layout.MARKS, 8, None, {"hidden": True})
        for place, (header, width) in enumerate(layout.LOCKED, layout.FIRST_LOCKED):
            page.write_string(layout.HEADER_ROW, place, header, self.header)
            page.set_column(place, place, width)
        for place, column in enumerate(layout.ENTRIES, layout.FIRST_ENTRY):
            page.write_string(layout.HEADER_ROW, place, column.header_ja, self.header)
            page.set_column(place, place, column.width)

    def write_row(self, number: int, row: MeasureRow, key: bytes) -> None:
        """One measure: hidden identity, locked cells, entries."""
        page, plan = self.page, self.plan
        cells = locked_cells(row)
        name = row_name(str(plan.municipality), str(plan.department), str(plan.fiscal_year), str(row.code))
        page.write_string(number, layout.CODE, str(row.code), self.locked)
        page.write_string(number, layout.BASE, cells[0], self.locked)
        page.write_string(number, layout.MARKS, seal.cell_marks(key, name, cells), self.locked)
        for place, text in enumerate(cells[1:], layout.FIRST_LOCKED):
            page.write_string(number, place, text, self.locked)
        for place, column in enumerate(layout.ENTRIES, layout.FIRST_ENTRY):
            self._entry(number, place, column, row.entries.get(column.key))
        widths = [width for _header, width in layout.LOCKED]
        page.set_row(number, min(row_points(zip(cells[1:], widths, strict=True)), 200))

    def _entry(self, number: int, place: int, column: layout.EntryColumn, value: object) -> None:
        page, look = self.page, self.look(column)
        if value in (None, ""):
            page.write_blank(number, place, None, look)
        elif column.words:
            page.write_string(number, place, column.words[str(value)], look)
        elif isinstance(value, date):
            page.write_datetime(number, place, value, look)
        elif isinstance(value, int):
            page.write_number(number, place, value, look)
        else:
            page.write_string(number, place, fold_prose(str(value)), look)

    def finish(self) -> None:
        """Lists to choose from, protection, print set-up."""
        page, first, last = self.page, layout.HEADER_ROW + 1, self.last
        for place, column in enumerate(layout.ENTRIES, layout.FIRST_ENTRY):
            rule = _rule(column, place)
            if rule is not None:
                page.data_validation(first, place, last, place, rule)
        page.autofilter(layout.HEADER_ROW, layout.FIRST_LOCKED, last, layout.FIRST_ENTRY + len(layout.ENTRIES) - 1)
        page.protect("", _PROTECTION)
        page.freeze_panes(layout.HEADER_ROW + 1, layout.FIRST_LOCKED + 1)
        _set_up_print(page, layout.HEADER_ROW)


def _rule(column: layout.EntryColumn, place: int) -> dict[str, object] | None:
    if column.words:
        letter = column_letter(place)
        source = f"={layout.META_SHEET}!${letter}$1:${letter}${len(column.words)}"
        return {
            "validate": "list",
            "source": source,
            "error_title": column.header_ja,
            "error_message": "一覧から選んでください。",
        }
    if column.kind.name == "whole":
        return {
            "validate": "integer",
            "criteria": ">=",
            "value": 0,
            "error_title": column.header_ja,
            "error_message": "０以上の整数を入力してください。分からないときは空けておきます。",
        }
    return None


def _set_up_print(page: Worksheet, header: int) -> None:
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(header)
    page.set_footer("&C&P / &N")


def _write_details(book: Workbook, looks: _Page, plan: MeasureSheetPlan) -> None:
    page = book.add_worksheet(layout.DETAIL_SHEET)
    for place, (header, width) in enumerate(layout.DETAILS):
        page.write_string(0, place, header, looks.header)
        page.set_column(place, place, width)
    for number, row in enumerate(plan.details, 1):
        for place, text in enumerate(row.cells):
            page.write_string(number, place, fold_prose(text)[:MOST_IN_A_CELL], looks.locked)
    page.autofilter(0, 0, max(len(plan.details), 1), len(layout.DETAILS) - 1)
    page.freeze_panes(1, 0)
    page.protect("", _PROTECTION)
    _set_up_print(page, 0)


def _meta(plan: MeasureSheetPlan, key: bytes) -> dict[str, str]:
    meta = {
        "schema": str(layout.SCHEMA),
        "municipality": str(plan.municipality),
        "department": str(plan.department),
        "fiscal_year": str(plan.fiscal_year),
        "codes": "\n".join(str(one.code) for one in plan.rows),
    }
    return {**meta, "meta_seal": seal.meta_seal(key, meta, layout.META_KEYS)}


def _write_meta(book: Workbook, plan: MeasureSheetPlan, key: bytes) -> None:
    page = book.add_worksheet(layout.META_SHEET)
    page.very_hidden()
    page.protect()
    meta = _meta(plan, key)
    rows: list[tuple[str, str]] = [(name, text) for name, text in meta.items() if name != "codes"]
    codes: Sequence[str] = meta["codes"].split("\n")
    rows += [
        ("codes", "\n".join(codes[at : at + layout.CODES_A_CELL])) for at in range(0, len(codes), layout.CODES_A_CELL)
    ]
    for number, (name, text) in enumerate(rows):
        page.write_string(number, 0, name)
        page.write_string(number, 1, text)
    for place, column in enumerate(layout.ENTRIES, layout.FIRST_ENTRY):
        for number, word in enumerate(column.words.values()):
            page.write_string(number, place, word)
