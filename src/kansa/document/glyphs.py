"""Which characters of a document can the report's fonts not print, and where do they stand?

The PDF standards the report keeps refuse a character without a glyph, and every private-use character (外字).
So names are checked before anything is made, and the person is told the place.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import cast
from xml.sax.saxutils import unescape

import pylopdf_fonts_jp
import typst

from kansa.document.blocks import Block, Cell, Chart, Document, Heading, Num, Para, Run, Table, Text

GETA = "〓"  # what printers set for a missing letter

_SVG_WORDS = re.compile(r">([^<]+)<")
_EXCERPT = 18


def font_directory() -> Path:
    """The folder with the two Japanese fonts that come with the software."""
    return Path(pylopdf_fonts_jp.sans_path()).parent


@lru_cache(maxsize=4)
def fonts(directory: Path | None = None) -> typst.Fonts:
    """The typesetter's fonts: the Japanese pair, then a configured folder; never the system's.

    Only so are the bytes the same on every machine.
    """
    paths = [str(font_directory())] + ([str(directory)] if directory else [])
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)


def _is_forbidden(char: str) -> bool:
    """Control characters, lone surrogates and non-characters, which no XML may hold."""
    point = ord(char)
    if point < 0x20:
        return char not in "\n\t\r"
    return 0x7F <= point <= 0x9F or 0xD800 <= point <= 0xDFFF or point & 0xFFFE == 0xFFFE


def _all_set(chars: str, directory: Path | None) -> bool:
    """Whether the typesetter prints each: asked, not guessed, as it falls back on fonts of its own.

    PDF/A-3a makes it refuse private-use characters (外字) too, even where a font has a picture for one.
    """
    source = {"main.typ": b'#set document(title: "a")\n#set text(font: "Noto Serif JP")\n#sys.inputs.chars'}
    with tempfile.TemporaryDirectory() as root:
        try:
            typst.compile(
                cast(str, source),  # a dict of files is documented, but missing in the package's types
                root=root,
                font_paths=fonts(directory),
                sys_inputs={"chars": "".join(f" あ{char}" for char in chars)},
                format="pdf",
                pdf_standards=["a-3a"],
                timestamp=0,
            )
        except typst.TypstError:
            return False
    return True


def _unset(chars: str, directory: Path | None) -> str:
    """Those of `chars` that have no glyph, found by halving: one question when all is well."""
    if not chars or _all_set(chars, directory):
        return ""
    if len(chars) == 1:
        return chars
    middle = len(chars) // 2
    return _unset(chars[:middle], directory) + _unset(chars[middle:], directory)


def unprintable(words: str, directory: Path | None = None) -> frozenset[str]:
    """The characters among `words` that cannot stand in every output."""
    chars = sorted(set(words) - set("\n\t\r"))
    forbidden = [char for char in chars if _is_forbidden(char)]
    rest = "".join(char for char in chars if not _is_forbidden(char))
    return frozenset(forbidden) | frozenset(_unset(rest, directory))


def _excerpt(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT]}…"


def _run_words(runs: tuple[Run, ...]) -> str:
    return "".join(run.shown if isinstance(run, Num) else run.text for run in runs)


def _table_places(table: Table, name: str) -> Iterator[tuple[str, str]]:
    yield table.label + table.caption, f"{name}の題名"
    for column in table.columns:
        yield column.title_ja + column.unit, f"{name}の列見出し「{_excerpt(column.title_ja)}」"
    for number, row in enumerate(table.rows, start=1):
        for cell in row:
            words = _run_words(cell.runs)
            yield words, f"{name}の{number}行目「{_excerpt(words)}」"


def _places(document: Document) -> Iterator[tuple[str, str]]:
    """Every printed string with the words for its place."""
    yield document.title + document.subject + document.municipality_ja, "文書の題名"
    section = "冒頭"
    for block in document.blocks:
        if isinstance(block, Heading):
            section = f"「{block.label}{block.text}」"
            yield block.label + block.text, f"見出し{section}"
        elif isinstance(block, Para):
            words = _run_words(block.runs)
            yield words, f"{section}の段落「{_excerpt(words)}」"
        elif isinstance(block, Table):
            yield from _table_places(block, block.label or f"表「{_excerpt(block.caption)}」")
        elif isinstance(block, Chart):
            name = block.label or f"図「{_excerpt(block.caption)}」"
            drawn = "".join(unescape(words) for words in _SVG_WORDS.findall(block.svg))
            yield block.label + block.caption + block.alt, f"{name}の題名と説明"
            yield drawn, name
            yield from _table_places(block.data, f"{name}のデータ")


def missing_glyphs(document: Document, directory: Path | None = None) -> list[tuple[str, str]]:
    """Characters that cannot be printed, each with its place in Japanese, in reading order, each pair once."""
    places = list(_places(document))
    faulty = unprintable("".join(words for words, _ in places), directory)
    found = {(char, where): None for words, where in places for char in words if char in faulty}
    return list(found)


def replace_glyphs(document: Document, substitute: str = GETA, directory: Path | None = None) -> Document:
    """The document with every unprintable character replaced, in words, tables and pictures.

    For the moment the person has agreed to it; `missing_glyphs` of the result is empty.
    """
    table = {ord(char): substitute for char, _ in missing_glyphs(document, directory)}
    if not table:
        return document

    def mend(words: str) -> str:
        return words.translate(table)

    return replace(
        document,
        title=mend(document.title),
        subject=mend(document.subject),
        municipality_ja=mend(document.municipality_ja),
        blocks=tuple(_mended(block, mend) for block in document.blocks),
    )


def _mended(block: Block, mend: Callable[[str], str]) -> Block:
    if isinstance(block, Heading):
        return replace(block, label=mend(block.label), text=mend(block.text))
    if isinstance(block, Para):
        return replace(block, runs=_mended_runs(block.runs, mend))
    if isinstance(block, Table):
        return _mended_table(block, mend)
    if isinstance(block, Chart):
        return replace(
            block,
            label=mend(block.label),
            caption=mend(block.caption),
            svg=mend(block.svg),
            alt=mend(block.alt),
            data=_mended_table(block.data, mend),
        )
    return block


def _mended_runs(runs: tuple[Run, ...], mend: Callable[[str], str]) -> tuple[Run, ...]:
    return tuple(replace(run, shown=mend(run.shown)) if isinstance(run, Num) else Text(mend(run.text)) for run in runs)


def _mended_table(table: Table, mend: Callable[[str], str]) -> Table:
    def cell(one: Cell) -> Cell:
        return replace(one, runs=_mended_runs(one.runs, mend))

    return replace(
        table,
        label=mend(table.label),
        caption=mend(table.caption),
        columns=tuple(replace(one, title_ja=mend(one.title_ja), unit=mend(one.unit)) for one in table.columns),
        rows=tuple(tuple(cell(one) for one in row) for row in table.rows),
    )
