"""Is every number in core and document exact? Whole numbers and fractions; floats and `round()` have no place there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Module, dotted, expect_none, faults, found, imports, rooms

INEXACT_MATH = {"isqrt", "gcd", "lcm", "comb", "perm", "factorial", "floor", "ceil", "prod"}
# Where a library takes nothing but floats, the exact value is handed over there and never read back. By file name.
BORDERS: dict[str, str] = {}


def is_inexact(module: Module) -> Iterator[str]:
    """Float literals, the type float, `round()` and functions of `math` that give floats."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield module.at(node, f"float literal {node.value}")
        if isinstance(node, ast.Name) and node.id in ("float", "complex"):
            yield module.at(node, f"the type {node.id}")
        if isinstance(node, ast.Call) and dotted(node.func) == "round":
            yield module.at(node, "round(): use kansa.core.rounding, which rounds once, half up")
    for node, name in imports(module):
        if name.startswith("math.") and name.partition(".")[2] not in INEXACT_MATH:
            yield module.at(node, f"imports {name}, which gives floats")
        if name in ("math", "statistics", "cmath") or name.startswith("statistics."):
            yield module.at(node, f"imports {name}: name the exact function (`from math import isqrt`)")


def test_core_and_document_know_no_float() -> None:
    wrong = [fault for fault in faults(is_inexact, rooms("core", "document")) if fault.split(":")[0] not in BORDERS]
    expect_none(wrong)


def test_every_border_is_still_needed() -> None:
    crossed = {fault.split(":")[0] for fault in faults(is_inexact, rooms("core", "document"))}
    assert set(BORDERS) <= crossed


@pytest.mark.parametrize(
    "text",
    [
        "x = 2.88",
        "x = 1e3",
        "x = float('2.88')",
        "def f(x: float) -> None: ...",
        "x = round(total, 2)",
        "from math import sqrt",
        "import math",
        "from statistics import mean",
    ],
)
def test_an_inexact_number_is_found(text: str) -> None:
    assert found(is_inexact, "kansa.core.made_up", text)


def test_exact_numbers_are_not_found() -> None:
    assert not found(is_inexact, "kansa.core.x", "from math import isqrt\nfrom fractions import Fraction\nx = 3 // 2")
