"""How does a whole Word file become pages: their size, margins, header, footer and blocks?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.document.letters.opening import Element, R, W, WordParts
from kansa.document.letters.reading.blocks import Reader
from kansa.document.letters.reading.measures import is_on, value, whole
from kansa.document.letters.reading.numbering import Numbering, read_numbering
from kansa.document.letters.reading.shapes import FARTHEST, Tree
from kansa.document.letters.reading.styles import Styles, read_styles

_A4 = (11906, 16838)
_LEAST_WIDE, _LEAST_HIGH = 2000, 1440  # twips left for words between the margins
_MARGIN = 1418  # twips, where a file says nothing usable
_FORMS = {"decimalFullWidth", "numberInDash", "lowerRoman", "upperRoman", "lowerLetter", "upperLetter"}


def read_letter(word: WordParts) -> Tree:
    """The letter as a tree for the typesetter: sections with their pages and blocks, settings of the whole."""
    styles, numbering = read_styles(word), read_numbering(word)
    settings = next((word.tree(name) for name in word.related("settings")[:1]), None)
    tree: Tree = {
        "even": settings is not None and is_on(settings.find(f"{W}evenAndOddHeaders")),
        "tab": 840 if settings is None else whole(value(settings.find(f"{W}defaultTabStop")), 840, 100, FARTHEST),
        "sections": [],
    }
    references: dict[str, str] = {}
    for properties, children in _sections(word.tree(word.main)):
        page = _page(properties)
        references |= _references(properties)
        reader = Reader(styles, numbering, _pitch(properties))
        room = page["width"] - page["left"] - page["right"]
        found = [block for child in children for block in reader.blocks([child], room)]
        if tree["sections"] and _type(properties) == "continuous":
            tree["sections"][-1]["blocks"] += found
            continue
        running = {kind: _running(word, part, styles, room) for kind, part in _parts(word, references)}
        title_page = properties is not None and is_on(properties.find(f"{W}titlePg"))
        tree["sections"].append({**page, "blocks": found, "running": running, "title_page": title_page})
    return tree


def _sections(root: Element) -> Iterator[tuple[Element | None, list[Element]]]:
    """The children of the body by section, each with the properties that end it."""
    body = root.find(f"{W}body")
    children: list[Element] = []
    ending: Element | None = None
    for child in body:
        if child.tag == f"{W}sectPr":
            ending = child
            continue
        children.append(child)
        inner = child.find(f"{W}pPr/{W}sectPr")
        if inner is not None:
            yield inner, children
            children = []
    if children or ending is not None:
        yield ending, children


def _type(properties: Element | None) -> str:
    return "" if properties is None else value(properties.find(f"{W}type"))


def _pitch(properties: Element | None) -> int:
    """The height of a line of the page's grid in twips; 0 without a grid of lines."""
    grid = None if properties is None else properties.find(f"{W}docGrid")
    if grid is None or grid.get(f"{W}type") not in ("lines", "linesAndChars", "snapToChars"):
        return 0
    return whole(grid.get(f"{W}linePitch"), 0, 100, 2000)


def _page(properties: Element | None) -> Tree:
    size = None if properties is None else properties.find(f"{W}pgSz")
    edges = None if properties is None else properties.find(f"{W}pgMar")
    number = None if properties is None else properties.find(f"{W}pgNumType")
    wide, high = (
        whole(None if size is None else size.get(f"{W}{name}"), usual, 3000, FARTHEST)
        for name, usual in zip("wh", _A4, strict=True)
    )
    names = ("top", "right", "bottom", "left", "header", "footer")
    found = {
        name: abs(whole(None if edges is None else edges.get(f"{W}{name}"), _MARGIN, -FARTHEST, FARTHEST))
        for name in names
    }
    if wide - found["left"] - found["right"] < _LEAST_WIDE:
        found["left"] = found["right"] = min(_MARGIN, (wide - _LEAST_WIDE) // 2)
    if high - found["top"] - found["bottom"] < _LEAST_HIGH:
        found["top"] = found["bottom"] = min(_MARGIN, (high - _LEAST_HIGH) // 2)
    found["header"] = min(found["header"], found["top"])
    found["footer"] = min(found["footer"], found["bottom"])
    start = None if number is None else number.get(f"{W}start")
    form = "decimal" if number is None else number.get(f"{W}fmt", "decimal")
    return {
        "width": wide,
        "height": high,
        **found,
        "start": whole(start, -1, 0, 9999),
        "form": form if form in _FORMS else "decimal",
    }


def _references(properties: Element | None) -> dict[str, str]:
    """header-first and so on -> the id of the relation."""
    if properties is None:
        return {}
    return {
        f"{kind}-{node.get(f'{W}type', 'default')}": node.get(f"{R}id", "")
        for kind in ("header", "footer")
        for node in properties.findall(f"{W}{kind}Reference")
    }


def _parts(word: WordParts, references: dict[str, str]) -> Iterator[tuple[str, str]]:
    relations = word.relations.get(word.main, {})
    for kind, key in references.items():
        if key in relations and relations[key].target in word.parts:
            yield kind, relations[key].target


def _running(word: WordParts, part: str, styles: Styles, room: int) -> list[Tree]:
    """The blocks of a header or footer; page breaks and headings mean nothing there."""
    reader = Reader(styles, Numbering())
    return [
        {**block, "level": 0, "title": False}
        for block in reader.blocks(word.tree(part), room)
        if block["kind"] != "break"
    ]
