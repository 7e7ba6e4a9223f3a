"""Do mails that came back into a real mailbox (dovecot, IMAP over TLS) lower the right counts, once, by the button?

Reports of RFC 3464 and RFC 6533 with Japanese words, and the free text of old servers; a copy that came by another way
and a second reading add nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kansa.apps.mail.actions import BoxSettings, save_mailbox, send_slice
from kansa.apps.mail.models import BounceReport, MailBox
from kansa.apps.mail.queries import counts_of, fates_of
from tests.cast import CITY, browser_of, sign_up
from tests.dovecot import PASSWORDS, Box, needs_dovecot, running_dovecot
from tests.mailing import DOMAIN, FIRST, Dumped, Sink, batch_of, needs_sink, people, relay_at, running_sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city"), needs_sink, needs_dovecot]
WORDS = "お送りしたメールを配信できませんでした。宛先のメールアドレスが見つかりません。"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with running_sink(tmp_path / "dumps") as running:
        yield running


@pytest.fixture
def box() -> Iterator[Box]:
    with running_dovecot() as running:
        yield running


def report(mail: Dumped, charset: str, *, is_global: bool) -> bytes:
    """A delivery report (RFC 3464; `is_global`: RFC 6533, with the address in UTF-8) and the headers that came back."""
    kind, form = ("global-delivery-status", "utf-8") if is_global else ("delivery-status", "rfc822")
    back = "global-headers" if is_global else "rfc822-headers"
    back = f"{'message' if is_global else 'text'}/{back}"
    local, _, domain = mail.recipient.partition("@")
    final = f"職員.{local}@{domain}" if is_global else mail.recipient
    head = f"""Return-Path: <>
From: MAILER-DAEMON@relay.{DOMAIN}
To: <{mail.sender}>
Subject: =?utf-8?B?6YWN5L+h5LiN6IO9?=
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain; charset={charset}

""".encode()
    tail = f"""
--b
Content-Type: message/{kind}; charset=utf-8

Reporting-MTA: dns; relay.{DOMAIN}
Original-Envelope-Id: {mail.sender.partition("+")[2].partition("@")[0]}

Final-Recipient: {form}; {final}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 宛先が見つかりません

--b
Content-Type: {back}

Message-ID: {mail.message_id}
Subject: x

--b--
""".encode()
    return head + WORDS.encode(charset) + tail


def plain(mail: Dumped, charset: str) -> bytes:
    head = f"From: postmaster@relay.{DOMAIN}\nTo: <{mail.sender}>\nSubject: x\n"
    return f"{head}Content-Type: text/plain; charset={charset}\n\n".encode() + WORDS.encode(charset)


def test_what_came_back_is_credited_to_its_row_once(sink: Sink, box: Box) -> None:
    made = batch_of(relay_at(sink.port), people(6))
    send_slice(CITY, made.batch.pk)
    mails = sorted(sink.mails(), key=lambda one: one.recipient)
    back = [
        report(mails[0], "iso-2022-jp", is_global=False),
        report(mails[1], "utf-8", is_global=True),
        plain(mails[2], "cp932"),
        b"Received: from elsewhere\n" + report(mails[0], "iso-2022-jp", is_global=False),  # a copy by another way
        f"From: taro@{DOMAIN}\nTo: <{mails[3].sender}>\nAuto-Submitted: auto-replied\n\n不在です\n".encode(),
        plain(Dumped("", f"bounce+{'a' * 24}@{DOMAIN}", "", ""), "euc_jp"),  # nobody's
    ]
    for number, data in enumerate(back):
        box.deliver(f"{number}.eml", data)
    save_mailbox(FIRST, "bounces", BoxSettings("127.0.0.1", box.port, "kacho", PASSWORDS["kacho"], ca_pem=box.ca_pem))
    sign_up("clerk", "staff")
    clerk = browser_of("clerk")
    page = clerk.post("/mail/bounces/read/", follow=True).content.decode()
    assert "6通を読みました" in page and "どのメールか分からないもの1通" in page
    counts = counts_of(made.batch)
    assert (counts.accepted, counts.delivered, counts.total) == (6, 3, 6)
    fates = fates_of(made.batch)
    own = dict(zip((one.recipient for one in mails), made.tokens, strict=True))
    found = [fates[own[one.recipient]] for one in mails]
    assert [one.is_bounced for one in found] == [True] * 3 + [False] * 3
    assert [one.reply for one in found[:2]] == ["5.1.1", "5.1.1"]
    # Read again; and again from the first mail, as after the mailbox was made anew.
    assert "0通を読みました" in clerk.post("/mail/bounces/read/", follow=True).content.decode()
    MailBox.objects.update(uid_validity=1, last_uid=0)
    page = clerk.post("/mail/bounces/read/", follow=True).content.decode()
    assert "0通を読みました（読んだことのあるもの6通" in page
    assert counts_of(made.batch).delivered == 3 and BounceReport.objects.count() == 6
    assert sorted(path.name for path in (box.folder / "mail").rglob("*.eml*"))[0].startswith("0.eml")  # nothing deleted


def test_a_folder_with_a_japanese_name(box: Box) -> None:
    folder = box.folder / "mail" / ".&MLMw8w-"  # コン in the spelling of IMAP (RFC 3501 §5.1.3)
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "new" / "1.eml").write_bytes(b"From: x@y\nSubject: z\n\nq\n")
    box.give_away(folder)
    settings = BoxSettings("127.0.0.1", box.port, "houkoku", "himitsu-1", folder="コン", ca_pem=box.ca_pem)
    save_mailbox(FIRST, "bounces", settings)
    sign_up("clerk", "staff")
    assert "1通を読みました" in browser_of("clerk").post("/mail/bounces/read/", follow=True).content.decode()
