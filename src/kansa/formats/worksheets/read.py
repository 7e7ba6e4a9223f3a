"""Which judgements does a filled-in worksheet hold, and is it still the worksheet that was handed out?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple, cast

from kansa.core.errors import Place, Refusal
from kansa.formats.readers.judgements import reason_fault
from kansa.formats.records import JudgementRecord, ReadResult, Source, WorksheetMeta
from kansa.formats.tables import Cell, Column, at_most
from kansa.formats.tables.header import column_letter
from kansa.formats.tables.kinds import WORDS, cell_text, judgement_of
from kansa.formats.tables.spec import CellFault
from kansa.formats.tables.workbook import Sheet
from kansa.formats.unsafe import UnsafeFile
from kansa.formats.words import CHECKING_METHODS
from kansa.formats.worksheets import layout, seal
from kansa.formats.worksheets.door import NotThisBook, SealedBook, refusals_in, told

State = tuple[str, int | None]
KIND = SealedBook(
    "not_a_worksheet",
    "監査調書",
    "監査調書は Excel（.xlsx）のファイルで読み込んでください。",
    "書き出し直してください。",
    layout.SHEET,
    layout.META_SHEET,
    layout.SCHEMA,
    seal.META_KEYS,
)


class _Item(NamedTuple):
    """One row of the sheet; `number` is the row Excel shows."""

    number: int
    code: str
    cells: list[Cell]


def read_worksheet(data: bytes, file_name: str, key: bytes) -> ReadResult:
    """The judgements of a worksheet and its identity; every refusal when something is not as it must be.

    Rows are found by their hidden item code, never by position. `meta` is None when the file is no worksheet.
    """
    try:
        book = KIND.opened(data)
        meta = KIND.identity(book, key)
        sheet = KIND.grid(book)
    except (UnsafeFile, NotThisBook) as fault:
        return ReadResult((), (told(fault, file_name),))
    reader = _Reader(sheet, meta, file_name, hashlib.sha256(data).hexdigest(), key)
    records = reader.read()
    refusals = refusals_in(book, sheet, file_name)
    return ReadResult(tuple(records), at_most([*refusals, *reader.refusals], file_name), reader.identity())


class _Reader:
    """Reads the rows of one worksheet; collects refusals as it goes."""

    def __init__(self, sheet: Sheet, meta: dict[str, str], file_name: str, sha256: str, key: bytes) -> None:
        self.sheet = sheet
        self.meta = meta
        self.file_name = file_name
        self.sha256 = sha256
        self.key = key
        self.refusals: list[Refusal] = []
        self.known = int(meta["fiscal_year"]), meta["engagement_code"], meta["department_code"]
        self.states = _states([int(level) for level in meta["levels"].split(",") if level])

    def identity(self) -> WorksheetMeta:
        """What the worksheet was written for."""
        meta = self.meta
        return WorksheetMeta(
            int(meta["schema"]),
            int(meta["fiscal_year"]),
            meta["engagement_code"],
            meta["department_code"],
            meta["stream"],
            meta["checklist_sha256"],
            meta.get("seal", ""),
            meta.get("base", ""),
        )

    def read(self) -> list[JudgementRecord]:
        """The judgements of all rows that can be read."""
        items = list(self._items())
        if not self._same_items(items) or not self._is_sealed(items):
            return []
        return [record for item in items if (record := self._judgement(item)) is not None]

    def _refuse(self, code: str, reason_ja: str, number: int = 0, position: int = -1) -> None:
        column_ja = layout.COLUMNS[position].header_ja if position >= 0 else ""
        self.refusals.append(Refusal(code, reason_ja, Place(self.file_name, self.sheet.name, number, column_ja)))

    def _items(self) -> Iterator[_Item]:
        """The rows below the header that carry an item code or anything at all."""
        rows = iter(enumerate(self.sheet.rows, 1))
        for _number, row in rows:
            if row and row[layout.ID] == layout.ID_HEADER:
                break
        width = len(layout.COLUMNS)
        for number, row in rows:
            cells = row if len(row) >= width else [*row, *[""] * (width - len(row))]
            code = cells[layout.ID]
            if code != "":
                yield _Item(number, code if isinstance(code, str) else cell_text(code), cells)
            elif any(cell != "" and cell_text(cell) for cell in cells):
                self._refuse(
                    "row_without_item",
                    "この行には項目の識別情報がありません。追加した行を削除するか、書き出し直した監査調書に入力してください。",
                    number,
                )

    def _same_items(self, items: list[_Item]) -> bool:
        """Every item exactly once, and no other."""
        expected = self.meta["item_codes"].split("\n") if self.meta["item_codes"] else []
        if sorted(item.code for item in items) == sorted(expected):
            return not self.refusals
        first: dict[str, int] = {}
        known = set(expected)
        for item in items:
            if item.code in first:
                self._refuse(
                    "duplicate",
                    f"項目「{item.code}」が{first[item.code]}行目と重複しています。",
                    item.number,
                    layout.ID + 4,
                )
            elif item.code not in known:
                self._refuse(
                    "unknown_item",
                    f"項目「{item.code[:40]}」はこの監査調書の項目ではありません。",
                    item.number,
                    layout.ID + 4,
                )
            first.setdefault(item.code, item.number)
        missing = [code for code in expected if code not in first]
        for code in missing:
            self._refuse("missing_row", f"項目「{code}」の行がありません。削除した行を元に戻してください。")
        return not self.refusals

    def _is_sealed(self, items: list[_Item]) -> bool:
        """Whether the locked cells are untouched; names the changed ones otherwise."""
        rows = [_sealed_text(item) for item in items]
        meta_hmac, sealed = self.meta["meta_seal"], self.meta.get("seal", "")
        if seal.same(seal.cells_seal(self.key, meta_hmac, rows), sealed):
            return True
        found = False
        for item in items:
            cells = [cell_text(cell) for cell in item.cells[layout.FIRST_LOCKED : layout.FIRST_INPUT]]
            for place in seal.changed_cells(self.key, item.code, cells, cell_text(item.cells[layout.MARKS])):
                found = True
                self._refuse_changed(item, layout.FIRST_LOCKED + place)
        folded = (seal.row_text(item.code, [cell_text(cell) for cell in _locked(item.cells)]) for item in items)
        if found or seal.same(seal.cells_seal(self.key, meta_hmac, folded), sealed):
            return not found
        self._refuse("wrong_seal", "変更できない欄の封印が合いません。書き出し直した監査調書に入力してください。")
        return False

    def _refuse_changed(self, item: _Item, position: int) -> None:
        address = f"{column_letter(position)}{item.number}"
        column_ja = layout.COLUMNS[position].header_ja
        self._refuse(
            "changed_locked_cell",
            f"変更できない欄（セル{address}、項目「{item.code}」の{column_ja}）が書き換えられています。元に戻してください。",
            item.number,
            position,
        )

    def _judgement(self, item: _Item) -> JudgementRecord | None:
        cells = item.cells
        cell = cells[layout.JUDGEMENT]
        known = self.states.get(cell)
        if known is None or isinstance(cell, bool):
            try:
                known = self._slow_state(cell)
            except CellFault as fault:
                self._refuse(fault.code, fault.reason_ja, item.number, layout.JUDGEMENT)
                return None
        reason = cell_text(cells[layout.REASON]) if cells[layout.REASON] != "" else ""
        evidence = cell_text(cells[layout.EVIDENCE]) if cells[layout.EVIDENCE] != "" else ""
        auditor = cell_text(cells[layout.AUDITOR]) if cells[layout.AUDITOR] != "" else ""
        contradiction = reason_fault(known[0], reason) if reason or known[0] == "not_applicable" else None
        if contradiction is not None:
            self._refuse(*contradiction, item.number, layout.REASON)
            return None
        try:
            methods = _methods(cells[layout.METHODS])
        except CellFault as fault:
            self._refuse(fault.code, fault.reason_ja, item.number, layout.METHODS)
            return None
        source = Source(self.sha256, self.file_name, self.sheet.name, item.number)
        return JudgementRecord(*self.known, item.code, *known, reason, evidence, auditor, source, methods)

    def _slow_state(self, cell: Cell) -> State:
        """What an unusual spelling says. Raises CellFault, also for a level that the scale does not have."""
        if isinstance(cell, str) and not cell_text(cell):
            return "not_judged", None
        state, level = judgement_of(cell)
        if level is not None and self.states.get(level) is None:
            listed = "、".join(str(known) for known in self.meta["levels"].split(","))
            raise CellFault(
                "level_outside_scale",
                f"レベル「{cell_text(cell)[:40]}」は判定基準にありません。{listed}、または「対象外」を入力してください。",
            )
        return state, level


_METHODS = Column("methods", "確認方法", WORDS, "どのように確認したか。", words=CHECKING_METHODS)


def _methods(cell: Cell) -> tuple[str, ...]:
    """How the item was checked. Raises CellFault for a word that is none of the methods."""
    if cell == "":
        return ()
    known = layout.METHOD_CHOICES.get(cell) if isinstance(cell, str) else None
    return known or cast("tuple[str, ...]", WORDS.parse(cell, _METHODS))


def _states(levels: list[int]) -> dict[Cell, State]:
    """The usual spellings of a judgement; a number cell 3.0 finds the key 3."""
    states: dict[Cell, State] = {"": ("not_judged", None), layout.NOT_APPLICABLE_JA: ("not_applicable", None)}
    for level in levels:
        states[level] = states[str(level)] = ("judged", level)
    return states


def _locked(cells: list[Cell]) -> list[Cell]:
    return cells[layout.FIRST_LOCKED : layout.FIRST_INPUT]


def _sealed_text(item: _Item) -> str:
    """The row's locked cells as they were written, without folding: the common case is one join."""
    cells = item.cells
    number, texts = cells[layout.FIRST_LOCKED], cells[layout.FIRST_LOCKED + 1 : layout.FIRST_INPUT]
    try:
        return seal.row_text(item.code, (str(int(cast("float", number))), *cast("list[str]", texts)))
    except (TypeError, ValueError, OverflowError):
        return seal.row_text(item.code, [cell_text(cell) for cell in _locked(item.cells)])
