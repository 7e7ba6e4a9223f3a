"""Which properties does a paragraph or a run have, once its styles are laid over each other?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kansa.document.letters.opening import Element, W, WordParts
from kansa.document.letters.reading.measures import value

_CHAIN = 12  # styles on which a style is based, at most
_GOTHIC = (
    *("ゴシック", "gothic", "ｺﾞｼｯｸ", "sans", "meiryo", "メイリオ", "arial", "calibri", "helvetica", "segoe", "verdana"),
    *("ui", "丸ゴ", "角ゴ", "ヒラギノ角", "aptos", "tahoma"),
)
_MINCHO = ("明朝", "mincho", "serif", "ヒラギノ明朝", "roman", "century", "cambria", "garamond", "教科書", "楷書")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def is_gothic(font: str) -> bool:
    """Whether a font's name is that of a gothic (sans serif) face."""
    name = font.lower()
    if any(word in name for word in _MINCHO) and "sans" not in name:
        return False
    return any(word in name for word in _GOTHIC)


@dataclass(slots=True)
class Styles:
    """The styles of a file, by id, and the fonts its theme names."""

    by_id: dict[str, Element] = field(default_factory=dict)
    default_ids: dict[str, str] = field(default_factory=dict)  # paragraph, character, table -> style id
    default_paragraph: Element | None = None
    default_letters: Element | None = None
    theme_fonts: dict[str, str] = field(default_factory=dict)  # major, minor

    def chain(self, style_id: str, kind: str) -> list[Element]:
        """The style and what it is based on, the most basic first; the default style for an unknown id."""
        found: list[Element] = []
        wanted = style_id if style_id in self.by_id else self.default_ids.get(kind, "")
        while wanted in self.by_id and len(found) < _CHAIN:
            style = self.by_id[wanted]
            found.append(style)
            wanted = value(style.find(f"{W}basedOn"))
        return found[::-1]

    def font_of(self, fonts: Element | None) -> str:
        """The Japanese font that w:rFonts names, by itself or by the theme; "" when it names none."""
        if fonts is None:
            return ""
        theme = fonts.get(f"{W}eastAsiaTheme", "")
        if theme:
            return self.theme_fonts.get("major" if theme.startswith("major") else "minor", "")
        return str(fonts.get(f"{W}eastAsia") or fonts.get(f"{W}ascii") or "")


def read_styles(word: WordParts) -> Styles:
    """The styles of a file; without a part for them, none."""
    styles = Styles()
    for name in word.related("styles")[:1]:
        root = word.tree(name)
        for style in root.iter(f"{W}style"):
            key = style.get(f"{W}styleId", "")
            styles.by_id.setdefault(key, style)
            if style.get(f"{W}default") in ("1", "true", "on"):
                styles.default_ids.setdefault(style.get(f"{W}type", "paragraph"), key)
        styles.default_paragraph = root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
        styles.default_letters = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    for name in word.related("theme")[:1]:
        styles.theme_fonts = _theme_fonts(word.tree(name))
    return styles


def _theme_fonts(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in ("major", "minor"):
        fonts = next(root.iter(f"{_A}{kind}Font"), None)
        if fonts is None:
            continue
        japanese = [one.get("typeface", "") for one in fonts.findall(f"{_A}font") if one.get("script") == "Jpan"]
        general = [one.get("typeface", "") for one in fonts.findall(f"{_A}ea")]
        found[kind] = next((name for name in (*general, *japanese) if name), "")
    return found


def last(layers: Sequence[Element], name: str) -> Element | None:
    """The property of that name in the uppermost layer that has it."""
    for layer in reversed(layers):
        found = layer.find(f"{W}{name}")
        if found is not None:
            return found
    return None


def merged(layers: Sequence[Element], name: str) -> dict[str, str]:
    """The attributes of a property, each from the uppermost layer that has it."""
    found: dict[str, str] = {}
    for layer in layers:
        for node in layer.findall(f"{W}{name}"):
            found.update({key.removeprefix(W): words for key, words in node.attrib.items()})
    return found


def properties(styles: Sequence[Element], name: str) -> list[Element]:
    """The property blocks of that name (pPr, rPr) in a chain of styles."""
    return [found for style in styles if (found := style.find(f"{W}{name}")) is not None]
