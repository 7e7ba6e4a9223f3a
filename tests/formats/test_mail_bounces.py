"""Is a mail that came back told from one that is late, from an absence note, and from what nobody can tell?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.formats.mail_bounces import KINDS_JA, read_bounce, split_mbox

CODE = "abcdefghijklmnop234567qr"
MESSAGE = "zyxwvutsrqponmlkjihg2345"


def report(action: str, status: str) -> bytes:
    """A delivery report as postfix writes it (RFC 3464)."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@relay.city.example.jp (Mail Delivery System)
To: bounce+{CODE}@city.example.jp
Auto-Submitted: auto-replied
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relay.city.example.jp.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.city.example.jp
Original-Envelope-Id: {CODE}

Final-Recipient: rfc822; taro@city.example.jp
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: message/rfc822

Message-ID: <{MESSAGE}@city.example.jp>
Subject: x

--b--
""".encode()


def plain(sender: str, subject: str, body: str, charset: str = "utf-8", more: str = "") -> bytes:
    head = f"From: {sender}\nTo: bounce+{CODE}@city.example.jp\nSubject: {subject}\n{more}MIME-Version: 1.0\n"
    return (head + f"Content-Type: text/plain; charset={charset}\n\n").encode() + body.encode(charset)


DAEMON = "MAILER-DAEMON@mx.example.jp"


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (report("failed", "5.1.1"), "failed", "5.1.1"),
        (report("delayed", "4.4.1"), "delayed", "4.4.1"),
        (report("relayed", "2.0.0"), "delivered", "2.0.0"),
        (report("odd", "x"), "undecided", ""),
        # qmail, exim, sendmail, and mail services in Japan: no report, only words.
        (plain(DAEMON, "failure notice", "I'm afraid I wasn't able to deliver your message"), "failed", ""),
        (plain(DAEMON, "Mail failure", "550 no such user here"), "failed", ""),
        (plain(DAEMON, "Returned mail: see transcript", "Host unknown"), "failed", ""),
        (plain(DAEMON, "x", "宛先のメールアドレスが見つかりませんでした。", "iso-2022-jp"), "failed", ""),
        (plain(DAEMON, "x", "メールボックスの容量がいっぱいのため配信できませんでした。", "cp932"), "failed", ""),
        (plain(DAEMON, "x", "まだ配送できていません。再送を続けます。", "euc_jp"), "delayed", ""),
        (plain(DAEMON, "Warning: could not send message for past 4 hours", "4.4.1"), "delayed", "4.4.1"),
        (plain(DAEMON, "お知らせ", "システムの保守を行います。"), "undecided", ""),
        (plain("taro@city.example.jp", "Re: 訓練", "これは何ですか。宛先不明でした。"), "undecided", ""),
        (plain("taro@city.example.jp", "自動応答: 訓練", "休暇中です。"), "automatic", ""),
        (plain("taro@city.example.jp", "x", "y", more="Auto-Submitted: auto-replied\n"), "automatic", ""),
        (plain("taro@city.example.jp", "x", "y", more="X-Autoreply: yes\n"), "automatic", ""),
    ],
)
def test_what_a_mail_says(data: bytes, kind: str, status: str) -> None:
    found = read_bounce(data)
    assert (found.kind, found.status) == (kind, status)
    assert CODE in found.codes


def test_the_returned_headers_name_the_mail() -> None:
    found = read_bounce(report("failed", "5.1.1"))
    assert found.message_ids == (f"<{MESSAGE}@city.example.jp>",)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for tried in (data, report("failed", "5.1.1") + data, data + report("failed", "5.1.1")):
        assert read_bounce(tried).kind in KINDS_JA
        assert len(split_mbox(b"From x\n" + tried)) >= 0


def test_an_mbox_is_taken_apart() -> None:
    one, two = report("failed", "5.1.1"), plain(DAEMON, "x", "a\n>From here\n")
    mails = split_mbox(b"From a Mon\n" + one + b"\nFrom b Tue\n" + two)
    assert [read_bounce(mail).kind for mail in mails] == ["failed", "undecided"]
    assert b"\nFrom here" in mails[1]
    assert split_mbox(one) == [one]
    with pytest.raises(InputError):
        read_bounce(b"x" * 5_000_001)
