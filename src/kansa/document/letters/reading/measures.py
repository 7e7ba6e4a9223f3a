"""How are Word's measures read: whole numbers with limits, whatever the file says?"""

from __future__ import annotations

import re
from fractions import Fraction

from kansa.document.letters.opening import Element, W

_MEASURE = re.compile(r"\s*([+-]?[0-9]{1,9})(?:\.([0-9]{1,6}))?(mm|cm|in|pt|pc|pi|%)?\s*")
_TWIPS = {
    "mm": Fraction(14400, 254),
    "cm": Fraction(144000, 254),
    "in": Fraction(1440),
    "pt": Fraction(20),
    "pc": Fraction(240),
    "pi": Fraction(240),
}
_OFF = {"0", "false", "off", "none"}


def whole(words: str | None, default: int, low: int, high: int) -> int:
    """A number or a length in twips, within limits; the default where there is none."""
    found = _MEASURE.fullmatch(words or "")
    if found is None:
        return default
    if found[3] in (None, "%"):
        return max(low, min(high, int(found[1])))
    value = Fraction(f"{found[1]}.{found[2] or 0}") * _TWIPS[found[3]]
    return max(low, min(high, int(value)))


def attribute(node: Element | None, name: str) -> str | None:
    """An attribute of the Word namespace; None without a node."""
    return None if node is None else node.get(f"{W}{name}")


def value(node: Element | None) -> str:
    """The usual w:val; "" where there is none."""
    return attribute(node, "val") or ""


def is_on(node: Element | None) -> bool:
    """A switch such as w:b: on when it is there and does not say otherwise."""
    return node is not None and (attribute(node, "val") or "1").lower() not in _OFF
