"""Is every number in a sentence of the report a figure? No numeral is typed into the words of the outline."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, docstrings, expect_none, faults, found, rooms

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
NUMERAL = re.compile(r"[0-9０-９〇]|[一二三四五六七八九十百千]+(?=[点％割件名年回度人])")
# Words that hold a numeral and count nothing that was measured.
FIXED_WORDS = ("一部", "一人一人", "統一", "一般", "一覧", "一致", "一定")
IN_BRACES = re.compile(r"\{[^{}]*\}")


def typed_numeral(text: str) -> str:
    """The first numeral of a sentence outside braces; "" when there is none or the text is no sentence."""
    if not JAPANESE.search(text):
        return ""
    bare = IN_BRACES.sub("", text)
    for word in FIXED_WORDS:
        bare = bare.replace(word, "")
    hit = NUMERAL.search(bare)
    return hit.group() if hit else ""


def is_outline(module: Module) -> bool:
    return module.is_in("document.outline") or module.name.rpartition(".")[2] == "outline"


def types_numerals(module: Module) -> Iterator[str]:
    """String literals of the outline, docstrings left out, that hold Japanese words and a numeral."""
    if not is_outline(module):
        return
    kept = docstrings(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in kept:
            numeral = typed_numeral(node.value)
            if numeral:
                yield module.at(node, f"{numeral!r} is typed into {node.value!r}: name a figure in braces")


def test_the_outline_types_no_numeral() -> None:
    expect_none(faults(types_numerals, rooms("document")))


@pytest.mark.parametrize(
    "text", ["平均は2.88点であった。", "令和６年度の結果", "前年度より1.1ポイント", "約五割が改善した", "十点満点"]
)
def test_a_typed_numeral_is_found(text: str) -> None:
    assert found(types_numerals, "kansa.document.outline.external", f"SENTENCE = {text!r}")
    assert found(types_numerals, "kansa.document.outline", f"x = f'{text}{{name}}'")


@pytest.mark.parametrize(
    "text", ["平均は{external.mean.2024}点", "一部の職員が開封した。", "section-2", "統一的な基準"]
)
def test_figures_and_fixed_words_are_not_found(text: str) -> None:
    assert not found(types_numerals, "kansa.document.outline.external", f"SENTENCE = {text!r}")


def test_docstrings_may_count() -> None:
    assert not found(types_numerals, "kansa.document.outline", '"""第1章を書く。"""')
