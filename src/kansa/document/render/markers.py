"""Which figures does a finished output say it prints? Read from its bytes alone, for checking a published report.

`MARKERS[kind](data)` gives (figure id, printed form) in the order they stand; ValueError when the bytes cannot be read
as such a file. What comes in may have been altered by anyone: sizes are limited, document types refused.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree
from zipfile import ZipFile

from kansa.core.zip_faults import ZIP_FAULTS
from kansa.document.render.attachments import FIGURES_NAME

Marker = tuple[str, str]

PART_LIMIT = 100 * 1024 * 1024

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class _Numbers(HTMLParser):
    """Collects every `<data data-figure>`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Marker] = []
        self._figure = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            self._figure = dict(attrs).get("data-figure") or ""
            self._words = []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self._figure:
            self.found.append((self._figure, "".join(self._words)))
            self._figure = ""


def html_markers(data: bytes) -> list[Marker]:
    """The numbers of an HTML report."""
    parser = _Numbers()
    parser.feed(data.decode("utf-8"))
    parser.close()
    return parser.found


def safe_xml(data: bytes) -> ElementTree.Element:
    """An XML part; one with a document type is refused, since entities can grow without limit."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("文書型宣言を含む XML は読まない")
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as fault:
        raise ValueError(f"XML として読めない（{fault}）") from fault


def zip_part(data: bytes, name: str) -> bytes:
    """One member of an Office file."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            is_small = archive.getinfo(name).file_size <= PART_LIMIT
            part = archive.read(name) if is_small else b""
    except KeyError as fault:
        raise ValueError(f"{name} がない") from fault
    except ZIP_FAULTS as fault:
        raise ValueError(f"Office の文書として読めない（{fault}）") from fault
    if not is_small:
        raise ValueError(f"{name} が大きすぎる")
    return part


def docx_markers(data: bytes) -> list[Marker]:
    """The content controls of a Word report: tag and words."""
    found = []
    for control in safe_xml(zip_part(data, "word/document.xml")).iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        if tag is not None:
            words = "".join(text.text or "" for text in control.iter(f"{_W}t"))
            found.append((tag.get(f"{_W}val", ""), words))
    return found


def sheet_rows(data: bytes, sheet_name: str) -> Iterator[dict[str, str]]:
    """The rows of one sheet of a workbook, column letters to text; the header is the first of them."""
    shared = [
        "".join(text.text or "" for text in entry.iter(f"{_S}t"))
        for entry in safe_xml(zip_part(data, "xl/sharedStrings.xml")).iter(f"{_S}si")
    ]
    for row in safe_xml(zip_part(data, _sheet_path(data, sheet_name))).iter(f"{_S}row"):
        cells = {}
        for cell in row.iter(f"{_S}c"):
            value = cell.findtext(f"{_S}v") or "".join(text.text or "" for text in cell.iter(f"{_S}t"))
            column = cell.get("r", "").rstrip("0123456789")
            cells[column] = shared[int(value)] if cell.get("t") == "s" else value
        yield cells


def _sheet_path(data: bytes, sheet_name: str) -> str:
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in safe_xml(zip_part(data, "xl/_rels/workbook.xml.rels"))
    }
    for sheet in safe_xml(zip_part(data, "xl/workbook.xml")).iter(f"{_S}sheet"):
        if sheet.get("name") == sheet_name:
            target = targets.get(sheet.get(f"{_R}id"), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise ValueError(f"シート「{sheet_name}」がない")


def xlsx_markers(data: bytes) -> list[Marker]:
    """The figures in the sentences of a workbook, then those of its list of figures."""
    found: list[Marker] = []
    try:
        for row in list(sheet_rows(data, "文章"))[1:]:
            pairs = (line.partition("=") for line in row.get("D", "").split("\n") if line)
            found += [(figure_id, shown) for figure_id, _, shown in pairs]
        found += [(row.get("A", ""), row.get("E", "")) for row in list(sheet_rows(data, "数値一覧"))[1:]]
    except IndexError as fault:
        raise ValueError("共有文字列が欠けている") from fault
    return found


def csv_markers(data: bytes) -> list[Marker]:
    """The figures of a CSV."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    except csv.Error as fault:
        raise ValueError(f"CSV として読めない（{fault}）") from fault
    if any(len(row) < 5 for row in rows):
        raise ValueError("列が足りない行がある")
    return [(row[0], _unguarded(row[4])) for row in rows]


def _unguarded(words: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading a formula."""
    return words[1:] if words.startswith("'") and words[1:2] in ("=", "+", "-", "@", "\t", "\r") else words


_OBJECT = re.compile(rb"\b(\d+) 0 obj\b")
_OBJECT_END = re.compile(rb">>\s*stream\r?\n|\bendobj\b")
_DIRECT_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)\b")
_FILE_NAME = re.compile(rb"/UF\s*\(([^)]*)\)")
_FILE_OBJECT = re.compile(rb"/EF\s*<<[^>]*/F\s+(\d+)\s+0\s+R")


def _pdf_objects(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Number, dictionary and stream of each object, read once from front to back; streams are not searched."""
    at = 0
    while head := _OBJECT.search(data, at):
        end = _OBJECT_END.search(data, head.end())
        if end is None:
            return
        dictionary, stream = data[head.end() : end.start()], b""
        at = end.end()
        if end[0] != b"endobj":
            length = _DIRECT_LENGTH.search(dictionary)
            close = at + int(length[1]) if length else data.find(b"endstream", at)
            stream = data[at:close]
            at = max(close, at)
        yield head[1], dictionary, stream


def pdf_attachments(data: bytes) -> dict[str, bytes]:
    """The files attached to a PDF as this software writes it, by name.

    A PDF that another program has saved anew may keep them in another form: then the answer is empty.
    """
    names: dict[bytes, str] = {}
    files: dict[bytes, bytes] = {}
    for number, dictionary, stream in _pdf_objects(data):
        if b"/EmbeddedFile" in dictionary and b"/EmbeddedFiles" not in dictionary:
            files[number] = _inflated(stream) if b"/FlateDecode" in dictionary else stream
        elif b"/Filespec" in dictionary:
            name, target = _FILE_NAME.search(dictionary), _FILE_OBJECT.search(dictionary)
            if name and target:
                names[target[1]] = name[1].decode("latin-1")
    return {name: files[number] for number, name in names.items() if number in files}


def _inflated(body: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        plain = engine.decompress(body, PART_LIMIT)
    except zlib.error as fault:
        raise ValueError(f"添付ファイルが壊れている（{fault}）") from fault
    if engine.unconsumed_tail:
        raise ValueError("添付ファイルが大きすぎる")
    return plain


def pdf_markers(data: bytes) -> list[Marker]:
    """The figures of the JSON attached to a PDF report."""
    attached = pdf_attachments(data).get(FIGURES_NAME)
    if attached is None:
        raise ValueError(f"添付ファイル {FIGURES_NAME} がない")
    figures = json.loads(attached)
    if not isinstance(figures, list):
        raise ValueError(f"{FIGURES_NAME} が数値の一覧ではない")
    return [(str(one.get("id")), str(one.get("shown"))) for one in figures if isinstance(one, dict)]


MARKERS: dict[str, Callable[[bytes], list[Marker]]] = {
    "pdf": pdf_markers,
    "docx": docx_markers,
    "html": html_markers,
    "xlsx": xlsx_markers,
    "csv": csv_markers,
}
