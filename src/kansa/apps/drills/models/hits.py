"""What did the landing server, the report mailbox and the help desk see, as it came?

`DrillHit` is append-only: triggers of migration 0003 refuse every change, and every deletion except that of a campaign
which is being closed, when counts take the place of the rows.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.drills.models.campaign import DrillCampaign
from kansa.apps.people.models import OfMunicipality
from kansa.core.mail_drill.events import HIT_KINDS


class DrillHit(OfMunicipality):
    """One raw event: a token, a moment, and what a judge needs. Nothing that was typed; nothing is ever typed."""

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="hits")
    event_token = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    method = models.CharField(max_length=8, default="")  # of the request: GET, HEAD, POST; "" for a report by mail
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")
    prefetch = models.CharField(max_length=60, default="")  # what Sec-Purpose, Purpose or X-Moz said
    channel = models.CharField(max_length=20, default="link")  # link | mailbox | file: how a report came

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=HIT_KINDS), name="drills_hit_kind")]
        indexes = [models.Index(fields=["municipality", "campaign", "event_token"], name="drills_hit_campaign")]


class HelpDeskTally(OfMunicipality):
    """窓口の件数: calls that the help desk counted on a day; numbers only, never added to the people who reported."""

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="help_desk")
    counted_on = models.DateField()
    call_count = models.IntegerField()
    note_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "counted_on"], name="drills_help_desk_once"),
            models.CheckConstraint(condition=Q(call_count__gte=0), name="drills_help_desk_count"),
        ]
