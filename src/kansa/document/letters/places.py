"""How is the place of a paragraph told to the person who made the template?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.document.letters.marks import paragraph_words
from kansa.document.letters.opening import Element, W, WordParts
from kansa.document.letters.rows import cells_of

# Where words stand that are printed: the kinds of relation, with the words a person knows them by.
PRINTED = {"header": "ヘッダー", "footer": "フッター", "footnotes": "脚注", "endnotes": "文末脚注"}

_EXCERPT = 24


def excerpt(words: str) -> str:
    """The beginning of some words on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT]}…"


def printed_parts(word: WordParts) -> Iterator[tuple[str, str]]:
    """The parts with printed words, each with its Japanese name: the body first."""
    yield word.main, "本文"
    for kind, name_ja in PRINTED.items():
        for part in word.related(kind):
            yield part, name_ja


def paragraphs(root: Element, name_ja: str) -> Iterator[tuple[Element, str]]:
    """Every paragraph of a part with the words for its place."""
    tables = {table: number for number, table in enumerate(root.iter(f"{W}tbl"), start=1)}
    for paragraph in root.iter(f"{W}p"):
        said = excerpt(paragraph_words(paragraph))
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        place = "の段落" if cell is None else _cell_place(cell, tables)
        yield paragraph, f"{name_ja}{place}「{said}」"


def _cell_place(cell: Element, tables: dict[Element, int]) -> str:
    row = next(cell.iterancestors(f"{W}tr"), None)
    table = next(cell.iterancestors(f"{W}tbl"), None)
    if row is None or table is None:
        return "の表"
    at_row = 1 + sum(1 for _ in row.itersiblings(f"{W}tr", preceding=True))
    at_cell = 1 + cells_of(row).index(cell) if cell in cells_of(row) else 1
    return f"の表{tables[table]}の{at_row}行目{at_cell}列目"
