"""Do the pages and files of a drill say what happened, to whom it may be said, and nothing that could be worked out?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.utils import timezone

from kansa.apps.drills.actions import close_now, count_calls, move_campaign, note_answer
from kansa.apps.drills.models import DrillCampaign, DrillHit
from kansa.apps.drills.queries import drills
from kansa.apps.drills.queries.results import result_of
from kansa.apps.drills.queries.shown import ShownResult, answer_lines, rate_lines, shown_result
from kansa.apps.trail.models import Event
from kansa.core.disclosure import KnownSums
from tests.builders import YEAR, delivery, imported
from tests.cast import CITY, CLERK, browser_of, sign_up
from tests.drilling import DIRECTOR, address_of, build_draft, build_people, build_sent, tokens_of

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0"
# Department -> people, and of them those who clicked and those who reported. 103 has four people.
PLACES = {"101": (24, 3, 6), "102": (22, 2, 8), "103": (4, 1, 2), "104": (9, 0, 5), "105": (30, 4, 9)}


@pytest.fixture(autouse=True)
def town(city: object) -> None:
    """A municipality."""


def built(*, may_follow_up: bool = False) -> DrillCampaign:
    """A drill that has ended: acts of PLACES an hour after the mails, one scanner, one person who acts twice."""
    campaign = build_sent(
        build_people({code: row[0] for code, row in PLACES.items()}), minutes_ago=90, may_follow_up=may_follow_up
    )
    tokens = {code: list(campaign_tokens(campaign, code)) for code in PLACES}
    sent = timezone.now() - timedelta(minutes=90)
    for code, (_, clicked, reported) in PLACES.items():
        for place in range(clicked):
            hit(campaign, tokens[code][place], "clicked", sent + timedelta(minutes=40 + place))
        for place in range(reported):
            hit(campaign, tokens[code][-1 - place], "reported", sent + timedelta(minutes=12 + place), channel="mailbox")
    hit(campaign, tokens["101"][0], "clicked", sent + timedelta(minutes=70))
    hit(campaign, tokens["104"][0], "clicked", sent + timedelta(minutes=50), agent="python-requests/2")
    move_campaign(CLERK, campaign.pk, "end")
    DrillCampaign.objects.update(opens_at=sent, closes_at=timezone.now())  # the period is over
    return DrillCampaign.objects.get()


def campaign_tokens(campaign: DrillCampaign, code: str) -> Iterator[str]:
    rows = campaign.recipients.filter(department__code=code).order_by("position")
    yield from rows.values_list("event_token", flat=True)


def hit(
    campaign: DrillCampaign,
    token: str,
    kind: str,
    at: object,
    *,
    agent: str = BROWSER,
    channel: str = "link",
    address: str = "198.51.100.1",
) -> None:
    DrillHit.objects.create(
        municipality_id=CITY,
        campaign=campaign,
        event_token=token,
        kind=kind,
        at=at,
        method="GET",
        address=address,
        agent=agent,
        channel=channel,
    )


def page(client: Client, campaign: DrillCampaign, path: str = "") -> str:
    answer = client.get(f"/drills/{campaign.pk}/results/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_rates_name_both_sides_and_say_what_happened() -> None:
    result = shown_result(built())
    rates = {one.code: one for one in rate_lines(result)}
    assert rates["open_rate"].rate.value == Fraction(10, 89)  # 3 + 2 + 1 + 0 + 4 of 89
    assert rates["report_rate"].rate.value == Fraction(30, 89)
    assert (rates["open_rate"].low_count, rates["open_rate"].high_count) == (
        0,
        11,
    )  # nobody pressed 読みました; a scanner
    assert result.city["first_report_minutes"] == 12 and result.city["first_click_minutes"] == 40
    assert result.city["reports_before_first_click"] == 30
    assert [result.city[f"reported_by_{step}"] for step in (5, 15, 30)] == [
        0,
        3 + 3 + 2 + 3 + 3,
        30,
    ]  # minutes 12, 13, 14
    assert result.city["clicked_by_60"] == 10 and result.city["clicked_by_30"] == 0


def hidden_of(result: ShownResult, name: str) -> tuple[dict[str, int], set[str]]:
    """What is told of a column, by department, and the departments that are not."""
    shown = {one.code: one.counts[name] for one in result.lines("departments")}
    told = {code: value for code, value in shown.items() if isinstance(value, int)}
    return told, set(shown) - set(told)


@pytest.mark.parametrize("closed", [False, True])
def test_no_page_or_file_lets_a_reader_derive_a_suppressed_cell(closed: bool) -> None:
    """All that is told of a column are sums of departments; no hidden department is a combination of them."""
    campaign = built()
    if closed:
        campaign = close_now(DIRECTOR, campaign.pk)
    result = shown_result(campaign)
    codes = sorted(PLACES)
    for name in ("delivered", "clicked", "reported"):
        told, hidden = hidden_of(result, name)
        assert "103" in hidden
        sums = [[codes.index(code)] for code in told] + [list(range(len(codes)))]
        sums += [list(range(len(codes)))] * any(isinstance(one.counts[name], int) for one in result.lines("bureaus"))
        known = KnownSums(sums)
        assert [code for code in hidden if known.exposing([codes.index(code)]) is not None] == []
        least = sum(PLACES[code][0] for code in hidden)
        assert least >= campaign.small_cell_k
    assert "104" in hidden_of(result, "clicked")[1]  # nine people, none of whom clicked: it would speak of all nine
    for view in ("job_types", "difficulties"):
        for line in result.lines(view):
            assert all(value % 5 == 0 for value in line.counts.values() if isinstance(value, int))
    sign_up("clerk")
    client = browser_of("clerk")
    table = list(
        csv.reader(
            io.StringIO(client.get(f"/drills/{campaign.pk}/results/files/table.csv").content.decode("utf-8-sig"))
        )
    )
    data = json.loads(client.get(f"/drills/{campaign.pk}/results/files/results.json").content)
    for name, words in (("delivered", "届いた人数"), ("clicked", "リンク又は"), ("reported", "報告した人数")):
        told, hidden = hidden_of(result, name)
        rows = {row[3]: row[6] for row in table if row[2] == "所属別" and row[5].startswith(words)}
        assert {code: int(value) for code, value in rows.items() if value} == told
        groups = {one["code"]: one["counts"][name] for one in data["groups"] if one["view"] == "departments"}
        assert {code for code, value in groups.items() if not isinstance(value, int)} == hidden
        assert {code for code, value in rows.items() if not value} == hidden


def test_before_the_end_only_the_whole_city_is_told() -> None:
    campaign = build_sent(build_people({"101": 30}))
    assert shown_result(campaign).groups == () and shown_result(campaign).counts("delivered") == 30
    sign_up("clerk")
    assert "集計の途中です" in page(browser_of("clerk"), campaign, "by/departments/")


def test_the_pages_name_nobody_and_the_year_reads_the_same_before_and_after_closing() -> None:
    campaign = built()
    sign_up("director", "clerk", "ciso", "staff", "head")
    paths = ("", "by/bureaus/", "by/departments/", "by/job_types/", "by/difficulties/", "years/", "answers/")
    before = {path: page(browser_of("ciso"), campaign, path) for path in paths}
    assert "報告した人数 30人 ÷ 届いた人数" in before[""] and "33.7" in before[""]
    year_before = drills(CITY, YEAR)
    count_calls(CLERK, campaign.pk, timezone.localdate(), 7)
    close_now(DIRECTOR, campaign.pk)
    after = {path: page(browser_of("ciso"), campaign, path) for path in paths}
    for path in paths:
        for text in (before[path], after[path]):
            assert not re.search(r">S0\d\d<|職員S|198\.51|mihon\.example|Chrome", text), path
    for path in ("by/bureaus/", "by/departments/", "by/job_types/", "by/difficulties/"):
        assert table_of(before[path]) == table_of(after[path])  # what was kept is what was told
    assert drills(CITY, YEAR) == year_before
    for person in ("staff", "head"):
        assert browser_of(person).get(f"/drills/{campaign.pk}/results/").status_code == 403


def table_of(text: str) -> str:
    return text[text.index("<table") : text.index("</table>")]


def numbers_in(text: str) -> list[str]:
    """The numbers of the tables of a page."""
    return re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL)


def test_another_choice_of_rules_is_tried_on_the_city_and_kept_only_when_asked() -> None:
    campaign = built()
    desk = list(campaign_tokens(campaign, "104"))[1]
    hit(campaign, desk, "clicked", timezone.now() - timedelta(minutes=5), address="198.51.100.9")
    sign_up("clerk")
    client, path = browser_of("clerk"), f"/drills/{campaign.pk}/results/rules/"
    numbers = {"quick_seconds": 10, "burst_count": 3, "burst_seconds": 3, "crowd_people": 2}
    text = client.post(path, numbers | {"on": ["crowd"], "do": "try"}).content.decode()
    assert "試した結果" in text and "一つのプロキシ" in text  # everybody came from one address
    assert result_of(DrillCampaign.objects.get()).counts["clicked"] == 11
    # One desk's address as a "network": the trial must not tell whether that desk clicked.
    one = numbers | {"on": ["network"], "do": "try"}
    texts = [client.post(path, one | {"networks": f"198.51.100.{host}/32"}).content.decode() for host in (8, 9)]
    told = [re.sub(r'<textarea.*?</textarea>|value="[^"]*"', "", text, flags=re.DOTALL) for text in texts]
    assert "約" in told[0] and numbers_in(told[0]) == numbers_in(told[1])
    assert Event.objects.filter(verb="try_rules").count() == 3
    assert "読めません" in client.post(path, numbers | {"networks": "abc", "do": "save"}).content.decode()
    assert client.post(path, numbers | {"on": ["crowd"], "do": "save"}).status_code == 302
    assert result_of(DrillCampaign.objects.get()).counts["clicked"] == 1  # the desk of its own address
    assert Event.objects.filter(verb="save_rules").count() == 1


def test_names_are_shown_to_the_director_only_on_asking_and_each_time_recorded() -> None:
    campaign = built(may_follow_up=True)
    sign_up("director", "clerk", "ciso")
    path = f"/drills/{campaign.pk}/follow-up/"
    assert {browser_of(one).get(path).status_code for one in ("clerk", "ciso")} == {403}
    director = browser_of("director")
    assert "職員S" not in director.get(path).content.decode() and not Event.objects.filter(verb="follow_up_drill")
    assert director.post(path).content.decode().count('<th scope="row"') == 10
    director.post(path)
    assert Event.objects.filter(verb="follow_up_drill").count() == 2
    DrillCampaign.objects.update(follow_up_until=timezone.localdate() - timedelta(days=1))
    late = director.post(path).content.decode()
    assert "職員S" not in late and "期限が過ぎています" in late


def test_reports_come_in_as_files_and_calls_are_counted_apart() -> None:
    from tests.apps.test_drill_reports import forwarded, training_mail

    campaign = build_sent(build_people({"101": 6}))
    sign_up("clerk")
    client = browser_of("clerk")
    mail = training_mail(f"https://kunren.mihon.example/m/{tokens_of(campaign)['S001']}/")
    files = [io.BytesIO(forwarded(mail, address_of("S002"), attached=True)), io.BytesIO(b"no mail")]
    for number, file in enumerate(files):
        file.name = f"{number}.eml"
    text = client.post(f"/drills/{campaign.pk}/reports/", {"mails": files}).content.decode()
    assert "報告として数えた" in text and "1.eml" in text and result_of(campaign).counts["reported"] == 1
    calls = {"counted_on": timezone.localdate().isoformat(), "call_count": 12}
    assert client.post(f"/drills/{campaign.pk}/reports/calls/", calls).status_code == 302
    assert result_of(campaign).counts["reported"] == 1 and "<b>12</b>" in page(client, campaign)
    assert "登録されていません" in client.post(f"/drills/{campaign.pk}/reports/mailbox/").content.decode()


def test_the_questionnaire_is_opened_answered_and_told_without_small_departments() -> None:
    campaign = built()
    sign_up("clerk", "ciso")
    client, path = browser_of("clerk"), f"/drills/{campaign.pk}/results/answers/"
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    text = client.post(path, {"until": until, "do": "open"}).content.decode()
    link = re.search(r"/q/[\w-]+/", text)[0]  # type: ignore[index]
    assert browser_of("ciso").post(path, {"until": until}).status_code == 403
    assert link not in client.get(path).content.decode()
    assert Client().post(link, {"noticed": "noticed_before", "department": "101"}).status_code == 200
    campaign.refresh_from_db()
    assert "まだ示しません" in client.get(path).content.decode()
    for code, count in (("101", 24), ("102", 22), ("103", 4), ("105", 30)):
        for place in range(count):
            note_answer(campaign, ("noticed_before", "did_not_see")[place % 2], code)
    lines = {one.name_ja: one for one in answer_lines(campaign)}
    told = {name for name, one in lines.items() if one.counts is not None}
    assert told == {"第101課", "第105課"}  # 103 is small, and 102 would give it away
    assert "回答（81件）" in client.get(path).content.decode()
    assert client.post(path, {"do": "close"}).status_code == 302
    assert Client().get(link).status_code == 404


def next_links(client: Client, pk: int) -> set[str]:
    """What the page of a drill says is to be done next; every link has to open."""
    text = client.get(f"/drills/{pk}/summary/").content.decode()
    found = set(re.findall(r'href="(/[^"]*)"', text.partition('id="next"')[2].partition("</ol>")[0]))
    for address in found:
        assert client.get(address, follow=True).status_code == 200, address
    assert 'id="next"' in text and "<li>" in text.partition('id="next"')[2].partition("</ol>")[0]
    return found


def test_every_state_says_what_to_do_next_and_each_link_opens_for_whom_it_is_shown() -> None:
    campaign = build_draft(build_people({"101": 3}), may_follow_up=True)
    people = ("clerk", "director", "ciso")
    sign_up(*people)
    seen: dict[str, set[str]] = {}
    for step, actor in ((None, CLERK), ("submit", CLERK), ("approve", DIRECTOR), ("start", CLERK), ("end", CLERK)):
        if step:
            move_campaign(actor, campaign.pk, step)
        for login in people:
            seen.setdefault(step or "draft", set()).update(next_links(browser_of(login), campaign.pk))
    close_now(DIRECTOR, campaign.pk)
    seen["close"] = next_links(browser_of("clerk"), campaign.pk)
    own = f"/drills/{campaign.pk}"
    assert {f"{own}/results/", f"{own}/results/answers/", f"{own}/reports/", f"{own}/follow-up/"} <= seen["end"]
    assert {"/mail/bounces/", f"{own}/reports/"} <= seen["start"] and f"{own}/" in seen["draft"]
    assert {f"{own}/results/", "/drills/add/"} <= seen["close"]
    # A page that is left open turns over when the state moved on.
    live = browser_of("clerk").get(f"{own}/progress/?state=running")
    assert live["HX-Refresh"] == "true" and "HX-Refresh" not in browser_of("clerk").get(f"{own}/progress/?state=closed")


def test_a_drill_of_a_handful_is_not_told_beside_the_others_either() -> None:
    campaign = built()
    at = timezone.now() - timedelta(days=400)
    few = [delivery(address_of(f"S{n:03}"), fiscal_year=YEAR - 1, sent_at=at, department_code="101") for n in (1, 2, 3)]
    few[0] = replace(few[0], clicked_at=at + timedelta(minutes=7), reported_at=at + timedelta(minutes=8))
    assert imported("drill", few).refusals == ()
    sign_up("clerk")
    row = page(browser_of("clerk"), campaign, "years/").partition("<tbody>")[2].partition("D1")[2].partition("</tr>")[0]
    assert "人数が少ないため表示しない" in row and not re.search(r">\s*[0-9]", row)
