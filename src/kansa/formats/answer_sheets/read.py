"""Which answers does a filled-in sheet hold, and is it the sheet that was handed out?

Nothing but the cells of the grid is looked at: comments, properties, other sheets and macros never reach anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kansa.core.errors import Place, Refusal
from kansa.core.inspection import COMMENT_LENGTH
from kansa.formats.answer_sheets import layout
from kansa.formats.answer_sheets.plan import SheetItem, items_digest
from kansa.formats.folding import fold_prose, matching_key
from kansa.formats.tables import Cell, at_most
from kansa.formats.tables.header import column_letter
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.workbook import Book, Sheet
from kansa.formats.unsafe import UnsafeFile
from kansa.formats.words import ANSWERS
from kansa.formats.worksheets import seal
from kansa.formats.worksheets.door import BookLimits, NotThisBook, SealedBook, refusals_in, told

FRESH = "今の用紙をダウンロードし直して、そこに入力してください。"
KIND = SealedBook(
    "not_an_answer_sheet",
    "回答用紙",
    "回答用紙は Excel（.xlsx）のまま保存して選んでください。",
    FRESH,
    layout.SHEET,
    layout.META_SHEET,
    layout.SCHEMA,
    layout.META_KEYS,
    ("schema", "meta_seal", "serial"),
    BookLimits(
        layout.FILE_BYTES,
        "ファイルが大きすぎます（１MBまで）。画像や余分なシートを取り除いて保存し直してください。",
        "マクロを含むファイル（.xlsm など）は受け付けません。「Excel ブック（.xlsx）」で保存し直してください。",
    ),
)


@dataclass(frozen=True, slots=True)
class FilledLine:
    """What one person answered: (item code, answer), blanks left out. `key` as it was written in the sheet."""

    key: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet as it came back. With refusals nothing of it may be taken. `lines` are those with any answer."""

    serial: str = ""
    lines: tuple[FilledLine, ...] = ()
    blank_line_count: int = 0
    blank_answer_count: int = 0  # answers that the filled lines lack
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sheet must have been made for."""

    campaign: int
    department: int
    privacy: str
    items: tuple[SheetItem, ...]


def read_answer_sheet(data: bytes, file_name: str, expected: Expected, key: bytes) -> FilledSheet:
    """The answers of a sheet; every refusal when something is not as it must be."""
    try:
        book = KIND.opened(data)
        meta = KIND.identity(book, key)
        _check_meant(meta, expected)
        return _Reader(KIND.grid(book), meta, expected, file_name).read(book, key)
    except (UnsafeFile, NotThisBook) as fault:
        return FilledSheet(refusals=(told(fault, file_name),))


def _check_meant(meta: Mapping[str, str], expected: Expected) -> None:
    """Raises when the sheet is of another campaign, workplace, promise or edition of the items."""
    if meta["campaign"] != str(expected.campaign):
        reason = f"別の自己点検（{meta['fiscal_year']}年度など）の回答用紙です。{FRESH}"
        raise NotThisBook("other_campaign", reason)
    if meta["department"] != str(expected.department):
        raise NotThisBook("other_department", "別の所属の回答用紙です。その所属の画面から取り込んでください。")
    if meta["privacy"] != expected.privacy:
        raise NotThisBook("other_privacy", f"回答者の扱いが変わる前の回答用紙です。{FRESH}")
    if meta["items_sha256"] != items_digest(expected.items):
        raise NotThisBook("other_items", f"点検項目の文章か順番が変わる前の回答用紙です。{FRESH}")


class _Reader:
    """Reads the grid; collects refusals as it goes."""

    def __init__(self, sheet: Sheet, meta: Mapping[str, str], expected: Expected, file_name: str) -> None:
        self.sheet = sheet
        self.meta = meta
        self.items = {one.code: one for one in expected.items}
        self.file_name = file_name
        self.refusals: list[Refusal] = []

    def read(self, book: Book, key: bytes) -> FilledSheet:
        """The lines with any answer."""
        top = next((at for at, row in enumerate(self.sheet.rows) if row and row[0] == layout.CODE_HEADER), None)
        if top is None or top + 1 >= len(self.sheet.rows):
            raise NotThisBook("missing_row", f"隠れた見出しの行がありません。{FRESH}", self.sheet.name)
        self.refusals += refusals_in(book, self.sheet, self.file_name)
        columns = self._columns(top, key)
        rows = self._rows(top, key)
        self._refuse_merges(top)
        found = {name: tuple(self._answers(at, rows)) for name, at in columns.items()} if not self.refusals else {}
        lines = tuple(FilledLine(name, answers) for name, answers in found.items() if answers)
        refusals = at_most(self.refusals, self.file_name)
        if refusals:
            return FilledSheet(self.meta["serial"], refusals=refusals)
        missing = sum(len(self.items) - len(one.answers) for one in lines)
        return FilledSheet(self.meta["serial"], lines, len(found) - len(lines), missing)

    def _refuse(self, code: str, reason_ja: str, at: int = -1, column: int = -1) -> None:
        letter = column_letter(column) if column >= 0 else ""
        self.refusals.append(Refusal(code, reason_ja, Place(self.file_name, self.sheet.name, at + 1, letter)))

    def _columns(self, top: int, key: bytes) -> dict[str, int]:
        """Line key -> column, each exactly once and under its own name."""
        keys, heads = self.sheet.rows[top], self.sheet.rows[top + 1]
        found: dict[str, int] = {}
        texts = []
        for at in range(layout.FIRST_LINE, len(keys)):
            name = _text(keys[at])
            if name in found:
                self._refuse("duplicate", "同じ人の列が二つあります。写した列を消してください。", top, at)
            elif name:
                found[name] = at
                texts.append(seal.row_text(name, [_text(heads[at]) if at < len(heads) else ""]))
        if sorted(found) != sorted(self.meta["line_keys"].split("\n") if self.meta["line_keys"] else []):
            self._refuse("other_lines", f"人の列が足りないか、この用紙にない列があります。{FRESH}", top)
        elif not seal.same(seal.cells_seal(key, self.meta["meta_seal"], texts), self.meta.get("line_seal", "")):
            reason = f"列の見出し（名前）が書き換えられているか、並び順がずれています。{FRESH}"
            self._refuse("changed_locked_cell", reason, top + 1)
        return found

    def _rows(self, top: int, key: bytes) -> dict[str, int]:
        """Item code -> row, each exactly once and with its own words; a row or column of no one is refused."""
        found: dict[str, int] = {}
        texts = []
        known = {at for at, cell in enumerate(self.sheet.rows[top]) if _text(cell)}
        for at in range(top + 2, len(self.sheet.rows)):
            row = self.sheet.rows[at]
            code = _text(row[layout.CODE]) if row else ""
            strays = [place for place, cell in enumerate(row) if _text(cell) and (not code or place not in known)]
            strays = [place for place in strays if place >= layout.FIRST_LINE]
            if strays:
                reason = "用紙にない行か列に入力があります。人を増やすときは、用紙をもう一枚使ってください。"
                self._refuse("cell_outside", reason, at, strays[0])
            elif code in found:
                self._refuse("duplicate", "同じ項目の行が二つあります。写した行を消してください。", at)
            elif code:
                found[code] = at
                texts.append(seal.row_text(code, [_text(row[layout.TEXT]) if len(row) > layout.TEXT else ""]))
        if sorted(found) != sorted(self.items):
            self._refuse("missing_row", f"項目の行が足りないか、この用紙にない行があります。{FRESH}")
        elif not seal.same(seal.cells_seal(key, self.meta["meta_seal"], texts), self.meta.get("item_seal", "")):
            self._refuse("changed_locked_cell", f"点検項目の文章が書き換えられているか、ずれています。{FRESH}")
        return found

    def _refuse_merges(self, top: int) -> None:
        for (first, left), (last, right) in self.sheet.merges:
            if last > top and right >= layout.FIRST_LINE and first <= len(self.sheet.rows):
                reason = "結合されたセルは、誰のどの項目の回答か分からないため読み込めません。結合を解除してください。"
                self._refuse("merged_cell", reason, first, left)

    def _answers(self, at: int, rows: Mapping[str, int]) -> Iterator[tuple[str, str]]:
        """The answers of one column, in the order of the items."""
        for code, item in self.items.items():
            row = self.sheet.rows[rows[code]]
            cell: Cell = row[at] if at < len(row) else ""
            text = _text(cell)
            if not text or text == layout.NOT_ASKED:
                continue
            answer = _answer_of(cell, text, item)
            if answer is None:
                self._refuse("unknown_answer", f"「{text[:40]}」は読めません。{_accepted_ja(item)}", rows[code], at)
            else:
                yield code, answer


def _text(cell: Cell) -> str:
    return fold_prose(cell) if isinstance(cell, str) else cell_text(cell)


def _answer_of(cell: Cell, text: str, item: SheetItem) -> str | None:
    """The answer that a cell says; None for what is none. A number or text only: a date or TRUE is a slip of Excel."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    if not item.choices:
        return text if len(text) <= COMMENT_LENGTH else None
    wanted = matching_key(text)
    for code, label in item.choices:
        if wanted in (matching_key(label), matching_key(code)):
            return code
    alias = ANSWERS.code(text)
    return alias if any(code == alias for code, _label in item.choices) else None


def _accepted_ja(item: SheetItem) -> str:
    if not item.choices:
        return f"{COMMENT_LENGTH}文字以内の文章にしてください。"
    listed = "、".join(f"「{label}」" for _code, label in item.choices)
    return f"{listed}のいずれかにするか、空けてください。"


def read_typed(
    lines: Sequence[Mapping[str, str]], items: Sequence[SheetItem], keys: Sequence[str], serial: str
) -> FilledSheet:
    """The same for forms typed into a page: for each person item code -> answer as typed, "" for none."""
    if not serial:
        return FilledSheet(refusals=(Refusal("no_serial", "画面が古くなっています。もう一度開いてください。"),))
    refusals: list[Refusal] = []
    found = []
    for place, line in enumerate(lines, 1):
        answers = []
        for item in items:
            text = _text(line.get(item.code, ""))
            answer = _answer_of(text, text, item) if text else ""
            if answer is None:
                refusals.append(
                    Refusal("unknown_answer", f"{place}人目：{_accepted_ja(item)}", Place(column=item.code))
                )
            elif answer:
                answers.append((item.code, answer))
        found.append(FilledLine(keys[place - 1], tuple(answers)))
    filled = tuple(one for one in found if one.answers)
    missing = sum(len(items) - len(one.answers) for one in filled)
    return FilledSheet(serial, filled, len(found) - len(filled), missing, tuple(refusals))
