"""Is every setting that kansa reads from its environment explained?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, SRC, Module, dotted, example, files

SETTINGS = SRC / "kansa/config/settings.py"
GUIDE = ROOT / "docs/guide"
# Set for Django by our own start, not by a person.
OURS = {"DJANGO_SETTINGS_MODULE"}


def read_names(module: Module) -> Iterator[str]:
    """Names taken out of something called environ, and out of getenv."""
    for node in ast.walk(module.tree):
        key: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            called = dotted(node.func)
            owner, _, method = called.rpartition(".")
            if method == "getenv" or (owner.endswith("environ") and method in ("get", "pop", "setdefault")):
                key = node.args[0]
        elif isinstance(node, ast.Subscript) and dotted(node.value).endswith("environ"):
            key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def settings() -> set[str]:
    """Every name the product reads."""
    return {name for module in files("src") for name in read_names(module)} - OURS


def test_every_setting_is_in_the_table_of_settings() -> None:
    table = ast.get_docstring(ast.parse(SETTINGS.read_text(encoding="utf-8"))) or ""
    assert {name for name in settings() if f"| {name} " not in table} == set()


def test_every_setting_is_in_the_manual() -> None:
    if not list(GUIDE.glob("*.md")):
        pytest.skip("the manual is not written yet")
    page = (GUIDE / "settings.md").read_text(encoding="utf-8")
    assert {name for name in settings() if name not in page} == set()


@pytest.mark.parametrize(
    "text",
    [
        'os.environ.get("A", "")',
        'os.environ["A"]',
        'os.getenv("A")',
        'environ.get("A")',
        'os.environ.setdefault("A", "")',
    ],
)
def test_a_read_of_the_environment_is_found(text: str) -> None:
    assert list(read_names(example("kansa.config.x", text))) == ["A"]


def test_other_reads_are_not_found() -> None:
    assert not list(read_names(example("kansa.config.x", 'rules.get("A")\nrules["B"]')))
