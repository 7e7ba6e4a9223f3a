"""Do the sample city's two campaigns, answered by its staff, give the published 95.2, 94.1 and +1.1 points?

Here some of the staff answer by screen, by the sheets of nurseries and on paper; the answers of the others come as a
file after closing, which holds everybody: whoever answered before is known and counted once. The whole city by HTTP
on a real server is `python -m benchmarks.sample_campaigns`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kansa.apps.annual_report.actions import freeze, import_file
from kansa.apps.annual_report.queries import frozen_bytes
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions import move_campaign
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Response
from kansa.apps.self_inspection.queries import comment_views, level_views, results_of
from kansa.apps.trail.actions import ImportOptions
from kansa.cli import demo_inspection
from kansa.core.publication import CITY as WHOLE_CITY
from kansa.document.report import read_report
from kansa.sample import SampleFile, begin_next_year, generate
from tests.cast import CITY, CLERK, browser_of, sign_up
from tests.simulated_staff import (
    NURSERY,
    Reply,
    Shares,
    answer_by_screen,
    answer_by_sheet,
    answer_on_paper,
    begun,
    by_department,
    sheets_of,
)
from tests.year.conftest import import_all

pytestmark = pytest.mark.django_db
KINDS = {"year", "departments", "staff"}
BY_SCREEN, ON_PAPER = 6, 2  # people; and one nursery of each year by its sheet


class InProcess:
    """A browser of the test client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str) -> Reply:
        return self.told(self.client.get(path))

    def post(self, path: str, fields: Mapping[str, object]) -> Reply:
        typed = {name: SimpleUploadedFile(*one) if isinstance(one, tuple) else one for name, one in fields.items()}
        return self.told(self.client.post(path, typed))

    @staticmethod
    def told(answer: object) -> Reply:
        return Reply(answer.status_code, answer.content, answer.headers.get("Location", ""))  # type: ignore[attr-defined]


def is_needed(file: SampleFile) -> bool:
    """The files of the organisation and the questions, not the answers and nothing of the audits."""
    return file.kind in KINDS or (file.kind == "checklist" and "自己点検" in file.name)


def answered(fiscal_year: int, file: SampleFile) -> Shares:
    """One year's campaign from its making to its closing, and what came by which way."""
    office = begun(InProcess(browser_of("clerk")), InProcess(browser_of("director")), fiscal_year, timezone.localdate())
    campaign, shares = office.path.split("/")[2], Shares()
    places = {code: Department.objects.get(code=code) for code in by_department(sheets_of(file))}
    departments = by_department(sheets_of(file))
    offices = [code for code in departments if NURSERY not in places[code].name_ja]
    offices.sort(key=lambda code: len(departments[code]))
    screen = departments[next(code for code in offices if len(departments[code]) >= BY_SCREEN)]
    codes = office.codes(places[screen[0].department_code].pk)
    for one in screen[:BY_SCREEN]:
        shares.posts += answer_by_screen(InProcess(Client()), campaign, codes[one.name_ja], one)
    shares.note("screen", BY_SCREEN)
    nursery = next(code for code in departments if NURSERY in places[code].name_ja)
    shares.note("sheet", answer_by_sheet(office, places[nursery].pk, departments[nursery]))
    paper = departments[offices[-1]][:ON_PAPER]
    shares.note("paper", answer_on_paper(office, places[offices[-1]].pk, paper))
    office.move("close")
    return shares


def test_two_campaigns_answered_by_the_staff_give_the_published_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    files = generate()
    import_all(tuple(one for one in files if is_needed(one)))
    sign_up("clerk", "director")
    answers = {one.options["fiscal_year"]: one for one in files if one.kind == "self_inspection"}
    for fiscal_year, file in answers.items():
        shares = answered(fiscal_year, file)
        count = sum(shares.people.values())
        rows = Response.objects.filter(checklist__fiscal_year=fiscal_year)
        assert rows.count() == count and shares.posts > BY_SCREEN * 25
        options = ImportOptions(fiscal_year=fiscal_year)
        outcome = import_file(CLERK, "self_inspection", file.data, file.name, apply=True, options=options)
        assert not outcome.refusals
        # What the pages, the sheet and the paper kept is what the file says of these people, to the last bit.
        assert (outcome.plan.unchanged, outcome.plan.changed) == (count, 0)
        assert rows.count() == len(sheets_of(file))
        asked = CampaignMember.objects.filter(campaign__checklist__fiscal_year=fiscal_year, excluded_reason_ja="")
        assert asked.count() == 1465
        freeze(CLERK, fiscal_year, "")
    report = read_report(frozen_bytes(CLERK, 2024), is_draft=True)
    shown = {name: report.book[name].shown for name in ("self.rate", "self.rate.prior", "self.change")}
    assert shown == {"self.rate": "95.2", "self.rate.prior": "94.1", "self.change": "+1.1"}
    results = results_of(CITY, 2024)
    assert results.rate(WHOLE_CITY).rate == report.book["self.rate"].value
    page = browser_of("clerk").get("/inspections/results/2024/").content.decode()
    assert "95.2" in page and "94.1" in page and "1.1" in page
    the_next_year_asks_a_scale_and_for_words(monkeypatch)
    assert results_of(CITY, 2024) == results  # what was published stays


def the_next_year_asks_a_scale_and_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign of the demo: the published items, one with levels, one for words; outside the compliance rate."""
    import_all(begin_next_year())
    monkeypatch.setattr(demo_inspection, "ANSWERING", ("0104",))
    demo_inspection.add_demo_inspection(CLERK, CLERK, 2025, timezone.localdate())
    campaign = Campaign.objects.get(checklist__fiscal_year=2025)
    answered = Response.objects.filter(checklist__fiscal_year=2025, answered__gt=0).count()
    move_campaign(CLERK, campaign.pk, "close")
    (scale,) = level_views(campaign := Campaign.objects.get(pk=campaign.pk))
    assert (scale.chosen_count, scale.is_hidden) == (answered, False)
    (words,) = comment_views(campaign)
    assert sorted(words.texts_ja) == sorted(demo_inspection.VOICES_JA)
    assert {one.code for one in results_of(CITY, 2025).table.items}.isdisjoint({"Q90", "Q91"})
