"""Can the staff answer, with and without an account, and does everybody else get a clear answer?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kansa.apps.annual_report.queries.year_data import year_records
from kansa.apps.self_inspection.actions import move_campaign
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Response, Slip, Tally
from kansa.apps.self_inspection.queries import folded_code, progress_of, silent_members
from kansa.core.compliance import AnswerCounts
from tests.cast import CITY, CLERK, browser_of, this_fiscal_year
from tests.inspecting import PEOPLE, begun_with, browser_with, build_campaign, build_staff, give, overdue, slips_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()


def masks() -> list[tuple[int, int, int]]:
    return sorted(Response.objects.values_list("met", "applicable", "answered"))


def silent(campaign: Campaign) -> list[str]:
    return [one.staff_number for one in silent_members(campaign)]


# --- with an account --------------------------------------------------------------------------------------------------


def test_a_person_who_signed_in_answers_one_item_after_another() -> None:
    """S003: Q1 はい, Q2 いいえ (then the right way is told), Q3 該当なし: met 1, applicable 3, answered 7."""
    campaign = build_campaign()
    client = browser_of("staff")
    assert "自己点検に回答する" in client.get("/").content.decode()
    start = client.get(f"/answer/{campaign.pk}/").content.decode()
    assert "この自己点検は記名です" in start and "３分で終わります。" in start
    one = f"/answer/{campaign.pk}/items/"
    assert client.post(f"{one}1/", {"answer": "yes"}).headers["Location"] == f"{one}2/"
    assert client.post(f"{one}2/", {"answer": "no"}).headers["Location"] == f"{one}2/"
    assert "正しいやり方" in client.get(f"{one}2/").content.decode()
    assert (
        client.post(f"{one}3/", {"answer": "not_applicable"}).headers["Location"] == f"/answer/{campaign.pk}/receipt/"
    )
    receipt = client.get(f"/answer/{campaign.pk}/receipt/").content.decode()
    assert "3項目のうち3項目の回答を受け付けています" in receipt
    assert masks() == [(0b001, 0b011, 0b111)]
    assert "自己点検に回答する" not in client.get("/").content.decode()


def test_each_answer_is_kept_at_once_and_another_device_goes_on() -> None:
    campaign = build_campaign()
    give(browser_of("staff"), campaign, "y")
    assert masks() == [(1, 1, 1)]
    give(browser_of("staff"), campaign, "  n")
    assert masks() == [(1, 0b101, 0b101)]


def test_an_answer_can_be_changed_in_every_direction() -> None:
    campaign = build_campaign()
    client = browser_of("staff")
    for letter, expected in (("y", (1, 1, 1)), ("n", (0, 1, 1)), ("-", (0, 0, 1)), ("y", (1, 1, 1)), ("-", (0, 0, 1))):
        give(client, campaign, letter)
        assert masks() == [expected]


def test_the_same_answer_sent_twice_counts_once() -> None:
    campaign = build_campaign()
    client = browser_of("staff")
    give(client, campaign, "y")
    give(client, campaign, "y")
    assert masks() == [(1, 1, 1)]
    assert [one.answered_count for one in progress_of(campaign)] == [1, 0, 0]


def test_htmx_gets_the_item_alone() -> None:
    campaign = build_campaign()
    typed = {"position": 2, "answer": "no"}
    answer = browser_of("staff").post(f"/answer/{campaign.pk}/all/", typed, HTTP_HX_REQUEST="true")
    text = answer.content.decode()
    assert (
        text.startswith('<section class="question" id="item2"') and "保存しました。" in text and "正しいやり方" in text
    )


def test_whoever_is_not_on_the_roster_is_not_asked() -> None:
    campaign = build_campaign()
    CampaignMember.objects.filter(staff_number="S003").update(excluded_reason_ja="派遣")
    for name in ("staff", "clerk", ""):
        assert browser_of(name).get(f"/answer/{campaign.pk}/").headers["Location"] == "/answer/"
        answer = browser_of(name).post(f"/answer/{campaign.pk}/all/", {"position": 1, "answer": "yes"})
        assert answer.headers["Location"] == "/answer/"
    assert masks() == []


# --- with a slip ------------------------------------------------------------------------------------------------------


def test_a_slip_is_typed_in_as_people_type() -> None:
    assert folded_code("７k3m 9qxa-22td‐h0ev") == "7K3M9QXA22TDH0EV"
    assert folded_code("7K3M-9QXA-22TD-HOEV") == "7K3M9QXA22TDH0EV"
    assert folded_code("7K3M-9QXA-22TD") == "" and folded_code("7K3M-9QXA-22TD-H0E!") == ""


def test_a_slip_opens_the_answers_of_its_person_without_an_account() -> None:
    campaign = build_campaign()
    slip = slips_of(campaign)[3]  # S004
    client = Client()
    answer = client.post("/answer/", {"code": slip.code.lower()})
    assert answer.headers["Location"] == f"/answer/{campaign.pk}/"
    give(client, campaign, "yyn")
    assert "S004" not in silent(campaign) and len(silent(campaign)) == 15
    assert client.get("/").status_code == 302  # and nothing else


def test_one_person_by_slip_and_by_account_counts_once() -> None:
    campaign = build_campaign()
    give(browser_of("staff"), campaign, "y")
    give(browser_with(slips_of(campaign)[2].code), campaign, " n")  # S003 again
    assert masks() == [(1, 0b11, 0b11)]


def test_a_slip_of_another_person_is_refused_to_whoever_signed_in() -> None:
    campaign = build_campaign()
    slip = slips_of(campaign)[3]
    client = browser_of("staff")
    client.get(f"/answer/key/{slip.code}/")
    answer = client.post(f"/answer/{campaign.pk}/all/", {"position": 1, "answer": "no"})
    assert answer.status_code == 403
    assert "ほかの方のもの" in answer.content.decode()
    assert masks() == []


def test_a_slip_that_was_printed_again_is_void_and_the_answers_stay() -> None:
    campaign = build_campaign()
    old = slips_of(campaign)[3]
    give(browser_with(old.code), campaign, "y")
    new = slips_of(campaign)[3]
    assert Client().get(f"/answer/key/{old.code}/").status_code == 404
    give(browser_with(new.code), campaign, " y")
    assert masks() == [(0b11, 0b11, 0b11)]


def test_only_a_keyed_hash_of_a_code_is_kept() -> None:
    campaign = build_campaign()
    codes = {folded_code(one.code) for one in slips_of(campaign)}
    stored = set(Slip.objects.values_list("code_token", flat=True))
    assert len(stored) == len(codes) == 8
    assert all(len(token) == 64 for token in stored) and not codes & stored


def test_slips_are_for_those_without_an_account_by_default() -> None:
    """S001 and S003 of 第101課 have accounts."""
    from kansa.apps.people.models import Department

    campaign = build_campaign()
    department = Department.objects.get(code="101").pk
    page = browser_of("clerk").post(f"/inspections/{campaign.pk}/slips/{department}/", {"for": "without"})
    text = page.content.decode()
    assert text.count('<li class="slip">') == 6 and text.count('role="img"') == 6
    assert "職員S001" not in text and "職員S002" in text


@pytest.mark.parametrize("code", ["7K3M-9QXA-22TD-H0EV", "x", "1-1-" + "0" * 32 + "-" + "0" * 32])
def test_an_unknown_code_is_told(code: str) -> None:
    build_campaign()
    answer = Client().post("/answer/", {"code": code})
    assert answer.status_code == 200 and "この番号の回答票はありません" in answer.content.decode()
    assert Client().get(f"/answer/key/{code}/").status_code == 404


def test_a_shared_machine_forgets_the_slip() -> None:
    campaign = build_campaign()
    client = browser_with(slips_of(campaign)[3].code)
    client.post(f"/answer/{campaign.pk}/leave/")
    assert client.get(f"/answer/{campaign.pk}/all/").headers["Location"] == "/answer/"


# --- confidential and anonymous ---------------------------------------------------------------------------------------


def test_a_confidential_campaign_gives_a_key_once() -> None:
    campaign = build_campaign("confidential")
    client = browser_of("staff")
    start = client.get(f"/answer/{campaign.pk}/").content.decode()
    assert "どの回答が誰のものかは記録しません" in start and "操作は全て記録されます" not in start
    page = client.post(f"/answer/{campaign.pk}/begin/").content.decode()
    assert "再発行もできません" in page
    assert masks() == []  # the key leaves no row
    give(client, campaign, "yn-")
    again = browser_of("staff").post(f"/answer/{campaign.pk}/begin/")
    assert again.status_code == 403 and "既に回答を始めています" in again.content.decode()
    assert masks() == [(0b001, 0b011, 0b111)]
    assert "S003" not in silent(campaign)


def test_the_link_of_begun_answers_works_on_another_device() -> None:
    campaign = build_campaign("confidential")
    slip = slips_of(campaign)[4]
    client, key = begun_with(slip.code, campaign)
    give(client, campaign, "y")
    other = Client()
    other.get(f"/answer/key/{key}/")
    give(other, campaign, " y")
    assert masks() == [(0b11, 0b11, 0b11)]
    forged = key[:-1] + ("0" if key[-1] != "0" else "1")
    assert Client().get(f"/answer/key/{forged}/").status_code == 404


def test_an_anonymous_campaign_takes_a_slip_once_and_nobody_by_account() -> None:
    campaign = build_campaign("anonymous")
    assert browser_of("staff").get(f"/answer/{campaign.pk}/").headers["Location"] == "/answer/"
    slips = slips_of(campaign)
    assert [slip.name_ja for slip in slips] == [""] * 8
    give(browser_with(slips[0].code), campaign, "yyy")
    give(browser_with(slips[0].code), campaign, "nnn")  # the same slip again: the same answers, changed
    assert masks() == [(0, 7, 7)]
    assert silent(campaign) == []
    clerk, department = browser_of("clerk"), Slip.objects.values_list("department_id", flat=True)[0]
    page = clerk.post(f"/inspections/{campaign.pk}/slips/{department}/")
    assert "印刷し直せません" in clerk.get(page.headers["Location"]).content.decode()


# --- out of time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("privacy", ["identified", "confidential", "anonymous"])
def test_after_the_deadline_and_after_closing_nothing_is_taken(privacy: str) -> None:
    campaign = build_campaign(privacy)
    slip = slips_of(campaign)[0]
    client = begun_with(slip.code, campaign)[0] if privacy == "confidential" else browser_with(slip.code)
    give(client, campaign, "y")
    overdue(campaign)
    for _ in range(2):  # late, then closed
        for path in ("", "all/", "items/1/", "receipt/"):
            assert client.get(f"/answer/{campaign.pk}/{path}").status_code in (302, 403)
        answer = client.post(f"/answer/{campaign.pk}/all/", {"position": 1, "answer": "no"})
        assert answer.status_code in (302, 403)
        if campaign.state == "open":
            assert "締め切りました" in answer.content.decode()
            campaign = move_campaign(CLERK, campaign.pk, "close")
    assert masks() == [(1, 1, 1)]
    assert Client().get(f"/answer/key/{slip.code}/").status_code in (302, 404)


def test_before_the_first_day_nothing_is_taken() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    campaign = build_campaign(opens_on=tomorrow, closes_on=tomorrow)
    answer = browser_of("staff").get(f"/answer/{campaign.pk}/")
    assert answer.status_code == 403 and "まだ始まっていません" in answer.content.decode()


def test_a_draft_is_not_answered() -> None:
    campaign = build_campaign(state="approved")
    assert browser_of("staff").get(f"/answer/{campaign.pk}/").status_code == 404


@pytest.mark.parametrize("typed", [{"position": 1, "answer": "maybe"}, {"position": 1}])
def test_another_word_is_no_answer(typed: dict[str, object]) -> None:
    campaign = build_campaign()
    assert browser_of("staff").post(f"/answer/{campaign.pk}/all/", typed).status_code == 403
    assert browser_of("staff").post(f"/answer/{campaign.pk}/all/", {"position": 9, "answer": "yes"}).status_code == 404
    assert browser_of("staff").get(f"/answer/{campaign.pk}/items/4/").status_code == 404
    assert masks() == []


# --- to the tally -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("privacy", ["identified", "confidential", "anonymous"])
def test_staff_answer_and_the_report_reads_the_hand_count(privacy: str) -> None:
    """Eight of 第101課 and two of 第102課 answer; by hand: 101 yes 6 4 3, no 2 2 1, N/A 0 1 2, blank 0 1 2."""
    sheets = {"101": ["yyy", "yyy", "yyy", "yy-", "yn-", "yn ", "n-n", "n  "], "102": ["yyn", "nyy"]}
    campaign = build_campaign(privacy)
    for code, answers in sheets.items():
        for slip, letters in zip(slips_of(campaign, code), answers, strict=False):
            client = begun_with(slip.code, campaign)[0] if privacy == "confidential" else browser_with(slip.code)
            give(client, campaign, letters)
    live = {one.department.code: (one.answered_count, one.member_count) for one in progress_of(campaign)}
    assert live["101"] == (8, 8)
    assert live["102"] == ((2, 6) if privacy == "identified" else (2, 8))
    assert not Tally.objects.exists()
    move_campaign(CLERK, campaign.pk, "close")
    rows = {row.department_code: row for row in year_records(CITY, this_fiscal_year()).tally}
    first = rows["101"]
    assert (first.yes, first.no, first.not_applicable, first.blank) == ((6, 4, 3), (2, 2, 1), (0, 1, 2), (0, 1, 2))
    assert (rows["102"].yes, rows["102"].no) == ((1, 2, 1), (1, 0, 1))
    assert (first.roster_count, first.respondent_count) == (len(PEOPLE["101"]), 8)
    total = AnswerCounts(
        sum(map(sum, (row.yes for row in rows.values()))), sum(map(sum, (row.no for row in rows.values())))
    )
    assert (total.yes, total.applicable) == (17, 24)  # 13 + 4 of 18 + 6
    assert Response.objects.count() == 10
