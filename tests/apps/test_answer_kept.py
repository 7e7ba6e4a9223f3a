"""What happens to an answer when the database is away, and how much work is one answer?"""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kansa.apps.self_inspection.models import Campaign, Response
from tests.cast import browser_of
from tests.inspecting import browser_with, build_campaign, build_staff, give, slips_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database breaks off in the middle of keeping an answer."""

    def broken(*_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("kansa.apps.self_inspection.views.answering.save_answer", broken)


@pytest.mark.parametrize("page", ["items/2/", "all/"])
def test_an_answer_that_was_not_kept_comes_back_to_be_pressed_again(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page needs no database, holds what was pressed, and sending its form keeps the answer."""
    campaign = build_campaign()
    client = browser_with(slips_of(campaign)[0].code)
    client.raise_request_exception = False
    typed = {"answer": "no", "position": "2"}
    with monkeypatch.context() as broken:
        away(broken)
        told = client.post(f"/answer/{campaign.pk}/{page}", typed)
    text = told.content.decode()
    assert (told.status_code, told["Retry-After"]) == (503, "5")
    assert "この答えは、まだ保存されていません" in text and "もう一度保存する" in text
    assert not Response.objects.exists()
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))
    action = re.search(r'action="([^"]+)"', text)
    assert action and again["answer"] == "no" and "csrfmiddlewaretoken" in again
    assert client.post(action[1], again).status_code == 302
    assert Response.objects.values_list("met", "applicable", "answered").get() == (0, 2, 2)


def test_other_pages_say_that_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("the database system is starting up")

    monkeypatch.setattr("kansa.apps.self_inspection.views.campaigns.campaigns_for", broken)
    clerk = browser_of("clerk")
    clerk.raise_request_exception = False
    told = clerk.get("/inspections/")
    assert told.status_code == 503 and "一時的に表示できません" in told.content.decode()
    told = clerk.post("/inspections/add/2026/", {"title_ja": "点検"})
    assert told.status_code == 503 and "保存できたか確かめられませんでした" in told.content.decode()
    assert "点検" not in told.content.decode()  # an act that may have been done is not offered to be done twice


@pytest.mark.parametrize(("is_signed_in", "count"), [(False, 3), (True, 6)])
def test_an_answer_is_few_statements(is_signed_in: bool, count: int) -> None:
    """Who answers in which campaign, and one statement that keeps: the last hour is made of these."""
    campaign = build_campaign()
    client = browser_of("staff") if is_signed_in else browser_with(slips_of(campaign)[0].code)
    give(client, campaign, "y")
    with CaptureQueriesContext(connection) as asked:
        client.post(f"/answer/{campaign.pk}/items/2/", {"answer": "yes"})
    assert len(asked) == count
    assert Response.objects.get().met == 3


def page_of(client: Client, campaign: Campaign) -> str:
    return client.get(f"/answer/{campaign.pk}/all/").content.decode()


def test_a_page_drawn_once_is_still_everybodys_own() -> None:
    """Two people on one process: each sees the own answers and gets the own token, in the own language."""
    campaign = build_campaign()
    first, second = (browser_with(one.code) for one in slips_of(campaign)[:2])
    give(first, campaign, "yn")
    give(second, campaign, "n")
    marked = [
        re.findall(r'id="answer(\d+\w+)"[^>]*aria-pressed="true"', page_of(one, campaign)) for one in (first, second)
    ]
    assert marked == [["1yes", "2no"], ["1no"]]
    tokens = [re.findall(r'csrfmiddlewaretoken" value="(\w{64})"', page_of(one, campaign)) for one in (first, second)]
    assert len(tokens[0]) >= 3 and tokens[0][0] != tokens[1][0]
    english = first.get(f"/answer/{campaign.pk}/all/?lang=en").content.decode()
    assert ">はい<" in page_of(second, campaign) and ">はい<" not in english
