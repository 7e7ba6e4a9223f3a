"""How do all figures become one CSV that Excel opens by double click and a machine reads without cleaning?

One table: every figure by id. The report's tables are in the workbook, one a sheet.
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from io import StringIO

from kansa.document.blocks import Document
from kansa.document.figure import FigureBook
from kansa.document.render.attachments import Attachments
from kansa.document.render.figure_table import FIGURE_HEADS, Field, figure_rows
from kansa.document.render.numerals import decimal_of
from kansa.document.render.words import require_figures

_NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?[%％]?", re.ASCII)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(words: str) -> str:
    """Words that a spreadsheet does not take for a formula: an apostrophe goes before a dangerous beginning."""
    if words.startswith(_DANGEROUS) and not _NUMBER.fullmatch(words):
        return f"'{words}"
    return words


def _field(value: Field) -> str:
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return str(decimal_of(value))
    return safe(value) if isinstance(value, str) else str(value)


def render_csv(document: Document, book: FigureBook, attachments: Attachments) -> bytes:
    """All figures as CSV: UTF-8 with BOM, CRLF, one header row."""
    require_figures(document, book)
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(FIGURE_HEADS)
    for row in figure_rows(book):
        writer.writerow([_field(value) for value in row])
    return out.getvalue().encode("utf-8-sig")
