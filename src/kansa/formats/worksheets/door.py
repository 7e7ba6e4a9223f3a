"""Is a workbook that comes back one that we sealed, safe to open and of this edition? One door for every such kind."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from kansa.core.errors import Place, Refusal
from kansa.core.zip_faults import ZIP_FAULTS
from kansa.formats.tables.workbook import Book, Sheet, is_workbook, open_book
from kansa.formats.unsafe import UnsafeFile
from kansa.formats.worksheets import seal


class NotThisBook(ValueError):
    """The file as a whole is not one that can be read."""

    def __init__(self, code: str, reason_ja: str, sheet: str = "") -> None:
        self.code = code
        self.reason_ja = reason_ja
        self.sheet = sheet
        super().__init__(reason_ja)


@dataclass(frozen=True, slots=True)
class BookLimits:
    """How large a kind may be, and what is said of one that is larger, or carries a program."""

    most_bytes: int
    too_large_ja: str
    has_macros_ja: str


@dataclass(frozen=True, slots=True)
class SealedBook:
    """A kind of workbook that we seal: the code for one that is not of it, what it is called, its sheets and marks.

    `needed`: marks without which it is not of the kind; `sealed`: those that the seal covers, in this order.
    """

    stranger_code: str
    name_ja: str
    not_a_table_ja: str
    other_schema_ja: str
    sheet: str
    meta_sheet: str
    schema: int
    sealed: Sequence[str]
    needed: Sequence[str] = ("schema", "meta_seal")
    limits: BookLimits | None = None

    def opened(self, data: bytes) -> Book:
        """The workbook. Raises UnsafeFile."""
        if self.limits is not None and not data:
            raise UnsafeFile("empty_file", "ファイルの中身がありません。")
        if not is_workbook(data):
            raise UnsafeFile("not_a_table", self.not_a_table_ja)
        if self.limits is not None and len(data) > self.limits.most_bytes:
            raise UnsafeFile("too_large", self.limits.too_large_ja)
        if self.limits is not None and has_macros(data):
            raise UnsafeFile("has_macros", self.limits.has_macros_ja)
        return open_book(data)

    def identity(self, book: Book, key: bytes) -> dict[str, str]:
        """The hidden marks, their seal checked; one in several cells is one text of several lines.

        Raises NotThisBook.
        """
        meta: dict[str, str] = {}
        sheet = next((one for one in book.sheets if one.name == self.meta_sheet), None)
        for row in sheet.rows if sheet is not None else ():
            if len(row) >= 2 and isinstance(row[0], str) and row[0]:
                name, text = row[0], str(row[1]).replace("\r\n", "\n")
                meta[name] = f"{meta[name]}\n{text}" if name in meta else text
        if any(name not in meta for name in self.needed):
            reason = f"kansa が作成した{self.name_ja}ではありません（識別情報がありません）。"
            raise NotThisBook(self.stranger_code, reason)
        if meta["schema"] != str(self.schema):
            reason = f"この{self.name_ja}は別の版の kansa で作成されたものです。{self.other_schema_ja}"
            raise NotThisBook("wrong_schema", reason)
        if not seal.same(seal.meta_seal(key, meta, self.sealed), meta["meta_seal"]):
            reason = f"この{self.name_ja}はこのシステムから書き出されたものでないか、識別情報が書き換えられています。"
            raise NotThisBook("wrong_seal", reason)
        return meta

    def grid(self, book: Book) -> Sheet:
        """The sheet that is filled in. Raises NotThisBook."""
        found = next((one for one in book.sheets if one.name == self.sheet), None)
        if found is None:
            reason = f"シート「{self.sheet}」がありません。シートの名前を元に戻してください。"
            raise NotThisBook("missing_sheet", reason)
        return found


def has_macros(data: bytes) -> bool:
    """Whether a workbook carries a program."""
    try:
        names = zipfile.ZipFile(BytesIO(data)).namelist()
    except ZIP_FAULTS:
        return False  # what it is instead, opening tells
    return any(name.lower().endswith("vbaproject.bin") for name in names)


def told(fault: UnsafeFile | NotThisBook, file_name: str) -> Refusal:
    """The refusal of a file as a whole, with its place."""
    sheet = fault.sheet if isinstance(fault, NotThisBook) else ""
    return Refusal(fault.code, fault.reason_ja, Place(file_name, sheet))


def refusals_in(book: Book, sheet: Sheet, file_name: str) -> list[Refusal]:
    """What was wrong with the cells of the sheet already when it was opened."""
    return [
        Refusal(one.code, one.reason_ja, Place(file_name, sheet.name, one.place.row, one.place.column))
        for one in book.refusals
        if one.place.sheet == sheet.name
    ]
