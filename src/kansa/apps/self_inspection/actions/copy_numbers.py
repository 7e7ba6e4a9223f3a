"""How does a key of answers know between which copies its person began, and which keys does a restore make void?

A copy may know less of a group than there was (actions.copying). After a restore those whom it does not know begin
again, so the keys that they held must lead nowhere: one person would answer twice. See docs/adr/0041.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from kansa.apps.self_inspection.actions.copying import HeldCampaign, forget_reminded
from kansa.apps.self_inspection.models import Campaign

# More copies than anybody makes of one campaign: what was given out before a restore is below, what comes later above.
STRIDE = 1_000_000


@contextmanager
def copy_begun() -> Iterator[None]:
    """Within, a copy's moment is fixed: whoever began before is in it, whoever begins later has a later number."""
    with transaction.atomic():
        rows = Campaign.objects.filter(state="open").exclude(privacy="identified").order_by("pk")
        list(rows.select_for_update(no_key=True))
        yield
        rows.update(copy_number=F("copy_number") + 1)


def note_restored(held: Iterable[HeldCampaign]) -> None:
    """Makes the keys void that the restored copy does not know. In the transaction of the restore."""
    for one in held:
        campaign = Campaign.objects.get(pk=one.campaign)
        campaign.copy_number = (max(campaign.copy_number, one.number) // STRIDE + 1) * STRIDE
        if campaign.privacy == "confidential":
            void = [[*cell, group.taken_number, campaign.copy_number] for cell, group in one.groups.items()]
            campaign.void_keys = [*campaign.void_keys, *void]
        campaign.save(update_fields=["copy_number", "void_keys"])


def forget_who_was_reminded(campaign: Campaign) -> None:
    """At closing of a confidential campaign: the counts of its reminders stay for whole groups only."""

    def run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values))
            return cursor.fetchall() if cursor.description else []

    forget_reminded(run, campaign.pk)
