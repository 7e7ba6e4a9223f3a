"""Do the files around the code keep their promises? Locks without addresses, no path of one machine, readable text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house.source import ROOT, expect_none

TEXTS = {".py", ".md", ".toml", ".txt", ".ini", ".html", ".css", ".js", ".typ", ".csv", ".yml", ".sh", ""}
SKIPPED = {".git", ".venv", "var", "build", "dist", "__pycache__", "node_modules"}
ONE_MACHINE = re.compile(r"/(?:work|root|home/\w+|Users/\w+|opt)/|/tmp/v\d|C:\\Users\\")
REGISTRY = re.compile(r"pypi\.org|pythonhosted|(?<!emit-)index-url|proxy\.golang|registry\.npm")


def project_texts() -> Iterator[Path]:
    """Text files of the project, without what git ignores."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part in SKIPPED or part.endswith((".egg-info", "_cache", ".hypothesis")) for part in parts)
        if not hidden and path.is_file() and path.suffix in TEXTS:
            yield path


def names_one_machine(text: str) -> list[str]:
    """Paths of a machine, and hosts of package registries."""
    return [hit.group() for pattern in (ONE_MACHINE, REGISTRY) for hit in pattern.finditer(text)]


def documents_named(text: str) -> set[str]:
    """File names ending in .md that a text points to."""
    return {Path(name).name for name in re.findall(r"[\w./-]+\.md\b", text)}


def pinned(lock: str) -> dict[str, str]:
    """Name -> version of a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.MULTILINE))


def without_hash(lock: str) -> list[str]:
    """Pins that no hash follows."""
    return re.findall(r"^([a-z0-9-]+==\S+)(?! [^\n]*\\\n|[^\n]*\\\n)", lock, re.MULTILINE)


@pytest.fixture
def locks() -> tuple[str, str]:
    runtime = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return runtime, (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")


def test_locks_hold_no_address(locks: tuple[str, str]) -> None:
    assert [lock for lock in locks if "http" in lock or "://" in lock] == []


def test_every_pin_has_its_hash(locks: tuple[str, str]) -> None:
    assert [without_hash(lock) for lock in locks] == [[], []]
    assert without_hash("django==5.2.19\nrich==15.0 \\\n    --hash=sha256:00\n") == ["django==5.2.19"]


def test_the_developers_lock_contains_the_runtime_lock(locks: tuple[str, str]) -> None:
    runtime, developer = (pinned(lock) for lock in locks)
    assert {name: developer.get(name) for name in runtime} == runtime


def test_the_lock_has_every_dependency(locks: tuple[str, str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[\[<>=;~ ]", line)[0].lower() for line in project["dependencies"]}
    assert asked <= set(pinned(locks[0]))


def test_no_file_names_one_machine() -> None:
    ours = Path(__file__)
    expect_none(
        [
            f"{path.relative_to(ROOT).as_posix()}: {', '.join(hits)}"
            for path in project_texts()
            if path != ours and (hits := names_one_machine(path.read_text(encoding="utf-8", errors="replace")))
        ]
    )


def test_a_path_of_one_machine_is_found() -> None:
    assert names_one_machine("see /home/taro/kansa")
    assert names_one_machine("--index-url x")
    assert not names_one_machine("KANSA_HOME/files, /var/lib/kansa")


def test_every_document_that_is_named_exists() -> None:
    texts = list(project_texts())
    known = {path.name for path in texts if path.suffix == ".md"}
    readers = [
        path for path in texts if path.suffix == ".md" or (path.suffix == ".py" and (ROOT / "src") in path.parents)
    ]
    expect_none(
        [
            f"{path.relative_to(ROOT).as_posix()}: names {name}, which is not in the project"
            for path in readers
            for name in sorted(documents_named(path.read_text(encoding="utf-8")) - known)
        ]
    )


def test_a_named_document_is_found() -> None:
    assert documents_named("Source: notes/figures.md 1.2, README.md.") == {"figures.md", "README.md"}
    assert not documents_named("the *.md files, x.mdx")


def left_behind(names: list[str], patterns: list[str]) -> list[str]:
    """Files that no pattern of package-data takes into the wheel."""
    return [name for name in names if not any(fnmatch(name, pattern.removeprefix("**/")) for pattern in patterns)]


def test_every_data_file_goes_into_the_wheel() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    source = ROOT / "src/kansa"
    names = [
        path.name
        for path in sorted(source.rglob("*"))
        if path.is_file() and path.suffix != ".py" and not any("cache" in part for part in path.parts)
    ]
    assert left_behind(names, tools["setuptools"]["package-data"]["kansa"]) == []


def test_a_file_left_behind_is_found() -> None:
    assert left_behind(["report.typ", "report.odd"], ["**/*.typ", "**/*.css"]) == ["report.odd"]
