"""Which rows of a table are repeated, and for which list?

A row with fields of a list is repeated; rows that follow each other with fields of the same list are repeated together,
so that one element may take several rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from docx.oxml.parser import OxmlElement

from kansa.document.letters.marks import marks, own_nodes
from kansa.document.letters.opening import Element, W

NONE_JA = "該当なし"

_ROW, _CELL, _PARAGRAPH = f"{W}tr", f"{W}tc", f"{W}p"
# What may stand only once in a file: names of places, comments, numbers of controls and paragraphs.
_ONLY_ONCE = [
    f"{W}{name}"
    for name in ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference")
]
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are repeated together for the elements of one list."""

    list_name: str
    rows: tuple[Element, ...]


def row_of(paragraph: Element) -> Element | None:
    """The innermost table row a paragraph stands in; None outside of tables."""
    return next(paragraph.iterancestors(_ROW), None)


def list_name_of(name: str) -> str:
    """The list a field belongs to; "" for a single field."""
    return name.partition(".")[0] if "." in name else ""


def row_lists(root: Element) -> dict[Element, dict[str, None]]:
    """Row -> the lists whose fields stand in it, in document order; rows without any are left out."""
    found: dict[Element, dict[str, None]] = {}
    for paragraph in root.iter(_PARAGRAPH):
        row = row_of(paragraph)
        if row is None:
            continue
        for mark in marks(paragraph)[0]:
            if list_name_of(mark.name):
                found.setdefault(row, {})[list_name_of(mark.name)] = None
    return found


def groups(root: Element) -> Iterator[Group]:
    """The groups of rows, in document order."""
    lists = row_lists(root)
    done: set[Element] = set()
    for row, names in lists.items():
        if row in done:
            continue
        rows = [row]
        following = _next_row(row)
        while following is not None and lists.get(following) == names:
            rows.append(following)
            following = _next_row(following)
        done.update(rows)
        yield Group(next(iter(names)), tuple(rows))


def _next_row(row: Element) -> Element | None:
    return next(row.itersiblings(_ROW), None)


def repeat(
    group: Group, elements: Sequence[Mapping[str, str]], fill: Callable[[Element, Mapping[str, str]], None]
) -> None:
    """Puts a filled copy of the rows for each element in their place; for none, one row that says so."""
    first = group.rows[0]
    if not elements:
        first.addprevious(_none_row(first))
    for number, element in enumerate(elements):
        for row in group.rows:
            copy = deepcopy(row)
            if number:
                _forget_what_is_unique(copy)
            for paragraph in copy.iter(_PARAGRAPH):
                fill(paragraph, element)
            first.addprevious(copy)
    for row in group.rows:
        row.getparent().remove(row)


def _forget_what_is_unique(row: Element) -> None:
    for node in list(row.iter(*_ONLY_ONCE)):
        node.getparent().remove(node)
    for node in row.iter():
        for name in ("paraId", "textId"):
            node.attrib.pop(f"{_W14}{name}", None)
    for properties in row.iter(f"{W}sdtPr"):
        for number in properties.findall(f"{W}id"):
            properties.remove(number)


def span_of(cell: Element) -> int:
    """How many columns of the grid a cell covers."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    words = "" if span is None else span.get(f"{W}val", "")
    return max(1, int(words)) if words.isascii() and words.isdigit() and len(words) < 4 else 1


def cells_of(row: Element) -> list[Element]:
    """The cells of a row, those in content controls too, not those of tables inside."""
    return [cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row]


def _none_row(row: Element) -> Element:
    """A copy of a row with one cell across, in the format of the row's first words."""
    new = deepcopy(row)
    cells = cells_of(new)
    span = sum(map(span_of, cells))
    keep = [child for child in new if child.tag in (f"{W}trPr", f"{W}tblPrEx")]
    cell: Element = OxmlElement("w:tc")
    shape = None if not cells else cells[0].find(f"{W}tcPr")
    if shape is not None:
        cell.append(shape)
        for name in ("vMerge", "hMerge", "gridSpan", "tcW"):
            for node in shape.findall(f"{W}{name}"):
                shape.remove(node)
        shape.get_or_add_gridSpan().val = max(span, 1)
    cell.append(_none_paragraph(cells))
    for child in list(new):
        if child not in keep:
            new.remove(child)
    new.append(cell)
    return new


def _none_paragraph(cells: list[Element]) -> Element:
    """「該当なし」, in the paragraph and letter format of the first field."""
    paragraph: Element = OxmlElement("w:p")
    words: Element = OxmlElement("w:r")
    old = next((one for cell in cells for one in cell.iter(_PARAGRAPH) if marks(one)[0]), None)
    if old is not None:
        shape = old.find(f"{W}pPr")
        letters = next((node for node in own_nodes(old) if node.tag == f"{W}rPr"), None)
        if shape is not None:
            paragraph.append(deepcopy(shape))
        if letters is not None:
            words.append(deepcopy(letters))
    text: Element = OxmlElement("w:t")
    text.text = NONE_JA
    words.append(text)
    paragraph.append(words)
    return paragraph
