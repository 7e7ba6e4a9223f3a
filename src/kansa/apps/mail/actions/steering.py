"""How does a person start, pause, resume and stop a batch, and settle what nobody knows?

Each takes effect within one mail: the sender asks for the state in the transaction that claims the next one.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.mail.actions.batches import lock_batch
from kansa.apps.mail.actions.sending import enqueue_slice, finish_if_over, void_reason
from kansa.apps.mail.models import MailAttempt, MailBatch, MailMessage
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.mail.pace import trusted_now
from kansa.core.mail.replies import hint_ja
from kansa.core.mail.states import next_batch_state, next_state
from kansa.core.permission import Actor

SETTLE_AFTER = timedelta(minutes=10)  # by then no sender can still be waiting for the relay's answer


def start_batch(actor: Actor, batch_id: int) -> MailBatch:
    """Begins to send an approved batch; the sender waits for its window by itself."""
    return _go_on(actor, batch_id, "start", "start_mail_batch")


def resume_batch(actor: Actor, batch_id: int, *, accepts_clock: bool = False) -> MailBatch:
    """Goes on after a pause. `accepts_clock`: the person has looked at the clock, which was wrong and is right now."""
    return _go_on(actor, batch_id, "resume", "resume_mail_batch", accepts_clock=accepts_clock)


def _go_on(actor: Actor, batch_id: int, move: str, verb: str, *, accepts_clock: bool = False) -> MailBatch:
    require(actor, "manage_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        batch.state = next_batch_state(batch.state, move)
        code = void_reason(batch)
        if code:
            raise RuleError(code, hint_ja(code))
        now = timezone.now()
        if accepts_clock and batch.latest_at is not None and now < batch.latest_at:
            batch.latest_at, batch.buckets = now, {}
        batch.latest_at = trusted_now(now, batch.latest_at)
        batch.started_at = batch.started_at or now
        batch.trouble_code, batch.trouble_reply, batch.not_before_at = "", "", None
        batch.failures_in_row = batch.trouble_count = 0
        batch.save()
        record(actor, verb, "mail_batch", str(batch.pk), {}, {"accepts_clock": accepts_clock})
        enqueue_slice(batch)
    return batch


def pause_batch(actor: Actor, batch_id: int) -> MailBatch:
    """Sends nothing more until somebody resumes it."""
    require(actor, "manage_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        batch.state = next_batch_state(batch.state, "pause")
        batch.save(update_fields=["state"])
        record(actor, "pause_mail_batch", "mail_batch", str(batch.pk), {}, {})
    return batch


def stop_batch(actor: Actor, batch_id: int, reason_ja: str) -> MailBatch:
    """The emergency stop: what has not left yet never will. A mail that is with the relay just now ends as it ends."""
    require(actor, "manage_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        batch.state = next_batch_state(batch.state, "stop")
        batch.finished_at = timezone.now()
        batch.save(update_fields=["state", "finished_at"])
        rows = MailMessage.objects.filter(municipality_id=actor.municipality_id, batch=batch)
        count = rows.filter(state__in=("waiting", "deferred")).update(
            state="cancelled", next_at=None, settled_at=timezone.now()
        )
        after = {"reason_ja": reason_ja.strip(), "count": count}
        record(actor, "stop_mail_batch", "mail_batch", str(batch.pk), {}, after)
    return batch


def settle_unknown(actor: Actor, message_id: int, finding: str) -> MailMessage:
    """What a person found in the relay's log under the Message-ID: `found_in_log` or `not_in_log` (sent once more).

    Raises RuleError within ten minutes of the attempt, when the relay's answer may still come, and when a mail that is
    not in the log belongs to a batch that is over.
    """
    require(actor, "manage_mail")
    if finding not in ("found_in_log", "not_in_log"):
        raise RuleError("no_such_finding", "記録にあったか、なかったかを選んでください。")
    with transaction.atomic():
        found = MailMessage.objects.visible_to(actor).filter(pk=message_id).first()
        if found is None:
            raise RuleError("no_such_mail", "このメールはありません。")
        batch = lock_batch(actor.municipality_id, found.batch_id)
        row = MailMessage.objects.get(pk=found.pk)
        now = timezone.now()
        if row.claimed_at is not None and now - row.claimed_at < SETTLE_AFTER:
            raise RuleError(
                "too_early", "送信を試みてから10分たっていません。中継サーバーの返答がまだ届くかもしれません。"
            )
        state = next_state(row.state, finding)
        if state == "waiting" and batch.state not in ("running", "paused"):
            # Nobody will send it any more: it has not left, and it will not.
            state = "cancelled" if batch.state == "stopped" else "expired"
        row.state, row.settled_at, row.next_at = state, now, None
        row.save(update_fields=["state", "settled_at", "next_at"])
        MailAttempt.objects.create(
            municipality_id=row.municipality_id,
            message=row,
            number=row.attempt_count,
            event=finding,
            at=now,
            by=actor.name,
        )
        record(actor, "settle_unknown_mail", "mail_batch", str(batch.pk), {}, {"finding": finding, "state": state})
        finish_if_over(batch, now)
    return row
