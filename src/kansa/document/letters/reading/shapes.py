"""How do the layers of properties become measures of a paragraph and the look of a run? Twips and half-points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kansa.document.letters.opening import Element, W
from kansa.document.letters.reading.measures import is_on, value, whole
from kansa.document.letters.reading.styles import Styles, is_gothic, last, merged

SIZE = 21  # half-points, where a file says nothing
FARTHEST = 31_680  # twips: the widest page Word knows
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
_ALIGNMENTS = {
    "left": "left",
    "start": "left",
    "right": "right",
    "end": "right",
    "center": "center",
    "both": "both",
    "distribute": "spread",
    "thaiDistribute": "both",
}
_TABS = {"right": "right", "end": "right", "center": "center", "decimal": "right"}

Tree = dict[str, Any]


def colour(words: str) -> str:
    """A colour as #rrggbb; "" for automatic."""
    return f"#{words.lower()}" if _COLOUR.fullmatch(words) else ""


def size_of(layers: Sequence[Element]) -> int:
    """The size of letters in half-points."""
    return whole(value(last(layers, "sz")), SIZE, 2, 400)


def look_of(layers: Sequence[Element], styles: Styles) -> Tree:
    """How a run looks: size, face, lines, colour, position."""
    fonts = [name for layer in layers if (name := styles.font_of(layer.find(f"{W}rFonts")))]
    position = value(last(layers, "vertAlign"))
    underline = value(last(layers, "u"))
    fit = last(layers, "fitText")
    return {
        "size": size_of(layers),
        "gothic": is_gothic(fonts[-1]) if fonts else False,
        "bold": is_on(last(layers, "b")),
        "underline": underline not in ("", "none"),
        "strike": is_on(last(layers, "strike")) or is_on(last(layers, "dstrike")),
        "colour": colour(value(last(layers, "color"))),
        "position": {"superscript": "super", "subscript": "sub"}.get(position, ""),
        "track": whole(value(last(layers, "spacing")), 0, -200, 2000),
        "fit": 0 if fit is None else whole(value(fit), 0, 0, FARTHEST),
        "fit_id": "" if fit is None else fit.get(f"{W}id", ""),
    }


def is_hidden(layers: Sequence[Element]) -> bool:
    """Letters Word does not print."""
    return is_on(last(layers, "vanish")) or is_on(last(layers, "specVanish"))


def _indent(found: dict[str, str], names: Sequence[str], size: int) -> int:
    """A length, by characters where the file says so (hundredths of the letter's size), else in twips."""
    for name in names:
        characters = whole(found.get(f"{name}Chars"), 0, -100_000, 100_000)
        if characters:
            return max(-FARTHEST, min(FARTHEST, characters * size * 10 // 100))
    for name in names:
        if name in found:
            return whole(found[name], 0, -FARTHEST, FARTHEST)
    return 0


def indents(layers: Sequence[Element], size: int) -> tuple[int, int, int]:
    """Left, right and first line (negative: hanging), in twips."""
    found: dict[str, str] = {}
    for layer in layers:
        own = merged([layer], "ind")
        if "hanging" in own or "hangingChars" in own:
            found = {key: words for key, words in found.items() if not key.startswith("firstLine")}
        elif "firstLine" in own or "firstLineChars" in own:
            found = {key: words for key, words in found.items() if not key.startswith("hanging")}
        found |= own
    hanging = _indent(found, ("hanging",), size)
    first = -hanging if hanging else _indent(found, ("firstLine",), size)
    return _indent(found, ("left", "start"), size), _indent(found, ("right", "end"), size), first


def line_height(layers: Sequence[Element], largest: int, pitch: int) -> int:
    """The height of a line in twips for letters of `largest` half-points; `pitch` is the page's line grid, or 0."""
    found = merged(layers, "spacing")
    rule = found.get("lineRule", "auto")
    given = whole(found.get("line"), 240, 0, FARTHEST)
    letters = largest * 10
    if rule == "exact":
        return max(given, 20)
    snaps = pitch > 0 and (last(layers, "snapToGrid") is None or is_on(last(layers, "snapToGrid")))
    natural = -(-letters // pitch) * pitch if snaps else letters * 13 // 10
    if rule == "atLeast":
        return max(natural, given)
    return max(natural * given // 240, letters * 6 // 10, 20)


def gaps(layers: Sequence[Element], pitch: int) -> tuple[int, int]:
    """The space before and after a paragraph, in twips."""
    found = merged(layers, "spacing")

    def gap(side: str) -> int:
        lines = whole(found.get(f"{side}Lines"), 0, 0, 10_000)
        if lines:
            return min(FARTHEST, lines * (pitch or 240) // 100)
        return 0 if found.get(f"{side}Autospacing") in ("1", "true", "on") else whole(found.get(side), 0, 0, FARTHEST)

    return gap("before"), gap("after")


def tab_stops(layers: Sequence[Element]) -> list[Tree]:
    """The stops a paragraph sets, from left to right."""
    found: dict[int, str] = {}
    for layer in layers:
        for node in layer.iterfind(f"{W}tabs/{W}tab"):
            at = whole(node.get(f"{W}pos"), 0, -FARTHEST, FARTHEST)
            if value(node) == "clear":
                found.pop(at, None)
            elif value(node) != "bar" and len(found) < 40:
                found[at] = _TABS.get(value(node), "left")
    return [{"at": at, "align": found[at]} for at in sorted(found)]


def alignment(layers: Sequence[Element]) -> str:
    """left, right, center, both or spread."""
    return _ALIGNMENTS.get(value(last(layers, "jc")), "left")
