"""Which sheets and cells does a file hold? Excel by calamine, CSV and TSV by the standard library.

Rows keep the numbers Excel shows: the empty area above and left of the data is kept.
"""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kansa.core.errors import Place, Refusal
from kansa.formats.tables.limits import SilentCells, check_size, inspect_workbook
from kansa.formats.tables.spec import Cell
from kansa.formats.unsafe import UnsafeFile

COLUMN_LIMIT = 2_000
ROW_LIMIT = 300_000
DELIMITERS = (",", "\t", ";")

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it stands: `rows[0]` is row 1. `name` is "" for CSV. `merges` are 0-based corners, inclusive."""

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A file's sheets in order, and the cells that must not be taken as empty."""

    sheets: tuple[Sheet, ...]
    refusals: tuple[Refusal, ...] = ()


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a zip or an old Office file rather than text."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def open_book(data: bytes) -> Book:
    """The sheets of an .xlsx or .xlsm file. Raises UnsafeFile with the reason when it cannot be read."""
    check_size(data)
    silent = inspect_workbook(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = tuple(_sheets(workbook))
    except (CalamineError, OSError, ValueError, OverflowError):
        raise UnsafeFile(
            "broken_workbook", "Excel ファイルが壊れているため読み込めません。元のファイルから保存し直してください。"
        ) from None
    return Book(sheets, tuple(_silent_refusals(data, silent)) if silent else ())


def _sheets(workbook: CalamineWorkbook) -> Iterator[Sheet]:
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        if sheet.total_height > ROW_LIMIT and _has_too_many_rows(sheet):
            raise UnsafeFile(
                "too_many_rows", f"行が多すぎます（{ROW_LIMIT:,}行まで読み込めます）。分けて読み込んでください。"
            )
        merges = tuple(sheet.merged_cell_ranges or ())
        rows = sheet.to_python(skip_empty_area=False)
        yield Sheet(metadata.name, rows, merges, metadata.visible != SheetVisibleEnum.Visible)


def _has_too_many_rows(sheet: CalamineSheet) -> bool:
    """Whether more rows than the limit hold something; blank rows do no harm."""
    return sum(any(cell != "" for cell in row) for row in sheet.iter_rows()) > ROW_LIMIT


def _silent_refusals(data: bytes, silent: tuple[SilentCells, ...]) -> Iterator[Refusal]:
    names = _sheet_names(data)
    for found in silent:
        sheet = names.get(found.part, "")
        for address in found.errors:
            yield Refusal(
                "cell_error",
                f"セル{address}がエラー（#N/A、#REF! など）になっています。値を入力し直してください。",
                _place(sheet, address),
            )
        for address in found.formulas:
            yield Refusal(
                "formula_without_value",
                f"セル{address}の数式に計算結果が保存されていません。Excel で開いて保存し直してください。",
                _place(sheet, address),
            )


def _place(sheet: str, address: str) -> Place:
    match = _ADDRESS.fullmatch(address)
    return Place(sheet=sheet, row=int(match[2]), column=match[1]) if match else Place(sheet=sheet)


def _sheet_names(data: bytes) -> dict[str, str]:
    """The part of each sheet -> its name. Only called for files that were inspected (no document type, bounded)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ElementTree.ParseError, zipfile.BadZipFile):
            return {}
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    found = {}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            target = targets.get(element.get(_RELATION, ""), "")
            found[f"xl/{target}" if not target.startswith("/") else target[1:]] = element.get("name", "")
    return found


def open_text(data: bytes) -> tuple[str, str]:
    """The text of a CSV file and the name of its encoding. Raises UnsafeFile when it is no text we can be sure of."""
    check_size(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4096]:
        raise UnsafeFile(
            "utf16",
            "UTF-16 の文字コード（Excel の「Unicode テキスト」）又は表ではないファイルのため読み込めません。"
            "「CSV UTF-8（コンマ区切り）」で保存し直してください。",
        )
    if data.startswith(b"%PDF"):
        raise UnsafeFile("not_a_table", "PDF は読み込めません。.xlsx 又は .csv のファイルを選んでください。")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise UnsafeFile(
        "unknown_encoding",
        f"文字コードが UTF-8 でも Shift_JIS（CP932）でもないため読み込めません（{_bad_line(data)}行目付近）。"
        "「CSV UTF-8（コンマ区切り）」で保存し直してください。",
    )


def _bad_line(data: bytes) -> int:
    try:
        data.decode("cp932")
    except UnicodeDecodeError as fault:
        return data.count(b"\n", 0, fault.start) + 1
    return data.count(b"\n", 0, data.index(b"\x00")) + 1 if b"\x00" in data else 1


def split_text(text: str, delimiter: str, limit: int | None = None) -> list[list[Cell]]:
    """The rows of a delimited text, at most `limit` of them; a leading apostrophe put there as a guard is taken away.

    Raises UnsafeFile when quotation marks do not match.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    try:
        for row in reader:
            rows.append([cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell for cell in row])
            if limit is not None and len(rows) >= limit:
                break
            if len(rows) > ROW_LIMIT:
                raise UnsafeFile(
                    "too_many_rows", f"行が多すぎます（{ROW_LIMIT:,}行まで読み込めます）。分けて読み込んでください。"
                )
    except csv.Error:
        raise UnsafeFile(
            "broken_csv",
            f'{reader.line_num}行目付近で引用符（"）の対応が取れていないか、一つの項目が長すぎるため読み込めません。',
        ) from None
    return rows
