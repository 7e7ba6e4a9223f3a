"""What stands in a paragraph, sign by sign: words with their look, tabs, line ends, page numbers, page breaks?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kansa.document.letters.opening import Element, W
from kansa.document.letters.reading.measures import value
from kansa.document.letters.reading.shapes import Tree, is_hidden, look_of
from kansa.document.letters.reading.styles import Styles, properties

_DESCENDED = {
    f"{W}{name}" for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdtContent", "customXml", "dir", "bdo")
}
_PAGES = {"PAGE": "page", "NUMPAGES": "pages", "SECTIONPAGES": "pages"}
# Letters of symbol fonts, and boxes to tick, that the fonts lack: what is printed instead.
_SYMBOLS = {
    **dict.fromkeys((0x6F, 0xA8, 0x71, 0x72), "□"),
    **dict.fromkeys((0xFE, 0xFD, 0x78, 0x6E), "■"),
    **dict.fromkeys((0x6C, 0x9F), "●"),
    **dict.fromkeys((0xFC, 0x50, 0x52), "✓"),
    **dict.fromkeys((0xE8, 0xF0), "→"),
    0xA7: "▪",
    0xB7: "・",
    0xD8: "➢",
}
_LIKENESSES = str.maketrans({"☐": "□", "☑": "■", "☒": "■", "\u2011": "-", "\u00ad": "", "\u200b": "", "\ufeff": ""})


@dataclass(slots=True)
class _OpenField:
    """A field that has begun: its instruction, and whether its result is being read."""

    instruction: list[str] = field(default_factory=list)
    has_result: bool = False


@dataclass(slots=True)
class Runs:
    """Reads the runs of one part; a field may reach over several paragraphs."""

    styles: Styles
    fields: list[_OpenField] = field(default_factory=list)

    def tokens(self, paragraph: Element, layers: Sequence[Element]) -> list[Tree]:
        """The tokens of a paragraph; neighbouring words of the same look are one token."""
        found: list[Tree] = []
        for token in self._inline(paragraph, layers):
            before = found[-1] if found else None
            if before and token["kind"] == before["kind"] == "text" and before["look"] == token["look"]:
                before["words"] += token["words"]
            else:
                found.append(token)
        return found

    def _inline(self, node: Element, layers: Sequence[Element]) -> Iterator[Tree]:
        for child in node:
            if child.tag == f"{W}r":
                yield from self._run(child, layers)
            elif child.tag == f"{W}sdt" or child.tag in _DESCENDED:
                yield from self._inline(child, layers)
            elif child.tag == f"{W}fldSimple":
                page = _PAGES.get(_name(child.get(f"{W}instr", "")))
                if page and not self._is_silent():
                    yield {"kind": page, "look": look_of(layers, self.styles)}
                elif not page:
                    yield from self._inline(child, layers)

    def _run(self, run: Element, outer: Sequence[Element]) -> Iterator[Tree]:
        direct = run.find(f"{W}rPr")
        layers = list(outer)
        if direct is not None:
            named = value(direct.find(f"{W}rStyle"))
            if named:
                layers += properties(self.styles.chain(named, "character"), "rPr")
            layers.append(direct)
        if is_hidden(layers):
            return
        look = look_of(layers, self.styles)
        for child in run:
            if child.tag == f"{W}ruby":
                for letters in child.iterfind(f"{W}rubyBase/{W}r"):
                    yield from self._run(letters, layers)
            elif isinstance(child.tag, str) and child.tag.startswith(W):
                yield from self._sign(child, child.tag.removeprefix(W), look)

    def _sign(self, node: Element, name: str, look: Tree) -> Iterator[Tree]:
        if name == "fldChar":
            yield from self._field(node, look)
        elif name == "instrText":
            if self.fields and not self.fields[-1].has_result:
                self.fields[-1].instruction.append(node.text or "")
        elif self._is_silent():
            return
        elif name == "t":
            words = " ".join((node.text or "").splitlines()).translate(_LIKENESSES)
            if words:
                yield {"kind": "text", "words": words, "look": look}
        elif name == "tab":
            yield {"kind": "tab", "to": ""}
        elif name == "ptab":
            yield {"kind": "tab", "to": node.get(f"{W}alignment", "") if node.get(f"{W}alignment") != "left" else ""}
        elif name in ("br", "cr"):
            yield {"kind": "break" if node.get(f"{W}type") == "page" else "line"}
        elif name == "noBreakHyphen":
            yield {"kind": "text", "words": "-", "look": look}
        elif name == "pgNum":
            yield {"kind": "page", "look": look}
        elif name == "sym":
            yield {"kind": "text", "words": _symbol(node.get(f"{W}char", "")), "look": look}

    def _is_silent(self) -> bool:
        """Inside an instruction, or inside the stored result of a field that is computed here."""
        return any(not one.has_result or _name("".join(one.instruction)) in _PAGES for one in self.fields)

    def _field(self, node: Element, look: Tree) -> Iterator[Tree]:
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append(_OpenField())
        elif kind == "separate" and self.fields:
            self.fields[-1].has_result = True
        elif kind == "end" and self.fields:
            page = _PAGES.get(_name("".join(self.fields.pop().instruction)))
            if page and not self._is_silent():
                yield {"kind": page, "look": look}


def _name(instruction: str) -> str:
    words = instruction.split(maxsplit=1)
    return words[0].upper() if words else ""


def _symbol(code: str) -> str:
    try:
        point = int(code, 16) & 0xFF
    except ValueError:
        return "〓"
    return _SYMBOLS.get(point, "〓")
