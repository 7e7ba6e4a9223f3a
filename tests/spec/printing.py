"""What stands in docs/spec? The pages of worked examples without their marks, and a page that lists them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.spec.tables import examples_of, pages

TARGET = Path(__file__).parents[2] / "docs" / "spec"
_MARK_LINE = re.compile(r"<!-- (?:case|given): .* -->\n+")
_NOTE = (
    "このページは計算例から自動で作られたものです。「→」の付いた列は、計算例のとおりの値になることを"
    "プログラムの試験で毎回確かめています。直すときは `tests/spec` の同じ名前のファイルを直し、"
    "`python -m tests.spec` を実行してください。\n"
)


def printed_page(path: Path) -> str:
    """One page for readers."""
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    return f"{title}\n\n> {_NOTE}{_MARK_LINE.sub('', body)}"


def contents_page() -> str:
    """The list of pages with the number of worked rows in each."""
    lines = [
        "# 計算の規則と計算例",
        "",
        "報告書の数値を求める規則と、その計算例です。監査人が手で確かめて署名できるよう、元の数と結果を並べています。",
        "",
        "| ページ | 計算例の数 |",
        "|---|---|",
    ]
    for path in pages():
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        number = sum(len(example.rows) for example in examples_of(path))
        lines.append(f"| [{title}]({path.name}) | {number} |")
    return "\n".join(lines) + "\n"


def printed_pages() -> dict[str, str]:
    """File name -> text of everything that docs/spec holds."""
    return {path.name: printed_page(path) for path in pages()} | {"README.md": contents_page()}
