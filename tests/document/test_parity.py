"""Do all outputs say the same figures in the same words?"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from hashlib import sha256

import pytest

from kansa.document.blocks import Block, Cell, Chart, Heading, Num, Para, Run, Table
from kansa.document.render import RENDERERS
from kansa.document.render.markers import MARKERS
from tests.document.extract import docx_paragraphs, html_blocks, pdf_text, squeezed, xlsx_sentences
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document

BOOK = sample_book()
DOCUMENT = sample_document(BOOK)


@cache
def output(kind: str) -> bytes:
    return RENDERERS[kind](DOCUMENT, BOOK, ATTACHMENTS)


def words(runs: tuple[Run, ...]) -> str:
    return "".join(run.shown if isinstance(run, Num) else run.text for run in runs)


def texts() -> list[str]:
    """What the document tree itself says, block by block: headings with labels, paragraphs, captions."""
    found = []
    for block in DOCUMENT.blocks:
        if isinstance(block, Heading):
            found.append(squeezed(block.label + block.text))
        elif isinstance(block, Para):
            found.append(squeezed(words(block.runs)))
        elif isinstance(block, Chart) or (isinstance(block, Table) and not block.machine_only):
            found.append(squeezed(block.label + block.caption))
    return found


def printed_cells() -> list[Cell]:
    tables = [block for block in DOCUMENT.blocks if isinstance(block, Table) and not block.machine_only]
    return [cell for table in tables for row in table.rows for cell in row]


def printed_numbers() -> list[tuple[str, str]]:
    """Figures on paper, in reading order."""
    found: list[Run] = []
    for block in DOCUMENT.blocks:
        if isinstance(block, Para):
            found += block.runs
        elif isinstance(block, Table) and not block.machine_only:
            found += [run for row in block.rows for cell in row for run in cell.runs]
    return [(run.figure, run.shown) for run in found if isinstance(run, Num)]


def test_pdf_holds_every_text_in_order() -> None:
    paper, at = pdf_text(output("pdf")), 0
    for text in texts():
        found = paper.find(text, at)
        assert found >= 0, f"not in the PDF after position {at}: {text}"
        at = found + len(text)


def test_pdf_holds_every_cell() -> None:
    paper = pdf_text(output("pdf"))
    for cell in printed_cells():
        assert squeezed(words(cell.runs)) in paper


def test_html_holds_every_text_in_order() -> None:
    found = iter(text for _, text in html_blocks(output("html")))
    for text in texts():
        assert text in found, text


def test_html_holds_every_cell() -> None:
    found = [text for tag, text in html_blocks(output("html")) if tag in ("td", "th")]
    for cell in printed_cells():
        assert squeezed(words(cell.runs)) in found


def docx_texts() -> list[str]:
    """Words of the body as Word shows them: numbers of the headings counted from their styles."""
    counts = [0, 0, 0]
    found = []
    for style, text in docx_paragraphs(output("docx")):
        if style in ("Heading1", "Heading2", "Heading3"):
            level = int(style[-1]) - 1
            counts = [*counts[:level], counts[level] + 1, *[0] * (2 - level)]
            wide = "０１２３４５６７８９"[counts[level]]
            text = (wide, f"（{wide}）", "アイウエオ"[counts[level] - 1])[level] + text
        found.append(text)
    return found


def test_docx_holds_every_text_in_order() -> None:
    found = iter(docx_texts())
    for text in texts():
        assert text in found, text


def test_docx_holds_every_cell() -> None:
    found = [text for style, text in docx_paragraphs(output("docx")) if style == "TableText"]
    assert found == [squeezed(words(cell.runs)) for cell in printed_cells()]


def test_xlsx_holds_every_text_in_order() -> None:
    # A picture's row also holds its message, after a line break.
    found = iter(xlsx_sentences(output("xlsx")))
    for text in texts():
        assert any(row.startswith(text) for row in found), text


def block_numbers(block: Block) -> list[tuple[str, str]]:
    table = block.data if isinstance(block, Chart) else block
    if isinstance(table, Para):
        runs = list(table.runs)
    elif isinstance(table, Table):
        runs = [run for row in table.rows for cell in row for run in cell.runs]
    else:
        runs = []
    return [(run.figure, run.shown) for run in runs if isinstance(run, Num)]


def test_every_number_is_marked_in_word_and_html() -> None:
    assert MARKERS["docx"](output("docx")) == printed_numbers()
    assert MARKERS["html"](output("html")) == [pair for block in DOCUMENT.blocks for pair in block_numbers(block)]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_figure_is_listed(kind: str) -> None:
    listed = [(figure.id, figure.shown) for figure in BOOK.figures.values()]
    assert MARKERS[kind](output(kind))[-len(listed) :] == listed


def test_numbers_in_sentences_are_marked_in_the_workbook() -> None:
    sentences = [pair for block in DOCUMENT.blocks if isinstance(block, Para) for pair in block_numbers(block)]
    assert MARKERS["xlsx"](output("xlsx"))[: len(sentences)] == sentences


def test_every_number_stands_on_paper() -> None:
    paper = pdf_text(output("pdf"))
    for _, shown in printed_numbers():
        assert squeezed(shown) in paper


ANOTHER_PROCESS = """
from hashlib import sha256
from kansa.document.render import RENDERERS
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document
book = sample_book()
for kind, render in RENDERERS.items():
    print(kind, sha256(render(sample_document(book), book, ATTACHMENTS)).hexdigest())
"""


def test_another_process_makes_the_same_bytes() -> None:
    made = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert dict(line.split() for line in made.stdout.splitlines()) == {
        kind: sha256(output(kind)).hexdigest() for kind in RENDERERS
    }


@pytest.mark.parametrize("kind", sorted(RENDERERS))
def test_a_figure_that_is_not_in_the_book_is_refused(kind: str) -> None:
    book = sample_book()
    document = sample_document(book)
    del book.figures["staff.count"]
    with pytest.raises(ValueError, match=r"staff\.count"):
        RENDERERS[kind](document, book, ATTACHMENTS)
