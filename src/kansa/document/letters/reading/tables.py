"""How does a table of Word become cells with their places, spans, lines and gaps?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kansa.document.letters.opening import Element, W
from kansa.document.letters.reading.measures import is_on, value, whole
from kansa.document.letters.reading.shapes import FARTHEST, Tree, colour
from kansa.document.letters.reading.styles import Styles, last, properties
from kansa.document.letters.rows import cells_of, span_of

COLUMNS = 63  # as many as Word allows
_WHOLE = 8000  # twips: more than half of a landscape page
_SIDES = ("top", "right", "bottom", "left")
_ALIASES = {"left": ("left", "start"), "right": ("right", "end"), "top": ("top",), "bottom": ("bottom",)}
_DASHES = {"dotted": "dotted", "dashed": "dashed", "dashSmallGap": "dashed", "dotDash": "dash-dotted"}
_GAPS = {"top": 0, "right": 108, "bottom": 0, "left": 108}  # twips, as Word's own table style has them
_VERTICAL = {"center": "center", "both": "center", "bottom": "bottom"}

Blocks = Callable[[Element, int], Iterator[Tree]]
Line = tuple[int, int, Tree | None]  # whether the cell says it itself, its width, the line


@dataclass(frozen=True, slots=True)
class Style:
    """The layers a table gives: to itself (tblPr), to the paragraphs and to the letters in it."""

    table: tuple[Element, ...]
    paragraph: tuple[Element, ...]
    letters: tuple[Element, ...]


@dataclass(slots=True)
class Placed:
    """A cell at its place."""

    node: Element
    x: int
    y: int
    wide: int
    high: int = 1


def table_style(table: Element, styles: Styles) -> Style:
    """The layers of a table's style and of the table itself."""
    own = table.find(f"{W}tblPr")
    chain = styles.chain("" if own is None else value(own.find(f"{W}tblStyle")), "table")
    layers = properties(chain, "tblPr") + ([] if own is None else [own])
    return Style(tuple(layers), tuple(properties(chain, "pPr")), tuple(properties(chain, "rPr")))


def rows_of(table: Element) -> list[Element]:
    """The rows of a table, those in content controls too, not those of tables inside."""
    return [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]


def read_table(table: Element, style: Style, width: int, blocks: Blocks) -> Tree:
    """The table as a tree for the typesetter, not wider than `width` twips."""
    rows = rows_of(table)
    cells = _placed(rows)
    count = max([cell.x + cell.wide for cell in cells] or [1])
    columns = _columns(table, cells, count, width)
    lines = _lines(cells, style, count, len(rows))
    gaps = _gaps([one for layer in style.table if (one := layer.find(f"{W}tblCellMar")) is not None], _GAPS)
    trees = [_cell(cell, columns, lines, gaps, blocks) for cell in cells]
    shapes = [_row(row) for row in rows]
    _keep_whole(trees, shapes, columns)
    return {
        "kind": "table",
        "columns": columns,
        "indent": _table_indent(style.table, gaps, width, sum(columns)),
        "align": {"center": "center", "right": "right", "end": "right"}.get(value(last(style.table, "jc")), "left"),
        "rows": shapes,
        "header": _header(rows, cells),
        "ruled": any(tree["lines"] for tree in trees),
        "cells": trees,
    }


def _placed(rows: Sequence[Element]) -> list[Placed]:
    """Every cell once, at its column; a cell merged downwards grows over the rows that continue it."""
    found: list[Placed] = []
    above: dict[int, Placed] = {}
    for y, row in enumerate(rows):
        x = whole(value(row.find(f"{W}trPr/{W}gridBefore")), 0, 0, COLUMNS - 1)
        here: dict[int, Placed] = {}
        for node in cells_of(row):
            wide = min(span_of(node), COLUMNS - x)
            if wide < 1:
                break
            merge = node.find(f"{W}tcPr/{W}vMerge")
            top = above.get(x)
            if merge is not None and value(merge) != "restart" and top is not None and top.wide == wide:
                top.high += 1
                here[x] = top
            else:
                cell = Placed(node, x, y, wide)
                found.append(cell)
                if merge is not None:
                    here[x] = cell
            x += wide
        above = here
    return found


def _columns(table: Element, cells: Sequence[Placed], count: int, width: int) -> list[int]:
    """The widths of the columns in twips: those of the grid, else those of the cells, else equal shares."""
    grid = [whole(node.get(f"{W}w"), 0, 0, FARTHEST) for node in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    widths = (grid + [0] * count)[:count]
    for cell in cells:
        if cell.wide == 1 and not widths[cell.x]:
            widths[cell.x] = whole(_of(cell.node, "tcW", "w"), 0, 0, FARTHEST)
    share = max(width // count, 60)
    widths = [max(one, 60) if one else share for one in widths]
    total = sum(widths)
    return widths if total <= width + 240 else [max(one * width // total, 30) for one in widths]


def _of(cell: Element, name: str, attribute: str) -> str | None:
    node = cell.find(f"{W}tcPr/{W}{name}")
    found: str | None = None if node is None else node.get(f"{W}{attribute}")
    return found


def _table_indent(layers: Sequence[Element], gaps: dict[str, int], width: int, total: int) -> int:
    """How far the table stands from the margin; Word sets the words of the first column on the margin."""
    node = last(layers, "tblInd")
    given = 0 if node is None else whole(node.get(f"{W}w"), 0, -2000, FARTHEST)
    return min(given, max(width - total, 0)) if given > 0 else max(given, -gaps["left"])


def _gaps(layers: Sequence[Element], default: dict[str, int]) -> dict[str, int]:
    found = dict(default)
    for layer in layers:
        for side, names in _ALIASES.items():
            for name in names:
                node = layer.find(f"{W}{name}")
                if node is not None:
                    found[side] = whole(node.get(f"{W}w"), found[side], 0, 1440)
    return found


def _line(node: Element | None) -> tuple[int, Tree | None]:
    kind = value(node)
    if node is None or kind in ("", "nil", "none"):
        return 0, None
    size = whole(node.get(f"{W}sz"), 4, 2, 96)
    return size, {
        "size": size,
        "colour": colour(node.get(f"{W}color", "")) or "#000000",
        "dash": _DASHES.get(kind, "solid"),
    }


def _side(layer: Element | None, names: Sequence[str]) -> Element | None:
    if layer is None:
        return None
    return next((node for name in names if (node := layer.find(f"{W}{name}")) is not None), None)


def _table_lines(style: Style) -> dict[str, tuple[int, Tree | None]]:
    """The lines a table gives its cells, by side; insideH and insideV between them."""
    borders = [one for layer in style.table if (one := layer.find(f"{W}tblBorders")) is not None]
    sides = {**_ALIASES, "insideH": ("insideH",), "insideV": ("insideV",)}
    return {
        side: _line(next((node for one in reversed(borders) if (node := _side(one, names)) is not None), None))
        for side, names in sides.items()
    }


def _lines(cells: Sequence[Placed], style: Style, columns: int, rows: int) -> dict[tuple[str, int, int], Line]:
    """The line on each edge of the grid: what a cell says itself beats the table, wide beats narrow."""
    of_table = _table_lines(style)
    found: dict[tuple[str, int, int], Line] = {}
    for cell in cells:
        own = cell.node.find(f"{W}tcPr/{W}tcBorders")
        at_edge = {
            "top": cell.y == 0,
            "bottom": cell.y + cell.high >= rows,
            "left": cell.x == 0,
            "right": cell.x + cell.wide >= columns,
        }
        for side in _SIDES:
            explicit = _side(own, _ALIASES[side])
            inside = "insideH" if side in ("top", "bottom") else "insideV"
            size, line = of_table[side if at_edge[side] else inside] if explicit is None else _line(explicit)
            for key in _edges(cell, side):
                before = found.get(key)
                if before is None or (explicit is not None, size) > before[:2]:
                    found[key] = (int(explicit is not None), size, line)
    return found


def _edges(cell: Placed, side: str) -> Iterator[tuple[str, int, int]]:
    if side in ("top", "bottom"):
        y = cell.y if side == "top" else cell.y + cell.high
        yield from (("h", y, x) for x in range(cell.x, cell.x + cell.wide))
    else:
        x = cell.x if side == "left" else cell.x + cell.wide
        yield from (("v", y, x) for y in range(cell.y, cell.y + cell.high))


def _cell(
    cell: Placed,
    columns: Sequence[int],
    lines: dict[tuple[str, int, int], Line],
    table_gaps: dict[str, int],
    blocks: Blocks,
) -> Tree:
    own = cell.node.find(f"{W}tcPr/{W}tcMar")
    gaps = _gaps([] if own is None else [own], table_gaps)
    room = max(sum(columns[cell.x : cell.x + cell.wide]) - gaps["left"] - gaps["right"], 100)
    shown = {side: lines[next(_edges(cell, side))][2] for side in _SIDES}
    return {
        "x": cell.x,
        "y": cell.y,
        "wide": cell.wide,
        "high": cell.high,
        "fill": colour(_of(cell.node, "shd", "fill") or ""),
        "vertical": _VERTICAL.get(_of(cell.node, "vAlign", "val") or "", "top"),
        "gaps": [gaps[side] for side in _SIDES],
        "lines": {side: line for side, line in shown.items() if line is not None},
        "blocks": list(blocks(cell.node, room)),
    }


def _row(row: Element) -> Tree:
    height = row.find(f"{W}trPr/{W}trHeight")
    return {
        "height": 0 if height is None else whole(value(height), 0, 0, FARTHEST),
        "exact": height is not None and height.get(f"{W}hRule") == "exact",
        "whole": is_on(row.find(f"{W}trPr/{W}cantSplit")),
    }


def _estimate(cell: Tree, room: int) -> int:
    """About how high a cell becomes, in twips: rather too much than too little."""
    high: int = cell["gaps"][0] + cell["gaps"][2]
    for block in cell["blocks"]:
        if block["kind"] != "para":
            return FARTHEST
        letters = sum(len(token["words"]) for token in block["tokens"] if token["kind"] == "text")
        breaks = sum(1 for token in block["tokens"] if token["kind"] == "line")
        lines = 1 + breaks + letters * block["size"] * 10 // max(room - block["left"] - block["right"], 100)
        high += block["before"] + block["after"] + lines * block["line"]
    return high


def _keep_whole(cells: Sequence[Tree], rows: Sequence[Tree], columns: Sequence[int]) -> None:
    """Rows that may not be divided stay whole only where they surely fit a page: nothing may fall off its end."""
    heights = [row["height"] for row in rows]
    for cell in cells:
        room = sum(columns[cell["x"] : cell["x"] + cell["wide"]]) - cell["gaps"][1] - cell["gaps"][3]
        if cell["high"] == 1:
            heights[cell["y"]] = max(heights[cell["y"]], _estimate(cell, room))
    for cell in cells:
        spanned = range(cell["y"], cell["y"] + cell["high"])
        may_split = not all(rows[y]["whole"] for y in spanned)
        cell["whole"] = not may_split and sum(heights[y] for y in spanned) < _WHOLE


def _header(rows: Sequence[Element], cells: Sequence[Placed]) -> int:
    """How many leading rows are repeated on every page: never all of them, never half a merged cell."""
    count = 0
    while count < len(rows) and is_on(rows[count].find(f"{W}trPr/{W}tblHeader")):
        count += 1
    while any(cell.y < count < cell.y + cell.high for cell in cells):
        count += 1
    return count if count < len(rows) else 0
