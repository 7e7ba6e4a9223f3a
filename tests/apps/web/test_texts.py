"""Does the office say on the screen what the report says about itself, and does the printed report say it?"""

from __future__ import annotations

import re

import pytest

from kansa.apps.controls.models import FiscalYearRule
from kansa.apps.controls.queries import report_texts
from kansa.apps.trail.models import Event
from tests.builders import YEAR, imported, setting
from tests.cast import CITY, browser_of, sign_up

TEXTS = f"/years/{YEAR}/texts/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def stamp() -> str:
    page = browser_of("clerk").get(TEXTS).content.decode()
    found = re.search(r'name="stamp" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_day_may_be_typed_as_an_office_writes_it_and_is_kept_as_a_day() -> None:
    sign_up("clerk")
    answer = browser_of("clerk").post(
        TEXTS, {"stamp": stamp(), "report_on": "令和7年3月31日", "title_ja": "監査報告書"}
    )
    assert answer.status_code == 302
    assert report_texts(CITY, YEAR) == {"report_on": "2025-03-31", "title_ja": "監査報告書"}
    told = Event.objects.filter(object_kind="year", verb="edit").latest("pk")
    assert told.after["report_on"] == "2025-03-31"


def test_an_emptied_text_is_taken_away_and_other_settings_stay() -> None:
    sign_up("clerk")
    imported("year", [setting("title_ja", "古い題名"), setting("pass_mark", "3")])
    browser_of("clerk").post(TEXTS, {"stamp": stamp(), "remark:internal": "良好"})
    assert report_texts(CITY, YEAR) == {"remark:internal": "良好"}
    assert FiscalYearRule.objects.filter(key="pass_mark").exists()


def test_a_wrong_day_is_told_at_its_field_and_nothing_is_kept() -> None:
    sign_up("clerk")
    answer = browser_of("clerk").post(TEXTS, {"stamp": stamp(), "report_on": "令和7年2月31日", "title_ja": "題名"})
    found = re.search(r'id="id_report_on_error">([^<]*)<', answer.content.decode())
    assert found
    assert "2月31日" in found[1]
    assert "題名" in answer.content.decode()
    assert report_texts(CITY, YEAR) == {}


def test_two_people_at_once_the_second_is_told() -> None:
    sign_up("clerk")
    old = stamp()
    browser_of("clerk").post(TEXTS, {"stamp": old, "title_ja": "一人目"})
    answer = browser_of("clerk").post(TEXTS, {"stamp": old, "title_ja": "二人目"})
    assert "ほかの人が変えました" in answer.content.decode()
    assert report_texts(CITY, YEAR) == {"title_ja": "一人目"}


def test_a_frozen_year_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from kansa.apps.controls.actions import RulesKey, change_texts
    from kansa.core.errors import RuleError
    from tests.cast import CLERK

    with pytest.raises(RuleError, match="凍結"):
        change_texts(CLERK, RulesKey(YEAR, lambda _city, _year: True), {"title_ja": "x"}, "")
