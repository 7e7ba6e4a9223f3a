"""How do the paragraphs and tables of a part become the blocks that are set one under the other?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from kansa.document.letters.opening import Element, W
from kansa.document.letters.reading.measures import is_on, value, whole
from kansa.document.letters.reading.numbering import LEVELS, Level, Numbering
from kansa.document.letters.reading.runs import Runs
from kansa.document.letters.reading.shapes import (
    Tree,
    alignment,
    gaps,
    indents,
    line_height,
    look_of,
    size_of,
    tab_stops,
)
from kansa.document.letters.reading.styles import Styles, last, properties
from kansa.document.letters.reading.tables import Style, read_table, table_style

_TRANSPARENT = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_PLAIN = Style((), (), ())


@dataclass(slots=True)
class Reader:
    """Reads the blocks of one part in order; counts numbered paragraphs as Word does."""

    styles: Styles
    numbering: Numbering
    pitch: int = 0
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        self.runs = Runs(self.styles)

    def blocks(self, container: Element, width: int, outer: Style = _PLAIN) -> Iterator[Tree]:
        """The blocks of a body, a cell, a header, for a column of `width` twips."""
        for child in container:
            if child.tag == f"{W}p":
                yield from self.paragraph(child, outer)
            elif child.tag == f"{W}tbl":
                style = table_style(child, self.styles)
                yield read_table(child, style, width, partial(self.blocks, outer=style))
            elif child.tag in _TRANSPARENT:
                yield from self.blocks(child, width, outer)

    def paragraph(self, paragraph: Element, outer: Style) -> Iterator[Tree]:
        """The paragraph; more than one block when page breaks divide it."""
        direct = paragraph.find(f"{W}pPr")
        chain = self.styles.chain("" if direct is None else value(direct.find(f"{W}pStyle")), "paragraph")
        below = [one for one in (self.styles.default_paragraph,) if one is not None] + list(outer.paragraph)
        named = properties(chain, "pPr")
        above = [] if direct is None else [direct]
        level, label = self._numbered([*named, *above])
        numbered = [] if level is None or level.shape is None else [level.shape]
        is_direct = bool(above) and direct.find(f"{W}numPr") is not None
        layers = [*below, *named, *numbered, *above] if is_direct else [*below, *numbered, *named, *above]
        letters = [one for one in (self.styles.default_letters,) if one is not None] + list(outer.letters)
        letters += properties(chain, "rPr")
        tokens = self.runs.tokens(paragraph, letters)
        own = [] if direct is None else list(direct.findall(f"{W}rPr"))
        if label:
            tokens = [*_label(label, level, look_of([*letters, *own], self.styles)), *tokens]
        largest = max([token["look"]["size"] for token in tokens if "look" in token] or [size_of([*letters, *own])])
        shape = self._shape(layers, size_of(letters), largest)
        shape["level"] = _outline(layers) if any(token["kind"] == "text" for token in tokens) else 0
        shape["title"] = any(value(style.find(f"{W}name")).lower() == "title" for style in chain)
        yield from _divided(shape, tokens)

    def _numbered(self, layers: Sequence[Element]) -> tuple[Level | None, str]:
        numbers = last(layers, "numPr")
        key = "" if numbers is None else value(numbers.find(f"{W}numId"))
        if numbers is None or key in ("", "0"):
            return None, ""
        at = whole(value(numbers.find(f"{W}ilvl")), 0, 0, LEVELS - 1)
        return self.numbering.level(key, at), self.numbering.label(key, at)

    def _shape(self, layers: Sequence[Element], size: int, largest: int) -> Tree:
        left, right, first = indents(layers, size)
        before, after = gaps(layers, self.pitch)
        return {
            "kind": "para",
            "align": alignment(layers),
            "left": left,
            "right": right,
            "first": first,
            "before": before,
            "after": after,
            "line": line_height(layers, largest, self.pitch),
            "size": largest,
            "keep": is_on(last(layers, "keepNext")),
            "break": is_on(last(layers, "pageBreakBefore")),
            "tabs": tab_stops(layers),
        }


def _outline(layers: Sequence[Element]) -> int:
    """1 to 9 for a heading, 0 for body text."""
    return (whole(value(last(layers, "outlineLvl")), 9, 0, 9) + 1) % 10


def _label(label: str, level: Level | None, look: Tree) -> list[Tree]:
    found: list[Tree] = [{"kind": "text", "words": label, "look": look}]
    suffix = "tab" if level is None else level.suffix
    if suffix == "tab":
        found.append({"kind": "tab", "to": ""})
    elif suffix == "space":
        found.append({"kind": "text", "words": " ", "look": look})
    return found


def _divided(shape: Tree, tokens: Sequence[Tree]) -> Iterator[Tree]:
    parts: list[list[Tree]] = [[]]
    for token in tokens:
        if token["kind"] == "break":
            parts.append([])
        else:
            parts[-1].append(token)
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
        yield from _parts(shape, parts)
        yield {"kind": "break"}
    else:
        yield from _parts(shape, parts)


def _parts(shape: Tree, parts: Sequence[Sequence[Tree]]) -> Iterator[Tree]:
    for number, part in enumerate(parts):
        if shape["break"] or number:
            yield {"kind": "break"}
        is_heading = any(token["kind"] == "text" for token in part)
        yield {**shape, "tokens": list(part), "level": shape["level"] if is_heading else 0}
