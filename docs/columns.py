"""Which columns may a file of each kind have? `python -m docs.columns` writes the page from the readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kansa.cli.parser import KINDS
from kansa.formats.readers import SPECS
from kansa.formats.readers.settings import SETTINGS
from kansa.formats.tables import Column, TableSpec

TARGET = Path(__file__).parent / "guide/columns.md"

HEAD = """# 取込ファイルの列

この頁は、取込みに使うファイルの列を全て並べた一覧です。取り込み方は[記録を取り込む](03-import.md)を見てください。

- 「必須」の列がないファイルは受け付けません。「空欄可」は、列は必要ですが、空欄の行があってもよいものです。
- 見出しは「別名」のどれでも構いません。列の順は自由です。
- 「読み飛ばす列」は、あっても読み込みません。それ以外の知らない列があるファイルは受け付けません。
- 同じ内容は、雛形の「説明」シートにもあります。
"""
FOOT = """
---
この頁は `python -m docs.columns` が取込みの定義から書き出したものです。直接書き換えないでください。
"""


def cell(text: str) -> str:
    """A text as the cell of a Markdown table."""
    return text.replace("|", "｜").replace("\n", " ")


def need(column: Column) -> str:
    """Whether the column and each of its cells have to be there."""
    if not column.required:
        return ""
    return "必須（空欄可）" if column.may_be_blank else "必須"


def column_row(column: Column) -> str:
    """One column as a row of the table."""
    texts = (
        column.header_ja,
        need(column),
        column.explanation_ja,
        column.accepted_ja(),
        column.example_ja,
        "、".join(column.aliases),
    )
    return f"| {' | '.join(map(cell, texts))} |"


def table_lines(table: TableSpec) -> Iterator[str]:
    """The columns of one table."""
    yield "| 列 | 必須 | 説明 | 入力できる値 | 例 | 別名 |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns:
        yield column_row(column)
    if table.extra is not None:
        yield f"\nこのほかに、{table.extra.explanation_ja}。"
    names = {column.header_ja for column in table.columns}
    yield f"\n読み飛ばす列：{'、'.join(name for name in table.remark_headers if name not in names)}"


def kind_lines(name: str) -> Iterator[str]:
    """The section of one kind of file."""
    spec = SPECS[name]
    yield f"\n## {KINDS[name]}（`{name}`）\n"
    yield f"雛形を書き出す命令：`kansa template {KINDS[name]} --out {KINDS[name]}.xlsx`\n"
    for table in spec.tables:
        if len(spec.tables) > 1:
            yield f"\n### シート「{table.title_ja}」\n"
        yield from table_lines(table)
    if name == "year":
        yield from setting_lines()
    if name == "plan":
        yield "\n課所等を行、年度を列とし、欄に「内部」（「○」も可）又は「外部」と書いた表も読み込めます。"


def setting_lines() -> Iterator[str]:
    """The names that may stand in 項目 of 年度設定."""
    yield "\n### 「項目」に書ける名称\n"
    yield "| 項目 | 説明 | 値 | 例 |"
    yield "|---|---|---|---|"
    for setting in SETTINGS:
        texts = (setting.name_ja, setting.explanation_ja, setting.column.accepted_ja(), setting.example_ja)
        yield f"| {' | '.join(map(cell, texts))} |"


def page() -> str:
    """The whole page."""
    lines = [line for name in KINDS if name in SPECS for line in kind_lines(name)]
    return HEAD + "\n".join(lines) + "\n" + FOOT


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8", newline="\n")
