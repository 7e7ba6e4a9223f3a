"""Which of our mails does this report speak of, and did that mail fail for good?

Source: RFC 3464 and, with addresses in UTF-8, RFC 6533 (delivery reports), RFC 3461 §4.4 (ENVID), RFC 3834
(Auto-Submitted), RFC 8098 (read receipts);
the free texts are those of qmail, exim, older sendmail and of mail services common in Japan.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from kansa.core.errors import InputError, Place, Refusal

KINDS_JA = {
    "failed": "届かなかった",
    "delayed": "遅れている",
    "delivered": "届いたという通知",
    "automatic": "自動応答（不在など）",
    "undecided": "判断できない",
}
STATUSES = ("message/delivery-status", "message/global-delivery-status")
RECEIPTS = ("message/disposition-notification", "message/global-disposition-notification")
RETURNED = ("message/rfc822", "message/global", "message/global-headers")
LARGEST = 5_000_000
MOST_MAILS = 20_000
SEARCHED = 200_000  # characters of a text that are looked at
CODE = re.compile(r"(?<![a-z0-9])[a-z2-7]{24}(?![a-z0-9])")
MESSAGE_ID = re.compile(r"<[a-z2-7]{24}@[a-z0-9.-]{1,253}>", re.IGNORECASE)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.])(5[0-5]\d)[ -]")
FIELD = re.compile(r"^(action|status)\s*:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
SENDERS = re.compile(r"mailer-daemon|postmaster|mail delivery|メール配信|配送", re.IGNORECASE)
DELAYED = re.compile(
    r"still being retried|will (?:keep|continue) (?:on )?try|delivery.{0,40}delayed|warning: could not send"
    r"|配信が遅|配送が遅|遅延|再送を続け|再試行を続け|まだ(?:配信|配送|お届け)",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"user unknown|unknown user|no such user|does not exist|mailbox (?:unavailable|not found|is full)|undeliver"
    r"|returned mail|delivery (?:status notification \(failure\)|failed|has failed)|permanent (?:fatal )?error"
    r"|could not be delivered|couldn't be delivered|recipient address rejected|i'm afraid i wasn't able to deliver"
    r"|宛先(?:不明|のメールアドレスが見つかり|が見つかり|が存在し)|(?:配信|配送|送信|お届け)(?:が)?(?:できません|できなかった|不能|失敗)"
    r"|(?:存在しない|存在しません)|容量(?:が|を)?(?:いっぱい|一杯|超過|超え)|戻(?:り|って)(?:ました|きました)",
    re.IGNORECASE,
)
AUTOMATIC = re.compile(
    r"out of office|automatic reply|auto(?:matic)?[ -]?repl|vacation|自動応答|自動返信|不在", re.IGNORECASE
)
JAPANESE_CHARSETS = ("utf-8", "iso-2022-jp", "cp932", "euc_jp")


@dataclass(frozen=True, slots=True)
class BounceRecord:
    """What a report says. `codes` and `message_ids`: what may lead to our mail; `digest`: of the report's bytes."""

    kind: str
    status: str
    codes: tuple[str, ...]
    message_ids: tuple[str, ...]
    digest: str


def read_bounce(data: bytes, name: str = "") -> BounceRecord:
    """One report. What is no report at all is `undecided`. Raises InputError for one that is too large."""
    if len(data) > LARGEST:
        raise InputError(Refusal("bounce_too_large", "メールが大きすぎます（5MBまで）。", Place(file=name)))
    digest = hashlib.sha256(data).hexdigest()
    try:
        mail = message_from_bytes(data)
        texts = list(_texts(mail))
        headers = "\n".join(f"{key}: {value}" for key, value in mail.items())
    except (MessageError, ValueError, LookupError, RecursionError):
        return BounceRecord("undecided", "", (), (), digest)
    whole = "\n".join([headers, *(text for _kind, text in texts)])[: 4 * SEARCHED]
    kind, status = _kind_of(mail, headers, texts)
    codes = tuple(dict.fromkeys(CODE.findall(whole.lower())))
    message_ids = tuple(dict.fromkeys(found.lower() for found in MESSAGE_ID.findall(whole)))
    return BounceRecord(kind, status, codes, message_ids, digest)


def _kind_of(mail: Message, headers: str, texts: list[tuple[str, str]]) -> tuple[str, str]:
    """The kind and the enhanced status, "" where the report names none."""
    reports = [text for kind, text in texts if kind in STATUSES]
    if reports:
        return _reported("\n".join(reports))
    is_receipt = any(kind in RECEIPTS for kind, _text in texts)
    submitted = str(mail.get("Auto-Submitted", "no")).lower()
    subject = _decoded_header(mail)
    plain = "\n".join(text for kind, text in texts if kind == "text/plain" or kind == "text/html")[:SEARCHED]
    is_from_server = bool(SENDERS.search(str(mail.get("From", "")))) or str(mail.get("Return-Path", "")).strip() == "<>"
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    if is_receipt or (submitted.startswith("auto-replied") and not is_from_server):
        return "automatic", ""
    if not is_from_server and (any(mail.get(mark) for mark in marks) or AUTOMATIC.search(subject)):
        return "automatic", ""
    if not is_from_server:
        return "undecided", ""
    return _guessed(f"{subject}\n{plain}")


def _reported(text: str) -> tuple[str, str]:
    """Of several recipients the worst counts; our mails have one."""
    actions, status = set(), ""
    for key, value in FIELD.findall(text):
        if key.lower() == "action":
            actions.add(value.lower().split()[0] if value.split() else "")
        elif not status and (found := STATUS.search(value)):
            status = found[1]
    for action, kind in (("failed", "failed"), ("delayed", "delayed")):
        if action in actions:
            return kind, status
    return ("delivered", status) if actions & {"delivered", "relayed", "expanded"} else ("undecided", status)


def _guessed(text: str) -> tuple[str, str]:
    """Best effort with free text: a delay before a failure, a failure only with a word or a number for it."""
    statuses = STATUS.findall(text)
    permanent = next((status for status in statuses if status.startswith("5")), "")
    if permanent:
        return "failed", permanent
    if DELAYED.search(text) or any(status.startswith("4") for status in statuses):
        return "delayed", statuses[0] if statuses else ""
    if FAILED.search(text) or REPLY.search(text):
        return "failed", ""
    return "undecided", ""


def _decoded_header(mail: Message) -> str:
    """The subject; old servers write it in raw bytes."""
    raw = next((value for key, value in mail.raw_items() if key.lower() == "subject"), "")
    content = str(raw).encode("utf-8", "surrogateescape")
    try:
        return str(make_header(decode_header(_as_text(content, ""))))
    except (ValueError, LookupError, UnicodeError):
        return ""


def _texts(mail: Message) -> Iterator[tuple[str, str]]:
    """Content type and text of every part that can be read, the headers of returned mails too."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind in (*STATUSES, *RECEIPTS, *RETURNED):
            inner = part.get_payload()
            blocks = inner if isinstance(inner, list) else [inner]
            is_whole = kind in STATUSES  # the body of its first block is the block of the recipient
            yield kind, "\n".join(_head_of(block, is_whole=is_whole) for block in blocks)[:SEARCHED]
        elif kind.startswith("text/") and not part.is_multipart():
            yield kind, _decoded(part)[:SEARCHED]


def _head_of(block: object, *, is_whole: bool) -> str:
    if not isinstance(block, Message):
        return str(block)
    head = "\n".join(f"{key}: {value}" for key, value in block.items())
    return f"{head}\n{_decoded(block)}" if is_whole and not block.is_multipart() else head


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return _as_text(content, (part.get_content_charset() or "").lower())


def _as_text(content: bytes, named: str) -> str:
    for charset in (named, *JAPANESE_CHARSETS):
        try:
            if charset:
                return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def split_mbox(data: bytes, name: str = "") -> list[bytes]:
    """The mails of an mbox file; a file of one mail gives that one. Raises InputError for too many."""
    if not data.startswith(b"From "):
        return [data]
    found = re.split(rb"(?:\A|\r?\n\r?\n)From [^\n]*\n", data)[1:]
    mails = [one for one in found if one.strip()]
    if len(mails) > MOST_MAILS:
        reason = f"メールが多すぎます（一度に{MOST_MAILS}通まで）。"
        raise InputError(Refusal("too_many_bounces", reason, Place(file=name)))
    return [re.sub(rb"(?m)^>(>*From )", rb"\1", one) for one in mails]
