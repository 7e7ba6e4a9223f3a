"""Is each module recognisable and finished? Names, docstrings, private things, broad excepts, unfinished marks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, absolute, dotted, example, expect_none, faults, files, found

SAYS_NOTHING = re.compile(r"^(utils?|helpers?|common|misc|base|managers?|services?)$")
# The only places that may catch everything, at most three, each because a person must be told and work must go on.
BROAD_EXCEPTS: dict[str, int] = {
    # A job's defect, and a database that is away for a while: the worker outlives both.
    "src/kansa/apps/jobs/actions/working.py": 2,
}
BROAD_EXCEPTS_AT_MOST = 3
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
PLACEHOLDER = re.compile(r"raise\s+NotImplemented" + "Error")


def says_nothing(module: Module) -> Iterator[str]:
    """File and folder names that say nothing about what is inside."""
    for part in (*module.path.parent.parts, module.path.stem):
        if SAYS_NOTHING.match(part):
            yield f"{module.path}: the name {part!r} says nothing"


def opens_without_a_word(module: Module) -> Iterator[str]:
    """Modules without a docstring."""
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield f"{module.path}: opens without a sentence saying which question it answers"


def is_private(name: str) -> bool:
    """True for `_name`, not for `__future__` and the like."""
    return name.startswith("_") and not name.startswith("__")


def takes_private_things(module: Module) -> Iterator[str]:
    """Imports of `_private` names from another package, and reads of `other_module._private`."""
    ours: set[str] = set()
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        origin = absolute(module, node)
        if origin.split(".")[0] not in ("kansa", "tests", "benchmarks"):
            continue
        stranger = origin not in (module.package, module.name) and origin.rpartition(".")[0] != module.package
        for alias in node.names:
            ours.add(alias.asname or alias.name)
            if stranger and any(is_private(part) for part in (*origin.split("."), alias.name)):
                yield module.at(node, f"takes {origin}.{alias.name}, which is private to its package")
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Attribute) and is_private(node.attr) and isinstance(node.value, ast.Name)):
            continue
        if node.value.id in ours and node.value.id.islower():
            yield module.at(node, f"reads {dotted(node)}, which is private to its module")


def catches_everything(module: Module) -> Iterator[str]:
    """`except:`, `except Exception`, `suppress(Exception)`."""
    for node in ast.walk(module.tree):
        caught: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield module.at(node, "except without a name")
            else:
                caught = list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "suppress":
            caught = list(node.args)
        for kind in caught:
            if dotted(kind) in ("Exception", "BaseException"):
                yield module.at(node, f"catches {dotted(kind)}")


def is_unfinished(module: Module) -> Iterator[str]:
    """Marks of unfinished work."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if UNFINISHED.search(line) or PLACEHOLDER.search(line):
            yield f"{module.path}:{number}: {line.strip()}"


def test_every_name_says_something() -> None:
    expect_none(faults(says_nothing, files("src", "tests", "benchmarks")))


def test_every_module_opens_with_a_sentence() -> None:
    expect_none(faults(opens_without_a_word, files("src", "tests", "benchmarks")))


def test_private_things_stay_in_their_package() -> None:
    expect_none(faults(takes_private_things, files("src", "tests", "benchmarks")))


def test_broad_excepts_are_few_and_listed() -> None:
    places = [fault.split(":")[0] for fault in faults(catches_everything, files("src"))]
    assert {place: places.count(place) for place in places} == BROAD_EXCEPTS
    assert sum(BROAD_EXCEPTS.values()) <= BROAD_EXCEPTS_AT_MOST


def test_nothing_is_unfinished() -> None:
    expect_none(faults(is_unfinished, files("src", "tests", "benchmarks")))


@pytest.mark.parametrize("name", ["kansa.core.utils", "kansa.helpers.year", "kansa.apps.plan.base", "kansa.apps.misc"])
def test_a_name_that_says_nothing_is_found(name: str) -> None:
    assert found(says_nothing, name, "")


def test_a_name_that_says_something_is_not_found() -> None:
    assert not found(says_nothing, "kansa.core.baseline", "")


def test_a_silent_module_is_found() -> None:
    assert found(opens_without_a_word, "kansa.core.x", "x = 1")
    assert not found(opens_without_a_word, "kansa.core.x", '"""Why?"""\nx = 1')


@pytest.mark.parametrize(
    "text",
    [
        "from kansa.core.rounding import _half_up",
        "from kansa.core._rounding import half_up",
        "from kansa.core import rounding\nx = rounding._half_up(1)",
    ],
)
def test_a_private_thing_taken_is_found(text: str) -> None:
    assert found(takes_private_things, "kansa.document.figures", text)


def test_own_private_things_are_not_found() -> None:
    neighbour = example("kansa.document.render.pdf", "from kansa.document.render._fonts import fonts")
    assert not list(takes_private_things(neighbour))
    assert not found(takes_private_things, "kansa.core.x", "class A:\n    def f(self):\n        return self._x")


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    f()\nexcept:\n    pass",
        "try:\n    f()\nexcept Exception:\n    pass",
        "try:\n    f()\nexcept (ValueError, BaseException):\n    pass",
        "import contextlib\nwith contextlib.suppress(Exception):\n    f()",
    ],
)
def test_a_broad_except_is_found(text: str) -> None:
    assert found(catches_everything, "kansa.core.x", text)


def test_a_named_except_is_not_found() -> None:
    assert not found(catches_everything, "kansa.core.x", "try:\n    f()\nexcept (ValueError, KeyError):\n    pass")


@pytest.mark.parametrize("mark", ["# TO" + "DO later", "raise NotImplemented" + "Error", "# FIX" + "ME"])
def test_an_unfinished_mark_is_found(mark: str) -> None:
    assert found(is_unfinished, "kansa.core.x", f"x = 1  \n{mark}")
