"""What do the rows of a table say, and which cells cannot be accepted?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kansa.core.errors import Place, Refusal
from kansa.formats.records import Source
from kansa.formats.tables.header import (
    SEARCHED_ROWS,
    Header,
    column_letter,
    find_header,
    nearest_ja,
)
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.spec import Cell, CellFault, Column, TableSpec
from kansa.formats.tables.workbook import (
    COLUMN_LIMIT,
    DELIMITERS,
    Book,
    Sheet,
    is_workbook,
    open_book,
    open_text,
    split_text,
)
from kansa.formats.unsafe import UnsafeFile

REFUSAL_LIMIT = 200

# Sheets that explain or are laid out for paper and are never read, whatever stands on them.
PRINT_SHEET = "印刷用"
EXPLAINING_SHEETS = (PRINT_SHEET, "説明", "記入例", "凡例", "使い方", "記入要領")

_EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that could be read: a value for each column key; `extras` are the cells of extra columns as text."""

    values: dict[str, object]
    extras: tuple[tuple[str, str], ...]
    numeric: frozenset[str]  # keys whose cell was a number in Excel
    source: Source


@dataclass(frozen=True, slots=True)
class Table:
    """All good rows of all sheets that hold this kind of table, and what was refused."""

    spec: TableSpec
    rows: tuple[Row, ...]
    refusals: tuple[Refusal, ...]


def place_of(source: Source, column_ja: str = "") -> Place:
    """The place of a value for a refusal."""
    return Place(source.file_name, source.sheet, source.row, column_ja)


def at_most(refusals: Iterable[Refusal], file_name: str) -> tuple[Refusal, ...]:
    """The first refusals of a file and, when there are more, one that says how many."""
    listed = list(refusals)
    if len(listed) <= REFUSAL_LIMIT:
        return tuple(listed)
    rest = Refusal(
        "more_refusals",
        f"このほかに{len(listed) - REFUSAL_LIMIT:,}件の誤りがあります。"
        f"先に上の{REFUSAL_LIMIT}件を直してから読み込み直してください。",
        Place(file_name),
    )
    return (*listed[:REFUSAL_LIMIT], rest)


Prepare = Callable[[Sheet], Sheet]


def read_table(data: bytes, file_name: str, spec: TableSpec, prepare: Prepare | None = None) -> Table:
    """The rows of the one kind of table that the file should hold; see `read_tables`."""
    return read_tables(data, file_name, (spec,), prepare)[0]


def read_tables(
    data: bytes, file_name: str, specs: tuple[TableSpec, ...], prepare: Prepare | None = None
) -> tuple[Table, ...]:
    """The rows of each kind of table in the file; every visible sheet is taken as the kind its header fits best.

    `prepare` lays a sheet out as a plain table first, without moving rows.

    Nothing is raised for a bad file: what is wrong with the file as a whole is a refusal of the first table.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        book = open_book(data) if is_workbook(data) else Book((_text_sheet(data, specs),))
    except UnsafeFile as fault:
        refusal = Refusal(fault.code, fault.reason_ja, Place(file_name))
        return (Table(specs[0], (), (refusal,)), *(Table(spec, (), ()) for spec in specs[1:]))
    if prepare is not None:
        book = replace(book, sheets=tuple(map(prepare, book.sheets)))
    rows: dict[int, list[Row]] = {place: [] for place in range(len(specs))}
    refusals: dict[int, list[Refusal]] = {place: [] for place in range(len(specs))}
    chosen = list(_chosen(book, specs))
    for sheet, header, place in chosen:
        reader = _SheetReader(sheet, header, specs[place], file_name, sha256)
        rows[place] += reader.read()
        refusals[place] += reader.refusals
    read_sheets = {sheet.name for sheet, _header, _place in chosen}
    refusals[0] += [
        Refusal(refusal.code, refusal.reason_ja, Place(file_name, refusal.place.sheet, refusal.place.row))
        for refusal in book.refusals
        if refusal.place.sheet in read_sheets
    ]
    if not chosen:
        refusals[0].append(_no_table(book, specs, file_name))
    return tuple(Table(spec, tuple(rows[place]), tuple(refusals[place])) for place, spec in enumerate(specs))


def read_sheet(sheet: Sheet, spec: TableSpec, file_name: str, sha256: str) -> Table:
    """The rows of a sheet that another module made; refuses a sheet without the header."""
    header = find_header(sheet.rows, spec)
    if header is None:
        return Table(spec, (), (_no_table(Book((sheet,)), (spec,), file_name),))
    reader = _SheetReader(sheet, header, spec, file_name, sha256)
    rows = tuple(reader.read())
    return Table(spec, rows, tuple(reader.refusals))


def _text_sheet(data: bytes, specs: tuple[TableSpec, ...]) -> Sheet:
    """The CSV's rows, split by the delimiter that gives most known headers."""
    text, _encoding = open_text(data)
    best, best_count = DELIMITERS[0], 0
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        try:
            rows = split_text(text, delimiter, SEARCHED_ROWS)
        except UnsafeFile:
            continue
        headers = (find_header(rows, spec) for spec in specs)
        count = max((len(header.columns) + len(header.extras) for header in headers if header), default=0)
        if count > best_count:
            best, best_count = delimiter, count
    return Sheet("", split_text(text, best))


def _chosen(book: Book, specs: tuple[TableSpec, ...]) -> Iterator[tuple[Sheet, Header, int]]:
    """Each visible sheet that is a table: with its header and the position of the kind of table it is."""
    for sheet in book.sheets:
        if sheet.is_hidden or sheet.name in EXPLAINING_SHEETS:
            continue
        found = [(find_header(sheet.rows, spec), place) for place, spec in enumerate(specs)]
        fitting = [(header, place) for header, place in found if header is not None]
        if fitting:
            header, place = max(fitting, key=lambda pair: (len(pair[0].columns) + bool(pair[0].extras), -pair[1]))
            yield sheet, header, place


def _no_table(book: Book, specs: tuple[TableSpec, ...], file_name: str) -> Refusal:
    if not any(cell_text(cell) for sheet in book.sheets for row in sheet.rows for cell in row):
        return Refusal("empty_file", "ファイルの中身がありません。", Place(file_name))
    listed = "、".join(f"「{column.header_ja}」" for column in specs[0].columns if column.required)
    return Refusal(
        "no_header",
        f"「{specs[0].title_ja}」の見出しの行が見つかりません。先頭の{SEARCHED_ROWS}行以内に、{listed}などの見出しが必要です。",
        Place(file_name),
    )


class _SheetReader:
    """Reads one sheet; collects refusals as it goes."""

    def __init__(self, sheet: Sheet, header: Header, spec: TableSpec, file_name: str, sha256: str) -> None:
        self.sheet = sheet
        self.header = header
        self.spec = spec
        self.file_name = file_name
        self.sha256 = sha256
        self.refusals: list[Refusal] = []
        self.active = [(column, header.columns[column.key]) for column in spec.columns if column.key in header.columns]
        self.absent = {column.key: column.kind.blank for column in spec.columns if column.key not in header.columns}
        self.used = {*header.columns.values(), *(position for _key, position in header.extras)}
        self.named = {position for position, cell in enumerate(sheet.rows[header.row]) if cell_text(cell)}
        self.filled = self._fill_labels()

    def read(self) -> list[Row]:
        """The rows below the header that have no fault."""
        if not self._check_header():
            return []
        self._check_merges()
        good = []
        for number in range(self.header.row + 1, len(self.sheet.rows)):
            cells = self.sheet.rows[number]
            if not any(cell != "" and cell_text(cell) for cell in cells):
                continue
            row = self._row(number, cells)
            if row is not None:
                good.append(row)
        return good

    def _refuse(self, code: str, reason_ja: str, number: int, column_ja: str = "") -> None:
        self.refusals.append(Refusal(code, reason_ja, Place(self.file_name, self.sheet.name, number + 1, column_ja)))

    def _check_header(self) -> bool:
        """Refuses what is wrong with the header; False when the rows cannot be read at all."""
        at, spec, header = self.header.row, self.spec, self.header
        if len(self.sheet.rows[at]) > COLUMN_LIMIT:
            self._refuse("too_many_columns", f"列が多すぎます（{COLUMN_LIMIT:,}列まで読み込めます）。", at)
            return False
        missing = [column for column in spec.columns if column.required and column.key not in header.columns]
        for column in missing:
            self._refuse("missing_column", f"必要な列「{column.header_ja}」がありません。", at, column.header_ja)
        for text in header.repeated:
            self._refuse("repeated_column", f"列「{text[:40]}」が二つ以上あります。一つにしてください。", at, text[:40])
        unused = [column for column in spec.columns if column.key not in header.columns]
        for text, _position in header.unknown:
            hint = nearest_ja(text, unused) or "不要な列であれば削除するか、見出しを「備考」にしてください。"
            self._refuse(
                "unknown_column", f"列「{text[:40]}」は「{spec.title_ja}」の列ではありません。{hint}", at, text[:40]
            )
        if spec.extra is not None and spec.extra.required and not header.extras:
            self._refuse("missing_column", f"{spec.extra.explanation_ja}がありません。", at)
            return False
        return not missing and not header.repeated

    def _row(self, number: int, cells: list[Cell]) -> Row | None:
        before = len(self.refusals)
        values = dict(self.absent)
        numeric = set()
        for column, position in self.active:
            cell = cells[position] if position < len(cells) else ""
            if cell == "" and column.fills_down:
                cell = self.filled.get((number, position), "")
            if isinstance(cell, (int, float)):
                numeric.add(column.key)
            values[column.key] = self._value(number, column, cell)
        extras = tuple(
            (key, cell_text(cells[position]) if position < len(cells) else "") for key, position in self.header.extras
        )
        self._check_stray(number, cells)
        if len(self.refusals) > before:
            return None
        source = Source(self.sha256, self.file_name, self.sheet.name, number + 1)
        return Row(values, extras, frozenset(numeric), source)

    def _value(self, number: int, column: Column, cell: Cell) -> object:
        text = cell_text(cell) if isinstance(cell, str) else None
        if text == "":
            if column.required and not column.may_be_blank:
                self._refuse(
                    "blank_cell",
                    f"{column.header_ja}が空欄です。{column.accepted_ja()}を入力してください。",
                    number,
                    column.header_ja,
                )
            return column.kind.blank
        if text is not None and text.upper() in _EXCEL_ERRORS:
            self._refuse(
                "cell_error", f"エラー値「{text}」が入っています。値を入力し直してください。", number, column.header_ja
            )
            return column.kind.blank
        try:
            return column.kind.parse(cell if text is None else text, column)
        except CellFault as fault:
            self._refuse(fault.code, fault.reason_ja, number, column.header_ja)
            return column.kind.blank

    def _check_stray(self, number: int, cells: list[Cell]) -> None:
        """A value under no header is a shifted row or a forgotten header; either way it would be lost."""
        for position, cell in enumerate(cells):
            if position not in self.named and cell != "" and (text := cell_text(cell)):
                self._refuse(
                    "cell_without_header",
                    f"見出しのない列に値「{text[:20]}」があります。列がずれていないか確認してください。",
                    number,
                    f"{column_letter(position)}列",
                )
                return

    def _fill_labels(self) -> dict[tuple[int, int], Cell]:
        """(row, position) -> the value of the merged cell that covers it, for label columns."""
        labels = {position for column, position in self.active if column.fills_down}
        filled: dict[tuple[int, int], Cell] = {}
        for (top, left), (bottom, right) in self.sheet.merges:
            if top > self.header.row and left == right and left in labels and top < len(self.sheet.rows):
                cells = self.sheet.rows[top]
                value = cells[left] if left < len(cells) else ""
                for number in range(top, min(bottom + 1, len(self.sheet.rows))):
                    filled[number, left] = value
        return filled

    def _check_merges(self) -> None:
        """A merged cell outside the label columns hides for which row or column its value is meant."""
        labels = {position for column, position in self.active if column.fills_down}
        titles = {position: column.header_ja for column, position in self.active}
        for (top, left), (bottom, right) in self.sheet.merges:
            if top <= self.header.row or top >= len(self.sheet.rows):
                continue
            covered = [position for position in sorted(self.used) if left <= position <= right]
            if not covered or (bottom > top and len(covered) == 1 and covered[0] in labels):
                continue
            cells = self.sheet.rows[top]
            if (bottom > top or len(covered) > 1) and left < len(cells) and cell_text(cells[left]):
                self._refuse(
                    "merged_cell",
                    "結合されたセルは、どの行・列の値か分からないため読み込めません。結合を解除して、それぞれに入力してください。",
                    top,
                    titles.get(covered[0], f"{column_letter(covered[0])}列"),
                )
