"""Which mail is next, and what does the relay's answer make of it? Each is one short, durable transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kansa.apps.mail.actions.batches import lock_batch
from kansa.apps.mail.actions.connecting import RelayTrouble
from kansa.apps.mail.models import MailAttempt, MailBatch, MailMessage
from kansa.apps.mail.queries.batches import counts_of, fingerprint, pace_of, window_of
from kansa.apps.mail.queries.places import is_open_day
from kansa.core.mail import pace as paces
from kansa.core.mail.replies import Reply, outcome_of
from kansa.core.mail.states import from_states, next_state

CLOCK_SLACK = timedelta(seconds=60)
RELAY_TROUBLES = 12  # lost connections in a row, with growing pauses (80 minutes in all), until a person has to look


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail in the hands of this sender. `attempt`: which one it is."""

    message: MailMessage
    attempt: int
    sender: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may leave before `until`. `is_long`: for another reason than the pace."""

    until: datetime
    is_long: bool = True


@dataclass(frozen=True, slots=True)
class Halt:
    """This sender has nothing to do here: paused, superseded, over."""

    reason: str


def claim_next(
    municipality_id: int, batch_id: int, sender: str, now: datetime, fingerprints: Mapping[int, bytes]
) -> Claimed | Wait | Halt:
    """The next mail, claimed durably; or until when to wait; or why to stop."""
    with transaction.atomic():
        batch = lock_batch(municipality_id, batch_id)
        if batch.state != "running":
            return Halt("paused" if batch.state == "paused" else "over")
        if batch.sender != sender:
            return Halt("superseded")
        hindrance = _hindrance(batch, now)
        if hindrance is not None:
            return hindrance
        found = _pick(batch, now)
        if not isinstance(found, MailMessage):
            return found
        if fingerprints.get(found.pk) != fingerprint(found.token, found.domain, found.sealed):
            batch.state, batch.trouble_code = "paused", "approval_void"
            batch.save(update_fields=["state", "trouble_code"])
            return Halt("paused")
        found.state, found.claimed_by, found.claimed_at = next_state(found.state, "claim"), sender, now
        found.attempt_count, found.next_at = found.attempt_count + 1, None
        found.save(update_fields=["state", "claimed_by", "claimed_at", "attempt_count", "next_at"])
        limits = paces.limits_of(pace_of(batch), found.domain)
        batch.buckets, batch.latest_at = paces.taken(limits, batch.buckets, _ms(now)), now
        batch.save(update_fields=["buckets", "latest_at"])
    return Claimed(found, found.attempt_count, sender)


def _hindrance(batch: MailBatch, now: datetime) -> Wait | Halt | None:
    """What forbids any mail now: the clock, the end, the window, a relay that hung up."""
    if batch.latest_at is not None and now < batch.latest_at:
        if batch.latest_at - now > CLOCK_SLACK and batch.trouble_code != "clock_set_back":
            batch.trouble_code, batch.trouble_reply = "clock_set_back", ""
            batch.save(update_fields=["trouble_code", "trouble_reply"])
        return Wait(batch.latest_at, is_long=batch.latest_at - now > CLOCK_SLACK)
    if batch.trouble_code == "clock_set_back" or batch.latest_at is None or now - batch.latest_at > CLOCK_SLACK:
        batch.trouble_code = "" if batch.trouble_code == "clock_set_back" else batch.trouble_code
        batch.latest_at = now  # noted even when nothing leaves: a moment that was seen does not come back
        batch.save(update_fields=["trouble_code", "latest_at"])
    window = window_of(batch)
    local = timezone.localtime(now)
    if local >= window.ends_at:
        return _expire(batch, now)
    if batch.not_before_at is not None and now < batch.not_before_at:
        return Wait(batch.not_before_at)
    opens = paces.opens_at(window, local, is_open_day)
    if opens is None:
        return Wait(window.ends_at)
    return None if opens == local else Wait(opens)


def _messages(batch: MailBatch) -> QuerySet[MailMessage]:
    return MailMessage.objects.filter(municipality_id=batch.municipality_id, batch_id=batch.pk)


def _expire(batch: MailBatch, now: datetime) -> Halt:
    """The window is over: what is left is expired, and the batch ends when no mail is with the relay."""
    _messages(batch).filter(state__in=from_states("expire")).update(state="expired", next_at=None, settled_at=now)
    batch.latest_at = now
    batch.save(update_fields=["latest_at"])
    _finish(batch, now)
    return Halt("over")


def _finish(batch: MailBatch, now: datetime) -> None:
    if not counts_of(batch).open:
        batch.state, batch.finished_at = "finished", now
        batch.save(update_fields=["state", "finished_at"])


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _pick(batch: MailBatch, now: datetime) -> MailMessage | Wait | Halt:
    """The mail that is due: first one that the relay put off, then the next of the list whose domain has a turn."""
    pace, now_ms = pace_of(batch), _ms(now)
    rows = _messages(batch)
    common = paces.wait_ms(
        {name: limit for name, limit in paces.limits_of(pace, "").items() if name in ("minute", "hour")},
        batch.buckets,
        now_ms,
    )
    if common > 0:
        return Wait(now + timedelta(milliseconds=common), is_long=False)
    full = {
        name.partition(":")[2]: at - now_ms
        for name, at in batch.buckets.items()
        if name.startswith("domain:") and at > now_ms
    }
    free = rows.exclude(domain__in=list(full)) if full else rows
    due = free.filter(state="deferred", next_at__lte=now).order_by("next_at", "position").first()
    found = due or free.filter(state="waiting").order_by("position").first()
    if found is not None:
        return found
    if full and rows.filter(state="waiting").exists():
        return Wait(now + timedelta(milliseconds=min(full.values())), is_long=False)
    later = rows.filter(state="deferred").order_by("next_at").values_list("next_at", flat=True).first()
    if later is not None:
        return Wait(max(later, now + timedelta(milliseconds=min(full.values(), default=0))))
    if rows.filter(state="claimed").exists():  # by a sender that was thought lost: its reply is still to come
        return Wait(now + timedelta(seconds=1))
    _finish(batch, now)
    return Halt("over")


def mark(batch: MailBatch, claimed: Claimed, reply: Reply, now: datetime, connections: int) -> int:
    """What the reply means for the mail and for the batch; 1 when the relay took it over."""
    outcome = outcome_of(reply)
    if outcome in ("close", "sender_refused"):
        code = "relay_busy" if outcome == "close" else "sender_refused"
        mark_trouble(batch, claimed, code, RelayTrouble(code, reply), now, connections)
        return 0
    with transaction.atomic():
        held = lock_batch(batch.municipality_id, batch.pk)
        _settle(held, claimed, outcome, reply, now)
        held.settled_count += 1
        held.connection_count += connections
        if outcome == "accept":
            held.failures_in_row = held.trouble_count = 0
            held.not_before_at, held.trouble_code, held.trouble_reply = None, "", ""
        else:
            _count_failure(held, reply)
        held.save()
    return 1 if outcome == "accept" else 0


def mark_trouble(
    batch: MailBatch, claimed: Claimed, code: str, trouble: RelayTrouble | None, now: datetime, connections: int = 0
) -> None:
    """A trouble that is not the recipient's: the mail goes back, or becomes unknown; the batch waits or is paused."""
    with transaction.atomic():
        held = lock_batch(batch.municipality_id, batch.pk)
        reply = trouble.reply if trouble is not None else None
        is_unknown = trouble is not None and trouble.is_unknown
        _settle(held, claimed, "lose" if is_unknown else "give_back", reply, now)
        held.connection_count += connections
        held.trouble_code = code
        held.trouble_reply = f"{reply.code} {reply.text}"[:200] if reply is not None else ""
        held.trouble_count += 1
        held.not_before_at = paces.back_off_until(held.trouble_count, now)
        is_passing = trouble is not None and trouble.is_transient
        if held.state == "running" and (not is_passing or held.trouble_count >= RELAY_TROUBLES):
            held.state = "paused"
        if is_unknown:
            held.settled_count += 1
            _count_failure(held, reply)
        held.save()


def _count_failure(held: MailBatch, reply: Reply | None) -> None:
    """Failures in a row stop the batch before a wrong setting has spoiled the whole list."""
    held.failures_in_row += 1
    if held.failures_in_row >= paces.breaks_at(pace_of(held), held.settled_count) and held.state == "running":
        held.state, held.trouble_code = "paused", "too_many_failures"
        held.trouble_reply = f"{reply.code} {reply.text}"[:200] if reply is not None else ""


def _settle(held: MailBatch, claimed: Claimed, event: str, reply: Reply | None, now: datetime) -> None:
    """The mail's new state and the attempt's row. A batch that was stopped meanwhile keeps no mail waiting."""
    row = _messages(held).get(pk=claimed.message.pk)
    is_mine = row.claimed_by == claimed.sender and row.attempt_count == claimed.attempt
    if is_mine and row.state in from_states(event):
        row.state = next_state(row.state, event)
        if row.state in ("waiting", "deferred") and held.state in ("stopped", "finished"):
            row.state = "cancelled" if held.state == "stopped" else "expired"
        row.next_at = paces.retry_at(claimed.attempt, now) if row.state == "deferred" else None
        row.settled_at = now if row.state not in ("waiting", "deferred") else None
        if reply is not None:
            row.reply_step, row.reply_code, row.reply_text = reply.step, reply.code, reply.text
        row.save(update_fields=["state", "next_at", "settled_at", "reply_step", "reply_code", "reply_text"])
    MailAttempt.objects.create(
        municipality_id=held.municipality_id,
        message=row,
        number=claimed.attempt,
        event=event,
        at=now,
        reply_step=reply.step if reply is not None else "",
        reply_code=reply.code if reply is not None else None,
        reply_text=reply.text if reply is not None else "",
    )
