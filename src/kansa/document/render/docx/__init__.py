"""What lives here. The report as a Word file: body, styles, numbering, header, footer, pictures, the zip around them.
Who comes here. document.render, for RENDERERS["docx"].
May import. document.blocks, figure, render.words, render.pictures; the standard library. No Word library: the parts
    are few, fixed and written whole, so the bytes are the same every time.
Must not. Round, count or word anything; write a number outside a locked content control.
To add one. A block kind: one function in body.py; a part of the file: one line in `package.parts`.
"""

from __future__ import annotations

from kansa.document.blocks import Chart, Document
from kansa.document.figure import FigureBook
from kansa.document.render.attachments import Attachments
from kansa.document.render.docx.body import Body
from kansa.document.render.docx.package import parts, zipped
from kansa.document.render.pictures import pngs
from kansa.document.render.words import require_figures


def render_docx(document: Document, book: FigureBook, attachments: Attachments) -> bytes:
    """The report as a Word file: prose is free to edit, every figure is a locked content control tagged by its id.

    Raises ValueError for a figure id longer than 64 characters, which Word does not keep.
    """
    require_figures(document, book)
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    body = Body(document, book)
    xml = body.xml()
    return zipped(parts(document, xml, list(zip((chart.svg for chart in charts), pngs(charts), strict=True))))


__all__ = ["render_docx"]
