"""How far is a batch, what became of each mail, and what was it approved for?

Nothing here knows a name: mails are told apart by their tokens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.db.models import Count, QuerySet
from django.utils import timezone

from kansa.apps.mail.models import MailBatch, MailMessage
from kansa.apps.mail.queries.places import verified_domains
from kansa.apps.trail.queries import streamed
from kansa.core.mail.pace import Pace, SendWindow
from kansa.core.mail.states import STATES, BatchCounts
from kansa.core.permission import Actor
from kansa.formats.mail_messages import MailTemplate, template_from_json


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch with its counts, for lists."""

    batch: MailBatch
    counts: BatchCounts


@dataclass(frozen=True, slots=True)
class MailFate:
    """What became of one mail."""

    state: str
    accepted_at: datetime | None
    bounced_at: datetime | None
    reply: str = ""  # the code of the relay's last reply, or of the bounce
    message_id: str = ""

    @property
    def is_bounced(self) -> bool:
        """Whether it came back."""
        return self.bounced_at is not None


def batches_for(actor: Actor) -> QuerySet[MailBatch]:
    """Every batch, newest first."""
    return MailBatch.objects.visible_to(actor).select_related("relay").order_by("-created_at", "-pk")


def batches_of(municipality_id: int, purpose: str) -> QuerySet[MailBatch]:
    """The batches of one purpose, oldest first."""
    rows = MailBatch.objects.filter(municipality_id=municipality_id, purpose=purpose)
    return rows.select_related("relay").order_by("pk")


def _messages(batch: MailBatch) -> QuerySet[MailMessage]:
    return MailMessage.objects.filter(municipality_id=batch.municipality_id, batch=batch)


def counts_of(batch: MailBatch) -> BatchCounts:
    """How many mails are in each state, read at one moment; their sum is the frozen list."""
    found = dict.fromkeys(STATES, 0)
    bounced = 0
    for state, count, back in _messages(batch).values_list("state").annotate(Count("pk"), Count("bounced_at")):
        found[state] = count
        bounced += back if state == "accepted" else 0
    return BatchCounts(found, bounced)


def batch_lines(batches: QuerySet[MailBatch]) -> list[BatchLine]:
    """Batches with their counts."""
    return [BatchLine(batch, counts_of(batch)) for batch in batches]


def states_of(batch: MailBatch) -> dict[str, str]:
    """Token -> state of every mail of the frozen list."""
    return dict(_messages(batch).values_list("token", "state"))


def fates_of(batch: MailBatch) -> dict[str, MailFate]:
    """Token -> state, when the relay took it over, and whether it came back."""
    rows = _messages(batch).values_list(
        *("token", "state", "settled_at", "bounced_at", "reply_code", "bounce_status", "message_id")
    )
    return {
        token: MailFate(state, settled if state == "accepted" else None, back, status or str(code or ""), message_id)
        for token, state, settled, back, code, status, message_id in rows
    }


def reply_counts(batch: MailBatch) -> list[tuple[str, int | None, str, int]]:
    """State, reply code and text with the number of mails: what the relay said to those that are not through."""
    rows = _messages(batch).filter(state__in=("failed", "deferred", "unknown"))
    counted = rows.values_list("state", "reply_code", "reply_text").annotate(Count("pk"))
    return sorted(counted, key=lambda one: (one[0], -one[3]))[:50]


def unknowns_of(batch: MailBatch) -> QuerySet[MailMessage]:
    """Mails of which nobody knows whether the relay took them, in order of time."""
    return _messages(batch).filter(state="unknown").order_by("claimed_at", "pk")


def template_of(batch: MailBatch) -> MailTemplate:
    """The text of the batch."""
    return template_from_json(batch.template)


def window_to_json(window: SendWindow) -> dict[str, object]:
    """The window as plain data."""
    return {
        "begins_at": window.begins_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "hours": [[begin.isoformat(), end.isoformat()] for begin, end in window.hours],
        "any_day": window.any_day,
        "closed_days": sorted(day.isoformat() for day in window.closed_days),
        "open_days": sorted(day.isoformat() for day in window.open_days),
    }


def window_of(batch: MailBatch) -> SendWindow:
    """When the batch may send, in local time."""
    data = batch.window
    hours = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in data["hours"])
    begins, ends = (timezone.localtime(datetime.fromisoformat(data[name])) for name in ("begins_at", "ends_at"))
    closed, also_open = (
        frozenset(date.fromisoformat(day) for day in data[name]) for name in ("closed_days", "open_days")
    )
    return SendWindow(begins, ends, hours, data["any_day"], closed, also_open)


def pace_of(batch: MailBatch) -> Pace:
    """How fast the batch may send."""
    return Pace(**batch.pace)


def pace_to_json(pace: Pace) -> dict[str, int]:
    """The pace as plain data."""
    return asdict(pace)


def fingerprints_of(batch: MailBatch) -> dict[int, bytes]:
    """Key of each mail -> hash of what is sealed in it: what leaves is compared with what was approved."""
    with streamed(_messages(batch).values_list("pk", "token", "domain", "sealed")) as rows:
        return {pk: fingerprint(token, domain, sealed) for pk, token, domain, sealed in rows}


def fingerprint(token: str, domain: str, sealed: str) -> bytes:
    """The hash of one mail's row."""
    return hashlib.sha256(f"{token}\n{domain}\n{sealed}".encode()).digest()


def approval_sha256(batch: MailBatch, fingerprints: Mapping[int, bytes] | None = None) -> str:
    """The hash of what a second person approves: list, text, schedule, pace, relay and domains. 64 hex digits.

    A domain that is no longer verified drops out of it, so withdrawing a domain voids the approval.
    """
    rows = fingerprints if fingerprints is not None else fingerprints_of(batch)
    excluded = set(_messages(batch).filter(state="excluded").values_list("pk", flat=True))
    used = set(_messages(batch).exclude(domain="").values_list("domain", flat=True).distinct())
    relay = batch.relay
    data = {
        "purpose": batch.purpose,
        "title_ja": batch.title_ja,
        "template": batch.template,
        "window": batch.window,
        "pace": batch.pace,
        "relay": [relay.pk, relay.host, relay.port, relay.tls_mode, relay.return_path],
        "domains": sorted(used & verified_domains(batch.municipality_id)),
    }
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode())
    for pk in sorted(rows):
        digest.update(b"%d:%d:" % (pk, pk in excluded) + rows[pk])
    return digest.hexdigest()
