"""Does a drill's plan reach the relay once it is signed, never before, and does every mail come back as a state?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from kansa.apps.drills.actions import (
    Division,
    GroupChoice,
    divide,
    leave_out,
    listed_people,
    note_drill_mails,
    save_campaign,
    send_preflight,
    set_groups,
    set_texts,
    take_fates,
    take_step,
)
from kansa.apps.drills.models import DrillCampaign, DrillHit, DrillRecipient, PreflightMail
from kansa.apps.drills.queries import signed_plan
from kansa.apps.drills.queries.planned import batches_of_groups, estimate_of, sending_counts
from kansa.apps.mail.actions import send_slice
from kansa.apps.mail.models import MailBatch, MailMessage, MailRelay
from kansa.apps.people.models import Municipality
from kansa.core.errors import InputError, RuleError
from kansa.core.mail_drill.flow import approval_sha256
from tests.builders import YEAR, imported, staff
from tests.cast import CITY, CLERK, VIEWER
from tests.drilling import DIRECTOR, DOMAIN, build_people, words
from tests.mailing import Sink, needs_sink, relay_at, running_sink, verified

pytestmark = [pytest.mark.django_db, needs_sink]
LINK = re.compile(r"https://kunren\.mihon\.example/m/(1-[A-Za-z0-9_-]{22})/")


@pytest.fixture
def sink(city: object, tmp_path: Path) -> Iterator[Sink]:
    """A relay that takes everything, in a town whose roster keeps addresses."""
    Municipality.objects.filter(pk=CITY).update(keeps_mail_addresses=True)
    verified(DOMAIN)
    with running_sink(tmp_path / "dump") as running:
        yield running


def planned(relay: MailRelay, *, texts: dict[str, str] | None = None, **changes: object) -> DrillCampaign:
    """A drill of two groups by chance: everything that is signed is there."""
    plan = words()
    whole_day = {"any_day": True, "day_begins_minute": 0, "day_ends_minute": 1440, "relay_id": relay.pk}
    plan = replace(plan, **(whole_day | {"pace_per_minute": 6000, "pace_per_domain": 6000} | changes))
    campaign = save_campaign(CLERK, YEAR, "R6-1", plan)
    divide(CLERK, campaign.pk, Division("random", 2))
    set_texts(CLERK, campaign.pk, texts or {"A": "nenmatsu-chosei", "B": "web-kaigi"})
    return DrillCampaign.objects.get()


def signed(relay: MailRelay, **changes: object) -> DrillCampaign:
    """A drill that two people have signed."""
    campaign = planned(relay, **changes)
    take_step(CLERK, campaign.pk, "submit")
    return take_step(VIEWER, campaign.pk, "approve", shown_sha256=approval_sha256(signed_plan(campaign)))


def send_all(campaign: DrillCampaign) -> None:
    for batch in batches_of_groups(campaign):
        send_slice(CITY, batch.pk)


def refused(code: str, campaign: DrillCampaign, step: str, **said: str) -> None:
    with pytest.raises(RuleError) as fault:
        take_step(CLERK, campaign.pk, step, **said)  # type: ignore[arg-type]
    assert fault.value.code == code


def test_a_drill_goes_from_the_plan_to_the_relay_and_back(sink: Sink) -> None:
    numbers = build_people({"101": 4, "102": 4})
    relay = relay_at(sink.port)
    MailRelay.objects.update(per_minute=60_000, per_hour=3_600_000, per_domain_minute=60_000)
    campaign = planned(relay)
    assert leave_out(CLERK, campaign.pk, {numbers[0]: "育児休業"}) == 1
    take_step(CLERK, campaign.pk, "submit")
    send_all(campaign)
    refused("same_person", campaign, "approve", shown_sha256=approval_sha256(signed_plan(campaign)))
    refused("approval_outdated", campaign, "approve", shown_sha256="of another plan")
    take_step(VIEWER, campaign.pk, "approve", shown_sha256=approval_sha256(signed_plan(campaign)))
    send_all(campaign)
    assert sink.mails() == []  # signed, but nobody started it
    take_step(CLERK, campaign.pk, "start")
    send_all(campaign)
    mails = sink.mails()
    assert len(mails) == 7 and sink.twice() == []
    assert f"{numbers[0].lower()}@{DOMAIN}" not in {mail.recipient for mail in mails}
    counts = sending_counts(campaign)
    assert (counts.total, counts.accepted, counts.states["excluded"]) == (8, 7, 1)
    note_drill_mails.func(None, CITY)
    campaign.refresh_from_db()
    assert campaign.state == "ended"
    assert DrillRecipient.objects.filter(state="accepted", relayed_at__isnull=False).count() == 7
    assert take_fates(campaign) == 0
    token = LINK.search(mails[0].text.replace("=\n", ""))
    assert token is not None
    assert Client().get(f"/m/{token[1]}/").status_code == 200
    assert DrillHit.objects.get().kind == "clicked"
    take_step(DIRECTOR, campaign.pk, "close")
    assert set(MailBatch.objects.values_list("key_sealed", flat=True)) == {""}
    assert not MailMessage.objects.exclude(message_id="").exists()


def test_a_change_of_anything_signed_stops_the_start(sink: Sink) -> None:
    build_people({"101": 4})
    campaign = signed(relay_at(sink.port))
    MailBatch.objects.filter(pk=batches_of_groups(campaign)[0].pk).update(title_ja="別の題名")
    refused("approval_void", campaign, "start")
    campaign = take_step(CLERK, campaign.pk, "withdraw")
    assert batches_of_groups(campaign) == [] and campaign.approval_sha256 == ""
    take_step(CLERK, campaign.pk, "submit")
    take_step(VIEWER, campaign.pk, "approve", shown_sha256=approval_sha256(signed_plan(campaign)))
    DrillCampaign.objects.update(any_day=False)
    refused("approval_void", campaign, "start")
    assert sink.mails() == []


def test_nothing_leaves_outside_the_window_and_a_stop_holds_within_one_mail(sink: Sink) -> None:
    build_people({"101": 6})
    later = timezone.now() + timedelta(days=1)
    campaign = signed(relay_at(sink.port), opens_at=later)
    take_step(CLERK, campaign.pk, "start")
    send_all(campaign)
    assert sink.mails() == []
    refused("still_sending", campaign, "end")
    take_step(CLERK, campaign.pk, "pause")
    assert {batch.state for batch in batches_of_groups(campaign)} == {"paused"}
    take_step(CLERK, campaign.pk, "resume")
    campaign = take_step(CLERK, campaign.pk, "stop", reason_ja="問合せが多いため")
    states = set(DrillRecipient.objects.values_list("state", flat=True))
    assert (campaign.state, states) == ("ended", {"cancelled"})
    assert sending_counts(campaign).total == 6


def test_every_kind_of_text_is_filled_for_its_recipient(sink: Sink) -> None:
    imported("departments", [])
    numbers = build_people({"101": 3})
    relay = relay_at(sink.port)
    MailRelay.objects.update(per_minute=60_000, per_hour=3_600_000, per_domain_minute=60_000)
    from kansa.formats.mail_drill import SCENARIOS

    codes = {one.kind: code for code, one in SCENARIOS.items()}
    campaign = planned(relay, texts={"A": codes["qr"], "B": codes["attachment"]})
    take_step(CLERK, campaign.pk, "submit")
    take_step(VIEWER, campaign.pk, "approve", shown_sha256=approval_sha256(signed_plan(campaign)))
    take_step(CLERK, campaign.pk, "start")
    send_all(campaign)
    texts = [mail.text for mail in sink.mails()]
    assert len(texts) == len(numbers)
    assert not any("{{" in text for text in texts)
    assert any("Content-ID: <qr>" in text for text in texts) and any("filename*=" in text for text in texts)


def test_a_test_mail_tells_what_machines_do_and_counts_nowhere(sink: Sink) -> None:
    build_people({"101": 2})
    campaign = planned(relay_at(sink.port))
    assert send_preflight(CLERK, campaign.pk, [f"shiken@{DOMAIN}"]) == 2
    token = LINK.search(sink.mails()[0].text)
    assert token is not None
    answer = Client(HTTP_USER_AGENT="scanner").get(f"/m/{token[1]}/c")
    assert (answer.status_code, "試験" in answer.content.decode()) == (200, True)
    assert [one[0] for row in PreflightMail.objects.all() for one in row.fetched] == ["canary"]
    assert not DrillHit.objects.exists()
    with pytest.raises(InputError):
        send_preflight(CLERK, campaign.pk, ["a@ours@evil.example"])
    # Nobody who is to be trained gets the mail before the second signature, by way of a test either.
    with pytest.raises(InputError) as fault:
        send_preflight(CLERK, campaign.pk, [f"S001@{DOMAIN.upper()}"])
    assert fault.value.refusals[0].code == "test_box_of_staff" and len(sink.mails()) == 2
    leave_out(CLERK, campaign.pk, {"S001": "訓練の担当"})
    assert send_preflight(CLERK, campaign.pk, [f"s001@{DOMAIN}"]) == 2


def test_groups_keep_people_texts_and_reasons_together(sink: Sink) -> None:
    numbers = build_people({"101": 5, "102": 3})
    imported("staff", [staff("S099", "102", mail_address="", post_ja="会計年度任用職員")])
    campaign = planned(relay_at(sink.port))
    leave_out(CLERK, campaign.pk, {numbers[1]: "休職"})
    sizes = sorted(DrillRecipient.objects.filter(group__code=code).count() for code in "AB")
    assert sizes == [4, 4]
    listed = divide(CLERK, campaign.pk, Division("bureau", departments=frozenset({"101"})))
    assert (listed.listed_count, listed.without_address_count) == (5, 0)
    campaign.refresh_from_db()
    assert {one.staff_number: one.excluded_reason_ja for one in listed_people(campaign)}[numbers[1]] == "休職"
    assert estimate_of(campaign).mail_count == 4
    assert divide(CLERK, campaign.pk, Division("all")).without_address_count == 1
    set_groups(CLERK, campaign.pk, [GroupChoice("A", "全職員", "web-kaigi")])
    with pytest.raises(RuleError):
        set_texts(CLERK, campaign.pk, {})
