"""Has the record of acts been touched since it was sealed?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from kansa.apps.trail.models import Event, Seal

GENESIS = "0" * 64  # what the first seal of a municipality follows


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`head` is the hash printed in reports; `faults_ja` is empty when the chain holds."""

    head: str
    seal_count: int
    sealed_count: int
    unsealed_count: int
    faults_ja: tuple[str, ...]


def event_line(event: Event) -> bytes:
    """The canonical JSON of one event: sorted keys, UTC to the microsecond, no floats."""
    body = {
        "id": event.pk,
        "municipality": event.municipality_id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [event.actor_name, event.actor_role],
        "verb": event.verb,
        "object": [event.object_kind, event.object_key],
        "before": event.before,
        "after": event.after,
        "request": event.request_id,
    }
    if event.place is not None:
        body["place"] = event.place
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def seal_hash(previous_sha256: str, events: Iterable[Event]) -> str:
    """SHA-256 over the previous seal and every event of the batch, in order of id."""
    digest = hashlib.sha256(previous_sha256.encode())
    for event in events:
        digest.update(b"\n" + event_line(event))
    return digest.hexdigest()


def chain_head(municipality_id: int) -> str:
    """The hash of the newest seal, GENESIS before the first one."""
    last = Seal.objects.filter(municipality_id=municipality_id).order_by("last_event").last()
    return last.sha256 if last else GENESIS


def unsealed_count(municipality_id: int) -> int:
    """Events since the newest seal."""
    last = Seal.objects.filter(municipality_id=municipality_id).order_by("last_event").last()
    return Event.objects.filter(municipality_id=municipality_id, pk__gt=last.last_event if last else 0).count()


def verify_chain(municipality_id: int) -> ChainReport:
    """Recomputes every seal of the municipality; each fault names the seal's range of events."""
    faults: list[str] = []
    head, after, sealed = GENESIS, 0, 0
    seals = list(Seal.objects.filter(municipality_id=municipality_id).order_by("last_event"))
    events = Event.objects.filter(municipality_id=municipality_id).order_by("pk")
    for seal in seals:
        batch = list(events.filter(pk__gt=after, pk__lte=seal.last_event))
        where = f"操作記録 {seal.first_event}〜{seal.last_event}"
        if seal.previous_sha256 != head:
            faults.append(f"{where}：前の封印とつながっていません。")
        if len(batch) != seal.event_count:
            faults.append(f"{where}：{seal.event_count}件のはずが{len(batch)}件あります。")
        if seal_hash(seal.previous_sha256, batch) != seal.sha256:
            faults.append(f"{where}：内容が封印した時と異なります。")
        head, after, sealed = seal.sha256, seal.last_event, sealed + len(batch)
    return ChainReport(head, len(seals), sealed, events.filter(pk__gt=after).count(), tuple(faults))
