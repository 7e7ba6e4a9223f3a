"""What does a reader find in each finished output? Text taken out by other means than it was put in."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pypdfium2
from python_calamine import CalamineWorkbook

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BLOCK_TAGS = {"p", "h1", "h2", "h3", "h4", "caption", "figcaption", "td", "th", "summary", "li"}


def squeezed(words: str) -> str:
    """Without any white space; a layout may break lines and set gaps where it likes."""
    return re.sub(r"\s", "", words)


def pdf_text(data: bytes) -> str:
    """All pages, squeezed, without the running header and footer."""
    pages = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            words = squeezed(page.get_textpage().get_text_range())
            words = re.sub(r"みほん市\d+/\d+記録番号[0-9a-f]{12}", "", words)
            pages.append(words.replace("（案）", ""))
    return "".join(pages)


def docx_paragraphs(data: bytes) -> list[tuple[str, str]]:
    """Style and words of every paragraph of the body, content controls and fields included."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    found = []
    for paragraph in body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = style.get(f"{W}val", "") if style is not None else ""
        found.append((name, squeezed("".join(text.text or "" for text in paragraph.iter(f"{W}t")))))
    return found


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCK_TAGS:
            self._open.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            name, words = self._open.pop()
            assert name == tag
            self.found.append((tag, squeezed("".join(words))))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)


def html_blocks(data: bytes) -> list[tuple[str, str]]:
    """Tag and words of every block of text."""
    parser = _Blocks()
    parser.feed(data.decode())
    parser.close()
    return parser.found


def xlsx_sentences(data: bytes) -> list[str]:
    """The words of the sheet 文章 in order."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("文章").to_python()
    return [squeezed(str(row[2])) for row in rows[1:]]


def xlsx_sheet(data: bytes, name: str) -> list[list[object]]:
    """The rows of a sheet."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]
