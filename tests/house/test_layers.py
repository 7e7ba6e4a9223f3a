"""Does every room import only the rooms below it? The contracts of pyproject.toml, on us and on a broken house."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

SECTION = "[tool.importlinter]"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on the `kansa` that stands in `folder` or in `folder/src`."""
    program = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    arguments = ["--config", str(folder / "pyproject.toml"), "--no-cache"]
    where = folder / "src" if (folder / "src").exists() else folder
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(where)!r}); {program}", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
        check=False,
    )


def contracts() -> str:
    """The part of pyproject.toml that import-linter reads."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text[text.index(SECTION) :]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with every room, empty, under the same contracts."""
    rooms = ("config", "core", "document", "formats", "planning", "patches", "apps")
    evidence = ("assessment", "drills", "self_inspection")
    apps = (
        "annual_report",
        "audits",
        "education",
        "findings",
        *evidence,
        "plan",
        "controls",
        "people",
        "trail",
        "jobs",
    )
    for room in (*rooms, *(f"apps/{app}" for app in apps)):
        folder = tmp_path / "kansa" / room
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        if room != "apps":
            (folder / "queries.py").write_text("")
    (tmp_path / "kansa" / "__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(contracts(), encoding="utf-8")
    return tmp_path


def write(house: Path, room: str, text: str) -> None:
    (house / "kansa" / room / "queries.py").write_text(text)


def test_the_house_keeps_its_contracts() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_an_empty_house_keeps_them(house: Path) -> None:
    outcome = lint(house)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("core", "import kansa.formats.queries"),
        ("core", "import django"),
        ("planning", "import django"),
        ("patches", "import django"),
        ("planning", "import kansa.formats.queries"),
        ("apps/jobs", "import kansa.apps.trail.queries"),
        ("document", "import kansa.formats.queries"),
        ("formats", "import kansa.apps.people.queries"),
        ("apps/drills", "import kansa.apps.self_inspection.queries"),
        ("apps/people", "import kansa.apps.plan.queries"),
        ("apps/findings", "import kansa.apps.annual_report.queries"),
        ("apps/findings", "import kansa.apps.education.queries"),
        ("apps/education", "import kansa.apps.audits.queries"),
        ("apps/trail", "import kansa.config.queries"),
    ],
)
def test_a_forbidden_import_is_found(house: Path, room: str, text: str) -> None:
    write(house, room, text)
    outcome = lint(house)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "BROKEN" in outcome.stdout


def test_an_unknown_room_is_found(house: Path) -> None:
    (house / "kansa" / "attic").mkdir()
    (house / "kansa" / "attic" / "__init__.py").write_text("")
    assert lint(house).returncode == 1
