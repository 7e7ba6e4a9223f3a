"""Is every word of our names in the glossary? One word for one thing, in code as in speech."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.source import ROOT, Module, expect_none, faults, found, rooms

GLOSSARY = ROOT / "GLOSSARY.md"
VALUES = ("kansa.core.year", "kansa.formats.records")
BASIC_FIELDS = ("Field", "ForeignKey")


def words(name: str) -> list[str]:
    """The words of an identifier: `YearData` and `year_data` are both year, data; digits are left out."""
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)
    return [part.lower() for part in parts]


def known_words(glossary: str) -> set[str]:
    """Every word of every `identifier` in backticks of the glossary."""
    return {word for name in re.findall(r"`([^`]+)`", glossary) for word in words(name)}


def is_model(module: Module, node: ast.ClassDef) -> bool:
    """True for a class with columns or heirs of one, in an app's models."""
    return module.is_in("apps") and "models" in module.name.split(".") and bool(node.bases)


def is_field(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(BASIC_FIELDS)


def named_things(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Frozen values and their fields, models and their columns."""
    is_values = module.name in VALUES
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef) or not (is_values or is_model(module, node)):
            continue
        yield node, node.name
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and is_values:
                yield line, line.target.id
            elif isinstance(line, ast.Assign) and is_field(line.value) and isinstance(line.targets[0], ast.Name):
                yield line, line.targets[0].id


def speaks_unknown_words(module: Module) -> Iterator[str]:
    """Names with a word that the glossary does not have."""
    known = known_words(GLOSSARY.read_text(encoding="utf-8"))
    for node, name in named_things(module):
        missing = [word for word in words(name) if word not in known]
        if missing:
            yield module.at(node, f"{name}: not in GLOSSARY.md: {', '.join(missing)}")


def test_values_and_models_speak_the_glossary() -> None:
    expect_none(faults(speaks_unknown_words, rooms("core", "formats", "apps")))


def test_the_glossary_has_three_columns_everywhere() -> None:
    rows = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert rows
    assert [row for row in rows if row.count("|") != 4] == []


def test_a_strange_word_is_found() -> None:
    model = "class Kansanin(models.Model):\n    kojin_code = models.TextField()\n"
    assert len(found(speaks_unknown_words, "kansa.apps.people.models", model)) == 2
    value = "@dataclass\nclass Shitsumon:\n    zzz: int\n"
    assert len(found(speaks_unknown_words, "kansa.core.year", value)) == 2


def test_a_known_word_is_not_found() -> None:
    model = "class Department(models.Model):\n    name_ja = models.CharField(max_length=9)\n    helper = 3\n"
    assert not found(speaks_unknown_words, "kansa.apps.people.models", model)


def test_words_of_a_name() -> None:
    assert words("MicNumber2") == ["mic", "number"]
    assert words("is_lateral_rollout") == ["is", "lateral", "rollout"]
    assert words("HTTPPage") == ["http", "page"]
