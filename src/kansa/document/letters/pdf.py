"""How does a filled letter become a PDF that looks as Word would print it, archivable and accessible?

The typesetter's template is fixed and takes JSON: no words of a letter are ever read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import typst

from kansa.core.errors import InputError, Refusal
from kansa.document.blocks import Theme
from kansa.document.glyphs import GETA, unprintable
from kansa.document.letters.measure import check_measure
from kansa.document.letters.opening import open_word
from kansa.document.letters.places import excerpt, printed_parts
from kansa.document.letters.reading.letter import read_letter
from kansa.document.letters.reading.shapes import Tree
from kansa.document.render.typesetter import typeset

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

_FONTS = Theme()


@cache
def letter_template() -> bytes:
    """The fixed template."""
    return resources.files("kansa.document.letters").joinpath("letter.typ").read_bytes()


def letter_pdf(
    docx: bytes,
    title_ja: str,
    municipality_ja: str,
    *,
    replace_missing: bool = False,
    font_directory: Path | None = None,
) -> bytes:
    """A Word file as PDF bytes, the same for the same input; nothing is fetched, nothing is run.

    Raises InputError for a file that is no safe Word file, and for characters the fonts lack, each with its place;
    with `replace_missing` those are printed as 〓 instead.
    """
    word = open_word(docx)
    check_measure({name_ja: word.tree(name) for name, name_ja in printed_parts(word)})
    tree = read_letter(word)
    _settle_levels([block for section in tree["sections"] for block in section["blocks"]], 0)
    tree |= {
        "title": _one_line(title_ja),
        "municipality": _one_line(municipality_ja),
        "serif": _FONTS.serif_pdf,
        "sans": _FONTS.sans_pdf,
    }
    try:
        return _set(tree, font_directory)
    except (typst.TypstError, UnicodeEncodeError):
        missing = _missing(tree, font_directory)
        if not missing:
            raise
        if not replace_missing:
            raise InputError(*missing.values()) from None
    return _set(_mended(tree, {ord(char): GETA for char, _ in missing}), font_directory)


def _set(tree: Tree, font_directory: Path | None) -> bytes:
    files = {"main.typ": letter_template(), "letter.json": json.dumps(tree, ensure_ascii=False).encode()}
    return typeset(files, "pdf", font_directory, STANDARDS)[0]


def _settle_levels(blocks: Sequence[Tree], above: int) -> int:
    """Headings that skip no level, as the accessibility standard wants; the last level is returned."""
    for block in blocks:
        if block["kind"] == "para" and block["level"]:
            block["level"] = above = min(block["level"], above + 1)
        elif block["kind"] == "table":
            for cell in block["cells"]:
                above = _settle_levels(cell["blocks"], above)
    return above


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _words(blocks: Sequence[Tree], place: str) -> Iterator[tuple[str, str]]:
    """Every printed string with the words for its place."""
    for block in blocks:
        if block["kind"] == "para":
            words = "".join(token["words"] for token in block["tokens"] if token["kind"] == "text")
            yield words, f"{place}「{excerpt(words)}」"
        elif block["kind"] == "table":
            for cell in block["cells"]:
                yield from _words(cell["blocks"], "表の中の段落")


def _places(tree: Tree) -> Iterator[tuple[str, str]]:
    yield tree["title"] + tree["municipality"], "文書の題名"
    for section in tree["sections"]:
        yield from _words(section["blocks"], "段落")
        for kind, blocks in section["running"].items():
            yield from _words(blocks, "ヘッダー" if kind.startswith("header") else "フッター")


def _missing(tree: Tree, font_directory: Path | None) -> dict[tuple[str, str], Refusal]:
    """Characters that cannot be printed, each with its place."""
    places = list(_places(tree))
    faulty = unprintable("".join(words for words, _ in places), font_directory)
    return {
        (char, where): _refusal(char, where)
        for words, where in places
        for char in dict.fromkeys(words)
        if char in faulty
    }


def _refusal(char: str, where: str) -> Refusal:
    shown = f"「{char}」" if char.isprintable() else ""
    return Refusal(
        "missing_glyph",
        f"{where}の文字{shown}（U+{ord(char):04X}）は、PDF の書体で印字できません。"
        "別の字に直すか、「〓」に置き換えて出力することを選んでください。",
    )


def _mended(tree: Tree, table: dict[int, str]) -> Tree:
    """The tree with every string translated."""

    def mend(one: object) -> object:
        if isinstance(one, str):
            return one.translate(table)
        if isinstance(one, list):
            return [mend(child) for child in one]
        if isinstance(one, dict):
            return {key: mend(child) for key, child in one.items()}
        return one

    return {key: mend(value) for key, value in tree.items()}
