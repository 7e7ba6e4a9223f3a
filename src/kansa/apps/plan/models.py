"""Who is audited when, by whom, and how were the auditors trained?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kansa.apps.people.models import Department, OfMunicipality, StaffMember, year_check
from kansa.apps.trail.models import FromFile

AUDIT_STREAMS = ("external_audit", "internal_audit")


class PlanCell(OfMunicipality, FromFile):
    """監査中期計画: one department in one year."""

    fiscal_year = models.IntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="plan_cells")
    stream = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "department", "stream"], name="plan_cell_once"
            ),
            models.CheckConstraint(condition=Q(stream__in=AUDIT_STREAMS), name="plan_cell_stream"),
            year_check("plan_cell_year"),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="plan_cell_department")]


class Engagement(OfMunicipality, FromFile):
    """実施計画の一件; without a department it concerns the whole city."""

    fiscal_year = models.IntegerField()
    code = models.CharField(max_length=40)
    stream = models.CharField(max_length=20)
    method = models.CharField(max_length=30)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="engagements"
    )
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    is_special = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "code"], name="plan_engagement_once"),
            models.CheckConstraint(condition=Q(stream__in=AUDIT_STREAMS), name="plan_engagement_stream"),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="plan_engagement_days",
            ),
            year_check("plan_engagement_year"),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="plan_engagement_department")]


class EngagementAuditor(OfMunicipality, FromFile):
    """An auditor of an engagement: a member of staff by number, or an outside auditor by name."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, db_index=False, related_name="auditors")
    reference = models.CharField(max_length=100)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement", "reference"], name="plan_auditor_once")
        ]


class TrainingAttendance(OfMunicipality, FromFile):
    """監査員研修: one auditor at one session."""

    fiscal_year = models.IntegerField()
    kind = models.CharField(max_length=20)
    title_ja = models.CharField(max_length=200)
    held_on = models.DateField()
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, db_index=False, related_name="trainings")
    minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "kind", "title_ja", "held_on", "staff"],
                name="plan_training_once",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=0), name="plan_training_minutes"),
            year_check("plan_training_year"),
        ]
