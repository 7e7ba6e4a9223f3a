"""Do two people approve what is sent, does every figure come from the hits, and is nobody left after closing?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.utils import timezone

from kansa.apps.drills.actions import (
    GroupChoice,
    ListedPerson,
    SendNote,
    agree_rating,
    count_calls,
    export_gophish,
    follow_up_list,
    freeze_list,
    move_campaign,
    note_sending,
    rate_scenario,
    save_campaign,
    save_rules,
    save_scenario,
    set_absent,
    set_groups,
)
from kansa.apps.drills.models import DrillCampaign, DrillHit, DrillIdentity, DrillRecipient, DrillTally
from kansa.apps.drills.queries import drills, is_voided, outgoing, result_of
from kansa.apps.drills.queries.keys import key_name
from kansa.core.errors import InputError, RuleError
from kansa.core.mail_drill.events import Settings
from kansa.core.permission import Actor
from kansa.formats.mail_drill import SCENARIOS
from kansa.formats.readers import read_gophish
from tests.builders import YEAR
from tests.cast import CITY, CLERK, VIEWER
from tests.drilling import DIRECTOR, address_of, build_draft, build_people, build_sent, tokens_of, words

pytestmark = pytest.mark.django_db
OTHER_CLERK = Actor(CITY, "監査事務局 丁", "audit_clerk")
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0) Chrome/120"}


@pytest.fixture(autouse=True)
def town(city: object) -> None:
    """A municipality."""


def refused(code: str, act: object, *arguments: object) -> None:
    with pytest.raises((RuleError, InputError)) as fault:
        act(*arguments)  # type: ignore[operator]
    codes = {fault.value.code} if isinstance(fault.value, RuleError) else {one.code for one in fault.value.refusals}
    assert code in codes


def test_the_second_person_signs_and_any_change_voids_it() -> None:
    campaign = build_draft(build_people({"101": 3}))
    refused("wrong_state", move_campaign, DIRECTOR, campaign.pk, "approve")
    move_campaign(DIRECTOR, campaign.pk, "submit")
    refused("same_person", move_campaign, DIRECTOR, campaign.pk, "approve")
    refused("not_allowed", move_campaign, OTHER_CLERK, campaign.pk, "approve")
    refused("drill_not_draft", save_campaign, CLERK, YEAR, "R6-1", words())
    move_campaign(VIEWER, campaign.pk, "approve")
    assert not is_voided(DrillCampaign.objects.get())
    DrillRecipient.objects.filter(position=1).update(state="excluded", excluded_reason_ja="休職")
    assert is_voided(DrillCampaign.objects.get())
    refused("approval_void", move_campaign, CLERK, campaign.pk, "start")
    DrillRecipient.objects.update(state="waiting", excluded_reason_ja="")
    DrillCampaign.objects.update(pace_per_minute=60)
    refused("approval_void", move_campaign, CLERK, campaign.pk, "start")
    assert move_campaign(CLERK, campaign.pk, "withdraw").approval_sha256 == ""


def test_a_plan_with_gaps_is_not_submitted_and_says_which() -> None:
    campaign = save_campaign(CLERK, YEAR, "R6-1", replace(words(), purpose_ja="", help_desk_ja=""))
    with pytest.raises(RuleError) as fault:
        move_campaign(CLERK, campaign.pk, "submit")
    assert "目的" in fault.value.reason_ja and "対象者の一覧" in fault.value.reason_ja
    plan = words()
    refused("days_reversed", save_campaign, CLERK, YEAR, "R6-2", replace(plan, closes_at=plan.opens_at))
    for place in ("https://a.example/x?y=", 'https://a.example"onclick', "https://a b", "https://u@a.example", "//a"):
        refused("bad_landing", save_campaign, CLERK, YEAR, "R6-2", replace(plan, landing_address=place))
    sender = "jinji@mihon.example\nBcc: a@evil.example"
    refused("address_control", save_campaign, CLERK, YEAR, "R6-2", replace(plan, sender_address=sender))


@pytest.mark.parametrize(
    ("number", "address", "group", "code"),
    [
        ("S001", "s001@mihon.example.evil.example", "A", "domain_not_ours"),
        ("S001", "s001@x.mihon.example", "A", "subdomain_not_listed"),
        ("S001", "s001@mihon.example.", "A", "domain_trailing_dot"),
        ("S001", "s001＠mihon.example", "A", "address_fullwidth_at"),
        ("S001", "s001@ours@evil.example", "A", "address_many_ats"),
        ("S001", '"s001"@mihon.example', "A", "address_quoted"),
        ("S001", "s001@mihon.example\nBcc: a@evil.example", "A", "address_control"),
        ("S001", "s002@mihon.example", "A", "other_address"),
        ("S999", "s999@mihon.example", "A", "unknown_staff"),
        ("S001", "s001@mihon.example", "Z", "unknown_group"),
    ],
)
def test_nobody_outside_gets_on_the_list(number: str, address: str, group: str, code: str) -> None:
    campaign = build_draft(build_people({"101": 2}))
    before = list(DrillRecipient.objects.values_list("pk", flat=True))
    refused(code, freeze_list, CLERK, campaign.pk, [ListedPerson(number, address, group)])
    assert list(DrillRecipient.objects.values_list("pk", flat=True)) == before


def test_the_list_holds_neither_names_nor_addresses_and_mixes_departments() -> None:
    numbers = build_people({"101": 4, "102": 4})
    campaign = build_draft(numbers)
    stored = " ".join(map(str, (*DrillIdentity.objects.values_list(), *DrillRecipient.objects.values_list())))
    assert "@" not in stored and "職員S001" not in stored and "S001" not in stored
    homes = list(DrillRecipient.objects.order_by("position").values_list("department__code", flat=True))
    assert all({homes[place], homes[place + 1]} == {"101", "102"} for place in range(0, 8, 2))
    with outgoing(campaign) as found:
        mails = list(found)
    assert {mail.address for mail in mails} == {address_of(number) for number in numbers}
    assert all(mail.places.link.startswith("https://kunren.mihon.example/m/1-") for mail in mails)
    assert len({mail.message_id for mail in mails}) == 8


def visit(token: str, *paths: str, address: str = "198.51.100.1") -> None:
    for path in paths:
        client = Client(**BROWSER, REMOTE_ADDR=address)
        assert (client.post if path == "read" else client.get)(f"/m/{token}/{path}").status_code == 200


def built_result() -> tuple[DrillCampaign, dict[str, str]]:
    """Thirty people of two large departments and one of two people; some did something."""
    campaign = build_sent(build_people({"101": 14, "102": 14, "103": 2}), may_follow_up=True)
    tokens = tokens_of(campaign)
    for number in ("S001", "S002", "S015"):
        visit(tokens[number], "")
        visit(tokens[number], "p.png", "")
    visit(tokens["S002"], "r")
    visit(tokens["S016"], "r")
    visit(tokens["S029"], "", "read")
    visit(tokens["S003"], "c", "", address="192.0.2.7")
    return campaign, tokens


def test_the_result_counts_people_and_hides_small_cells() -> None:
    campaign, _ = built_result()
    result = result_of(campaign)
    assert (result.counts["listed"], result.counts["delivered"], result.counts["clicked"]) == (30, 30, 4)
    assert (result.counts["reported"], result.counts["reported_after_click"], result.counts["machine_only"]) == (
        2,
        1,
        1,
    )
    assert result.ranges["clicked"].strict == 1  # only S029 confirmed by a second act
    assert result.ranges["clicked"].loose == 4
    hidden = [code for code in ("101", "102", "103") if not isinstance(result.departments[code]["clicked"], int)]
    assert "103" in hidden and len(hidden) >= 2
    assert result.speed.first_report_minutes == 30
    rows = DrillRecipient.objects.all()
    assert sum(rows.filter(state=state).count() for state in ("accepted", "excluded", "waiting")) == 30
    save_rules(CLERK, campaign.pk, Settings(on=frozenset({"unconfirmed"})))
    campaign.refresh_from_db()
    assert (result_of(campaign).counts["clicked"], result_of(campaign).counts["undecided"]) == (1, 3)
    assert set_absent(CLERK, campaign.pk, [address_of("S004"), "nobody@mihon.example"]) == 1
    assert result_of(campaign).counts["present"] == 29


def test_the_export_in_gophishs_shape_says_the_same_and_names_nobody() -> None:
    campaign, tokens = built_result()
    files = export_gophish(CLERK, campaign.pk)
    text = "".join(data.decode() for data in files.values())
    events = read_gophish(files["events.csv"], "events.csv", YEAR, "R6-1").records
    clicked = {one.recipient for one in events if getattr(one, "kind", "") == "clicked"}
    assert len(clicked) == result_of(campaign).counts["clicked"] == 4
    for barred in ("mihon.example", "職員", "S001", "198.51.100.1", "Chrome", "第101課", *tokens.values()):
        assert barred not in text


def test_notes_of_the_engine_may_come_twice_and_only_for_this_list() -> None:
    campaign = build_sent(build_people({"101": 2}))
    row = DrillRecipient.objects.first()
    note = SendNote(row.pk, "accepted", bounced_at=timezone.now(), reply_code="550 5.1.1")
    assert note_sending(CLERK, campaign.pk, [note]) == 1
    assert note_sending(CLERK, campaign.pk, [note]) == 0
    assert result_of(campaign).counts["delivered"] == 1
    refused("bad_send_note", note_sending, CLERK, campaign.pk, [SendNote(0, "accepted")])
    refused("bad_send_note", note_sending, CLERK, campaign.pk, [SendNote(row.pk, "excluded")])


def test_stopping_cancels_those_who_wait_and_the_sum_stays() -> None:
    campaign = build_draft(build_people({"101": 3}))
    move_campaign(CLERK, campaign.pk, "submit")
    move_campaign(DIRECTOR, campaign.pk, "approve")
    move_campaign(CLERK, campaign.pk, "start")
    note_sending(CLERK, campaign.pk, [SendNote(DrillRecipient.objects.first().pk, "accepted", timezone.now())])
    assert move_campaign(CLERK, campaign.pk, "stop").state == "ended"
    states = sorted(DrillRecipient.objects.values_list("state", flat=True))
    assert states == ["accepted", "cancelled", "cancelled"]


def dump() -> Iterator[str]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield f"{table} {row}"


def test_after_closing_nothing_joins_a_person_to_a_result(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    campaign, tokens = built_result()
    events = list(DrillRecipient.objects.values_list("event_token", flat=True))
    stored = DrillRecipient.objects.values_list("link_token", "mail_token")
    held = [*tokens.values(), *events, *(text for row in stored for text in row)]
    refused("no_follow_up", follow_up_list, DIRECTOR, campaign.pk)
    move_campaign(CLERK, campaign.pk, "end")
    refused("not_allowed", follow_up_list, OTHER_CLERK, campaign.pk)
    found = follow_up_list(DIRECTOR, campaign.pk)
    assert [one.staff_number for one in found] == ["S001", "S002", "S015", "S029"]
    refused("not_allowed", move_campaign, OTHER_CLERK, campaign.pk, "close")
    before = drills(CITY, YEAR)
    count_calls(CLERK, campaign.pk, timezone.localdate(), 7)
    with django_capture_on_commit_callbacks(execute=True):
        move_campaign(DIRECTOR, campaign.pk, "close")
    assert not storages["restricted"].exists(key_name(campaign))
    lines = list(dump())
    assert [line for line in lines for text in held if text in line] == []
    assert (DrillHit.objects.count(), DrillRecipient.objects.count(), DrillIdentity.objects.count()) == (0, 0, 0)
    assert drills(CITY, YEAR) == before  # the annual report reads the same numbers afterwards
    assert before[0].rows[0].clicked == 4
    shown = DrillTally.objects.get(dimension="department", key="103").counts
    assert set(shown.values()) <= {"人数が少ないため表示しない", "他の欄から算出できるため表示しない"}
    assert Client(**BROWSER).get(f"/m/{tokens['S001']}/").status_code == 404
    refused("no_follow_up", follow_up_list, DIRECTOR, campaign.pk)
    refused("drill_closed", save_rules, CLERK, campaign.pk, Settings())


def test_own_texts_need_two_raters_who_agree() -> None:
    text = replace(SCENARIOS["web-kaigi"], code="own-1", subject_ja="会議の接続先の変更")
    refused("library_scenario", save_scenario, CLERK, SCENARIOS["web-kaigi"])
    text = replace(text, cues=text.cues[1:])
    save_scenario(CLERK, text)
    campaign = save_campaign(CLERK, YEAR, "R6-1", words())
    choice = [GroupChoice("A", "全職員", "own-1")]
    refused("one_rater", set_groups, CLERK, campaign.pk, choice)
    rate_scenario(CLERK, "own-1", 5, (8, 6, 4, 4, 2))
    refused("one_rater", agree_rating, CLERK, "own-1", 5, (8, 6, 4, 4, 2))
    rate_scenario(DIRECTOR, "own-1", 10, (2, 2, 2, 2, 0))
    refused("raters_differ", set_groups, CLERK, campaign.pk, choice)
    agree_rating(DIRECTOR, "own-1", 9, (8, 4, 2, 0, 0))
    assert set_groups(CLERK, campaign.pk, choice)[0].difficulty == "moderately"
    save_scenario(CLERK, replace(text, lesson_ja="別の教訓。"))
    refused("one_rater", set_groups, CLERK, campaign.pk, choice)  # another text asks for new eyes


def test_a_key_that_is_gone_opens_nothing() -> None:
    campaign = build_sent(build_people({"101": 1}))
    storages["restricted"].delete(key_name(campaign))
    refused("no_drill_key", outgoing(campaign).__enter__)
    assert campaign.closes_at - campaign.opens_at > timedelta(days=5)
