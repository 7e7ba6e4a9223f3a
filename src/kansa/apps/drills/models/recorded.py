"""To whom was a training mail of an imported drill delivered, and what happened then?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import Department, OfMunicipality, year_check
from kansa.apps.trail.models import FromFile

EVENT_KINDS = ("sent", "failed", "opened", "clicked", "submitted", "reported")


class Drill(OfMunicipality):
    """標的型攻撃メール訓練の一回."""

    fiscal_year = models.IntegerField()
    code = models.CharField(max_length=40)
    name_ja = models.CharField(max_length=200, default="")
    questionnaire_ja = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "code"], name="drills_drill_once"),
            year_check("drills_drill_year"),
        ]


class Delivery(OfMunicipality, FromFile):
    """One mail to one person, known by a keyed token only; the department is that of the drill's day."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, db_index=False, related_name="deliveries")
    recipient_token = models.CharField(max_length=64)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    sent_at = models.DateTimeField(null=True)
    is_delivered = models.BooleanField(null=True)
    opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    excluded_reason_ja = models.CharField(max_length=200, default="")
    undated = models.CharField(max_length=60, default="")  # kinds of acts of which the file says no time, comma between

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "drill", "recipient_token"], name="drills_delivery_once")
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="drills_delivery_department")]


class DrillEvent(OfMunicipality, FromFile):
    """One raw event of one recipient; kept as it came, counted by queries."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, db_index=False, related_name="events")
    recipient_token = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "drill", "recipient_token", "kind", "at"], name="drills_event_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=EVENT_KINDS), name="drills_event_kind"),
        ]


class DrillMapping(OfMunicipality):
    """訓練の表の列の対応: which column of a firm's table is which and what its words mean, kept by name."""

    name_ja = models.CharField(max_length=100)
    mapping = models.JSONField()
    saved_by = models.CharField(max_length=100)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name_ja"], name="drills_mapping_once")]
