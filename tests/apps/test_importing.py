"""Is an import whole or not at all, is a dry run the same as the real one, and does what goes out come in again?"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import django.apps
import pytest
from django.db import connection, models

from kansa.apps.annual_report.actions import KINDS, import_file, import_files
from kansa.apps.annual_report.queries import EXPORTS, export_records, worksheet_file, worksheet_plan
from kansa.apps.assessment.models import Judgement
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.self_inspection.actions import importing as self_inspection
from kansa.apps.self_inspection.models import Response
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.apps.trail.models import SourceFile
from kansa.core.errors import RuleError
from kansa.formats.writers import export_csv, export_xlsx
from tests.builders import (
    YEAR,
    answer,
    asset,
    build_audit,
    build_questions,
    delivery,
    department,
    engagement,
    finding,
    guideline_item,
    imported,
    item,
    judgement,
    plan_cell,
    setting,
    staff,
    training,
    upload,
)
from tests.cast import CLERK, OTHER_CLERK, OUTSIDER, VIEWER
from tests.prepared import copy_home

pytestmark = pytest.mark.django_db


def one_department(**fields: object) -> str:
    """The text of a file with one department, as it is written for Excel."""
    return export_csv("departments", [department("101", **{"name_ja": "総務課", **fields})]).decode("utf-8-sig")


def counts() -> dict[str, int]:
    """Rows of every table of kansa."""
    return {
        model._meta.label: model._default_manager.count()
        for model in django.apps.apps.get_models()
        if model.__module__.startswith("kansa.")
    }


def whole_year() -> None:
    """Something of every kind that can be exported."""
    build_audit()
    imported("staff", [staff("S001", is_auditor=True), staff("S002", "102")])
    imported("plan", [plan_cell()])
    imported("guideline", [guideline_item("2"), guideline_item("10"), guideline_item("1", "令和6年10月版")])
    imported("judgements", [judgement("A1", 3), judgement("A2", None)])
    imported("findings", [finding("F1", measure_ja="施錠する", weighed=("condition", "cost")), finding("F2")])
    imported("training", [training("S001")])
    imported("assets", [asset()])


def test_a_file_goes_the_whole_way(city: object) -> None:
    data = one_department().encode("cp932")
    dry = import_file(CLERK, "departments", data, "所属.csv", apply=False)
    assert (dry.plan.added, dry.is_applied) == (1, False)
    assert not Department.objects.exists() and not SourceFile.objects.exists()
    done = import_file(CLERK, "departments", data, "所属.csv", apply=True)
    assert done.is_applied
    row = Department.objects.select_related("source_file").get()
    assert (row.name_ja, row.row, row.source_file.name) == ("総務課", 2, "所属.csv")  # type: ignore[union-attr]


def test_a_bad_file_applies_nothing_and_keeps_nothing(city: object) -> None:
    before = counts()
    outcome = import_file(CLERK, "departments", one_department(name_ja="").encode(), "所属.csv", apply=True)
    assert outcome.refusals and not outcome.is_applied
    assert all(refusal.place.file == "所属.csv" for refusal in outcome.refusals)
    assert counts() == before


@pytest.mark.parametrize("count", [39, 40, 41, 85])  # rows are inserted forty together, the rest one by one
def test_of_many_rows_each_arrives_once_with_its_own_values(city: object, count: int) -> None:
    imported("departments", [department("101")])
    wanted = [(f"S{number:03}", f"職{number}", number + 2) for number in range(count)]
    imported("staff", [staff(number, post_ja=post_ja) for number, post_ja, _ in wanted])
    assert list(StaffMember.objects.order_by("pk").values_list("staff_number", "post_ja", "row")) == wanted


def test_of_several_files_one_bad_one_keeps_all_out(city: object) -> None:
    good, bad = Upload("良.csv", one_department().encode()), Upload("悪.csv", b"\x00\x01")
    outcome = import_files(CLERK, "departments", [good, bad], apply=True)
    assert {refusal.place.file for refusal in outcome.refusals} == {"悪.csv"}
    assert not Department.objects.exists()


@pytest.mark.parametrize("kind", ["departments", "staff", "checklist", "engagements", "judgements", "findings"])
def test_a_dry_run_foretells_the_real_run(city: object, kind: str) -> None:
    whole_year()
    records = {
        "departments": [department("101", name_ja="改称後"), department("109")],
        "staff": [staff("S001", post_ja="係長"), staff("S009")],
        "checklist": [item("A2"), item("A1"), item("A3", lineage="added", prior_code="")],
        "engagements": [engagement("E1", auditor_numbers=("二郎", "三郎")), engagement("E2", "102")],
        "judgements": [judgement("A1", 4), judgement("A2", 1)],
        "findings": [finding("F1"), finding("F3")],
    }[kind]
    before = counts()
    dry = imported(kind, records, apply=False, file=upload("二回目.csv"))
    assert counts() == before
    real = imported(kind, records, apply=True, file=upload("二回目.csv"))
    numbers = [(o.plan.added, o.plan.changed, o.plan.unchanged, o.plan.removed) for o in (dry, real)]
    assert numbers[0] == numbers[1] != (0, 0, 0, 0)
    assert real.summary is not None
    after = imported(kind, records, apply=False, file=upload("三回目.csv"))
    assert (after.plan.added, after.plan.changed, after.plan.removed) == (0, 0, 0)


def test_a_year_that_was_not_asked_for_is_refused(city: object) -> None:
    outcome = imported("year", [setting(fiscal_year=2023)], options=ImportOptions(fiscal_year=2024))
    assert [refusal.code for refusal in outcome.refusals] == ["wrong_year"]
    assert "2024年度" in outcome.refusals[0].reason_ja and "2023年度" in outcome.refusals[0].reason_ja
    outcome = imported("year", [setting(fiscal_year=20224)])
    assert [refusal.code for refusal in outcome.refusals] == ["bad_year"]


def test_unknown_kinds_missing_options_and_an_unregistered_city_are_told(db: None) -> None:
    with pytest.raises(RuleError, match="kansa init"):
        imported("departments", [department()])
    with pytest.raises(RuleError, match="種類"):
        import_file(CLERK, "weather", b"", "x.csv", apply=False)
    with pytest.raises(RuleError, match="訓練コード"):
        import_file(CLERK, "drill_gophish_events", b"", "x.csv", apply=False)


@pytest.mark.parametrize("actor", [VIEWER, OUTSIDER])
def test_only_the_operator_may_even_try(city: object, actor: object) -> None:
    with pytest.raises(RuleError, match="権限"):
        import_file(actor, "departments", one_department().encode(), "所属.csv", apply=False)  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="権限"):
        export_records(actor, "departments", YEAR)  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="権限"):
        worksheet_plan(actor, YEAR, "E1")  # type: ignore[arg-type]


def test_a_fault_in_the_middle_undoes_everything(city: object, monkeypatch: pytest.MonkeyPatch) -> None:
    imported("departments", [department()])
    build_questions()
    before = counts()

    def break_off(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(self_inspection, "write_tally", break_off)
    with pytest.raises(RuntimeError, match="power cut"):
        imported("self_inspection", [answer("R1")])
    assert counts() == before


KILLED = """
import os, signal, sys, time
import django
django.setup()
from kansa.apps.trail.actions import applying
from tests.builders import staff, upload, placed
from tests.cast import CLERK
from kansa.apps.annual_report.actions import import_records
real = applying.record
def stop(*args):
    print("written", flush=True)
    time.sleep(60)
applying.record = stop
records = placed([staff(f"S{n:05}") for n in range(2000)])
import_records(CLERK, "staff", records, [upload("名簿.csv")], apply=True)
"""


def run_kansa(code: str, home: Path) -> subprocess.Popen[str]:
    """A process of its own with its own SQLite home."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "KANSA_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "kansa.config.settings",
        "PYTHONPATH": os.getcwd(),
    }
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def finished(code: str, home: Path) -> str:
    """What a process of its own printed."""
    with run_kansa(code, home) as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out


SET_UP = """
import django
django.setup()
from tests.builders import *
build_city()
imported("departments", [department()])
"""


@pytest.mark.embedded
def test_kill_9_in_the_middle_of_an_import_leaves_nothing_half_written(tmp_path: Path) -> None:
    copy_home(tmp_path)
    finished(SET_UP, tmp_path)
    with run_kansa(KILLED, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    assert finished(COUNTED, tmp_path) == "0 True 1\n"


COUNTED = """
import django
django.setup()
from tests.builders import imported, staff
from kansa.apps.people.models import StaffMember
before = StaffMember.objects.count()
print(before, imported("staff", [staff("S1")]).is_applied, StaffMember.objects.count())
"""

PRIVATE = (
    SET_UP
    + """
build_questions()
imported("staff", [staff("S001"), staff("S002")])
answers = [answer("RESPONDENT-77", "yn"), answer("RESPONDENT-78", "nn")]
imported("self_inspection", answers, file=upload("回答.csv", b"RESPONDENT-77"))
imported("drill", [delivery("s001@mihon.example", is_delivered=True), delivery("S002", is_delivered=True)])
from datetime import datetime, timezone
clicked_at = datetime(2024, 10, 1, tzinfo=timezone.utc)
imported("drill_gophish_events", [drill_event("s001@mihon.example", "clicked", clicked_at)])
"""
)


@pytest.mark.embedded
def test_the_database_file_names_no_respondent_and_no_mail_address(tmp_path: Path) -> None:
    copy_home(tmp_path)
    finished(PRIVATE, tmp_path)
    with sqlite3.connect(tmp_path / "kansa.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM self_inspection_response").fetchone() == (2,)
        assert database.execute("SELECT count(*) FROM drills_delivery").fetchone() == (2,)
        assert database.execute("SELECT count(*) FROM drills_drillevent").fetchone() == (1,)
    database.close()
    data = b"".join(path.read_bytes() for path in tmp_path.glob("kansa.sqlite3*"))
    assert b"mihon" not in data.lower() and b"RESPONDENT" not in data
    assert b"S002" in data  # the roster itself: the search does look where rows are
    kept = [path for path in (tmp_path / "restricted").rglob("*") if path.is_file()]
    assert any(path.read_bytes() == b"RESPONDENT-77" for path in kept)
    if os.name == "posix":
        assert {path.stat().st_mode & 0o077 for path in [*kept, tmp_path / "restricted"]} == {0}


def test_no_table_but_the_roster_holds_a_staff_number_or_address(city: object) -> None:
    imported("departments", [department()])
    build_questions()
    imported("staff", [staff("S001")])
    imported("self_inspection", [answer("S001", "yn")])
    imported("drill", [delivery("s001@mihon.example", is_delivered=True)])
    found = []
    for model in django.apps.apps.get_models():
        names = [
            f.attname
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._default_manager.values_list(*names) if names else ():
            if "S001" in str(row) or "mihon.example" in str(row):
                found.append(model)
    assert found == [StaffMember]


@pytest.mark.parametrize("kind", list(EXPORTS))
def test_what_is_exported_changes_nothing_when_it_comes_in_again(city: object, kind: str) -> None:
    whole_year()
    records = export_records(CLERK, kind, YEAR)
    if kind != "published":
        assert records
    outcome = imported(kind, records, apply=False, options=ImportOptions(replace=True))
    assert not outcome.refusals
    assert (outcome.plan.added, outcome.plan.changed, outcome.plan.removed) == (0, 0, 0)


@pytest.mark.parametrize("kind", [kind for kind in EXPORTS if kind not in ("published", "year")])
def test_the_same_through_real_files(city: object, kind: str) -> None:
    whole_year()
    records = export_records(CLERK, kind, YEAR)
    for name, data in (("表.csv", export_csv(kind, records)), ("表.xlsx", export_xlsx(kind, records))):
        outcome = import_file(CLERK, kind, data, name, apply=False)
        assert not outcome.refusals
        assert (outcome.plan.added, outcome.plan.changed) == (0, 0)


def test_answers_deliveries_and_accounts_cannot_be_exported(city: object) -> None:
    with pytest.raises(RuleError, match="誰のものか"):
        export_records(CLERK, "self_inspection", YEAR)
    assert set(KINDS) - set(EXPORTS) == {
        "accounts",  # who may sign in is nobody's file
        "worksheet",
        "self_inspection",
        "drill",
        "drill_gophish_results",
        "drill_gophish_events",
        "drill_simulation",
    }


def test_exports_are_of_the_own_city(city: object) -> None:
    whole_year()
    assert export_records(OTHER_CLERK, "engagements", YEAR) == ()


def test_a_worksheet_comes_back(city: object) -> None:
    whole_year()
    data = worksheet_file(CLERK, YEAR, "E1")
    outcome = import_file(CLERK, "worksheet", data, "調書.xlsx", apply=True)
    assert not outcome.refusals
    assert (outcome.plan.unchanged, outcome.plan.added, outcome.plan.changed) == (2, 0, 0)


def test_a_worksheet_of_an_older_checklist_is_refused(city: object) -> None:
    whole_year()
    data = worksheet_file(CLERK, YEAR, "E1")
    imported("checklist", [item("A1"), item("A2", text_ja="書き直した項目", lineage="revised")])
    outcome = import_file(CLERK, "worksheet", data, "調書.xlsx", apply=True)
    assert [refusal.code for refusal in outcome.refusals] == ["checklist_changed"]


def test_a_worksheet_shows_last_year_and_the_auditors(city: object) -> None:
    build_audit()
    imported("checklist", [item("A1", fiscal_year=2023), item("A9", fiscal_year=2023)])
    imported("engagements", [engagement("E0", fiscal_year=2023)])
    imported("judgements", [judgement("A1", 2, "E0", fiscal_year=2023), judgement("A9", None, "E0", fiscal_year=2023)])
    imported("checklist", [item("A1"), item("A2", prior_code="A9"), item("A3", lineage="added", prior_code="")])
    plan = worksheet_plan(CLERK, YEAR, "E1")
    assert [one.prior_ja for one in plan.items] == ["2", "対象外", ""]
    assert (plan.auditors_ja, plan.department_ja, plan.municipality_ja) == ("監査法人 一郎", "第101課", "みほん市")
    for code, match in (("E9", "登録されていません"), ("E0", "登録されていません")):
        with pytest.raises(RuleError, match=match):
            worksheet_plan(CLERK, YEAR, code)


def test_a_worksheet_shows_last_year_of_a_renamed_department(city: object) -> None:
    build_audit()
    renamed = department("201", valid_from=2024, succession="renamed", predecessor_codes=("200",))
    imported("departments", [department("200", valid_to=2023), renamed])
    imported("checklist", [item("A1", fiscal_year=2023)])
    imported("engagements", [engagement("E0", "200", fiscal_year=2023), engagement("E2", "201")])
    imported("judgements", [judgement("A1", 2, "E0", fiscal_year=2023, department_code="200")])
    assert [one.prior_ja for one in worksheet_plan(CLERK, YEAR, "E2").items] == ["2", ""]


def test_many_judgements_take_few_statements(city: object, django_assert_max_num_queries: object) -> None:
    build_audit()
    imported("checklist", [item(f"A{number}") for number in range(1, 301)])
    imported("engagements", [engagement(f"E{number}") for number in range(1, 11)])
    records = [judgement(f"A{i}", 3, f"E{e}") for e in range(1, 11) for i in range(1, 301)]
    batches = 60 if connection.vendor == "sqlite" else 20  # SQLite takes 999 values a statement
    with django_assert_max_num_queries(batches):  # type: ignore[operator]
        imported("judgements", records)
    assert Judgement.objects.count() == 3000


def test_every_kind_has_its_planner_and_readers_agree() -> None:
    from kansa.formats.readers import READERS

    assert set(READERS) <= set(KINDS)


def test_an_import_of_the_same_answers_twice_counts_once(city: object) -> None:
    imported("departments", [department()])
    build_questions()
    imported("self_inspection", [answer("R1"), answer("r1 ")])
    assert Response.objects.count() == 1


def test_what_does_not_fit_its_column_is_refused_on_both_databases(city: object) -> None:
    outcome = imported("departments", [department("1" * 41)])
    assert [refusal.code for refusal in outcome.refusals] == ["too_long"]
    imported("departments", [department()])
    imported("staff", [staff()])
    outcome = imported("training", [training("S001", minutes=10**12)])
    assert [refusal.code for refusal in outcome.refusals] == ["too_large"]
