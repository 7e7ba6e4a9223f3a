"""How does an act leave its mark, and how are the marks sealed?"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.trail.models import Event, Seal
from kansa.apps.trail.queries.chain import GENESIS, seal_hash
from kansa.core.errors import RuleError
from kansa.core.permission import Actor, can

Json = Mapping[str, object]


def require(actor: Actor, verb: str) -> None:
    """The first line of every act. Raises RuleError when the actor may not do it."""
    if not can(actor, verb):
        raise RuleError("not_allowed", f"この操作（{verb}）を行う権限がありません。")


def record(actor: Actor, verb: str, object_kind: str, object_key: str, before: Json, after: Json) -> Event:
    """Appends one event; must be called inside the transaction of the act it tells of.

    Raises RuntimeError outside a transaction, because an act and its mark stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its act")
    return Event.objects.create(
        municipality_id=actor.municipality_id,
        at=timezone.now(),
        actor_name=actor.name,
        actor_role=actor.role,
        verb=verb,
        object_kind=object_kind,
        object_key=object_key,
        before=dict(before),
        after=dict(after),
        request_id=uuid.uuid4().hex,
        place=actor.place or None,
    )


def seal(municipality_id: int) -> Seal | None:
    """Seals every event since the last seal; None when there is none. A transaction of its own.

    On PostgreSQL the table is locked against writers first: ids are given before commits, so without the lock an
    event with a lower id could appear behind the seal.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE trail_event IN SHARE ROW EXCLUSIVE MODE")
        last = Seal.objects.filter(municipality_id=municipality_id).order_by("last_event").last()
        after = last.last_event if last else 0
        previous = last.sha256 if last else GENESIS
        events = list(Event.objects.filter(municipality_id=municipality_id, pk__gt=after).order_by("pk"))
        if not events:
            return None
        return Seal.objects.create(
            municipality_id=municipality_id,
            first_event=events[0].pk,
            last_event=events[-1].pk,
            event_count=len(events),
            sha256=seal_hash(previous, events),
            previous_sha256=previous,
            at=timezone.now(),
        )


@task(takes_context=True)
def seal_trail(context: TaskContext, municipality_id: int) -> None:
    """Seals what happened since the last seal, every hour: what is not sealed yet could still be denied."""
    seal(municipality_id)
