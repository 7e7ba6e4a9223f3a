"""Does a department see its own audits, letters and tasks, and nobody another one's?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kansa.apps.findings.models import Finding, LateralRollout, RolloutTarget
from kansa.apps.people.models import Department
from kansa.apps.plan.models import Engagement
from tests.builders import build_city, department, engagement, finding, item, judgement, scale, setting
from tests.builders import imported as planned_import
from tests.cast import browser_of, sign_up, this_fiscal_year

pytestmark = [pytest.mark.django_db]
THIS = this_fiscal_year()


def imported(kind: str, records: list[Any]) -> None:
    """Imports records; a refusal is a fault of the test."""
    assert planned_import(kind, records).refusals == ()


def judged(code: str, department_code: str) -> None:
    """A control check with one judgement, whose result was notified."""
    imported(
        "engagements",
        [engagement(code, department_code, fiscal_year=THIS, started_on=date(THIS, 6, 3), ended_on=date(THIS, 6, 4))],
    )
    imported("judgements", [judgement("A1", 2, code, fiscal_year=THIS, department_code=department_code)])


@pytest.fixture
def two(db: None) -> None:
    """Two departments with an audit and a finding each; the first has a predecessor with an audit of its own."""
    build_city()
    imported("departments", [department("100", valid_to=THIS - 2), department("102")])
    imported(
        "departments",
        [department("101", valid_from=THIS - 1, succession="renamed", predecessor_codes=("100",))],
    )
    for year in (THIS - 2, THIS):
        imported("year", [setting(fiscal_year=year), *scale(year)])
        imported("checklist", [item("A1", fiscal_year=year)])
    imported("engagements", [engagement("OLD", "100", fiscal_year=THIS - 2)])
    judged("E1", "101")
    judged("E2", "102")
    for place, code in (("E1", "101"), ("E2", "102")):
        texts = {"title_ja": f"{code}の検出事項", "department_code": code, "item_code": "A1"}
        imported("findings", [finding(f"F{code}", fiscal_year=THIS, engagement_code=place, **texts)])
    Engagement.objects.update(state="improvement", notice_number="監１号", noticed_on=date(THIS, 5, 1))
    rollout = LateralRollout.objects.create(
        municipality_id=1,
        finding=Finding.objects.get(code="F102"),
        title_ja="端末の持出しの点検",
        request_ja="点検してください",
        due_on=timezone.localdate() + timedelta(days=9),
        is_to_all=False,
        ordered_at=timezone.now(),
    )
    RolloutTarget.objects.create(municipality_id=1, rollout=rollout, department=Department.objects.get(code="101"))
    sign_up()


def page(name: str, query: str = "") -> str:
    """The page as one of the cast sees it."""
    answer = browser_of(name).get(f"/department/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("name", ["head", "contact"])
def test_a_department_sees_its_own(two: None, name: str) -> None:
    text = page(name)
    for own in ("第101課", "E1", "OLD", "101の検出事項", "監１号", "端末の持出しの点検", "2.00"):
        assert own in text, own
    assert "/E2/" not in text and "102の検出事項" not in text


def test_another_department_is_not_there(two: None) -> None:
    for name, code in (("head", "102"), ("other_head", "101"), ("head", "999"), ("head", "<x>")):
        assert browser_of(name).get(f"/department/?code={code}").status_code == 404
    assert "101の検出事項" not in page("other_head")


@pytest.mark.parametrize("name", ["external", "auditor", "staff", "outsider", "administrator"])
def test_who_answers_for_no_department_is_refused(two: None, name: str) -> None:
    assert browser_of(name).get("/department/").status_code == 403
    assert browser_of(name).get("/department/?code=101").status_code == 403


@pytest.mark.parametrize("name", ["clerk", "director", "ciso"])
def test_whoever_reads_all_chooses(two: None, name: str) -> None:
    assert "第101課" in page(name) and "第102課" in page(name)
    assert "102の検出事項" in page(name, "?code=102")


def test_results_are_not_told_before_they_are_notified(two: None) -> None:
    Engagement.objects.filter(code="E1").update(state="fieldwork")
    text = page("head")
    assert "判定の推移" not in text and "101の検出事項" not in text
    assert "判定の推移" in page("clerk", "?code=101")


def test_a_planned_audit_is_not_told(two: None) -> None:
    Engagement.objects.filter(code="E1").update(state="planned")
    assert "/E1/" not in page("head")
