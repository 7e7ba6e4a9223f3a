"""What did machines do with the mails that were sent to test mailboxes before the drill?

Nothing here concerns a member of staff: test mailboxes are known by their number in the list that was typed.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models

from kansa.apps.drills.models.campaign import DrillCampaign, DrillGroup
from kansa.apps.people.models import OfMunicipality


class PreflightMail(OfMunicipality):
    """送信前の試験の一通: one text to one test mailbox, and what fetched its links. Never counted in a result."""

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="preflight")
    group = models.ForeignKey(DrillGroup, on_delete=models.CASCADE, db_index=False, related_name="preflight")
    number = models.IntegerField()  # of the test mailbox, as typed
    link_token = models.CharField(max_length=64)  # hash of what stands in the mail
    sent_at = models.DateTimeField()
    trouble_code = models.CharField(max_length=40, default="")  # why the relay did not take it
    fetched = models.JSONField(default=list)  # [kind, seconds after sending, address, agent] of the first fetches

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "link_token"], name="drills_preflight_link_once")
        ]
        indexes = [
            models.Index(fields=["municipality", "campaign"], name="drills_preflight_campaign"),
            models.Index(fields=["municipality", "group"], name="drills_preflight_group"),
        ]
