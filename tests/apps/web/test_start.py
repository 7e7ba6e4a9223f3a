"""Does the first run lead from nothing to the first audit, ticked from the records?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kansa.apps.annual_report.actions import begin_year, freeze, usual_year
from kansa.apps.annual_report.queries import first_steps, is_begun
from kansa.apps.controls.models import FiscalYearRule, ScaleLevel
from kansa.apps.controls.queries import year_rules, year_settings
from kansa.apps.people.actions import first_administrator, prepare_municipality
from kansa.apps.people.models import Account, Municipality
from kansa.apps.trail.models import Event
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from tests.builders import department, engagement, imported, item, staff
from tests.cast import CITY, CLERK, OUTSIDER, PASSWORD, browser_of, sign_up, this_fiscal_year

pytestmark = [pytest.mark.django_db]
THIS = this_fiscal_year()


@pytest.fixture
def first(db: None) -> Client:
    """The first account of an installation that has no name yet."""
    prepare_municipality(CLERK)
    account = first_administrator(CLERK, "hajime", "初 一郎", PASSWORD)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def done() -> list[str]:
    """The codes of the steps that the records show done."""
    return [one.code for one in first_steps(CLERK) if one.is_done]


def test_an_empty_database_begins_with_the_name(first: Client) -> None:
    assert done() == []
    assert "最初の監査まで" in first.get("/").content.decode()
    page = first.get("/start/").content.decode()
    assert "次はここ" in page and 'name="name_ja"' in page
    answer = first.post("/start/", {"name_ja": "  はじめ市 "}, follow=True)
    assert "名称を登録しました" in answer.content.decode()
    assert Municipality.objects.get().name_ja == "はじめ市"
    assert done() == ["municipality"]


def test_a_name_is_asked_for(first: Client) -> None:
    assert "name_ja_error" in first.post("/start/", {"name_ja": " "}).content.decode()
    assert Municipality.objects.get().name_ja == ""


def test_the_usual_rules_are_shown_then_registered_once(first: Client) -> None:
    page = first.get("/start/year/").content.decode()
    assert "レベル４" in page and "3.00" in page
    assert not ScaleLevel.objects.exists()
    answer = first.post("/start/year/", {"fiscal_year": str(THIS)}, follow=True)
    assert "登録しました" in answer.content.decode()
    rules = year_rules(CITY, THIS, year_settings(CITY, THIS))
    assert [one.level for one in rules.scale] == [4, 3, 2, 1, 0]
    assert (rules.pass_mark, rules.conforms_from) == (3, 3)
    assert rules.rotation_first_year == THIS  # the report must not claim the rotation of another city
    assert "すでにあります" in first.post("/start/year/", {"fiscal_year": str(THIS)}).content.decode()
    assert Event.objects.filter(verb="import", object_kind="year").count() == 1
    assert first.post("/start/year/", {"fiscal_year": "12"}).status_code == 200
    assert FiscalYearRule.objects.exclude(fiscal_year=THIS).count() == 0


def test_what_is_there_is_not_overwritten(city: object) -> None:
    imported("year", usual_year(THIS)[:1])
    with pytest.raises(RuleError) as fault:
        begin_year(CLERK, THIS)
    assert fault.value.code == "already_begun"


def test_nobody_else_begins_a_year(city: object) -> None:
    for actor in (OUTSIDER, Actor(CITY, "管理", "administrator")):
        with pytest.raises(RuleError):
            begin_year(actor, THIS)


def test_every_step_is_ticked_by_its_record(first: Client) -> None:
    first.post("/start/", {"name_ja": "はじめ市"})
    first.post("/start/year/", {"fiscal_year": str(THIS)})
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff(fiscal_year=THIS)])
    imported("checklist", [item(fiscal_year=THIS)])
    assert done() == ["municipality", "year", "departments", "staff", "checklist"]
    sign_up("head")
    imported("engagements", [engagement(fiscal_year=THIS)])
    assert is_begun(CLERK)
    assert "準備が終わりました" in first.get("/start/").content.decode()
    assert "最初の監査まで" not in first.get("/").content.decode()


def test_an_administrator_without_the_office_is_told_whose_turn_it_is(first: Client) -> None:
    sign_up("administrator")
    page = browser_of("administrator").get("/start/").content.decode()
    assert "別の役割の人" in page and "/accounts/" in page
    assert 'name="name_ja"' not in page
    assert set(re.findall(r"/import/(\w+)/", page.split("<main")[1])) == {"accounts"}
    assert Account.objects.count() == 2


def test_a_year_without_a_name_is_not_frozen(first: Client) -> None:
    imported("checklist", [item(fiscal_year=THIS)])
    with pytest.raises(RuleError) as fault:
        freeze(CLERK, THIS, "")
    assert fault.value.code == "no_name"
