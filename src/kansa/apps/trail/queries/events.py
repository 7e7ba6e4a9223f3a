"""Which acts are in the record, narrowed by day, person, act and thing, and what did each change?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kansa.apps.trail.models import Event, TenantQuerySet
from kansa.apps.trail.queries.chain import GENESIS, chain_head
from kansa.core.permission import Actor
from kansa.formats.writers.text import write_delimited

HEADER_JA = (
    *("番号", "日時", "利用者", "役割", "したこと", "対象の種類", "対象", "接続元", "変更前", "変更後", "要求の番号"),
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What the record is narrowed to; days are days of Japan, both included; None and "" narrow nothing."""

    day_from: date | None = None
    day_to: date | None = None
    person: str = ""
    verb: str = ""
    kind: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an act changed: its way through the JSON, and the value before and after (None: there is none)."""

    path: tuple[str, ...]
    before: object
    after: object


def start_of(day: date) -> datetime:
    """Midnight of a day in the time zone of the screens."""
    return timezone.make_aware(datetime.combine(day, time.min))


def events_found(actor: Actor, wanted: EventFilter) -> TenantQuerySet:
    """The events that the filter names, newest first."""
    rows = Event.objects.visible_to(actor).order_by("-pk")
    if wanted.day_from is not None:
        rows = rows.filter(at__gte=start_of(wanted.day_from))
    if wanted.day_to is not None:
        rows = rows.filter(at__lt=start_of(wanted.day_to + timedelta(days=1)))
    if wanted.person:
        rows = rows.filter(actor_name__icontains=wanted.person)
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if wanted.kind:
        rows = rows.filter(object_kind=wanted.kind)
    if wanted.key:
        rows = rows.filter(object_key__icontains=wanted.key)
    return rows


def told_codes(actor: Actor) -> tuple[list[str], list[str]]:
    """The acts and the kinds of things that the record holds."""
    rows = Event.objects.visible_to(actor).order_by()
    verbs = rows.values_list("verb", flat=True).distinct()
    kinds = rows.values_list("object_kind", flat=True).distinct()
    return sorted(verbs), sorted(kinds)


def leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every single value of a JSON value with its way to it; places of lists count from 1."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, str(name)))
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            yield from leaves(inner, (*path, str(place)))
    else:
        yield path, value


def changes_of(event: Event) -> list[Change]:
    """What an act changed, value by value; equal values are left out."""
    old, new = dict(leaves(event.before)), dict(leaves(event.after))
    paths = [*old, *(path for path in new if path not in old)]
    return [Change(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def plain_json(value: object) -> str:
    """JSON in one line, Japanese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def as_csv(events: Iterable[Event]) -> bytes:
    """The events as a table that Excel opens and that cannot run there."""
    return write_delimited(
        HEADER_JA,
        (
            (
                one.pk,
                timezone.localtime(one.at).isoformat(timespec="milliseconds"),
                *(one.actor_name, one.actor_role, one.verb, one.object_kind, one.object_key, one.place or ""),
                *(plain_json(one.before), plain_json(one.after), one.request_id),
            )
            for one in events
        ),
    )


def as_json(actor: Actor, events: Iterable[Event]) -> bytes:
    """The events with the head of the chain that seals them; keys sorted, times in UTC."""
    head = chain_head(actor.municipality_id)
    body: dict[str, Any] = {
        "chain_head": None if head == GENESIS else head,
        "events": [
            {
                "id": one.pk,
                "at": one.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "actor": {"name": one.actor_name, "role": one.actor_role},
                "verb": one.verb,
                "object": {"kind": one.object_kind, "key": one.object_key},
                "before": one.before,
                "after": one.after,
                "place": one.place,
                "request": one.request_id,
            }
            for one in events
        ],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode()
