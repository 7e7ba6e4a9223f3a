"""Does a stranger know which room this is? Every package says five things at its door."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, example, expect_none, faults, files

LINES = ("What lives here", "Who comes here", "May import", "Must not", "To add one")


def is_without_plate(module: Module) -> Iterator[str]:
    """Packages whose docstring lacks one of the five lines, has one without words, or has them in another order."""
    if module.path.name != "__init__.py":
        return
    lines = [line.strip() for line in (ast.get_docstring(module.tree) or "").splitlines()]
    found = [next((line for line in lines if re.match(rf"{start}[.:] +\S", line)), "") for start in LINES]
    for start, line in zip(LINES, found, strict=True):
        if not line:
            yield f"{module.path}: the door plate has no line {start!r} with something after it"
    if all(found) and sorted(found, key=lines.index) != found:
        yield f"{module.path}: the door plate's lines stand in another order"


def packages() -> Iterator[Module]:
    """Every package of kansa that has Python in it."""
    return (module for module in files("src") if module.path.name == "__init__.py")


def folders_without_init() -> list[str]:
    """Folders with Python files that are no package: their modules would be lost in a wheel."""
    return sorted(
        {str(m.path.parent) for m in files("src")} - {str(m.path.parent) for m in packages()},
    )


def plate(*without: str) -> Module:
    lines = "\n".join(f"{line}. Something." for line in LINES if line not in without)
    return example("kansa.core.__init__", f'"""{lines}"""')


def test_every_package_has_its_plate() -> None:
    expect_none(faults(is_without_plate, packages()))


def test_every_folder_is_a_package() -> None:
    expect_none(folders_without_init())


@pytest.mark.parametrize("line", LINES)
def test_a_missing_line_is_found(line: str) -> None:
    assert list(is_without_plate(plate(line)))


def test_a_line_without_words_is_found() -> None:
    assert list(is_without_plate(example("kansa.core.__init__", f'"""{chr(10).join(f"{line}." for line in LINES)}"""')))


def test_a_whole_plate_is_not_found() -> None:
    assert not list(is_without_plate(plate()))
