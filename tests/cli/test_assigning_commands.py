"""Do the commands of a year's teams and days do their acts, tell them, and end with their exit codes?

Three of six departments are audited in FY2026; every department has one auditor, and nobody has audited before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import done, run
from tests.prepared import copy_home

CODES = ("101", "102", "103", "104", "105", "106")
PREPARE = """
import sys
from datetime import date
from kansa.cli.setting_up import start_django, operator
start_django()
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.plan.models import PlanCell
from kansa.apps.scheduling import actions
one = operator()
for place, department in enumerate(Department.objects.order_by("code")):
    if StaffMember.objects.filter(department=department).exists():
        break
    number = f"S{department.code}"
    StaffMember.objects.create(municipality_id=1, fiscal_year=2026, staff_number=number, name_ja=number,
                               department=department, is_auditor=True)
    if place < 3:
        PlanCell.objects.create(municipality_id=1, fiscal_year=2026, department=department, stream="internal_audit")
said = actions.SaidOfAuditor(is_experienced=sys.argv[1] == "experienced")
actions.set_auditors(one, 2026, {member.staff_number: said for member in StaffMember.objects.all()})
days = {"first_on": date(2026, 10, 1), "last_on": date(2026, 10, 9)}
actions.set_year_rules(one, 2026, actions.YearRules(**days))
"""


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


def prepare(home: Path, experience: str) -> None:
    """Roster, plan and rules of the year."""
    environment = {**os.environ, "KANSA_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", PREPARE, experience], env=environment, check=True)


def test_a_year_from_its_plan_to_the_calendar_file(home: Path, tmp_path: Path) -> None:
    prepare(home, "none")
    assert run(home, "plan", "assign", "2026").returncode == 3  # no audit yet
    assert done(home, "plan", "audits", "2026")["codes"] == ["IN26-01", "IN26-02", "IN26-03"]
    assert run(home, "plan", "audits", "2026").returncode == 3  # never twice
    told = run(home, "plan", "assign", "2026")
    assert told.returncode == 1
    assert "経験者" in told.stdout
    assert "--reason" in told.stdout
    prepare(home, "experienced")
    made = done(home, "plan", "assign", "2026", "--seed", "7")
    assert (made["state"], made["gap"], made["seed"]) == ("ready", 0, 7)
    again = done(home, "plan", "assign", "2026", "--seed", "7")
    assert (again["teams"], again["input_sha256"]) == (made["teams"], made["input_sha256"])
    accepted = run(home, "plan", "accept", str(made["draft"]))
    assert accepted.returncode == 0, accepted.stderr
    assert "3件を変更" in accepted.stdout
    assert run(home, "plan", "accept", str(made["draft"])).returncode == 4
    file = tmp_path / "予定.ics"
    assert done(home, "plan", "calendar", "2026", "--out", str(file))["count"] == 6  # three audits, three notices
    text = file.read_bytes().decode()
    assert text.count("BEGIN:VEVENT") == 6
    assert text.startswith("BEGIN:VCALENDAR\r\n")
