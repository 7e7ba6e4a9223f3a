"""Does a sheet on paper count once, with who typed it, and only in the own department?"""

from __future__ import annotations

import pytest

from kansa.apps.self_inspection.actions import enter_paper, move_campaign
from kansa.apps.self_inspection.models import Campaign, CampaignMember, PaperEntry, Response, Tally
from kansa.apps.trail.models import Event
from kansa.core.errors import RuleError
from tests.cast import CLERK, actor_named, browser_of
from tests.inspecting import browser_with, build_campaign, build_staff, give, overdue, slips_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()


def member(number: str) -> CampaignMember:
    found: CampaignMember = CampaignMember.objects.get(staff_number=number)
    return found


def masks() -> list[tuple[int, int, int]]:
    return sorted(Response.objects.values_list("met", "applicable", "answered"))


def page_of(campaign: Campaign, number: str) -> str:
    return f"/inspections/{campaign.pk}/departments/{member(number).department_id}/"


def test_the_head_types_in_a_sheet_and_is_named() -> None:
    """Q1 はい, Q2 いいえ, Q3 blank: met 1, applicable 3, answered 3."""
    campaign = build_campaign()
    head, page = browser_of("head"), page_of(campaign, "S005")
    assert "8人に回答を促す" in head.get("/").content.decode()
    answer = head.post(page, {"member": member("S005").pk, "item1": "yes", "item2": "no", "item3": ""})
    assert answer.headers["Location"] == page
    assert masks() == [(1, 3, 3)]
    entry = PaperEntry.objects.get()
    assert (entry.member.staff_number, entry.entered_by) == ("S005", "head さん（head）")
    text = head.get(page).content.decode()
    assert text.count("職員S005") == 1  # among those received, no more among the silent
    assert Event.objects.get(verb="enter_paper").after == {"department": "101"}


def test_whoever_answered_on_line_is_not_typed_over_and_counts_once() -> None:
    campaign = build_campaign()
    give(browser_of("staff"), campaign, "y")
    with pytest.raises(RuleError, match="既に回答しています"):
        enter_paper(CLERK, campaign.pk, member("S003").pk, {1: "no"})
    assert masks() == [(1, 1, 1)]


def test_whoever_answers_after_the_paper_changes_the_same_answers() -> None:
    campaign = build_campaign()
    enter_paper(CLERK, campaign.pk, member("S003").pk, {1: "no", 2: "yes"})
    with pytest.raises(RuleError, match="既に回答しています"):
        enter_paper(CLERK, campaign.pk, member("S003").pk, {1: "yes"})
    give(browser_with(slips_of(campaign)[2].code), campaign, "y")
    assert masks() == [(3, 3, 3)]
    move_campaign(CLERK, campaign.pk, "close")
    assert list(Tally.objects.order_by("item__code").values_list("yes_count", "no_count", "blank_count")) == [
        (1, 0, 0),
        (1, 0, 0),
        (0, 0, 1),
    ]


def test_a_sheet_handed_in_by_the_deadline_is_typed_later() -> None:
    campaign = build_campaign()
    overdue(campaign)
    enter_paper(CLERK, campaign.pk, member("S001").pk, {3: "not_applicable"})
    assert masks() == [(0, 0, 0b100)]


def test_another_department_is_refused() -> None:
    campaign = build_campaign()
    with pytest.raises(RuleError, match="別の所属"):
        enter_paper(actor_named("head"), campaign.pk, member("S101").pk, {1: "yes"})
    with pytest.raises(RuleError, match="権限"):
        enter_paper(actor_named("staff"), campaign.pk, member("S003").pk, {1: "yes"})
    assert browser_of("head").get(page_of(campaign, "S101")).status_code == 404
    assert browser_of("staff").get(page_of(campaign, "S001")).status_code == 403
    assert masks() == []


@pytest.mark.parametrize("answers", [{}, {9: "yes"}, {1: ""}])
def test_an_empty_sheet_is_refused(answers: dict[int, str]) -> None:
    campaign = build_campaign()
    with pytest.raises(RuleError, match="一つもありません"):
        enter_paper(CLERK, campaign.pk, member("S001").pk, answers)


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_without_names_no_paper_is_typed_in_for_a_name(privacy: str) -> None:
    campaign = build_campaign(privacy)
    with pytest.raises(RuleError, match="記名の自己点検でだけ"):
        enter_paper(CLERK, campaign.pk, member("S001").pk, {1: "yes"})
    text = browser_of("head").get(page_of(campaign, "S001")).content.decode()
    assert ("職員S001" in text) == (privacy == "confidential") and "紙の回答を入力する" not in text
