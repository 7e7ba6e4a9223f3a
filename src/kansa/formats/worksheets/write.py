"""How is the locked Excel file for one audit written?"""

from __future__ import annotations

import io
from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kansa.core.fiscal import era_year_ja
from kansa.formats.folding import fold_prose
from kansa.formats.tables.header import column_letter
from kansa.formats.words import AUDIT_STREAMS, CHECKING_METHODS
from kansa.formats.worksheets import layout, seal
from kansa.formats.worksheets.plan import WorksheetItem, WorksheetPlan
from kansa.formats.worksheets.written import base_cells, base_text
from kansa.formats.writers.layout import row_points
from kansa.formats.writers.workbook import FONT, TEXT_FORMAT, new_workbook

HEADER_ROW = 4  # 0-based; above it title, identity, scale and how to fill in

_PROTECTION = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def write_worksheet(plan: WorksheetPlan, key: bytes) -> bytes:
    """The worksheet of one engagement as Excel bytes, the same for the same plan and key.

    Raises ValueError when two items share a code.
    """
    items = plan.items
    if len({item.code for item in items}) != len(items):
        raise ValueError("two items of a worksheet share a code")
    locked = [_locked(number, item) for number, item in enumerate(items, 1)]
    meta = _meta(plan)
    meta_hmac = seal.meta_seal(key, meta)
    meta["meta_seal"] = meta_hmac
    rows = (seal.row_text(item.code, cells) for item, cells in zip(items, locked, strict=True))
    meta["seal"] = seal.cells_seal(key, meta_hmac, rows)
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    page = book.add_worksheet(layout.SHEET)
    writer = _PageWriter(book, page, plan)
    writer.write_top()
    for number, (item, cells) in enumerate(zip(items, locked, strict=True), HEADER_ROW + 1):
        writer.write_item(number, item, cells, seal.cell_marks(key, item.code, cells))
    writer.finish()
    _write_meta(book, meta, _choices(plan))
    book.close()
    return buffer.getvalue()


def _locked(number: int, item: WorksheetItem) -> tuple[str, ...]:
    texts = (item.domain_ja, item.code, item.text_ja, item.criteria_ja, item.references_ja, item.prior_ja)
    return (str(number), *map(fold_prose, texts))


def _meta(plan: WorksheetPlan) -> dict[str, str]:
    return {
        "schema": str(layout.SCHEMA),
        "fiscal_year": str(plan.fiscal_year),
        "engagement_code": plan.engagement_code,
        "department_code": plan.department_code,
        "stream": plan.stream,
        "checklist_sha256": plan.checklist_sha256,
        "levels": ",".join(str(step.level) for step in plan.scale),
        "item_codes": "\n".join(item.code for item in plan.items),
        "base": "\n".join(base_cells(base_text(plan.items))),
    }


def _choices(plan: WorksheetPlan) -> list[str]:
    return [*(str(step.level) for step in plan.scale), layout.NOT_APPLICABLE_JA]


class _PageWriter:
    """Writes the visible sheet."""

    def __init__(self, book: Workbook, page: Worksheet, plan: WorksheetPlan) -> None:
        self.page = page
        self.plan = plan
        self.last = HEADER_ROW + len(plan.items)
        base: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
        cell = {**base, "border": 1, "border_color": "#8A94A0"}
        entry = {**cell, "locked": False, "num_format": TEXT_FORMAT, "bg_color": "#FFFDE7"}
        self.title = book.add_format({**base, "font_size": 14, "bold": True, "text_wrap": False})
        self.note = book.add_format({**base, "text_wrap": False})
        self.header = book.add_format(
            {**cell, "bold": True, "bg_color": "#E7EEF6", "valign": "vcenter", "align": "center"}
        )
        self.locked = book.add_format({**cell, "num_format": TEXT_FORMAT})
        self.locked_centred = book.add_format({**cell, "align": "center"})
        self.input = book.add_format(entry)
        self.input_centred = book.add_format({**entry, "align": "center"})
        self.open = book.add_format({"bg_color": "#FFF3B0"})
        self.fault = book.add_format({"bg_color": "#F8C9C4"})

    def write_top(self) -> None:
        """Title, identity, scale, how to fill in, and the header row."""
        plan, page = self.plan, self.page
        stream = AUDIT_STREAMS.ja.get(plan.stream, "監査")
        page.write_string(0, 2, f"{era_year_ja(plan.fiscal_year)} 情報セキュリティ{stream}監査調書", self.title)
        where = f"{plan.department_ja}（{plan.department_code}）" if plan.department_code else "全庁"
        who = f"　監査員：{plan.auditors_ja}" if plan.auditors_ja else ""
        page.write_string(
            1, 2, f"{plan.municipality_ja}　実施番号：{plan.engagement_code}　対象：{where}{who}", self.note
        )
        scale = "　".join(f"{step.level}＝{step.label_ja}" for step in plan.scale)
        page.write_string(2, 2, f"判定：{scale}　対象外＝当てはまらない項目（理由を入力）", self.note)
        page.write_string(
            3,
            2,
            "黄色の欄だけに入力してください。行の並べ替えと絞り込みはできます。行や列の追加・削除はできません。",
            self.note,
        )
        for position, column in enumerate(layout.COLUMNS):
            page.set_column(position, position, column.width, None, {"hidden": column.is_hidden})
            page.write_string(HEADER_ROW, position, column.header_ja, self.header)

    def write_item(self, row: int, item: WorksheetItem, cells: Sequence[str], marks: str) -> None:
        """One item with its locked cells and its input cells."""
        page = self.page
        page.write_string(row, layout.ID, item.code, self.locked)
        page.write_string(row, layout.MARKS, marks, self.locked)
        page.write_number(row, layout.FIRST_LOCKED, int(cells[0]), self.locked_centred)
        for position, text in enumerate(cells[1:], layout.FIRST_LOCKED + 1):
            look = self.locked_centred if layout.COLUMNS[position].is_centred else self.locked
            self._text(row, position, text, look)
        methods = "、".join(CHECKING_METHODS.ja[code] for code in CHECKING_METHODS.ja if code in item.methods)
        entries = (_shown(item), item.reason_ja, methods, item.evidence_ja, item.auditor_ja)
        for position, text in enumerate(entries, layout.FIRST_INPUT):
            look = self.input_centred if layout.COLUMNS[position].is_centred else self.input
            self._text(row, position, fold_prose(text), look)
        texts = (*cells, *entries)
        widths = (column.width for column in layout.COLUMNS[layout.FIRST_LOCKED :])
        page.set_row(row, row_points(zip(texts, widths, strict=True)))

    def _text(self, row: int, position: int, text: str, look: Format) -> None:
        if text:
            self.page.write_string(row, position, text, look)
        else:
            self.page.write_blank(row, position, None, look)

    def finish(self) -> None:
        """Dropdown, hints by colour, protection and print set-up."""
        page, first, last = self.page, HEADER_ROW + 1, max(self.last, HEADER_ROW + 1)
        column = layout.JUDGEMENT
        page.data_validation(
            first,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": f"={layout.CHOICES_NAME}",
                "error_title": "判定",
                "error_message": "一覧から選んでください。",
            },
        )
        # A warning only: another order or a usual other word is read as well.
        page.data_validation(
            first,
            layout.METHODS,
            last,
            layout.METHODS,
            {
                "validate": "list",
                "source": f"={layout.METHODS_NAME}",
                "error_type": "warning",
                "error_title": "確認方法",
                "error_message": "文書、ヒアリング、実査から選んでください。複数は「、」で区切ります。",
            },
        )
        judgement, reason = column_letter(column), column_letter(layout.REASON)
        missing = f'=AND(${judgement}{first + 1}="{layout.NOT_APPLICABLE_JA}",${reason}{first + 1}="")'
        page.conditional_format(first, column, last, column, {"type": "blanks", "format": self.open})
        page.conditional_format(
            first, layout.REASON, last, layout.REASON, {"type": "formula", "criteria": missing, "format": self.fault}
        )
        page.autofilter(HEADER_ROW, 0, last, len(layout.COLUMNS) - 1)
        page.protect("", _PROTECTION)
        page.freeze_panes(HEADER_ROW + 1, layout.FIRST_LOCKED)
        page.set_row(0, 24)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER_ROW)
        page.print_area(0, layout.FIRST_LOCKED, last, len(layout.COLUMNS) - 1)
        page.set_footer(f"&L{self.plan.engagement_code.replace('&', '&&')}&C&P / &N")


def _shown(item: WorksheetItem) -> str:
    if item.state == "judged" and item.level is not None:
        return str(item.level)
    return layout.NOT_APPLICABLE_JA if item.state == "not_applicable" else ""


def _write_meta(book: Workbook, meta: dict[str, str], choices: Sequence[str]) -> None:
    page = book.add_worksheet(layout.META_SHEET)
    page.very_hidden()
    page.protect()
    codes = meta["item_codes"].split("\n")
    rows = [(name, text) for name, text in meta.items() if name not in ("item_codes", "base")]
    rows += [("base", text) for text in base_cells(meta["base"])]
    for start in range(0, len(codes), layout.CODES_A_CELL):
        rows.append(("item_codes", "\n".join(codes[start : start + layout.CODES_A_CELL])))
    for number, (name, text) in enumerate(rows):
        page.write_string(number, 0, name)
        page.write_string(number, 1, text)
    for number, word in enumerate(choices):
        page.write_string(number, 3, word)
    for number, word in enumerate(layout.METHOD_CHOICES):
        page.write_string(number, 4, word)
    book.define_name(layout.CHOICES_NAME, f"={layout.META_SHEET}!$D$1:$D${len(choices)}")
    book.define_name(layout.METHODS_NAME, f"={layout.META_SHEET}!$E$1:$E${len(layout.METHOD_CHOICES)}")
