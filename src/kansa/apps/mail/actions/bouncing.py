"""Which mails came back? Read out of a mailbox or from files; each report is counted once."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.mail.models import BounceReport, MailAttempt, MailBox, MailMessage
from kansa.apps.mail.queries.places import mailbox_of
from kansa.apps.mail.queries.sealing import box_secret, sealed_box_secret
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail.states import next_state
from kansa.core.permission import Actor
from kansa.formats.mail_bounces import BounceRecord, read_bounce, split_mbox

INTERNAL_DATE = re.compile(rb'INTERNALDATE "([^"]{1,40})"')
WAIT_SECONDS = 30
AT_ONCE = 500  # mails of one reading; the next reading goes on behind them
LARGEST_SHOWN = 5_000_000


@dataclass(frozen=True, slots=True)
class Bounced:
    """What a reading found: how many of each kind, how many were known, and how many belong to no mail of ours."""

    kinds: Mapping[str, int]
    known_count: int
    unmatched_count: int


def take_bounces(actor: Actor, files: Sequence[tuple[str, bytes]]) -> Bounced:
    """Reads .eml and .mbox files. Raises InputError; then nothing was read."""
    require(actor, "manage_mail")
    records = [read_bounce(mail, name) for name, data in files for mail in split_mbox(data, name)]
    if not records:
        raise InputError(Refusal("no_bounces", "ファイルにメールがありません。", Place()))
    found = note_bounces(actor.municipality_id, records)
    with transaction.atomic():
        after = {"count": len(records), "unmatched": found.unmatched_count}
        record(actor, "read_bounces", "mail_bounces", str(actor.municipality_id), {}, after)
    return found


def note_bounces(municipality_id: int, records: Iterable[BounceRecord]) -> Bounced:
    """Notes each report that is new, in a transaction of its own."""
    kinds: Counter[str] = Counter()
    known = unmatched = 0
    for one in records:
        with transaction.atomic():
            if BounceReport.objects.filter(municipality_id=municipality_id, digest=one.digest).exists():
                known += 1
                continue
            message = _message_of(municipality_id, one)
            BounceReport.objects.create(
                municipality_id=municipality_id,
                digest=one.digest,
                message=message,
                kind=one.kind,
                status=one.status,
                at=timezone.now(),
            )
            if message is not None and one.kind == "failed":
                _come_back(message, one)
        kinds[one.kind] += 1
        unmatched += message is None
    return Bounced(dict(kinds), known, unmatched)


def _message_of(municipality_id: int, one: BounceRecord) -> MailMessage | None:
    """The mail that a report belongs to; None when its codes lead to none, or to more than one."""
    if not one.codes and not one.message_ids:
        return None
    wanted = Q(bounce_code__in=one.codes[:50]) | Q(message_id__in=one.message_ids[:50])
    rows = list(MailMessage.objects.filter(wanted, municipality_id=municipality_id).exclude(bounce_code="")[:2])
    return rows[0] if len(rows) == 1 else None


def _come_back(message: MailMessage, one: BounceRecord) -> None:
    now = timezone.now()
    if message.state not in ("accepted", "unknown") or message.bounced_at is not None:
        return
    if message.state == "unknown":  # what comes back was taken over by the relay
        message.state = next_state(message.state, "found_in_log")
    message.bounced_at, message.bounce_status = now, one.status
    message.save(update_fields=["state", "bounced_at", "bounce_status"])
    MailAttempt.objects.create(
        municipality_id=message.municipality_id,
        message=message,
        number=message.attempt_count,
        event="bounced",
        at=now,
        reply_text=one.status,
    )


@dataclass(frozen=True, slots=True)
class BoxSettings:
    """A mailbox. `secret`: None leaves the password as it is."""

    host: str
    port: int
    login: str
    secret: str | None = None
    folder: str = "INBOX"
    ca_pem: str = ""


def save_mailbox(actor: Actor, kind: str, settings: BoxSettings) -> MailBox:
    """The mailbox of a kind (bounces, reports). Another host forgets the password and begins from the first mail."""
    require(actor, "manage_relay")
    faults = []
    if not settings.host or any(sign in settings.host for sign in " /\r\n\t"):
        faults.append(Refusal("box_host", "ホスト名が正しくありません。", Place(column="ホスト名")))
    if not 1 <= settings.port <= 65535:
        faults.append(Refusal("box_port", "ポート番号は1から65535までです。", Place(column="ポート番号")))
    if any(sign in settings.folder + settings.login for sign in '"\r\n\0'):
        faults.append(Refusal("box_folder", "使えない文字があります。", Place(column="フォルダー")))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        box = mailbox_of(actor.municipality_id, kind) or MailBox(municipality_id=actor.municipality_id, kind=kind)
        moved = (box.host, box.port, box.login, box.folder) != (
            *(settings.host, settings.port, settings.login, settings.folder),
        )
        box.host, box.port, box.login = settings.host, settings.port, settings.login
        box.folder, box.ca_pem, box.trouble_code = settings.folder or "INBOX", settings.ca_pem, ""
        if moved:
            box.secret_sealed, box.last_uid, box.uid_validity = "", 0, 0
        box.save()
        if settings.secret is not None:
            box.secret_sealed = sealed_box_secret(box.pk, settings.secret)
            box.save(update_fields=["secret_sealed"])
        record(actor, "save_mailbox", "mailbox", kind, {}, {"host": box.host})
    return box


def sign_in(imap: imaplib.IMAP4, login: str, secret: str) -> None:
    """Signs in; what is not ASCII goes by the mechanism that knows UTF-8 (RFC 4616). Raises imaplib's error."""
    if (login + secret).isascii():
        imap.login(login, secret)
    else:
        imap.authenticate("PLAIN", lambda _challenge: f"\0{login}\0{secret}".encode())


def folder_name(name: str) -> str:
    """The name of a folder as IMAP spells it, quoted (RFC 3501 §5.1.3: modified UTF-7).

    >>> folder_name("INBOX/訓練 A&B")
    '"INBOX/&ihN99A- A&-B"'
    """
    spelled = []
    for is_plain, signs in groupby(name, lambda sign: " " <= sign <= "~"):
        text = "".join(signs)
        if is_plain:
            spelled.append(text.replace("&", "&-"))
        else:
            code = base64.b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")
            spelled.append(f"&{code}-")
    whole = "".join(spelled).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{whole}"'


def internal_date(parts: Sequence[object]) -> datetime | None:
    """When the mailbox got a mail, of what it answered besides the mail; None when it does not say.

    >>> internal_date([(b'1 (UID 5 INTERNALDATE "01-Oct-2024 10:00:00 +0900" BODY[]<0> {1}', b"x"), b")"]).isoformat()
    '2024-10-01T01:00:00+00:00'
    """
    said = b" ".join(part[0] if isinstance(part, tuple) else part for part in parts if isinstance(part, tuple | bytes))
    found = INTERNAL_DATE.search(said)
    try:
        return (
            datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
            if found
            else None
        )
    except ValueError:
        return None


def new_mails(box: MailBox) -> Iterator[tuple[int, bytes, datetime | None]]:
    """UID, bytes and moment of arrival of each mail that came since the last reading. Nothing is marked or deleted.

    Raises RuleError with what a person can do.
    """
    try:
        context = ssl.create_default_context()
        if box.ca_pem:
            context.load_verify_locations(cadata=box.ca_pem)
        with imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=WAIT_SECONDS) as imap:
            sign_in(imap, box.login, box_secret(box))
            status, _count = imap.select(folder_name(box.folder), readonly=True)
            if status != "OK":
                raise RuleError("box_folder", "メールボックスに、そのフォルダーがありません。")
            validity = int((imap.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
            if validity != box.uid_validity:
                box.uid_validity, box.last_uid = validity, 0
            _status, found = imap.uid("SEARCH", f"UID {box.last_uid + 1}:*")
            uids = [int(uid) for uid in (found[0] or b"").split() if int(uid) > box.last_uid]
            for uid in sorted(uids)[:AT_ONCE]:
                _status, parts = imap.uid("FETCH", str(uid), f"(INTERNALDATE BODY.PEEK[]<0.{LARGEST_SHOWN}>)")
                data = next((part[1] for part in parts if isinstance(part, tuple)), b"")
                yield uid, bytes(data), internal_date(parts)
    except ssl.SSLError as fault:
        raise RuleError("box_tls", "メールボックスの証明書を確かめられません。") from fault
    except (imaplib.IMAP4.error, OSError, ValueError) as fault:
        reason = "メールボックスを読めません。ホスト名、ポート番号、利用者名とパスワードを確かめてください。"
        raise RuleError("box_unreadable", reason) from fault


def note_box(box: MailBox, trouble_code: str) -> None:
    """Notes how far a mailbox was read, and what went wrong; "" when nothing did."""
    MailBox.objects.filter(pk=box.pk).update(
        last_uid=box.last_uid, uid_validity=box.uid_validity, read_at=timezone.now(), trouble_code=trouble_code
    )


def fetch_bounces(municipality_id: int) -> Bounced | None:
    """Reads what came into the mailbox of bounces; None when there is no such mailbox. Raises RuleError."""
    box = mailbox_of(municipality_id, "bounces")
    if box is None:
        return None
    total: Counter[str] = Counter()
    known = unmatched = 0
    code = ""
    try:
        for uid, data, _at in new_mails(box):
            one = note_bounces(municipality_id, [read_bounce(data)])
            total.update(one.kinds)
            known, unmatched, box.last_uid = known + one.known_count, unmatched + one.unmatched_count, uid
    except RuleError as fault:
        code = fault.code
        raise
    finally:
        note_box(box, code)
    return Bounced(dict(total), known, unmatched)


def read_mailbox(actor: Actor) -> Bounced:
    """Reads the mailbox of bounces now. Raises RuleError when there is none or it cannot be read."""
    require(actor, "manage_mail")
    found = fetch_bounces(actor.municipality_id)
    if found is None:
        raise RuleError("no_mailbox", "戻ったメールの受信箱が登録されていません。")
    return found


@task(takes_context=True)
def read_bounces(context: TaskContext, municipality_id: int) -> None:
    """Every quarter of an hour: what came back."""
    fetch_bounces(municipality_id)
