"""What lives here. The report as a Word file, written with python-docx: its parts, styles, numbering and blocks.
Who comes here. document.render, for RENDERERS["docx"].
May import. document.blocks, figure, render.words, render.pictures; docx and the standard library.
Must not. Round, count or word anything; write a number outside a locked content control; leave a date in the zip.
To add one. A block kind: one method in body.py; what python-docx has no word for: elements made by `xml.made`.
"""

from __future__ import annotations

from kansa.document.blocks import Document
from kansa.document.figure import FigureBook
from kansa.document.render.attachments import Attachments
from kansa.document.render.docx.body import Body
from kansa.document.render.docx.container import empty_file, saved
from kansa.document.render.words import require_figures


def render_docx(document: Document, book: FigureBook, attachments: Attachments) -> bytes:
    """The report as a Word file: prose is free to edit, every figure is a locked content control tagged by its id.

    Raises ValueError for a figure id longer than 64 characters, which Word does not keep, and for words with a
    control character, which no Word file can hold.
    """
    require_figures(document, book)
    file = empty_file(document)
    Body(file, document, book).write()
    return saved(file)


__all__ = ["render_docx"]
