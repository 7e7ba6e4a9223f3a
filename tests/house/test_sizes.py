"""Can every piece be read in one sitting? Functions up to 60 lines, views up to 30, files up to 500.

A function is counted from `def` to its last line without its docstring: explaining must not cost anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import Module, expect_none, faults, files, found, functions

FUNCTION_LINES = 60
USUAL_FUNCTION_LINES = 30  # nine of ten functions
VIEW_LINES = 30
FILE_LINES = 500


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def is_view(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True for what answers a request: a function of a views module whose first argument is `request`."""
    arguments = function.args.posonlyargs + function.args.args
    return "views" in module.name.split(".") and bool(arguments) and arguments[0].arg == "request"


def is_long(module: Module) -> Iterator[str]:
    """Files, functions and views beyond their limits."""
    lines = module.text.count("\n")
    if lines > FILE_LINES:
        yield f"{module.path}: {lines} lines, at most {FILE_LINES}: make it a folder of the same name"
    for function in functions(module):
        limit = VIEW_LINES if is_view(module, function) else FUNCTION_LINES
        if length(function) > limit:
            yield module.at(function, f"{function.name}() has {length(function)} lines, at most {limit}")


def ninth_decile(lengths: list[int]) -> int:
    """The smallest length that nine of ten do not exceed; 0 for none."""
    return sorted(lengths)[max(0, -(-9 * len(lengths) // 10) - 1)] if lengths else 0


def test_nothing_is_too_long() -> None:
    expect_none(faults(is_long, files("src", "tests", "benchmarks")))


def test_nine_of_ten_functions_are_short() -> None:
    lengths = [length(function) for module in files("src") for function in functions(module)]
    assert ninth_decile(lengths) <= USUAL_FUNCTION_LINES, f"p90 of {len(lengths)} functions"


def test_a_long_function_is_found() -> None:
    body = "".join(f"    x{n} = {n}\n" for n in range(FUNCTION_LINES))
    assert found(is_long, "kansa.core.x", f"def f():\n{body}")
    assert not found(is_long, "kansa.core.x", f"def f():\n{body[: body.rindex('    ')]}")


def test_a_long_docstring_costs_nothing() -> None:
    words = "\n".join(["    word"] * 100)
    assert not found(is_long, "kansa.core.x", f'def f():\n    """\n{words}\n    """\n    return 1\n')


def test_a_long_view_is_found() -> None:
    body = "".join(f"    x{n} = {n}\n" for n in range(VIEW_LINES))
    assert found(is_long, "kansa.apps.plan.views", f"def page(request):\n{body}")
    assert not found(is_long, "kansa.apps.plan.queries", f"def page(request):\n{body}")


def test_a_long_file_is_found() -> None:
    assert found(is_long, "kansa.core.x", "x = 1\n" * (FILE_LINES + 1))
    assert not found(is_long, "kansa.core.x", "x = 1\n" * FILE_LINES)


def test_the_ninth_decile() -> None:
    assert ninth_decile([]) == 0
    assert ninth_decile([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]) == 9
    assert ninth_decile([5] * 8 + [90, 100]) == 90
