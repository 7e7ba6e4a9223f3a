"""How do the tests make Excel files that people and attackers might hand in?"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | bool | None


def workbook(
    rows: Sequence[Sequence[Value]],
    *,
    name: str = "Sheet1",
    change: Callable[[Worksheet], object] | None = None,
    others: Mapping[str, Sequence[Sequence[Value]]] | None = None,
) -> bytes:
    """An Excel file with the rows on the first sheet; `change` may write more, `others` are further sheets."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for title, content in {name: rows, **(others or {})}.items():
        page = book.add_worksheet(title)
        for number, row in enumerate(content):
            for position, value in enumerate(row):
                if value is not None:
                    page.write(number, position, value)
        if title == name and change is not None:
            change(page)
    book.close()
    return buffer.getvalue()


def with_parts(data: bytes, changes: Mapping[str, Callable[[bytes], bytes]], added: Mapping[str, bytes] = {}) -> bytes:
    """The zip with some parts changed and some added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            target.writestr(entry.filename, changes.get(entry.filename, bytes)(part))
        for filename, part in added.items():
            target.writestr(filename, part)
    return out.getvalue()


def typed_into(data: bytes, cells: Mapping[str, str | None], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with texts in some cells, or without what was there, keeping their looks; as Excel would save it."""

    def change(content: bytes) -> bytes:
        for address, text in cells.items():
            new = f't="inlineStr"><is><t>{escape(text)}</t></is></c>' if text is not None else "/>"
            pattern = rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'.encode()
            filler = rf'<c r="{address}"\1 '.encode() + new.encode().replace(b"\\", b"\\\\")
            content, count = re.subn(pattern, filler, content, count=1)
            assert count == 1, address
        return content

    return with_parts(data, {part: change})


DEPARTMENTS = ("所属コード", "課所等名", "部局", "種別", "開始年度")
