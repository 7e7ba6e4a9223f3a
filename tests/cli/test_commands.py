"""Does each command do its act, speak Japanese, end with its exit code, and leave nothing half done?

Each test runs the real command in its own process with its own home, on the embedded default. What `kansa init`
makes first is made once for the whole run and copied.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kansa.cli.parser import build_parser
from kansa.formats.writers import template
from kansa.sample import generate
from tests.prepared import copy_home

FILES = generate()


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One `kansa` command with its own home; the console speaks UTF-8."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"PYTHONIOENCODING": "utf-8", "KANSA_HOME": str(home)}
    command = [sys.executable, "-m", "kansa.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120)


def done(home: Path, *arguments: str) -> dict[str, object]:
    """The JSON of a command that must succeed."""
    result = run(home, "--json", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    data = json.loads(result.stdout)
    assert isinstance(data, dict)
    return data


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample city as `kansa demo` leaves it: imported, frozen, reported."""
    home = tmp_path_factory.mktemp("home")
    copy_home(home)
    done(home, "demo", "--no-serve")
    return home


def rows(home: Path, table: str) -> int:
    with sqlite3.connect(home / "kansa.sqlite3") as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


def test_help_is_japanese_for_every_command() -> None:
    parser = build_parser()
    text = parser.format_help()
    for word in ("usage:", "options:", "positional arguments", "show this help"):
        assert word not in text
    assert "使い方" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        ([], 2),
        (["no-such-command"], 2),
        (["import", "staff"], 2),
        (["import", "no-such-kind", "x.csv"], 2),
        (["freeze", "令和6年"], 2),
        (["verify", "missing.zip"], 3),
        (["check", "2024"], 4),
        (["report", "2024", "--out", "x"], 4),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int) -> None:
    result = run(tmp_path / "nothing-here", *arguments)
    assert result.returncode == code
    assert "Traceback" not in result.stderr


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    copy_home(tmp_path)
    done(tmp_path, "init", "--municipality", "甲市")
    file = next(file for file in FILES if file.kind == "departments")
    path = tmp_path / file.name
    path.write_bytes(file.data)
    planned = done(tmp_path, "import", "課所等", str(path))
    assert planned["applied"] is False
    assert rows(tmp_path, "people_department") == 0
    applied = done(tmp_path, "import", "departments", str(path), "--apply")
    assert applied["added"] == planned["added"]
    again = done(tmp_path, "import", "departments", str(path), "--apply")
    assert (again["added"], again["changed"]) == (0, 0)


def test_a_refused_file_says_where_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    before = rows(home, "people_staffmember")
    path = tmp_path / "職員.csv"
    path.write_text("年度,職員番号,氏名,所属コード\n令和6年度,S1,甲,9999\n令和6年度,,乙,9999\n", encoding="cp932")
    result = run(home, "--json", "import", "staff", str(path), "--apply")
    assert result.returncode == 3
    refusals = json.loads(result.stdout)["refusals"]
    assert any(refusal["file"] == "職員.csv" and refusal["row"] == 3 for refusal in refusals)
    assert rows(home, "people_staffmember") == before


def test_a_file_of_another_year_is_refused(home: Path, tmp_path: Path) -> None:
    file = next(file for file in FILES if file.kind == "judgements" and file.options["fiscal_year"] == 2023)
    path = tmp_path / file.name
    path.write_bytes(file.data)
    result = run(home, "import", "judgements", str(path), "--year", "2024", "--apply")
    assert result.returncode == 3
    assert "2023年度" in result.stderr


@pytest.mark.parametrize("kind", ["year", "judgements", "self_inspection"])
def test_a_template_that_nobody_filled_changes_nothing(home: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.xlsx"
    done(home, "template", kind, "--out", str(path))
    assert path.read_bytes() == template(kind)
    result = run(home, "import", kind, str(path), "--apply")
    assert result.returncode in (0, 3)
    assert "Traceback" not in result.stderr


def test_freeze_report_trace_verify(home: Path, tmp_path: Path) -> None:
    made = done(home, "report", "2024", "--out", str(tmp_path / "a"))
    assert made["draft"] is True
    names = {Path(str(name)).suffix for name in made["files"]}  # type: ignore[attr-defined]
    assert names == {".pdf", ".docx", ".html", ".xlsx", ".csv", ".json", ".zip"}
    again = done(home, "report", "2024", "--out", str(tmp_path / "b"))
    for one, other in zip(made["files"], again["files"], strict=True):  # type: ignore[call-overload]
        assert Path(one).read_bytes() == Path(other).read_bytes()
    found = done(home, "trace", "2024", "external.mean")
    assert len(found["rows"]) > 200  # type: ignore[arg-type]
    bundle = tmp_path / "a" / "kansa-bundle-2024-internal.zip"
    assert done(tmp_path / "nowhere", "verify", str(bundle))["good"] is True
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    assert run(tmp_path / "nowhere", "verify", str(bundle)).returncode in (1, 3)


def test_a_figure_that_does_not_exist_gets_a_hint(home: Path) -> None:
    result = run(home, "trace", "2024", "external.meen")
    assert result.returncode == 4
    assert "external.mean" in result.stderr


def test_an_unknown_format_is_refused_before_anything_is_written(home: Path, tmp_path: Path) -> None:
    result = run(home, "report", "2024", "--format", "pdf,doc", "--out", str(tmp_path / "out"))
    assert result.returncode == 3
    assert not (tmp_path / "out").exists()


def test_a_year_that_is_not_frozen_says_how(home: Path, tmp_path: Path) -> None:
    result = run(home, "report", "2019", "--out", str(tmp_path / "out"))
    assert result.returncode == 4
    assert "kansa freeze 2019" in result.stderr


def test_a_worksheet_goes_out_and_comes_back(home: Path, tmp_path: Path) -> None:
    with sqlite3.connect(home / "kansa.sqlite3") as connection:
        code = connection.execute(
            "select code from plan_engagement where fiscal_year=2024 and method='control_check' order by code limit 1"
        ).fetchone()[0]
    path = tmp_path / "調書.xlsx"
    done(home, "export", "worksheet", "--year", "2024", "--engagement", code, "--out", str(path))
    back = done(home, "import", "worksheet", str(path))
    assert (back["added"], back["changed"]) == (0, 0)


def test_doctor_finds_everything_in_order(home: Path) -> None:
    assert all(row["good"] for row in done(home, "doctor")["looked"])  # type: ignore[attr-defined]


def test_confirmation_takes_the_draft_mark_off(home: Path, tmp_path: Path) -> None:
    assert run(home, "confirm", "2023", "--number", "監第1号", "--by", "副市長", "--on", "13月").returncode == 3
    done(home, "confirm", "2023", "--number", "監第1号", "--by", "副市長", "--on", "令和6年3月29日")
    made = done(home, "report", "2023", "--format", "html", "--out", str(tmp_path / "out"))
    assert made["draft"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL does not exist on Windows")
def test_an_import_killed_in_the_middle_leaves_all_or_nothing(home: Path, tmp_path: Path) -> None:
    """kill -9 at several moments of an applied import; afterwards the table holds what it held, or the whole file."""
    file = next(file for file in FILES if file.kind == "staff" and file.options["fiscal_year"] == 2024)
    lines = file.data.decode("utf-8-sig").splitlines()
    header = lines[0]
    number = header.split(",").index("職員番号")
    for place, pause in enumerate((0.5, 0.8, 1.0, 1.2, 1.5)):
        cells = [line.split(",") for line in lines[1:]]
        for row in cells:
            row[number] = f"K{place}-{row[number]}"
            row[header.split(",").index("メールアドレス")] = ""
        path = tmp_path / f"staff{place}.csv"
        path.write_text("\n".join([header, *(",".join(row) for row in cells)]), encoding="utf-8-sig")
        before = rows(home, "people_staffmember")
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        process = subprocess.Popen(
            [sys.executable, "-m", "kansa.cli", "import", "staff", str(path), "--apply"],
            env=environment | {"KANSA_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert rows(home, "people_staffmember") - before in (0, len(cells))


def test_the_demo_never_touches_a_home_with_an_own_city(tmp_path: Path) -> None:
    copy_home(tmp_path)
    done(tmp_path, "init", "--municipality", "甲市")
    result = run(tmp_path, "demo", "--no-serve")
    assert result.returncode == 4
    assert "甲市" in result.stderr
    assert rows(tmp_path, "people_department") == 0
