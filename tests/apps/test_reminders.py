"""Are people reminded by mail, their heads and slips, never too often, never too late, never known by it?

Through the pages and a real relay. The last tests are attacks in the style of test_unjoinable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from kansa.apps.mail.actions import send_slice
from kansa.apps.mail.models import MailBatch, MailMessage, MailRelay
from kansa.apps.mail.queries import batch_key, contents_of, is_open_day
from kansa.apps.people.actions import keep_mail_addresses
from kansa.apps.people.models import Account, Department
from kansa.apps.self_inspection.actions import (
    Chosen,
    RuleWords,
    approve_rule,
    mix,
    mix_answers,
    move_campaign,
    remind,
    remind_what_is_due,
    rule_sha256,
    save_rule,
)
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Reminder, ReminderMark, Response
from kansa.apps.self_inspection.queries import rule_of
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor
from tests.apps.test_unjoinable import elsewhere, marks_of_answers, occurrences
from tests.builders import imported, staff
from tests.cast import CITY, CLERK, browser_of, this_fiscal_year
from tests.inspecting import PEOPLE, begun_with, browser_with, build_campaign, build_staff, give, slips_of
from tests.mailing import DOMAIN, needs_sink, relay_at, running_sink

pytestmark = pytest.mark.django_db
SECOND = Actor(CITY, "担当 二", "operator")
NO_SINK = 9  # a port at which nothing listens: drafts only


def working_day() -> datetime:
    """Ten o'clock of the next day on which the town hall is open."""
    day = timezone.localdate() + timedelta(days=1)
    while not is_open_day(day):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(10)))


def asked(privacy: str = "identified", with_mail: tuple[str, ...] = ("101",)) -> Campaign:
    """A campaign for three weeks; the people of some departments have addresses, the head of 101 is S008."""
    build_staff()
    keep_mail_addresses(CLERK, keeps=True)
    rows = [
        staff(one, code, fiscal_year=this_fiscal_year(), mail_address=f"{one.lower()}@{DOMAIN}")
        for code in with_mail
        for one in PEOPLE[code]
    ]
    imported("staff", rows)
    Account.objects.filter(login="head").update(staff_number="S008")
    closes_on = timezone.localdate() + timedelta(days=21)
    return build_campaign(privacy, closes_on=closes_on)


def rule(campaign: Campaign, port: int = NO_SINK, **changed: object) -> None:
    """The default words, through a relay on this machine that takes mails as fast as they come."""
    relay = relay_at(port)
    MailRelay.objects.update(per_minute=60_000, per_hour=3_600_000, per_domain_minute=60_000)
    standing = rule_of(campaign)
    names = set(RuleWords.__dataclass_fields__) - set(changed)
    values = {name: getattr(standing, name) for name in names} | changed
    values |= {"relay_id": relay.pk, "from_address": f"office@{DOMAIN}", "address": "https://kansa.example"}
    save_rule(CLERK, campaign.pk, RuleWords(**values))  # type: ignore[arg-type]


def department(code: str) -> Department:
    found: Department = Department.objects.get(code=code)
    return found


def chosen(*codes: str) -> Chosen:
    return Chosen(frozenset(department(code).pk for code in codes or PEOPLE))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises((RuleError, InputError)) as found:
        act()
    return found.value.code if isinstance(found.value, RuleError) else found.value.refusals[0].code


def counts(reminder: Reminder) -> dict[str, tuple[int, int, int, int]]:
    return {
        one.department.code: (one.reminded_count, one.mail_count, one.slip_count, one.head_count)
        for one in reminder.departments.select_related("department")
    }


def text_of(data: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data))


@needs_sink
def test_the_silent_get_a_mail_their_head_a_count_and_who_has_no_address_a_slip(tmp_path: Path) -> None:
    """101 has eight people with addresses of whom two answered; 102 has six without addresses."""
    campaign = asked()
    for slip in slips_of(campaign)[:2]:
        give(browser_with(slip.code), campaign, "y")
    now = working_day()
    with running_sink(tmp_path / "sink") as sink:
        rule(campaign, sink.port)
        reminder = remind(CLERK, campaign.pk, chosen("101", "102"), now=now)
        assert counts(reminder) == {"101": (6, 6, 0, 1), "102": (6, 0, 6, 0)}
        second, began = browser_of("director"), timezone.now()
        for batch in (reminder.mail_batch, reminder.head_batch):
            assert batch is not None
            path = f"/mail/batches/{batch.pk}/"
            page = second.get(path).content.decode()
            sha256 = re.search(r'name="sha256" value="(\w{64})"', page)
            assert sha256 is not None
            second.post(f"{path}move/", {"move": "approve", "sha256": sha256[1]})
            second.post(f"{path}move/", {"move": "start"})
            assert send_slice(CITY, batch.pk, clock=lambda: now + (timezone.now() - began)).accepted_count
        mails = sink.mails()
    to_people = {one.recipient for one in mails if "回答状況" not in decoded(one.text)}
    assert to_people == {f"s00{n}@{DOMAIN}" for n in range(3, 9)}
    (to_head,) = (decoded(one.text) for one in mails if "回答状況" in decoded(one.text))
    assert "6人の回答をまだ確認できておりません" in to_head
    assert f"https://kansa.example/inspections/{campaign.pk}/departments/{department('101').pk}/" in to_head
    assert not any(one.name_ja in to_head for one in CampaignMember.objects.exclude(staff_number="S008"))
    page = browser_of("clerk").get(f"/inspections/{campaign.pk}/reminders/{reminder.number}/slips/").content.decode()
    assert page.count('class="notice"') == 6 and page.count('class="handouts"') == 1


def decoded(text: str) -> str:
    """Subject and body of a mail as a person reads it."""
    found = message_from_bytes(
        re.sub(r"^X-[^\n]*\n", "", text, flags=re.MULTILINE).lstrip().encode(), policy=policy.default
    )
    body = found.get_body(("plain",))
    return f"{found['subject']}\n{body.get_content() if body else ''}"


def test_never_more_often_than_the_rule_says_and_a_round_taken_back_does_not_count() -> None:
    campaign = asked()
    rule(campaign, most_count=2, gap_days=3)
    now = working_day()
    first = remind(CLERK, campaign.pk, chosen("101"), now=now)
    assert refused(lambda: remind(CLERK, campaign.pk, chosen("101"), now=now + timedelta(days=2))) == "nobody_to_remind"
    clerk = browser_of("clerk")
    clerk.post(f"/inspections/{campaign.pk}/reminders/{first.number}/cancel/")
    assert MailBatch.objects.filter(state="stopped").count() == 2
    remind(CLERK, campaign.pk, chosen("101"), now=now)
    remind(CLERK, campaign.pk, chosen("101"), now=now + timedelta(days=3))
    assert refused(lambda: remind(CLERK, campaign.pk, chosen("101"), now=now + timedelta(days=9))) == "nobody_to_remind"
    late = now + timedelta(days=40)
    assert refused(lambda: remind(CLERK, campaign.pk, chosen("102"), now=late)) == "past_deadline"
    told = Event.objects.filter(verb="remind").order_by("pk").values_list("after", flat=True)
    assert [(one["number"], one["people"], one["mails"]) for one in told] == [(1, 8, 8), (2, 8, 8), (3, 8, 8)]
    assert not any("S00" in str(one) for one in Event.objects.filter(verb="remind").values_list("after", flat=True))


def test_the_page_chooses_departments_people_and_asks_for_a_rule_that_is_sound() -> None:
    campaign = asked()
    path = f"/inspections/{campaign.pk}/reminders/"
    clerk, director = browser_of("clerk"), browser_of("director")
    assert browser_of("head").get(path).status_code == 403
    page = text_of(clerk.get(f"{path}?under=50").content.decode())
    assert "第101課" in page and "まだ催促していません" in page and "メールで送る準備ができていない" in page
    people = CampaignMember.objects.filter(department__code="101").values_list("pk", flat=True)[:3]
    typed = {"departments": department("101").pk, "people_are_chosen": "1", "people": [*people]}
    page = clerk.post(path, typed, follow=True).content.decode()
    assert "紙を印刷して配ってください" in page and counts(Reminder.objects.get()) == {"101": (3, 0, 3, 0)}
    relay = relay_at(NO_SINK)
    words = {name: getattr(rule_of(campaign), name) for name in RuleWords.__dataclass_fields__ if name != "address"}
    words |= {"relay_id": relay.pk, "from_address": f"office@{DOMAIN}", "to_people": "on", "to_heads": "on"}
    page = clerk.post(f"{path}rule/", words | {"text_ja": "{{code}}", "days_before": "7"}).content.decode()
    assert "「{{code}}」は使えない差込みです" in page
    page = clerk.post(f"{path}rule/", words | {"days_before": "７、2"}, follow=True).content.decode()
    assert "別の担当者の承認が要ります" in page and rule_of(campaign).days_before == "7、2"
    sha256 = {"act": "approve", "sha256": rule_sha256(rule_of(campaign))}
    assert "保存した人は承認できません" in clerk.post(f"{path}rule/", sha256, follow=True).content.decode()
    assert "決めた日に自動で送ります" in director.post(f"{path}rule/", sha256, follow=True).content.decode()
    part = clerk.get(f"/inspections/{campaign.pk}/progress/").content.decode()
    whole = clerk.get(f"/inspections/{campaign.pk}/").content.decode()
    assert 'hx-trigger="every 10s"' in part and part.strip() in whole


def test_the_clock_reminds_what_a_second_person_approved_once_and_closing_ends_it() -> None:
    campaign = asked()
    rule(campaign, days_before="7、2")
    day = timezone.make_aware(datetime.combine(campaign.closes_on - timedelta(days=7), time.min))
    assert remind_what_is_due(CITY, day.replace(hour=10)) == []  # nobody has approved it
    approve_rule(SECOND, campaign.pk, rule_sha256(rule_of(campaign)))
    assert remind_what_is_due(CITY, day.replace(hour=3)) == []
    (made,) = remind_what_is_due(CITY, day.replace(hour=10))
    assert (made.days_before, made.made_by) == (7, "自動の催促")
    assert {one.state for one in MailBatch.objects.all()} == {"running"}
    assert {one.approved_by for one in MailBatch.objects.all()} == {"担当 二（事前の承認）"}
    assert remind_what_is_due(CITY, day.replace(hour=11)) == []
    move_campaign(CLERK, campaign.pk, "close")
    assert {one.state for one in MailBatch.objects.all()} == {"stopped"} and not ReminderMark.objects.exists()
    assert counts(made)["101"][:2] == (8, 8)  # the counts stay
    remind_what_is_due(CITY, day.replace(hour=12))
    assert not MailMessage.objects.exclude(sealed="").exists()


def opened_mails() -> list[dict[str, str]]:
    """What the attacker reads in every mail with all keys, identity included."""
    found = []
    for message in MailMessage.objects.select_related("batch"):
        contents = contents_of(batch_key(message.batch), message)
        found.append(dict(contents.values) | {"identity": contents.identity, "address": contents.address})
    return found


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_no_mail_mark_or_slip_holds_what_leads_to_an_answer(privacy: str) -> None:
    """All links are one link; an anonymous round is for the whole group, whoever has answered."""
    campaign = asked(privacy)
    rule(campaign)
    for slip in slips_of(campaign)[:3]:
        client = begun_with(slip.code, campaign)[0] if privacy == "confidential" else browser_with(slip.code)
        give(client, campaign, "yyy")
    reminder = remind(CLERK, campaign.pk, chosen(), now=working_day())
    assert counts(reminder)["101"][:2] == ((5, 5) if privacy == "confidential" else (8, 8))
    assert elsewhere(marks_of_answers()) == []
    mails = [one for one in opened_mails() if not one["identity"].startswith("account/")]
    assert {one["link"] for one in mails} == {"https://kansa.example/answer/"}
    assert {one["identity"] for one in mails} == {""}
    values = {"title", "deadline", "link", "name", "department", "token", "identity", "address"}
    assert {key for one in mails for key in one} == values
    assert len({one["token"] for one in mails} & marks_of_answers()) == 0
    if privacy == "anonymous":
        page = browser_of("clerk").get(f"/inspections/{campaign.pk}/reminders/").content.decode()
        assert "?department=" not in page


def newest_row(data: bytes) -> str:
    """The token of the answer row that the bytes of the file show as written last: pages fill from their end."""
    tokens = Response.objects.values_list("respondent_token", flat=True)
    return min(tokens, key=lambda token: max(occurrences(data, token.encode())))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads the file of SQLite")
def test_whom_a_round_was_for_and_the_order_of_rows_join_nobody_once_mixed() -> None:
    """Five were reminded, one of them then began: before the answers are mixed the last row is hers, afterwards chance.

    That is why a confidential round is refused by night, when the backup is taken: hours of mixing lie between.
    """
    campaign = asked("confidential")
    rule(campaign)
    slips = slips_of(campaign)
    for slip in slips[:3]:
        give(begun_with(slip.code, campaign)[0], campaign, "yyy")
    mix_answers.func(None, municipality_id=CITY)
    remind(CLERK, campaign.pk, chosen("101"), now=working_day())
    before = set(Response.objects.values_list("respondent_token", flat=True))
    give(begun_with(slips[5].code, campaign)[0], campaign, "nnn")
    reminded = CampaignMember.objects.filter(reminder_marks__isnull=False, has_begun=True)
    assert [one.staff_number for one in reminded] == ["S006"]  # the attacker knows who
    (hers,) = set(Response.objects.values_list("respondent_token", flat=True)) - before
    assert newest_row(connection.connection.serialize()) == hers  # the attack works
    found = set()
    for _ in range(12):
        with transaction.atomic():
            mix(campaign)
        found.add(newest_row(connection.connection.serialize()))
    assert len(found) > 1  # by chance all twelve are the same row once in four million runs
    by_night = working_day().replace(hour=2)
    assert refused(lambda: remind(CLERK, campaign.pk, chosen("102"), now=by_night)) == "not_by_night"
