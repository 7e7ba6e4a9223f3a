"""Which decisions does a filled-in list hold, field by field, and is it the list that was handed out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.core.errors import Place, Refusal
from kansa.formats.folding import fold_prose, matching_key
from kansa.formats.measure_sheets import layout
from kansa.formats.measure_sheets.write import row_name
from kansa.formats.tables import Cell, CellFault, at_most
from kansa.formats.tables.header import column_letter
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.workbook import Book, Sheet
from kansa.formats.unsafe import UnsafeFile
from kansa.formats.worksheets import seal
from kansa.formats.worksheets.door import BookLimits, NotThisBook, SealedBook, refusals_in, told

FRESH = "今の一覧をダウンロードし直して、そこに入力してください。"
KIND = SealedBook(
    "not_a_measure_list",
    "対策の一覧",
    "一覧は Excel（.xlsx）のまま保存して選んでください。",
    FRESH,
    layout.SHEET,
    layout.META_SHEET,
    layout.SCHEMA,
    layout.META_KEYS,
    limits=BookLimits(
        layout.FILE_BYTES,
        "ファイルが大きすぎます（２MBまで）。余分なシートや画像を取り除いてください。",
        "マクロを含むファイルは受け付けません。「Excel ブック（.xlsx）」で保存し直してください。",
    ),
)


@dataclass(frozen=True, slots=True)
class FilledMeasure:
    """One row as it came back: `values` by key of the entry column, blank ones as "" or None; `row` as Excel counts."""

    code: int
    base: int
    row: int
    values: Mapping[str, object]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in."""
        return all(value in ("", None) for value in self.values.values())


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A list as it came back. With refusals nothing of it may be taken."""

    rows: tuple[FilledMeasure, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)  # header of an entry -> letter, for places


def read_measure_sheet(data: bytes, file_name: str, municipality: int, department: int, key: bytes) -> FilledSheet:
    """The rows of a list; every refusal, with sheet, row and column, when something is not as it must be."""
    try:
        book = KIND.opened(data)
        meta = KIND.identity(book, key)
        if (meta["municipality"], meta["department"]) != (str(municipality), str(department)):
            raise NotThisBook("other_department", "別の所管課の一覧です。その所管課の画面から読み込んでください。")
        return _Reader(KIND.grid(book), meta, file_name, key).read(book)
    except (UnsafeFile, NotThisBook) as fault:
        return FilledSheet(refusals=(told(fault, file_name),))


class _Reader:
    """Reads the rows; collects refusals as it goes."""

    def __init__(self, sheet: Sheet, meta: Mapping[str, str], file_name: str, key: bytes) -> None:
        self.sheet = sheet
        self.meta = meta
        self.file_name = file_name
        self.key = key
        self.refusals: list[Refusal] = []

    def read(self, book: Book) -> FilledSheet:
        """Every row of the list, sorted or filtered as it may be."""
        top = next((at for at, row in enumerate(self.sheet.rows) if row and row[0] == layout.HEADER_MARK), None)
        if top is None:
            raise NotThisBook("missing_row", f"見出しの行がありません。{FRESH}", self.sheet.name)
        self.refusals += refusals_in(book, self.sheet, self.file_name)
        self._check_header(top)
        known = set(filter(None, self.meta["codes"].split("\n")))
        found: dict[str, FilledMeasure] = {}
        for at in range(top + 1, len(self.sheet.rows)):
            code = self._text(at, layout.CODE)
            if not code:
                self._check_stray(at)
            elif code in found:
                self._refuse("duplicate", "同じ対策の行が二つあります。写した行を消してください。", at)
            elif code not in known:
                self._refuse("cell_outside", f"この一覧にない行です。{FRESH}", at)
            else:
                found[code] = self._row(at, code)
        if not known <= found.keys():
            self._refuse("missing_row", f"対策の行が{len(known - found.keys())}行足りません。行を消さないでください。")
        refusals = at_most(self.refusals, self.file_name)
        return FilledSheet(() if refusals else tuple(found.values()), tuple(refusals))

    def _refuse(self, code: str, reason_ja: str, at: int = -1, column: str = "") -> None:
        self.refusals.append(Refusal(code, reason_ja, Place(self.file_name, self.sheet.name, at + 1, column)))

    def _cell(self, at: int, place: int) -> Cell:
        row = self.sheet.rows[at]
        return row[place] if place < len(row) else ""

    def _text(self, at: int, place: int) -> str:
        cell = self._cell(at, place)
        return fold_prose(cell) if isinstance(cell, str) else cell_text(cell)

    def _check_header(self, top: int) -> None:
        wanted = [header for header, _width in layout.LOCKED] + [one.header_ja for one in layout.ENTRIES]
        for place, header in enumerate(wanted, layout.FIRST_LOCKED):
            if self._text(top, place) != header:
                reason = f"見出し「{header}」の列がずれているか、書き換えられています。{FRESH}"
                self._refuse("changed_locked_cell", reason, top, column_letter(place))

    def _check_stray(self, at: int) -> None:
        for place in range(layout.FIRST_LOCKED, layout.FIRST_ENTRY + len(layout.ENTRIES)):
            if self._text(at, place):
                reason = "一覧にない行に入力があります。行を増やさないでください。"
                self._refuse("cell_outside", reason, at, column_letter(place))
                return

    def _row(self, at: int, code: str) -> FilledMeasure:
        meta = self.meta
        cells = [self._text(at, layout.BASE)]
        cells += [self._text(at, place) for place in range(layout.FIRST_LOCKED, layout.FIRST_ENTRY)]
        name = row_name(meta["municipality"], meta["department"], meta["fiscal_year"], code)
        for place in seal.changed_cells(self.key, name, cells, self._text(at, layout.MARKS)):
            header = layout.LOCKED[place - 1][0] if place else "識別情報"
            self._refuse("changed_locked_cell", f"「{header}」は書き換えられません。元に戻してください。", at, header)
        values = {one.key: self._value(at, place, one) for place, one in enumerate(layout.ENTRIES, layout.FIRST_ENTRY)}
        return FilledMeasure(int(code), int(cells[0]) if cells[0].isdecimal() else 0, at + 1, values)

    def _value(self, at: int, place: int, column: layout.EntryColumn) -> object:
        cell = self._cell(at, place)
        text = self._text(at, place)
        if not text:
            return "" if column.words or (column.kind.is_text and column.kind.blank == "") else None
        try:
            return _parsed(cell, text, column)
        except CellFault as fault:
            self._refuse(fault.code, fault.reason_ja, at, column.header_ja)
            return None


def _parsed(cell: Cell, text: str, column: layout.EntryColumn) -> object:
    """The value of a filled cell. Raises CellFault."""
    if column.words:
        wanted = matching_key(text)
        found = [code for code, word in column.words.items() if matching_key(word) == wanted]
        if not found:
            listed = "、".join(f"「{word}」" for word in column.words.values())
            raise CellFault("unknown_word", f"「{text[:40]}」は選べません。{listed}のいずれかにしてください。")
        return found[0]
    value = column.kind.parse(cell, column.column())
    size = value if isinstance(value, int) else len(value) if isinstance(value, str) else 0
    if column.most and size > column.most:
        raise CellFault("too_long", f"長すぎるか、大きすぎます（{column.most:,}まで）。")
    return value
