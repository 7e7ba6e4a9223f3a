"""What lives here. Renderers: a document tree becomes the bytes of one output; and readers of what they left behind.
Who comes here. The command line and the annual_report app, which offer the outputs; `verify`, which reads them.
May import. document.blocks, figure, glyphs; core; typst, docx, xlsxwriter and the standard library.
Must not. Compute, round or word anything; read the clock; write files; know Django.
To add one. A module with one function (Document, FigureBook, Attachments) -> bytes, one line in RENDERERS, one line in
    the parity test.
"""

from __future__ import annotations

from collections.abc import Callable

from kansa.document.blocks import Document
from kansa.document.figure import FigureBook
from kansa.document.render.attachments import Attachments
from kansa.document.render.csv import render_csv
from kansa.document.render.docx import render_docx
from kansa.document.render.html import render_html
from kansa.document.render.pdf import render_pdf
from kansa.document.render.xlsx import render_xlsx

Renderer = Callable[[Document, FigureBook, Attachments], bytes]

RENDERERS: dict[str, Renderer] = {
    "pdf": render_pdf,
    "docx": render_docx,
    "html": render_html,
    "xlsx": render_xlsx,
    "csv": render_csv,
}

__all__ = ["RENDERERS", "Attachments", "Renderer"]
