"""How is the Excel sheet of a workplace written: a grid to type into, and beside it the form to print?"""

from __future__ import annotations

import io

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kansa.formats.answer_sheets import layout
from kansa.formats.answer_sheets.plan import SheetItem, SheetPlan, items_digest
from kansa.formats.folding import fold_prose
from kansa.formats.worksheets import seal
from kansa.formats.writers.layout import row_points, text_width
from kansa.formats.writers.workbook import FONT, TEXT_FORMAT, new_workbook

TEXT_WIDTH, LINE_WIDTH, COMMENT_HEIGHT = 46, 11, 48
LIST_CHARACTERS = 255  # Excel's limit of a list that stands in the cell's own rule
A4 = 9
BOX = "□"
BOXES_WIDTH = 31  # half-widths of large type that the column of boxes holds
PAPER_POINTS = 20  # a line of the form in large type

_PROTECTION = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}


def write_answer_sheet(plan: SheetPlan, key: bytes) -> bytes:
    """The sheet of one workplace as Excel bytes, the same for the same plan and key.

    Raises ValueError when two items share a code, two people a key, or there are too many people.
    """
    codes, keys = [one.code for one in plan.items], [one.key for one in plan.lines]
    if len(set(codes)) != len(codes) or len(set(keys)) != len(keys) or len(keys) > layout.MOST_LINES:
        raise ValueError("an answer sheet cannot be written: codes or keys repeat, or there are too many lines")
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    _Grid(book, plan).write()
    _Paper(book, plan).write()
    _write_meta(book, _meta(plan, key))
    book.close()
    return buffer.getvalue()


def _meta(plan: SheetPlan, key: bytes) -> dict[str, str]:
    meta = {
        "schema": str(layout.SCHEMA),
        "campaign": str(plan.campaign),
        "fiscal_year": str(plan.fiscal_year),
        "department": str(plan.department),
        "privacy": plan.privacy,
        "serial": plan.serial,
        "items_sha256": items_digest(plan.items),
        "item_codes": "\n".join(one.code for one in plan.items),
        "line_keys": "\n".join(one.key for one in plan.lines),
    }
    meta["meta_seal"] = meta_hmac = seal.meta_seal(key, meta, layout.META_KEYS)
    items = [seal.row_text(one.code, [fold_prose(one.text_ja)]) for one in plan.items]
    lines = [seal.row_text(one.key, [_head(plan, place)]) for place, one in enumerate(plan.lines)]
    meta["item_seal"] = seal.cells_seal(key, meta_hmac, items)
    meta["line_seal"] = seal.cells_seal(key, meta_hmac, lines)
    return meta


def _head(plan: SheetPlan, place: int) -> str:
    """What stands above a person's column."""
    return fold_prose(plan.lines[place].name_ja) if plan.is_named else f"{place + 1}人目"


class _Grid:
    """Writes the sheet to type into."""

    def __init__(self, book: Workbook, plan: SheetPlan) -> None:
        self.page = book.add_worksheet(layout.SHEET)
        self.plan = plan
        base: dict[str, object] = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "text_wrap": True}
        cell = {**base, "border": 1, "border_color": "#8A94A0"}
        self.title = book.add_format({**base, "font_size": 16, "bold": True, "text_wrap": False})
        self.note = book.add_format({**base, "text_wrap": False})
        self.header = book.add_format({**cell, "bold": True, "bg_color": "#E7EEF6", "align": "center"})
        self.text = book.add_format({**cell, "num_format": TEXT_FORMAT})
        self.centred = book.add_format({**cell, "align": "center"})
        self.input = book.add_format(
            {**cell, "locked": False, "align": "center", "num_format": TEXT_FORMAT, "bg_color": "#FFFDE7"}
        )
        self.not_asked = book.add_format({**cell, "align": "center", "bg_color": "#E3E6EA"})

    def write(self) -> None:
        """The whole page."""
        self._write_top()
        for number, item in enumerate(self.plan.items, 1):
            self._write_item(number, item)
        self._set_up()

    def _write_top(self) -> None:
        plan, page = self.plan, self.page
        page.write_string(0, layout.NUMBER, f"{plan.title_ja}　{plan.department_ja}", self.title)
        told = f"{plan.year_ja}　締切 {plan.closes_ja}　回答者の扱い：{plan.privacy_ja}"
        page.write_string(1, layout.NUMBER, told, self.note)
        who = (
            "名前の下の黄色の欄に、その人の回答を入れてください。"
            if plan.is_named
            else "一人に一列です。名前は書かないでください。順番に意味はなく、取り込むときに混ぜます。"
        )
        page.write_string(2, layout.NUMBER, f"{who}答えていない欄は空けておきます。", self.note)
        page.write_string(layout.KEY_ROW, layout.CODE, layout.CODE_HEADER, self.header)
        page.write_string(layout.NAME_ROW, layout.NUMBER, "番号", self.header)
        page.write_string(layout.NAME_ROW, layout.TEXT, "点検項目", self.header)
        for place, line in enumerate(plan.lines):
            page.write_string(layout.KEY_ROW, layout.FIRST_LINE + place, line.key, self.header)
            page.write_string(layout.NAME_ROW, layout.FIRST_LINE + place, _head(plan, place), self.header)

    def _write_item(self, number: int, item: SheetItem) -> None:
        page, row = self.page, layout.FIRST_ITEM + number - 1
        page.write_string(row, layout.CODE, item.code, self.text)
        page.write_number(row, layout.NUMBER, number, self.centred)
        page.write_string(row, layout.TEXT, fold_prose(item.text_ja), self.text)
        for place, line in enumerate(self.plan.lines, layout.FIRST_LINE):
            if item.code in line.not_asked:
                page.write_string(row, place, layout.NOT_ASKED, self.not_asked)
            else:
                page.write_blank(row, place, None, self.input)
        page.set_row(row, max(row_points([(item.text_ja, TEXT_WIDTH)]) + 6, 0 if item.choices else COMMENT_HEIGHT))
        labels = [label for _code, label in item.choices]
        last = layout.FIRST_LINE + len(self.plan.lines) - 1
        if labels and last >= layout.FIRST_LINE and len(",".join(labels)) <= LIST_CHARACTERS:
            rule = {
                "validate": "list",
                "source": labels,
                "error_title": f"項目 {number}",
                "error_message": "一覧から選んでください。答えていないときは空けておきます。",
            }
            page.data_validation(row, layout.FIRST_LINE, row, last, rule)

    def _set_up(self) -> None:
        page, plan = self.page, self.plan
        last = layout.FIRST_LINE + len(plan.lines) - 1
        page.set_column(layout.CODE, layout.CODE, 10, None, {"hidden": True})
        page.set_column(layout.NUMBER, layout.NUMBER, 6)
        page.set_column(layout.TEXT, layout.TEXT, TEXT_WIDTH)
        page.set_column(layout.FIRST_LINE, max(last, layout.FIRST_LINE), LINE_WIDTH)
        page.set_row(layout.KEY_ROW, None, None, {"hidden": True})
        page.set_row(layout.NAME_ROW, 32)
        page.set_row(0, 26)
        page.protect("", _PROTECTION)
        page.freeze_panes(layout.FIRST_ITEM, layout.FIRST_LINE)
        page.set_paper(A4)
        page.set_landscape()
        # The title goes into the page header, where it is whole on every page of a wide sheet.
        page.print_area(layout.NAME_ROW, layout.CODE, layout.NAME_ROW + len(plan.items), max(last, layout.FIRST_LINE))
        page.repeat_rows(layout.NAME_ROW)
        page.repeat_columns(layout.CODE, layout.TEXT)
        page.set_header("&L" + f"{plan.title_ja}　{plan.department_ja}"[:120].replace("&", "&&"))
        page.set_footer("&C&P / &N")


class _Paper:
    """Writes the form for one person to be filled in by hand, in large type; copied as often as it is needed."""

    def __init__(self, book: Workbook, plan: SheetPlan) -> None:
        self.page = book.add_worksheet(layout.PAPER_SHEET)
        self.plan = plan
        base: dict[str, object] = {"font_name": FONT, "font_size": 14, "valign": "vcenter", "text_wrap": True}
        self.title = book.add_format({**base, "font_size": 18, "bold": True})
        self.line = book.add_format({**base, "bottom": 1})
        self.plain = book.add_format(base)
        self.number = book.add_format({**base, "border": 1, "align": "center"})
        self.text = book.add_format({**base, "border": 1})
        self.small = book.add_format({**base, "font_size": 11, "border": 1})

    def write(self) -> None:
        """The whole page."""
        plan, page = self.plan, self.page
        page.set_column(0, 0, 5)
        page.set_column(1, 1, 46)
        page.set_column(2, 2, 40)
        self._across(0, plan.title_ja, self.title, 30)
        self._across(1, f"{plan.department_ja}　　締切 {plan.closes_ja}", self.plain, 24)
        told = "名前　" if plan.is_named else "名前は書かないでください。書いた人が分からないように集めます。"
        self._across(2, told, self.line if plan.is_named else self.plain, 30)
        self._across(
            3, f"当てはまる{BOX}に印を付けてください。分からないところは空けておいてかまいません。", self.plain, 40
        )
        for number, item in enumerate(plan.items, 1):
            self._item(number, item)
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.set_footer("&C&P / &N")
        page.protect("", _PROTECTION)

    def _across(self, row: int, words: str, look: Format, height: int) -> None:
        page: Worksheet = self.page
        page.merge_range(row, 0, row, 2, "", look)
        page.write_string(row, 0, words, look)
        page.set_row(row, height)

    def _item(self, number: int, item: SheetItem) -> None:
        page, row = self.page, 4 + number
        boxes = [f"{BOX} {label}" for _code, label in item.choices]
        answers = "  ".join(boxes) if text_width("  ".join(boxes)) <= BOXES_WIDTH else "\n".join(boxes)
        page.write_number(row, 0, number, self.number)
        text = item.text_ja + (f"\n（{item.help_ja}）" if item.help_ja else "")
        page.write_string(row, 1, fold_prose(text), self.text)
        page.write_string(row, 2, answers, self.text)
        tall = row_points([(text, 34), (answers, BOXES_WIDTH)], PAPER_POINTS) + 6
        page.set_row(row, max(tall, 0 if item.choices else 2 * COMMENT_HEIGHT))


def _write_meta(book: Workbook, meta: dict[str, str]) -> None:
    page = book.add_worksheet(layout.META_SHEET)
    page.very_hidden()
    page.protect()
    rows = [(name, text) for name, text in meta.items() if name not in layout.MANY]
    for name in layout.MANY:
        entries = meta[name].split("\n")
        for start in range(0, len(entries), layout.CODES_A_CELL):
            rows.append((name, "\n".join(entries[start : start + layout.CODES_A_CELL])))
    for number, (name, text) in enumerate(rows):
        page.write_string(number, 0, name)
        page.write_string(number, 1, text)
