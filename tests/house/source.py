"""What does our own source text say? Modules as text and syntax tree, for the tests about the house itself.

A rule is a function from one `Module` to the faults it finds, each a line a person can act on. It is applied to every
module of the house, and to a small text made to break it: a rule that cannot fail guards nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
PURE = ("core", "planning", "patches", "formats", "document", "sample")


@dataclass(frozen=True)
class Module:
    """One Python file; `path` is relative to the root of the project, with forward slashes."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, str(self.path))

    @property
    def name(self) -> str:
        """The dotted name: `src/kansa/core/year.py` is `kansa.core.year`."""
        parts = [part for part in self.path.with_suffix("").parts if part != "src"]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def package(self) -> str:
        """The dotted name of the package the module stands in; a package stands in itself."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def is_in(self, *rooms: str) -> bool:
        """True when the module is in one of the packages of kansa, e.g. "core" or "apps.people"."""
        return any(self.name == f"kansa.{room}" or self.name.startswith(f"kansa.{room}.") for room in rooms)

    def at(self, node: ast.AST, fault: str) -> str:
        """One fault with its place."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {fault}"


Rule = Callable[[Module], Iterator[str]]


def example(name: str, text: str) -> Module:
    """A module that exists only in a test, e.g. `example("kansa.core.year", "import random")`."""
    return Module(PurePosixPath("src", *name.split(".")).with_suffix(".py"), text)


def files(*folders: str) -> Iterator[Module]:
    """Every Python file in folders of the project, without migrations; folders that do not exist yield nothing."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield Module(PurePosixPath(path.relative_to(ROOT).as_posix()), path.read_text(encoding="utf-8"))


def rooms(*names: str) -> Iterator[Module]:
    """Every module of some packages of kansa."""
    return files(*(f"src/kansa/{name.replace('.', '/')}" for name in names))


def faults(rule: Rule, modules: Iterator[Module]) -> list[str]:
    """What one rule finds."""
    return [fault for module in modules for fault in rule(module)]


def expect_none(found: list[str]) -> None:
    """Fails with every fault on a line of its own."""
    assert not found, "\n" + "\n".join(found)


def found(rule: Rule, name: str, text: str) -> list[str]:
    """What one rule finds in a made-up module."""
    return list(rule(example(name, text)))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported dotted name with its statement; `from a import b` gives a.b, relative imports are resolved."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(module, node)
            for alias in node.names:
                yield node, f"{origin}.{alias.name}"


def absolute(module: Module, node: ast.ImportFrom) -> str:
    """The module a `from` import names, also when it is written with dots."""
    if not node.level:
        return node.module or ""
    parts = module.package.split(".")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, node.module] if node.module else kept)


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else f"?.{node.attr}"
    return ""


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstrings(module: Module) -> set[int]:
    """The ids of the nodes that are docstrings, to be left out of searches in text."""
    kept = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                kept.add(id(first.value))
    return kept
