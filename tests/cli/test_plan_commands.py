"""Does each subcommand of `kansa plan` do its act, tell it in Japanese and as JSON, and end with its exit code?

Six departments, no roster, the lap of FY2026 to FY2028: two audits a year, each department once.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from kansa.cli import planning
from kansa.cli.parser import build_parser
from kansa.cli.plan_parser import SUBCOMMANDS
from kansa.planning.program import Search
from tests.cli.test_commands import done, run
from tests.docs.pages import GUIDE, commands
from tests.prepared import copy_home

LAP = "2026"
CODES = ("101", "102", "103", "104", "105", "106")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of six departments."""
    home = tmp_path_factory.mktemp("home")
    copy_home(home)
    done(home, "init", "--municipality", "みほん市")
    file = home / "課所等.csv"
    lines = ["所属コード,課所等名,部局,種別,開始年度", *(f"{code},第{code}課,総務部,本庁,平成29年度" for code in CODES)]
    file.write_text("\n".join(lines), encoding="utf-8")
    done(home, "import", "departments", str(file), "--apply")
    return home


@pytest.fixture(scope="module")
def years(home: Path) -> list[int]:
    """The years that can be planned today; the tests do not know which day it is."""
    found = done(home, "plan", "show", LAP)["open_years"]
    assert isinstance(found, list)
    if not found:
        pytest.skip("the lap of FY2026 is over")
    return found


def test_a_plan_is_computed_accepted_proved_and_written(home: Path, tmp_path: Path, years: list[int]) -> None:
    first = str(years[0])
    told = run(home, "plan", "check", LAP)
    assert told.returncode == 1  # nothing is planned yet
    assert "この巡の計画は、まだありません" in told.stdout
    made = done(home, "plan", "solve", LAP, "--from", first, "--seconds", "20", "--seed", "7")
    assert (made["state"], made["gap"], made["seed"]) == ("ready", 0, 7)
    again = done(home, "plan", "solve", LAP, "--from", first, "--seed", "7")
    assert (again["objective"], again["input_sha256"]) == (made["objective"], made["input_sha256"])
    assert done(home, "plan", "show", LAP)["cells"] == []  # a draft is not the plan
    accepted = run(home, "plan", "accept", str(made["draft"]))
    assert accepted.returncode == 0, accepted.stderr
    assert "採用しました" in accepted.stdout
    assert run(home, "plan", "accept", str(made["draft"])).returncode == 4
    cells = done(home, "plan", "show", LAP)["cells"]
    assert isinstance(cells, list)
    assert sorted(cell["department_code"] for cell in cells) == list(CODES)
    check = run(home, "plan", "check", LAP)
    assert check.returncode == 0
    assert "内部監査を行うもの６である" in check.stdout
    why = run(home, "plan", "why", LAP, "101")
    assert "「第101課」は" in why.stdout
    files = done(home, "plan", "document", LAP, "--out", str(tmp_path))["files"]
    assert isinstance(files, list)
    assert [Path(name).suffix for name in files] == [".docx", ".pdf", ".xlsx"]
    assert all(Path(name).stat().st_size > 1000 for name in files)
    year = done(home, "plan", "document", first, "--kind", "annual_plan", "--format", "pdf", "--out", str(tmp_path))
    assert year["files"] == [str(tmp_path / f"kansa-annual_plan-{first}.pdf")]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan"], 2, "次の引数が必要です"),
        (["plan", "slove", LAP], 2, "選べない値です"),
        (["plan", "show", "1990"], 4, "巡はありません"),
        (["plan", "accept", "999"], 4, "計算の結果999はありません"),
        (["plan", "solve", LAP, "--seconds", "0"], 3, "計算時間の上限"),
        (["plan", "solve", LAP, "--from", "2035"], 3, "年度"),
        (["plan", "why", LAP, "999"], 3, "課所等「999」はありません"),
        (["plan", "document", LAP, "--format", "odt", "--out", "x"], 3, "形式は"),
    ],
)
def test_what_is_wrong_is_told(home: Path, years: list[int], arguments: list[str], code: int, words: str) -> None:
    result = run(home, *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_contradicting_rules_are_told_with_a_way_out(home: Path, years: list[int]) -> None:
    rule = (
        "import sys; from kansa.cli.setting_up import start_django, operator; start_django()\n"
        "from kansa.apps.people.models import Department; from kansa.apps.scheduling import actions\n"
        "from kansa.apps.scheduling.queries import lap_of\n"
        "one = Department.objects.get(code='101')\n"
        "for kind in ('must', 'must_not'):\n"
        "    new = actions.NewRule(kind, [one], int(sys.argv[1]), reason_ja='理由')\n"
        "    actions.add_rule(operator(), lap_of(1, 2026), new)\n"
    )
    environment = {**os.environ, "KANSA_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", rule, str(years[-1])], env=environment, check=True)
    told = run(home, "plan", "solve", LAP)
    assert told.returncode == 1
    assert "条件が矛盾" in told.stdout
    assert "第101課" in told.stdout
    assert "--reason" in told.stdout


def test_ctrl_c_keeps_the_best_plan_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is asked to stop, gives what it has, and the signal's old handler is back."""
    from kansa.apps.scheduling import actions

    def best_so_far(_asked: object, search: Search) -> str:
        assert search.wants_stop is not None
        for _ in range(100):
            if search.wants_stop():
                return "the best so far"
            threading.Event().wait(0.05)
        return "never stopped"

    monkeypatch.setattr(actions, "answer_of", best_so_far)
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    asked: Any = None
    assert planning.searched(asked, Search(wants_stop=stop.is_set), stop) == "the best so far"
    assert signal.getsignal(signal.SIGINT) == before


def test_every_subcommand_has_its_function_and_stands_in_the_manual() -> None:
    action = next(one for one in build_parser()._actions if isinstance(one, argparse._SubParsersAction))
    below = next(one for one in action.choices["plan"]._actions if isinstance(one, argparse._SubParsersAction))
    names = set(below.choices)
    assert names == set(planning.SUBCOMMANDS)
    assert len(names) == len(SUBCOMMANDS)
    lines = [command.words for page in GUIDE.glob("*.md") for command in commands(page)]
    assert names - {words[2] for words in lines if words[:2] == ("kansa", "plan") and len(words) > 2} == set()
