"""Which training mail did somebody forward as suspicious, and who did? Mails as .eml or .msg, whole or quoted.

Signs are looked for everywhere a forwarded mail may lie: attached, quoted in text or HTML, in headers, in links that a
gateway rewrote or a mail program broke over lines. What a charset gets wrong does not matter, since signs are ASCII.
Only the signs and the reporter's address come out; the text itself is not kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape
from urllib.parse import unquote

from oxmsg import Message as OutlookMessage

from kansa.core.errors import InputError, Place, Refusal

HEADER = "X-Kansa-Drill"
MOST_BYTES = 20 * 1024 * 1024
MOST_PARTS = 200
_TOKEN = re.compile(r"/m/([0-9]{1,9}-[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_MESSAGE_ID = re.compile(r"<([0-9A-Za-z._-]{1,100}@[0-9A-Za-z.-]{1,200})>")
_CODE = re.compile(rf"{HEADER}\s*:\s*([0-9A-Za-z]{{8,64}})", re.IGNORECASE)
_BROKEN_LINE = re.compile(r"=?\r?\n(?:[>|]\s?)*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class MailSigns:
    """What may say that a mail is ours, in the order of its first appearance."""

    tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedMail:
    """One mail that was handed in. `reporter`: who sent or saved it, "" when it does not say."""

    reporter: str
    sent_at: datetime | None
    signs: MailSigns


def signs_in(*texts: str) -> MailSigns:
    """The signs in texts as they are, with links unwrapped, and with broken lines joined.

    >>> signs_in("https://drill.example/m/1-AAAAAAAAAAAAAAAAAAAAAA/").tokens
    ('1-AAAAAAAAAAAAAAAAAAAAAA',)
    """
    tokens: dict[str, None] = {}
    ids: dict[str, None] = {}
    codes: dict[str, None] = {}
    for text in texts:
        plain = unescape(text)
        joined = _BROKEN_LINE.sub("", plain)
        for form in (plain, joined, unquote(plain), unquote(joined)):
            tokens |= dict.fromkeys(_TOKEN.findall(form))
        ids |= dict.fromkeys(_MESSAGE_ID.findall(plain))
        codes |= dict.fromkeys(_CODE.findall(plain))
    return MailSigns(tuple(tokens), tuple(ids), tuple(codes))


def read_report(data: bytes, file_name: str) -> ReportedMail:
    """The reporter and the signs of one .eml or .msg. Raises InputError for what is no mail, or too large."""
    if len(data) > MOST_BYTES:
        reason = f"メールは{MOST_BYTES // 1024 // 1024}MBまで読み取れます。"
        raise InputError(Refusal("mail_too_large", reason, Place(file_name)))
    return _outlook(data, file_name) if data.startswith(_OLE) else _internet(data, file_name)


def _internet(data: bytes, file_name: str) -> ReportedMail:
    # compat32 never raises over a header; the newer policies do over some broken ones.
    mail = message_from_bytes(data, policy=policy.compat32)
    if not mail.keys() or not any(mail[name] for name in ("from", "received", "message-id", "subject")):
        reason = "メール（.eml又は.msg）として読めません。メールソフトから保存し直してください。"
        raise InputError(Refusal("no_mail", reason, Place(file_name)))
    own_id = str(mail.get("Message-ID", ""))
    signs = signs_in(*_texts(mail))
    # The outer mail's own number is the reporter's, not ours, unless the training mail itself was saved.
    ids = (*signs.message_ids, *_MESSAGE_ID.findall(own_id))
    reporter = next((address for _, address in getaddresses([_header(mail, "From")]) if "@" in address), "")
    return ReportedMail(reporter, _date(mail), MailSigns(signs.tokens, tuple(dict.fromkeys(ids)), signs.codes))


def _header(mail: Message, name: str) -> str:
    value = mail.get(name, "")
    return str(value) if isinstance(value, str) else str(value).encode("ascii", "replace").decode()


def _date(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_header(mail, "Date"))
    except (TypeError, ValueError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _texts(mail: Message) -> Iterator[str]:
    """Headers of the mail and of those inside it, and every text part, however its charset is called."""
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        for name in ("In-Reply-To", "References", "X-Original-Message-ID", HEADER):
            if part.get(name):
                yield f"{name}: {_header(part, name)}"
        if part is not mail and part.get("Message-ID"):
            yield _header(part, "Message-ID")
        if part.get_content_maintype() in ("text", "application") and not part.is_multipart():
            yield _decoded(part)


def _decoded(part: Message) -> str:
    try:
        data = part.get_payload(decode=True)
    except (MessageError, ValueError, AssertionError):
        data = None
    if not isinstance(data, bytes):
        return str(part.get_payload())
    if data.startswith(_OLE):
        return "\n".join(_raw_texts(data))
    # Every charset a mail comes in leaves ASCII where it is, but for UTF-16.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("latin-1")


def _raw_texts(data: bytes) -> list[str]:
    """The bytes of an Outlook file read as plain and as two-byte text: also what lies in a mail inside it."""
    odd, even = data[1::2], data[::2]
    return [data.decode("latin-1"), even.decode("latin-1"), odd.decode("latin-1")]


def _outlook(data: bytes, file_name: str) -> ReportedMail:
    texts = _raw_texts(data)
    reporter, sent_at = "", None
    try:
        mail = OutlookMessage.load(io.BytesIO(data))
        headers = {name.lower(): value for name, value in mail.message_headers.items()}
        texts += [f"{HEADER}: {headers.get(HEADER.lower(), '')}", headers.get("message-id", "")]
        texts += [mail.body or "", mail.html_body or ""]
        found = getaddresses([headers.get("from", ""), mail.sender or ""])
        reporter = next((address for _, address in found if "@" in address), "")
        sent_at = mail.sent_date
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, UnicodeDecodeError, OSError):
        # A damaged file may still hold a sign; without one there is nothing to read.
        if not signs_in(*texts).tokens:
            reason = "Outlookのメール（.msg）として読めません。保存し直してください。"
            raise InputError(Refusal("no_mail", reason, Place(file_name))) from None
    if sent_at is not None and sent_at.tzinfo is None:
        sent_at = sent_at.replace(tzinfo=UTC)
    return ReportedMail(reporter, sent_at, signs_in(*texts))
