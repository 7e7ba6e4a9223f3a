"""How does a test get a self-inspection under way? People, questions, a campaign, and respondents with browsers."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from kansa.apps.self_inspection.actions import CampaignWords, PrintedSlip, move_campaign, print_slips, save_campaign
from kansa.apps.self_inspection.models import Campaign
from tests.builders import build_city, department, imported, item, staff
from tests.cast import CLERK, sign_up, this_fiscal_year
from tests.remembered import remembered

QUESTIONS = ("Q1", "Q2", "Q3")
# 101 has S001.., 102 S101.., and 103 two people only: fewer than the five below which a cell is hidden.
PEOPLE = {"101": [f"S{n:03}" for n in range(1, 9)], "102": [f"S{n}" for n in range(101, 107)], "103": ["S201", "S202"]}


@remembered
def build_staff() -> None:
    """A city with three departments, its roster of this year, questions and the cast that matters here."""
    year = this_fiscal_year()
    build_city()
    imported("departments", [department(code, name_ja=f"第{code}課") for code in PEOPLE])
    people = [staff(number, code, fiscal_year=year) for code, numbers in PEOPLE.items() for number in numbers]
    away = staff("S109", "102", fiscal_year=year, excluded_reason_ja="育児休業")
    imported("staff", [*people, away])
    questions = [item(code, "self_inspection", fiscal_year=year, law_ja="番号法第12条") for code in QUESTIONS]
    imported("checklist", questions)
    sign_up("director", "clerk", "staff", "auditor", "outsider", "head", "external")


def words(privacy: str = "identified", **fields: object) -> CampaignWords:
    """A campaign that is open today."""
    today = timezone.localdate()
    values = {"title_ja": "自己点検", "explanation_ja": "３分で終わります。", "opens_on": today, "closes_on": today}
    return CampaignWords(**{**values, "privacy": privacy, **fields})  # type: ignore[arg-type]


def build_campaign(privacy: str = "identified", state: str = "open", **fields: object) -> Campaign:
    """A campaign of this year in a state."""
    campaign = save_campaign(CLERK, this_fiscal_year(), words(privacy, **fields))
    for code, reached in (("approve", "approved"), ("open", "open"), ("close", "closed")):
        if campaign.state == state:
            break
        campaign = move_campaign(CLERK, campaign.pk, code)
        assert campaign.state == reached
    return campaign


def slips_of(campaign: Campaign, code: str = "101") -> list[PrintedSlip]:
    """Printed slips for everybody of a department."""
    from kansa.apps.people.models import Department

    return print_slips(CLERK, campaign.pk, Department.objects.get(code=code).pk, is_for_all=True)


def browser_with(code: str) -> Client:
    """A browser that has opened the link of a slip."""
    client = Client()
    assert client.get(f"/answer/key/{code}/").status_code == 302
    return client


def begun_with(code: str, campaign: Campaign) -> tuple[Client, str]:
    """A browser that has begun in a confidential campaign, and its link to go on."""
    client = browser_with(code)
    page = client.post(f"/answer/{campaign.pk}/begin/")
    assert page.status_code == 200
    found = re.search(r"/answer/key/([0-9a-f-]+)/", page.content.decode())
    assert found is not None
    return client, found[1]


def give(client: Client, campaign: Campaign, answers: str) -> None:
    """Answers Q1, Q2, ... by the long page: y, n, - (該当なし), blank for none."""
    names = {"y": "yes", "n": "no", "-": "not_applicable"}
    for position, letter in enumerate(answers, 1):
        if letter in names:
            typed = {"position": position, "answer": names[letter]}
            assert client.post(f"/answer/{campaign.pk}/all/", typed).status_code == 302


def overdue(campaign: Campaign) -> None:
    """The deadline was yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Campaign.objects.filter(pk=campaign.pk).update(opens_on=yesterday, closes_on=yesterday)
