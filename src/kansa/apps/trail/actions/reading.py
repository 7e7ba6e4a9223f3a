"""Reading the record, taking it away and sealing it are acts themselves, and leave a mark."""

from __future__ import annotations

from django.db import transaction

from kansa.apps.trail.actions.recording import record, require, seal
from kansa.apps.trail.models import Seal
from kansa.apps.trail.queries.chain import unsealed_count
from kansa.apps.trail.queries.events import EventFilter, as_csv, as_json, events_found
from kansa.apps.trail.queries.reading import streamed
from kansa.core.errors import RuleError
from kansa.core.permission import Actor

MOST_EXPORTED = 200_000  # events in one file


def note_reading(actor: Actor) -> None:
    """Marks that a person looked into the record."""
    require(actor, "read_trail")
    with transaction.atomic():
        record(actor, "read", "trail", "", {}, {})


def export_events(actor: Actor, wanted: EventFilter, kind: str) -> bytes:
    """The filtered events, oldest first, as `csv` or `json`, and a mark of who took them away.

    The mark names days, act and kind, not the words that were searched for: they may be a person's name.
    Raises RuleError for an unknown kind or more events than one file takes.
    """
    require(actor, "read_trail")
    if kind not in ("csv", "json"):
        raise RuleError("unknown_kind", f"「{kind}」という形式はありません。")
    rows = events_found(actor, wanted).order_by("pk")
    with transaction.atomic():
        count = rows.count()
        if count > MOST_EXPORTED:
            raise RuleError(
                "too_many_rows", f"{count}件あります。{MOST_EXPORTED}件以下になるよう、期間を狭めてください。"
            )
        with streamed(rows) as events:
            data = as_csv(events) if kind == "csv" else as_json(actor, events)
        told: dict[str, object] = {
            "format": kind,
            "count": count,
            "day_from": wanted.day_from.isoformat() if wanted.day_from else None,
            "day_to": wanted.day_to.isoformat() if wanted.day_to else None,
            "verb": wanted.verb,
            "kind": wanted.kind,
        }
        record(actor, "export", "trail", kind, {}, told)
    return data


def seal_now(actor: Actor) -> Seal:
    """Seals every event so far, the mark of the sealing included. Raises RuleError when nothing is unsealed."""
    require(actor, "seal_trail")
    with transaction.atomic():
        count = unsealed_count(actor.municipality_id)
        if count == 0:
            raise RuleError("nothing_to_seal", "封印していない操作記録はありません。")
        record(actor, "seal", "trail", "", {}, {"count": count})
        made = seal(actor.municipality_id)
    if made is None:
        raise RuntimeError("the event just recorded was not sealed")
    return made
