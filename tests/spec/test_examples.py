"""Does each rule give the numbers of its worked examples, and does docs/spec say the same?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.printing import TARGET, printed_pages
from tests.spec.rules import RULES
from tests.spec.tables import Example, all_examples, examples_of

EXAMPLES = all_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.page}:{example.line}-{example.case}")
def test_worked_example(example: Example) -> None:
    assert RULES[example.case](example.inputs, list(example.given)) == example.expected


def test_every_example_expects_something() -> None:
    assert [example.case for example in EXAMPLES if not example.rows or not all(example.expected)] == []


def test_every_rule_has_an_example() -> None:
    assert sorted(RULES) == sorted({example.case for example in EXAMPLES})


def test_docs_spec_is_up_to_date() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.md")}
    assert found == printed_pages(), "run: python -m tests.spec"


def test_a_wrong_number_is_found(tmp_path: Path) -> None:
    page = tmp_path / "00-wrong.md"
    page.write_text(
        "# x\n\n<!-- case: printed -->\n\n| 値 | 桁 | → 表示 |\n|---|---|---|\n| 2675/1000 | 2 | 2.67 |\n",
        encoding="utf-8",
    )
    example = examples_of(page)[0]
    assert RULES[example.case](example.inputs, []) != example.expected
