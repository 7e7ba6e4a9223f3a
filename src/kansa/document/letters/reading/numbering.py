"""Which label does Word put before a numbered paragraph? Counted in document order, printed as plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.document.letters.opening import Element, W, WordParts
from kansa.document.letters.reading.measures import value, whole

LEVELS = 9
_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_PLACE = re.compile(r"%([1-9])")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # the letters of symbol fonts
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def roman(number: int) -> str:
    """Small Roman numerals."""
    words = ""
    for worth, sign in (*_ROMAN, *_ROMAN_SMALL):
        words += sign * (number // worth)
        number %= worth
    return words


def kanji(number: int) -> str:
    """Kanji numerals as in 二十一, up to 9999."""
    words = ""
    for worth, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, worth)
        if digit:
            words += ("" if digit == 1 and sign else _KANJI[digit]) + sign
    return words or _KANJI[0]


def _letter(number: int, letters: str) -> str:
    return letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1) if number > 0 else "0"


def shown_number(number: int, form: str) -> str:
    """A number in one of Word's formats; plain digits for one that is not known."""
    number = max(0, min(number, 9999))
    simple = {
        "decimalFullWidth": str(number).translate(_WIDE),
        "decimalFullWidth2": str(number).translate(_WIDE),
        "decimalZero": f"{number:02}",
        "numberInDash": f"- {number} -",
        "none": "",
        "lowerRoman": roman(number),
        "upperRoman": roman(number).upper(),
        "lowerLetter": _letter(min(number, 260), "abcdefghijklmnopqrstuvwxyz"),
        "upperLetter": _letter(min(number, 260), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    }
    if form.startswith("aiueo"):
        return _letter(min(number, 460), _AIUEO)
    if form.startswith("iroha"):
        return _letter(min(number, 460), _IROHA)
    if form in (
        "japaneseCounting",
        "ideographDigital",
        "japaneseLegal",
        "chineseCounting",
        "japaneseDigitalTenThousand",
    ):
        return kanji(number)
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return simple.get(form, str(number))


@dataclass(slots=True)
class Level:
    """One level of a numbering."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    shape: Element | None = None  # w:pPr


@dataclass(slots=True)
class Numbering:
    """The numberings of a file and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # numId -> level
    families: dict[str, str] = field(default_factory=dict)  # numId -> abstract numbering, which counts
    counts: dict[str, list[int]] = field(default_factory=dict)

    def level(self, number_id: str, at: int) -> Level | None:
        """The level, if the file has it."""
        return self.levels.get(number_id, {}).get(at)

    def label(self, number_id: str, at: int) -> str:
        """The next label at this level; the levels below begin anew."""
        level = self.level(number_id, at)
        if level is None:
            return ""
        known = self.levels[number_id]
        starts = [known[depth].start if depth in known else 1 for depth in range(LEVELS)]
        counts = self.counts.setdefault(self.families[number_id], [0] * LEVELS)
        counts[at] = counts[at] + 1 if counts[at] else max(starts[at], 0)
        counts[at + 1 :] = [0] * (LEVELS - at - 1)
        if level.form == "bullet":
            return _PRIVATE.sub("・", level.text)
        return _PLACE.sub(lambda found: _part(int(found[1]) - 1, at, counts, starts, known), level.text)


def _part(depth: int, at: int, counts: list[int], starts: list[int], known: Mapping[int, Level]) -> str:
    number = counts[depth] or starts[depth]
    return shown_number(number, known[depth].form) if depth in known and depth <= at else ""


def read_numbering(word: WordParts) -> Numbering:
    """The numberings of a file; without a part for them, none."""
    numbering = Numbering()
    for name in word.related("numbering")[:1]:
        root = word.tree(name)
        abstract = {node.get(f"{W}abstractNumId", ""): _levels(node) for node in root.iter(f"{W}abstractNum")}
        for node in root.iter(f"{W}num"):
            key, family = node.get(f"{W}numId", ""), value(node.find(f"{W}abstractNumId"))
            levels = dict(abstract.get(family, {}))
            overrides = {depth: level for one in node.iter(f"{W}lvlOverride") for depth, level in _levels(one).items()}
            numbering.levels[key] = levels | overrides
            restarts = any(True for _ in node.iter(f"{W}startOverride"))
            numbering.families[key] = f"{family}/{key}" if restarts else family
    return numbering


def _levels(node: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for one in node.findall(f"{W}lvl"):
        depth = whole(one.get(f"{W}ilvl"), 0, 0, LEVELS - 1)
        found[depth] = Level(
            form=value(one.find(f"{W}numFmt")) or "decimal",
            text=value(one.find(f"{W}lvlText"))[:40],
            start=whole(value(one.find(f"{W}start")), 1, 0, 9999),
            suffix=value(one.find(f"{W}suff")) or "tab",
            shape=one.find(f"{W}pPr"),
        )
    return found
