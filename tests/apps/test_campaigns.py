"""How does the office bring a self-inspection from its draft to the tally, and what may not change on the way?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kansa.apps.annual_report.queries.year_data import year_records
from kansa.apps.controls.actions import Holds, ItemEdit, ListKey, add_items, edit_item
from kansa.apps.controls.models import ControlItem
from kansa.apps.jobs.actions import work_off
from kansa.apps.people.models import Account, Municipality
from kansa.apps.people.queries import actor_of
from kansa.apps.self_inspection.actions import ask_to_move, move_campaign, moving, save_campaign
from kansa.apps.self_inspection.models import CampaignMember, Response
from kansa.apps.self_inspection.queries import is_asked, opening_plan, progress_of
from kansa.apps.trail.models import Event
from kansa.config.jobs import TASKS
from kansa.core.errors import InputError, RuleError
from tests.builders import answer, imported, item, setting, staff
from tests.cast import CITY, CLERK, OTHER_CITY, OTHER_CLERK, VIEWER, actor_named, browser_of, this_fiscal_year
from tests.inspecting import build_campaign, build_staff, slips_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()


def test_the_director_approves_and_the_clerk_does_not() -> None:
    campaign = build_campaign(state="draft")
    with pytest.raises(RuleError, match="権限"):
        move_campaign(actor_named("clerk"), campaign.pk, "approve")
    assert move_campaign(actor_named("director"), campaign.pk, "approve").state == "approved"
    assert move_campaign(actor_named("clerk"), campaign.pk, "open").state == "open"
    verbs = list(Event.objects.filter(object_kind="campaign").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["save", "approve_inspection", "open_inspection"]


@pytest.mark.parametrize("state", ["approved", "open", "closed"])
def test_words_and_privacy_stay_once_approved(state: str) -> None:
    campaign = build_campaign(state=state)
    with pytest.raises(RuleError, match="直せません"):
        save_campaign(CLERK, this_fiscal_year(), words("anonymous"))
    campaign.refresh_from_db()
    assert campaign.privacy == "identified"


def test_a_withdrawn_approval_makes_it_a_draft_again() -> None:
    campaign = build_campaign(state="approved")
    move_campaign(CLERK, campaign.pk, "withdraw")
    assert save_campaign(CLERK, this_fiscal_year(), words("confidential")).privacy == "confidential"


@pytest.mark.parametrize(
    ("state", "move"), [("draft", "open"), ("approved", "close"), ("closed", "open"), ("open", "approve")]
)
def test_steps_are_not_skipped(state: str, move: str) -> None:
    campaign = build_campaign(state=state)
    with pytest.raises(RuleError, match="できません"):
        move_campaign(CLERK, campaign.pk, move)


def test_closing_is_asked_twice() -> None:
    campaign, browser = build_campaign(), browser_of("clerk")
    page = f"/inspections/{campaign.pk}/"
    answer = browser.post(f"{page}move/", {"move": "close"}, follow=True)
    campaign.refresh_from_db()
    assert campaign.state == "open" and "元に戻せません" in answer.content.decode()
    browser.post(f"{page}move/", {"move": "close", "sure": "yes"})
    campaign.refresh_from_db()
    assert campaign.state == "closed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="a city's office waits for SQLite itself")
def test_a_country_is_opened_by_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """17 people stand for more than 100,000: asked once, refused while it is under way, done once, told to the page."""
    monkeypatch.setattr(moving, "AT_ONCE", 16)
    campaign = build_campaign(state="approved")
    actor = actor_of(Account.objects.get(login="clerk"), timezone.localdate())
    asked = ask_to_move(actor, campaign.pk, "open")
    assert asked.job is not None
    with pytest.raises(RuleError, match="いま処理しています"):
        ask_to_move(actor, campaign.pk, "open")
    assert "人数が多いため" in browser_of("clerk").get(f"/inspections/{campaign.pk}/").content.decode()
    assert work_off(TASKS, beats=False) == 1
    campaign.refresh_from_db()
    asked.job.refresh_from_db()
    assert (campaign.state, asked.job.state) == ("open", "done")
    assert CampaignMember.objects.filter(campaign=campaign, excluded_reason_ja="").count() == 16
    assert Event.objects.filter(verb="open_inspection").get().actor_name == actor.name


def test_strangers_to_the_office_make_nothing() -> None:
    campaign = build_campaign(state="draft")
    for actor in (VIEWER, actor_named("staff")):
        with pytest.raises(RuleError, match="権限"):
            save_campaign(actor, this_fiscal_year(), words())
    Municipality.objects.create(pk=OTHER_CITY, name_ja="となり市")
    with pytest.raises(RuleError, match="この自己点検はありません"):
        move_campaign(OTHER_CLERK, campaign.pk, "approve")


def test_days_and_title_are_asked_for() -> None:
    with pytest.raises(InputError, match="題名"):
        save_campaign(CLERK, this_fiscal_year(), words(title_ja=" 　"))
    with pytest.raises(InputError, match="締切日"):
        save_campaign(CLERK, this_fiscal_year(), words(closes_on=timezone.localdate() - timedelta(days=1)))
    with pytest.raises(RuleError, match="チェックリストがありません"):
        save_campaign(CLERK, this_fiscal_year() + 1, words())


def test_opening_fixes_the_roster() -> None:
    """16 people are asked; S109 is away with a reason. Who comes or moves afterwards changes nothing."""
    campaign = build_campaign()
    members = CampaignMember.objects.filter(campaign=campaign)
    assert members.filter(excluded_reason_ja="").count() == 16
    assert members.get(staff_number="S109").excluded_reason_ja == "育児休業"
    imported(
        "staff",
        [staff("S001", "102", fiscal_year=this_fiscal_year()), staff("S009", "102", fiscal_year=this_fiscal_year())],
    )
    assert members.count() == 17
    assert members.get(staff_number="S001").department.code == "101"


def test_a_small_department_counts_in_another_one_unless_identified() -> None:
    """第103課 has two people, k is 5: they count in 第102課, the smallest one that is large enough (six)."""
    identified = opening_plan(build_campaign(state="draft"))
    assert identified.together == []
    campaign = save_campaign(CLERK, this_fiscal_year(), words("confidential"))
    assert [(one.own.code, one.other.code) for one in opening_plan(campaign).together] == [("103", "102")]
    move_campaign(CLERK, campaign.pk, "approve")
    campaign = move_campaign(CLERK, campaign.pk, "open")
    assert [(one.department.code, one.member_count, one.together) for one in progress_of(campaign)] == [
        ("101", 8, ()),
        ("102", 8, ("第103課",)),
    ]


def test_a_city_of_fewer_than_k_people_cannot_promise_privacy() -> None:
    imported("year", [setting("small_cell_k", "17", this_fiscal_year())])
    campaign = build_campaign("anonymous", state="draft")
    with pytest.raises(RuleError, match="17人に足りない"):
        move_campaign(CLERK, campaign.pk, "approve")


def test_items_stay_as_they_are_asked() -> None:
    year = this_fiscal_year()
    key = ListKey(year, "self_inspection", lambda _city, _year: False, is_asked)
    first = ControlItem.objects.get(checklist__fiscal_year=year, code="Q1")
    campaign = build_campaign(state="draft")
    add_items(CLERK, key, [ItemEdit("人的", "席を離れるときに画面を閉じているか", code="Q4")])
    move_campaign(CLERK, campaign.pk, "approve")
    with pytest.raises(RuleError, match="項目を変えられません"):
        add_items(CLERK, key, [ItemEdit("人的", "鍵を掛けているか", code="Q5")])
    with pytest.raises(RuleError, match="項目を変えられません"):
        edit_item(CLERK, key, first.pk, ItemEdit("人的", "別のことを尋ねる"), "")
    outcome = imported("checklist", [item("Q9", "self_inspection", fiscal_year=year)])
    assert [one.code for one in outcome.refusals] == ["items_asked"]
    move_campaign(CLERK, campaign.pk, "open")
    outcome = imported("checklist", [item("Q9", "self_inspection", fiscal_year=year)])
    assert [one.code for one in outcome.refusals] == ["still_used", "items_asked"]
    assert ControlItem.objects.filter(checklist__fiscal_year=year).count() == 4
    page = browser_of("clerk").get(f"/checklists/{year}/self_inspection/").content.decode()
    assert "自己点検が承認されたか始まったため" in page and "項目を加える" not in page


def test_other_streams_and_years_are_not_held() -> None:
    build_campaign()
    assert is_asked(CITY, this_fiscal_year(), "self_inspection")
    assert not is_asked(CITY, this_fiscal_year(), "internal_audit")
    assert not is_asked(CITY, this_fiscal_year() - 1, "self_inspection")
    assert Holds(lambda _city, _year: False).is_asked(CITY, 2024, "self_inspection") is False


def test_files_wait_while_answers_are_given() -> None:
    build_campaign()
    outcome = imported("self_inspection", [answer("S001", "yyy", fiscal_year=this_fiscal_year())])
    assert [one.code for one in outcome.refusals] == ["campaign_open"]


def test_a_file_with_numbers_never_joins_unnamed_answers() -> None:
    build_campaign("confidential", state="closed")
    outcome = imported("self_inspection", [answer("S001", "yyy", fiscal_year=this_fiscal_year())])
    assert [one.code for one in outcome.refusals] == ["campaign_unnamed"]


def test_answers_of_a_file_are_not_mixed_with_a_campaign() -> None:
    imported("self_inspection", [answer("S001", "yyy", fiscal_year=this_fiscal_year())])
    campaign = build_campaign(state="approved")
    with pytest.raises(RuleError, match="既に取り込まれている"):
        move_campaign(CLERK, campaign.pk, "open")


def test_a_campaign_nobody_answered_closes_without_a_tally() -> None:
    build_campaign(state="closed")
    assert year_records(CITY, this_fiscal_year()).tally == ()


def test_the_office_goes_from_draft_to_open_by_pages() -> None:
    clerk, director = browser_of("clerk"), browser_of("director")
    year, today = this_fiscal_year(), timezone.localdate().isoformat()
    typed = {"title_ja": "秋の自己点検", "opens_on": today, "closes_on": today, "privacy": "confidential"}
    answer = clerk.post(f"/inspections/add/{year}/", typed)
    page = answer.headers["Location"]
    assert "承認を待っています" in clerk.get(page).content.decode()
    assert "第103課 → 第102課" in clerk.get(page).content.decode()
    for client, move in ((director, "approve"), (clerk, "open")):
        client.post(f"{page}move/", {"move": move})
    text = clerk.get(page).content.decode()
    assert "16人のうち0人が回答しました" in text
    assert "育児休業" in clerk.get(f"{page}excluded/").content.decode()


def test_a_trial_shows_the_right_way_and_keeps_nothing() -> None:
    campaign = build_campaign(state="draft")
    before = Event.objects.count()
    page = browser_of("clerk").post(f"/inspections/{campaign.pk}/trial/", {"item1": "no", "item2": "yes"})
    text = page.content.decode()
    assert "3項目のうち2項目に回答しました" in text
    assert text.count("正しいやり方") == 1 and "規程" in text and "番号法第12条" in text
    assert not Response.objects.exists() and Event.objects.count() == before


def test_others_are_refused() -> None:
    campaign = build_campaign()
    slips_of(campaign)
    for name in ("staff", "outsider", "head", "external"):
        for path in ("", "trial/", "silent/", "excluded/"):
            assert browser_of(name).get(f"/inspections/{campaign.pk}/{path}").status_code == 403
