"""Is a report that lies in a real mailbox (dovecot, IMAP over TLS) credited once, and a wrong certificate refused?"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from kansa.apps.drills.actions import read_reports
from kansa.apps.drills.models import DrillHit
from kansa.apps.mail.actions import BoxSettings, save_mailbox
from kansa.apps.trail.models import Event
from kansa.core.errors import RuleError
from tests.cast import CLERK
from tests.dovecot import Box, needs_dovecot, running_dovecot
from tests.drilling import address_of, build_people, build_sent, tokens_of

pytestmark = [pytest.mark.django_db, needs_dovecot]


@pytest.fixture
def box() -> Iterator[Box]:
    with running_dovecot() as running:
        yield running


def report(link: str, reporter: str) -> bytes:
    text = f"From: {reporter}\r\nTo: houkoku@mihon.example\r\nSubject: =?iso-2022-jp?B?GyRCSnM5cBsoQg==?=\r\n"
    body = "不審なメールです。\r\n> ".encode("iso-2022-jp") + link.encode() + b"\r\n"
    return f"{text}Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n".encode() + body


def test_reports_in_a_mailbox_are_credited_once(city: object, box: Box) -> None:
    campaign = build_sent(build_people({"101": 2}))
    link = f"https://kunren.mihon.example/m/{tokens_of(campaign)['S001']}/"
    box.deliver("1.eml", b"Date: Tue, 01 Oct 2024 10:00:00 +0900\r\n" + report(link, address_of("S002")))
    came = int(time.time()) - 600
    os.utime(box.folder / "mail/new/1.eml", (came, came))  # the sender's clock is years behind
    box.deliver("2.eml", report("https://evil.example/", address_of("S001")))
    settings = BoxSettings("127.0.0.1", box.port, "houkoku", "himitsu-1")
    save_mailbox(CLERK, "reports", settings)
    with pytest.raises(RuleError) as fault:
        read_reports(CLERK)
    assert fault.value.code == "box_tls"
    save_mailbox(CLERK, "reports", BoxSettings("127.0.0.1", box.port, "houkoku", None, ca_pem=box.ca_pem))
    taken = read_reports(CLERK)
    assert taken.counts == {"credited": 1, "not_ours": 1}
    assert [word for _, word in taken.to_look_at] == ["not_ours"]
    hit = DrillHit.objects.get()
    assert (hit.kind, hit.channel, int(hit.at.timestamp())) == ("reported", "mailbox", came)
    assert read_reports(CLERK).counts == {}
    assert Event.objects.filter(verb="take_reports").count() == 1  # what is not ours is no act on the drill
