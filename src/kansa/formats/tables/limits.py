"""Is a workbook safe to open? Its size, what it unpacks to, and what a hostile one would hide.

The reader below builds every cell of the used range in memory, so the range is measured before it is trusted.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from string import ascii_letters, digits

from kansa.formats.unsafe import (
    OLE,
    BrokenZip,
    UnsafeFile,
    ZipLimits,
    is_encrypted_office,
    is_xml,
    unpacked_parts,
    zip_entries,
)

FILE_BYTES = 50 * 1024 * 1024
ZIP = ZipLimits()
AREA_CELLS = 12_000_000  # cells in the used range of one sheet
TEXT_BYTES = 1024 * 1024 * 1024  # all shared texts as often as cells repeat them

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_SHARED = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\bt\s*=\s*["']s["'][^<>]{0,200}>\s*<(?:\w+:)?v>([0-9]{1,9})<""")
_SHARED_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")
_ERROR = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\bt\s*=\s*["']e["']""")
_NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]{0,200}/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3}[0-9]{1,7})["']""")
# Letters become A, digits 0, quotes ": then two plain searches tell whether any cell lies beyond ZZ or row 9,999.
_SHAPE = bytes.maketrans(
    (ascii_letters + digits + "'").encode("ascii"), ("A" * len(ascii_letters) + "0" * len(digits) + '"').encode("ascii")
)
_FAR = (b'"AAA0', b"A00000")


@dataclass(frozen=True, slots=True)
class SilentCells:
    """Cells that would be read as empty although they are not: errors, formulas without a stored value."""

    part: str  # xl/worksheets/sheet1.xml
    errors: tuple[str, ...]
    formulas: tuple[str, ...]


def check_size(data: bytes) -> None:
    """Raises UnsafeFile for an empty file and one above the limit."""
    if not data:
        raise UnsafeFile("empty_file", "ファイルの中身がありません。")
    if len(data) > FILE_BYTES:
        raise UnsafeFile("too_large", "ファイルが大きすぎます（50MBまで読み込めます）。分けて読み込んでください。")


def inspect_workbook(data: bytes) -> tuple[SilentCells, ...]:
    """Looks at every part of the zip without interpreting it.

    Returns the cells that need a refusal of their own. Raises UnsafeFile when the file must not be opened.
    """
    if data.startswith(OLE):
        raise _ole_fault(data)
    try:
        entries = zip_entries(data, ZIP)
        _check_kind({entry.filename for entry in entries})
        return _inspect_parts(data, entries)
    except BrokenZip:
        raise UnsafeFile(
            "broken_workbook", "Excel ファイルが壊れているため読み込めません。元のファイルから保存し直してください。"
        ) from None


def _ole_fault(data: bytes) -> UnsafeFile:
    if is_encrypted_office(data):
        return UnsafeFile(
            "encrypted", "パスワードで保護されたファイルは読み込めません。保護を解除して保存し直してください。"
        )
    return UnsafeFile(
        "old_excel", "古い形式（.xls など）のファイルは読み込めません。Excel で .xlsx 形式に保存し直してください。"
    )


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise UnsafeFile("binary_excel", ".xlsb 形式は読み込めません。Excel で .xlsx 形式に保存し直してください。")
    if "content.xml" in names:
        raise UnsafeFile("open_document", ".ods 形式は読み込めません。.xlsx 形式に保存し直してください。")
    raise UnsafeFile(
        "not_a_table", "Excel の表ではないため読み込めません。.xlsx 又は .csv のファイルを選んでください。"
    )


def _inspect_parts(data: bytes, entries: list[zipfile.ZipInfo]) -> tuple[SilentCells, ...]:
    silent: list[SilentCells] = []
    uses = _SharedUses()
    for entry, part in unpacked_parts(data, entries, ZIP):
        name = entry.filename.lower()
        if not is_xml(entry):
            continue
        if name.endswith("sharedstrings.xml"):
            uses.texts = part
        elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
            found = _inspect_sheet(entry.filename, part)
            uses.sheets.append(part)
            if found is not None:
                silent.append(found)
    uses.check()
    return tuple(silent)


def _inspect_sheet(name: str, part: bytes) -> SilentCells | None:
    shape = part.translate(_SHAPE)
    if any(mark in shape for mark in _FAR):
        _check_area(part)
    errors = tuple(_reference(part, match.start()) for match in _ERROR.finditer(part)) if b't="e"' in part else ()
    formulas: tuple[str, ...] = ()
    cells_end = part.find(b"</sheetData>")
    if cells_end < 0 or part.find(b"<f", 0, cells_end) >= 0:
        starts = (part.rfind(b"<c ", 0, match.start()) for match in _NO_VALUE.finditer(part))
        formulas = tuple(_reference(part, start) for start in starts)
    return SilentCells(name, errors, formulas) if errors or formulas else None


def _check_area(part: bytes) -> None:
    """Raises UnsafeFile when the used range from A1 to the farthest cell is too large to build."""
    width = height = 1
    for match in _CELL.finditer(part):
        width = max(width, _column_number(match[1]))
        height = max(height, int(match[2]))
    if width * height > AREA_CELLS:
        raise UnsafeFile(
            "too_many_cells",
            f"表の範囲が広すぎます（{height:,}行×{width:,}列）。離れた場所にある不要なセルを削除してください。",
        )


def _reference(part: bytes, start: int) -> str:
    match = _REFERENCE.search(part, max(start, 0))
    return match[1].decode("ascii") if match is not None else ""


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _shared_lengths(part: bytes) -> list[int]:
    """Bytes of each shared text, with its marks."""
    if b":si" not in part:
        return [len(item) for item in part.split(b"<si")[1:]]
    return [len(item) for item in _SHARED_ITEM.split(part)[1:]]


class _SharedUses:
    """A shared text is stored once and copied into each cell: how much would all copies take?"""

    def __init__(self) -> None:
        self.texts = b""
        self.sheets: list[bytes] = []

    def check(self) -> None:
        """Raises UnsafeFile when the copies exceed the limit. The exact count is made only when it could matter."""
        most_cells = sum(len(part) for part in self.sheets) // 20  # a cell with a shared text takes at least 20 bytes
        if most_cells * len(self.texts) < TEXT_BYTES:
            return
        lengths = _shared_lengths(self.texts)
        if most_cells * max(lengths, default=0) < TEXT_BYTES:
            return
        total = sum(
            lengths[place] for part in self.sheets for place in map(int, _SHARED.findall(part)) if place < len(lengths)
        )
        if total > TEXT_BYTES:
            raise UnsafeFile(
                "zip_bomb", "同じ長い文章が多数のセルに繰り返されており、異常に大きくなるため読み込みません。"
            )
