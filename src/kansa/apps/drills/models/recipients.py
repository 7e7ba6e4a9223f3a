"""Who is on the frozen list, what became of the mail, and whose token is it (until the campaign is closed)?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.drills.models.campaign import DrillCampaign, DrillGroup
from kansa.apps.people.models import Department, OfMunicipality
from kansa.core.mail_drill.results import RECIPIENT_STATES


class DrillRecipient(OfMunicipality):
    """One place of the frozen list, with the department and job type of that day; no name and no address.

    `link_token` is the hash of what stands in the mail; `event_token` is what hits carry. Nothing computes one from
    the other, and both go with the row when the campaign is closed.
    """

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="recipients")
    group = models.ForeignKey(DrillGroup, on_delete=models.PROTECT, db_index=False, related_name="recipients")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    job_type_ja = models.CharField(max_length=100, default="")
    position = models.IntegerField()  # in the order of sending
    link_token = models.CharField(max_length=64)
    event_token = models.CharField(max_length=64)
    mail_token = models.CharField(max_length=64)  # hash of the Message-ID, for the check page and forwarded reports
    state = models.CharField(max_length=20, default="waiting")
    excluded_reason_ja = models.CharField(max_length=200, default="")
    is_absent = models.BooleanField(default=False)  # away during the whole window, as the office knows
    relayed_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    reply_code = models.CharField(max_length=20, default="")  # what the relay said last: 250, 451, 550 5.1.1

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "link_token"], name="drills_recipient_link_once"),
            models.UniqueConstraint(fields=["municipality", "event_token"], name="drills_recipient_event_once"),
            models.UniqueConstraint(fields=["municipality", "mail_token"], name="drills_recipient_mail_once"),
            models.UniqueConstraint(fields=["municipality", "campaign", "position"], name="drills_recipient_position"),
            models.CheckConstraint(condition=Q(state__in=RECIPIENT_STATES), name="drills_recipient_state"),
            models.CheckConstraint(
                condition=Q(state="excluded", excluded_reason_ja__gt="")
                | (~Q(state="excluded") & Q(excluded_reason_ja="")),
                name="drills_recipient_excluded",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "campaign", "state"], name="drills_recipient_standing"),
            models.Index(fields=["municipality", "department"], name="drills_recipient_department"),
            models.Index(fields=["municipality", "group"], name="drills_recipient_group"),
        ]


class DrillIdentity(OfMunicipality):
    """対応表: who a recipient is, sealed with a key that lies outside the database and is destroyed at closing."""

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="identities")
    event_token = models.CharField(max_length=64)
    address_token = models.CharField(max_length=64)  # by the campaign's own key: finds who forwarded a report
    sealed = models.TextField()  # address, name and staff number

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "event_token"], name="drills_identity_once"),
            models.UniqueConstraint(
                fields=["municipality", "campaign", "address_token"], name="drills_identity_address_once"
            ),
        ]
