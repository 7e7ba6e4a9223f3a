"""Which words does a block print? Every renderer asks here, so that all outputs say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kansa.document.blocks import Block, Cell, Chart, Column, Document, Heading, Num, Para, Run, Table
from kansa.document.figure import Figure, FigureBook

UNITS_JA = {
    "point": "点",
    "points": "点",
    "percent": "％",
    "percent_points": "ポイント",
    "count": "件",
    "people": "人",
    "minutes": "分",
    "days": "日",
    "number": "",
    "level": "",
    "ratio": "倍",
    "text": "",
    "year": "",
    "date": "",
}
DRAFT_JA = "案"
FAIRLY_WIDE = "　"


def unit_words(unit: str) -> str:
    """The unit in Japanese; a unit that is already Japanese stays."""
    return UNITS_JA.get(unit, unit)


def plain(runs: Sequence[Run]) -> str:
    """The words of some runs, numbers as printed."""
    return "".join(run.shown if isinstance(run, Num) else run.text for run in runs)


def labelled(label: str, words: str) -> str:
    """A label and its words: 「１　監査」, 「（１）概要」 (a bracket needs no gap), or the words alone."""
    gap = "" if not label or label.endswith("）") else FAIRLY_WIDE
    return f"{label}{gap}{words}"


def heading_words(heading: Heading) -> str:
    """What a heading prints."""
    return labelled(heading.label, heading.text)


def caption_words(block: Table | Chart) -> str:
    """What a caption prints."""
    return labelled(block.label, block.caption)


def column_words(column: Column) -> str:
    """What a column head prints: its title and, in brackets, its unit."""
    unit = unit_words(column.unit)
    return f"{column.title_ja}（{unit}）" if unit else column.title_ja


def title_words(document: Document) -> str:
    """The document's name in file properties and window titles; a draft says so."""
    name = f"{document.municipality_ja}　{document.subject}　{document.title}"
    return f"{name}（{DRAFT_JA}）" if document.is_draft else name


def placed(table: Table) -> list[list[tuple[int, Cell]]]:
    """The cells of each row with the index of their column, rowspans taken into account.

    Raises ValueError when a row has too few or too many cells.
    """
    covered = [0] * len(table.columns)
    rows: list[list[tuple[int, Cell]]] = []
    for number, row in enumerate(table.rows, start=1):
        free = [index for index, left in enumerate(covered) if left == 0]
        if len(free) != len(row):
            raise ValueError(f"table {table.id} row {number}: {len(row)} cells for {len(free)} places")
        covered = [max(0, left - 1) for left in covered]
        for index, cell in zip(free, row, strict=True):
            covered[index] = cell.rowspan - 1
        rows.append(list(zip(free, row, strict=True)))
    return rows


def filled(table: Table) -> list[list[Cell]]:
    """The rows with one cell a column: a cell with a rowspan is repeated in every row it covers."""
    above: list[Cell | None] = [None] * len(table.columns)
    rows: list[list[Cell]] = []
    for cells in placed(table):
        for index, cell in cells:
            above[index] = cell
        rows.append([cell for cell in above if cell is not None])
    return rows


def alignment(cell: Cell, column: Column) -> str:
    """Where a cell's words stand: its own choice, else its column's."""
    return cell.align if cell.align != "left" else column.align


def all_tables(document: Document) -> Iterator[Table]:
    """Every table in reading order, the charts' data and the machine-only ones among them."""
    for block in document.blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Chart):
            yield block.data


def block_numbers(block: Block) -> Iterator[Num]:
    """The figures a block prints in words (a chart's data included)."""
    if isinstance(block, Para):
        yield from (run for run in block.runs if isinstance(run, Num))
    table = block.data if isinstance(block, Chart) else block
    if isinstance(table, Table):
        for row in table.rows:
            for cell in row:
                yield from (run for run in cell.runs if isinstance(run, Num))


def require_figures(document: Document, book: FigureBook) -> None:
    """Raises ValueError when the document prints a figure that the book does not hold."""
    for block in document.blocks:
        for num in block_numbers(block):
            if num.figure not in book:
                raise ValueError(f"the document prints the unknown figure {num.figure}")


def exact(figure: Figure) -> str:
    """The exact value as text: 1123/360, 75, a word, or "" when there is none."""
    return "" if figure.value is None else str(figure.value)
