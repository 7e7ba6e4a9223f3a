"""Which fields may a template of each letter use? `python -m docs.letters` writes the page from the kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.columns import cell
from kansa.document.letters.kinds import KINDS, LetterKind
from kansa.document.letters.offer import LetterField

TARGET = Path(__file__).parent / "guide/letter-fields.md"

HEAD = """# 通知文と様式の項目

この頁は、雛形に書ける項目を、文書の種類ごとに並べた一覧です。書き方は[通知文と様式の雛形](15-letters.md)を見てください。

- 「項目」の欄の字を、そのまま雛形に書きます。写して貼り付けて構いません。
- 「一覧の項目」は、表の行の中に書きます。その行が件数分繰り返されます。
- 値がないときは空欄になります。一覧に一件もないときは、その行に「該当なし」と入ります。
"""
FOOT = """
---
この頁は `python -m docs.letters` が文書の種類の定義から書き出したものです。直接書き換えないでください。
"""


def field_lines(fields: Sequence[LetterField], list_name: str = "") -> Iterator[str]:
    """The fields of a kind or of one of its lists as a table."""
    yield "| 項目 | 意味 | 例 |"
    yield "|---|---|---|"
    for field in fields:
        name = f"{list_name}.{field.name}" if list_name else field.name
        yield f"| `{{{{ {name} }}}}` | {cell(field.meaning_ja)} | {cell(field.sample)} |"


def kind_lines(kind: LetterKind) -> Iterator[str]:
    """The section of one kind."""
    yield f"\n## {kind.title_ja}\n"
    yield f"{kind.purpose_ja}文書です。\n"
    yield from field_lines(kind.fields)
    for one in kind.lists:
        yield f"\n### {kind.title_ja}の一覧の項目「{one.name}」\n"
        yield f"{one.meaning_ja}。表の行の中に書きます。\n"
        yield from field_lines(one.fields, one.name)


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(line for kind in KINDS.values() for line in kind_lines(kind)) + "\n" + FOOT


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8", newline="\n")
