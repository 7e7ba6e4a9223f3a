"""How is a chart written as SVG that prints, scales and reads the same in PDF, Word and a browser?

Lengths are in drawing units: 640 units are the text width of an A4 page (160 mm), so one unit is 0.25 mm.
Only integers and fractions are used, so the same values always give the same bytes.
"""

from __future__ import annotations

import hashlib
import unicodedata
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

Length = int | Fraction

WIDTH = 640
FONT = "'Noto Sans JP','BIZ UDGothic','Yu Gothic','Meiryo',sans-serif"

INK = "#1a1a1c"
SOFT_INK = "#595959"
RULE = "#b3b3b3"
FAINT = "#e6e6e6"
BAND = "#f5f5f7"
BLUE = "#0b5394"
ORANGE = "#b45309"
PAPER = "#ffffff"

# From the worst level to the best: orange side fails, blue side conforms. Neighbours differ in lightness too,
# so the order survives a grey copier and the common colour-vision deficiencies.
LEVEL_FILLS = ("#7f2704", "#d9742b", "#fbd3a5", "#a6cbe8", "#1f5f9e")
LEVEL_INKS = (PAPER, INK, INK, INK, PAPER)

_HALF_WIDTH_EM = Fraction(56, 100)


def text_width(words: str, size: Length) -> Fraction:
    """The estimated width of `words` at `size`: 1 em for a full-width character, 0.56 em for a narrow one."""
    em = sum(
        (Fraction(1) if unicodedata.east_asian_width(char) in "WFA" else _HALF_WIDTH_EM for char in words),
        start=Fraction(0),
    )
    return em * size


def fitted(words: str, width: Length, size: Length) -> str:
    """`words`, shortened with … when they are wider than `width`; the data table holds them in full."""
    if text_width(words, size) <= width:
        return words
    kept = words
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…"


def wrapped(words: str, width: Length, size: Length, max_lines: int) -> list[str]:
    """`words` broken into lines of about equal length that each fit `width`; the last one may be shortened."""
    needed = -(-text_width(words, size) // width)
    if 1 < needed <= max_lines:
        # One character to spare a line, because a full-width character cannot be cut.
        width = min(width, text_width(words, size) / needed + size)
    lines: list[str] = []
    rest = words
    while rest and len(lines) < max_lines - 1:
        take = len(rest)
        while take > 1 and text_width(rest[:take], size) > width:
            take -= 1
        lines.append(rest[:take])
        rest = rest[take:]
    if rest:
        lines.append(fitted(rest, width, size))
    return lines


def number(length: Length) -> str:
    """A length with at most one decimal, as SVG writes it."""
    tenths = (Fraction(length) * 20 + 1) // 2
    sign = "-" if tenths < 0 else ""
    whole, rest = divmod(abs(tenths), 10)
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


class Canvas:
    """Collects marks and gives them back as one `<svg>` with a title and a description."""

    def __init__(self, height: Length, width: Length = WIDTH) -> None:
        self.width = width
        self.height = height
        self._marks: list[str] = []

    def rect(self, x: Length, y: Length, width: Length, height: Length, fill: str, stroke: str = "") -> None:
        """A rectangle; `stroke` draws its outline."""
        edge = f' stroke="{stroke}"' if stroke else ""
        self._marks.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
            f' fill="{fill}"{edge}/>'
        )

    def line(
        self,
        start: tuple[Length, Length],
        end: tuple[Length, Length],
        stroke: str = RULE,
        thickness: Length = 1,
        dash: str = "",
    ) -> None:
        """A straight line between two points; `dash` is an SVG dash array."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._marks.append(
            f'<line x1="{number(start[0])}" y1="{number(start[1])}" x2="{number(end[0])}" y2="{number(end[1])}"'
            f' stroke="{stroke}" stroke-width="{number(thickness)}"{dashes}/>'
        )

    def circle(self, x: Length, y: Length, radius: Length, fill: str, stroke: str = "") -> None:
        """A disc; with `stroke` a ring of 1.5 units."""
        edge = f' stroke="{stroke}" stroke-width="1.5"' if stroke else ""
        self._marks.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{edge}/>')

    def text(self, x: Length, y: Length, words: str, size: Length = 12, anchor: str = "start", fill: str = INK) -> None:
        """Words on the baseline `y`; `anchor` is start, middle or end."""
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._marks.append(
            f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{where} fill="{fill}">'
            f"{escape(words)}</text>"
        )

    def hatch(self, x: Length, y: Length, width: Length, height: Length, stroke: str, step: int) -> None:
        """Diagonal lines inside a rectangle, each cut at its edges: a pattern needs an id, lines do not."""
        left, top, right, bottom = Fraction(x), Fraction(y), Fraction(x) + width, Fraction(y) + height
        offset = left - height + step
        while offset < right:
            # The line x - offset = bottom - y, cut to the rectangle.
            x1, x2 = max(left, offset), min(right, offset + height)
            self.line((x1, bottom - (x1 - offset)), (x2, bottom - (x2 - offset)), stroke, 1)
            offset += step
        self.line((left, top), (left, bottom), stroke, Fraction(1, 2))

    def svg(self, title: str, desc: str) -> str:
        """The whole picture. Its ids come from its content, so two pictures on one page do not collide."""
        body = "".join(self._marks)
        key = hashlib.sha256(f"{title}\0{desc}\0{body}".encode()).hexdigest()[:10]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(self.width)} {number(self.height)}"'
            f' width="{number(self.width)}" height="{number(self.height)}"'
            f' role="img" aria-labelledby="t{key} d{key}" font-family={quoteattr(FONT)}>'
            f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(desc)}</desc>{body}</svg>'
        )


def ticks(low: Fraction, high: Fraction, at_most: int = 6) -> list[Fraction]:
    """Round values from `low` to `high` for an axis, 1, 2 or 5 times a power of ten apart, at most `at_most`."""
    if high <= low:
        raise ValueError("an axis needs low < high")
    power = Fraction(1)
    while power * 10 <= high - low:
        power *= 10
    while power > high - low:
        power /= 10
    for step in (power / 10, power / 5, power / 2, power, power * 2, power * 5, power * 10):
        first = -(-low // step) * step
        count = (high - first) // step + 1
        if count <= at_most:
            return [first + step * index for index in range(count)]
    return [low, high]


def plain(value: Fraction) -> str:
    """An axis mark as a decimal without trailing zeros; a value that has no finite decimal is refused."""
    scaled, places = value, 0
    while scaled.denominator != 1:
        scaled, places = scaled * 10, places + 1
        if places > 9:
            raise ValueError(f"{value} is no axis mark")
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "−" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
