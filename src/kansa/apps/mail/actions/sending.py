"""How does each mail leave once? Claimed durably, sent, marked; what nobody knows is shown and never sent again.

1. claim: one transaction asks the batch (state, sender, approval, window, pace, clock); one mail becomes `claimed`.
2. send:  outside of any transaction.
3. mark:  in one transaction the reply becomes the mail's state, the attempt is written down, troubles are counted.
Killed between 1 and 3, a mail stays claimed; the next sender makes it `unknown`. A sender that was only slow finds out
at its next claim that another one took over, and its own last reply still counts.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.jobs.actions import JobContext, enqueue
from kansa.apps.jobs.queries import job_named
from kansa.apps.mail.actions.batches import lock_batch
from kansa.apps.mail.actions.claiming import Claimed, Halt, Wait, claim_next, mark, mark_trouble
from kansa.apps.mail.actions.connecting import Envelope, RelaySession, RelayTrouble
from kansa.apps.mail.models import MailAttempt, MailBatch, MailMessage
from kansa.apps.mail.queries.batches import approval_sha256, counts_of, fingerprints_of, template_of
from kansa.apps.mail.queries.places import verified_domains
from kansa.apps.mail.queries.sealing import Contents, batch_key, contents_of
from kansa.core.errors import InputError, KansaError
from kansa.core.mail.addresses import mail_address
from kansa.core.mail.states import BatchCounts
from kansa.formats.mail_messages import MailFields, MailTemplate, Prepared, filled, prepared

SLICE_SECONDS = 20  # then the worker may do other jobs before the next slice
LONGEST_SLEEP = timedelta(seconds=2)
LOST_AFTER = timedelta(minutes=30)
LOOK_SECONDS = 0.25

Clock = Callable[[], datetime]
Tell = Callable[[int, int, str], bool]


@dataclass(frozen=True, slots=True)
class SliceResult:
    """How a slice ended: over, paused, superseded, stopped, due (go on at once) or waiting until `next_at`."""

    ending: str
    accepted_count: int
    next_at: datetime | None = None


@dataclass
class Outfit:
    """What a slice works with; read once, so that each mail costs two short transactions and no search."""

    batch: MailBatch
    sender: str
    session: RelaySession
    template: MailTemplate
    key: bytes
    domains: frozenset[str]
    fingerprints: dict[int, bytes]
    texts: dict[bool, Prepared] = field(default_factory=dict)

    def text(self) -> Prepared:
        """The template in the form that this connection takes."""
        is_8bit = self.session.is_8bit
        if is_8bit not in self.texts:
            self.texts[is_8bit] = prepared(self.template, is_8bit=is_8bit)
        return self.texts[is_8bit]


def void_reason(batch: MailBatch, fingerprints: dict[int, bytes] | None = None) -> str:
    """Why the approval does not hold for what the batch is now; "" when it does."""
    if batch.approved_sha256 and approval_sha256(batch, fingerprints) == batch.approved_sha256:
        return ""
    used = MailMessage.objects.filter(municipality_id=batch.municipality_id, batch=batch).exclude(domain="")
    known = verified_domains(batch.municipality_id)
    is_withdrawn = not set(used.values_list("domain", flat=True).distinct()) <= known
    return "domain_withdrawn" if is_withdrawn else "approval_void"


def take_over(municipality_id: int, batch_id: int, sender: str, now: datetime) -> Outfit | None:
    """Makes this sender the only one of the batch; what another had claimed becomes unknown. None: nothing to do."""
    with transaction.atomic():
        batch = lock_batch(municipality_id, batch_id)
        lose_claims(batch, now)
        if batch.state != "running":
            finish_if_over(batch, now)
            return None
        fingerprints = fingerprints_of(batch)
        code = void_reason(batch, fingerprints)
        batch.sender = sender
        if code:
            batch.state, batch.trouble_code, batch.trouble_reply = "paused", code, ""
        batch.save(update_fields=["sender", "state", "trouble_code", "trouble_reply"])
        if code:
            return None
    session = RelaySession(batch.relay)
    domains = verified_domains(municipality_id)
    return Outfit(batch, sender, session, template_of(batch), batch_key(batch), domains, fingerprints)


def lose_claims(batch: MailBatch, now: datetime) -> int:
    """Mails that somebody claimed and did not settle become unknown; how many. In the caller's transaction."""
    rows = list(MailMessage.objects.filter(municipality_id=batch.municipality_id, batch=batch, state="claimed"))
    for row in rows:
        row.state, row.settled_at = "unknown", now
    MailMessage.objects.bulk_update(rows, ["state", "settled_at"])
    MailAttempt.objects.bulk_create(
        MailAttempt(municipality_id=row.municipality_id, message=row, number=row.attempt_count, event="lost", at=now)
        for row in rows
    )
    return len(rows)


def finish_if_over(batch: MailBatch, now: datetime) -> bool:
    """Ends a batch of which nothing is left to send. In the caller's transaction."""
    is_over = batch.state in ("running", "paused") and not counts_of(batch).open
    if is_over:
        batch.state, batch.finished_at = "finished", now
        batch.save(update_fields=["state", "finished_at"])
    return is_over


def send_slice(
    municipality_id: int,
    batch_id: int,
    *,
    seconds: float = SLICE_SECONDS,
    clock: Clock = timezone.now,
    tell: Tell | None = None,
) -> SliceResult:
    """Sends what may leave now, for at most `seconds`; short waits of the pace are waited for."""
    outfit = take_over(municipality_id, batch_id, uuid.uuid4().hex, clock())
    if outfit is None:
        return SliceResult("over", 0)
    began, accepted = time.monotonic(), 0
    counts = counts_of(outfit.batch)
    try:
        while time.monotonic() - began < seconds:
            found = claim_next(municipality_id, batch_id, outfit.sender, clock(), outfit.fingerprints)
            if isinstance(found, Halt):
                return SliceResult(found.reason, accepted)
            if isinstance(found, Wait):
                if found.until - clock() > LONGEST_SLEEP or found.is_long:
                    return SliceResult("waiting", accepted, found.until)
                time.sleep(min(LOOK_SECONDS, max(0.0, (found.until - clock()).total_seconds())))
                continue
            accepted += send_one(outfit, found, clock)
            if tell is not None and tell(*_told(counts, accepted)):
                return SliceResult("stopped", accepted)
        return SliceResult("due", accepted)
    finally:
        outfit.session.quit()


def _told(counts: BatchCounts, accepted: int) -> tuple[int, int, str]:
    done = counts.total - counts.open + accepted
    return min(done, counts.total), counts.total, "送信中"


def send_one(outfit: Outfit, claimed: Claimed, clock: Clock) -> int:
    """Sends one claimed mail and marks it; 1 when the relay took it."""
    try:
        contents = contents_of(outfit.key, claimed.message)
        address = mail_address(contents.address, outfit.domains)
        if address.domain != claimed.message.domain:
            raise InputError
    except KansaError:
        mark_trouble(outfit.batch, claimed, "approval_void", None, clock())
        return 0
    try:
        before = outfit.session.connection_count
        outfit.session.open()
        data = _filled(outfit, claimed, contents, timezone.localtime(clock()))
        code = claimed.message.bounce_code
        envelope = Envelope(outfit.batch.relay.return_path.replace("{code}", code), address.text, code)
        reply = outfit.session.deliver(envelope, data)
    except RelayTrouble as fault:
        mark_trouble(outfit.batch, claimed, fault.code, fault, clock(), outfit.session.connection_count - before)
        return 0
    return mark(outfit.batch, claimed, reply, clock(), outfit.session.connection_count - before)


def _filled(outfit: Outfit, claimed: Claimed, contents: Contents, at: datetime) -> bytes:
    message_id = claimed.message.message_id
    values = dict(contents.values) | {"sent_on_ja": f"{at.month}月{at.day}日"}
    return filled(outfit.text(), MailFields(contents.address, message_id, at, values, contents.files))


def enqueue_slice(batch: MailBatch, run_after: datetime | None = None) -> None:
    """The next slice of a batch as a job; an older one that still waits finds itself superseded. In a transaction."""
    batch.slice_number += 1
    MailBatch.objects.filter(pk=batch.pk).update(slice_number=batch.slice_number)
    arguments = {"municipality_id": batch.municipality_id, "batch_id": batch.pk, "slice_number": batch.slice_number}
    name = f"mail/{batch.pk}/{batch.slice_number}"
    enqueue(send_mail_batch, batch.municipality_id, arguments, run_after=run_after, dedupe=name)


@task(takes_context=True)
def send_mail_batch(context: TaskContext, municipality_id: int, batch_id: int, slice_number: int) -> dict[str, object]:
    """One slice of a batch, and the job of the next one. Repeated after a kill, it sends nothing twice."""
    batch = MailBatch.objects.get(municipality_id=municipality_id, pk=batch_id)
    if batch.slice_number != slice_number:
        return {"ending": "superseded"}
    tell = context.tell if isinstance(context, JobContext) else None
    result = send_slice(municipality_id, batch_id, tell=tell)
    if result.ending in ("due", "waiting", "stopped"):
        with transaction.atomic():
            batch = lock_batch(municipality_id, batch_id)
            if batch.slice_number == slice_number and batch.state == "running":
                enqueue_slice(batch, result.next_at)
    return {"ending": result.ending, "accepted": result.accepted_count}


@task(takes_context=True)
def look_after_mail(context: TaskContext, municipality_id: int) -> None:
    """Every ten minutes: wakes batches whose chain of jobs broke, and tells what a killed sender left behind."""
    now = timezone.now()
    for batch_id in MailBatch.objects.filter(municipality_id=municipality_id, state="running").values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            batch = lock_batch(municipality_id, batch_id)
            if batch.state == "running" and _is_asleep(batch):
                enqueue_slice(batch)
    left = MailMessage.objects.filter(municipality_id=municipality_id, state="claimed", claimed_at__lt=now - LOST_AFTER)
    for batch_id in set(left.exclude(batch__state="running").values_list("batch_id", flat=True)):
        with transaction.atomic():
            batch = lock_batch(municipality_id, batch_id)
            lose_claims(batch, now)
            finish_if_over(batch, now)


def _is_asleep(batch: MailBatch) -> bool:
    """Whether no job of the batch waits or works."""
    job = job_named(batch.municipality_id, f"mail/{batch.pk}/{batch.slice_number}")
    return job is None or job.is_finished
