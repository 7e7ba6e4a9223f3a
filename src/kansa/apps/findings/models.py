"""What was detected, and what became of it?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Department, OfMunicipality, year_check
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.models import FromFile

FINDING_STREAMS = ("external_audit", "internal_audit", "technical_diagnosis")


class Finding(OfMunicipality, FromFile):
    """検出事項 or 改善提言."""

    fiscal_year = models.IntegerField()
    code = models.CharField(max_length=40)
    stream = models.CharField(max_length=20)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, db_index=False, related_name="findings"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="findings"
    )
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, null=True, db_index=False, related_name="findings")
    classification = models.CharField(max_length=20)
    title_ja = models.CharField(max_length=300)
    fact_ja = models.TextField(default="")
    network_zone = models.CharField(max_length=20, default="")
    treatment = models.CharField(max_length=10, default="")
    weighed = models.CharField(max_length=60, default="")  # words joined by commas, in the order of the file
    recurrence_of = models.CharField(max_length=40, default="")
    is_lateral_rollout = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "code"], name="findings_finding_once"),
            models.CheckConstraint(condition=Q(stream__in=FINDING_STREAMS), name="findings_finding_stream"),
            models.CheckConstraint(
                condition=Q(classification__in=["detection", "recommendation"]), name="findings_finding_class"
            ),
            year_check("findings_finding_year"),
        ]
        indexes = [
            models.Index(fields=["municipality", "department"], name="findings_finding_department"),
            models.Index(fields=["municipality", "engagement"], name="findings_finding_engagement"),
            models.Index(fields=["municipality", "item"], name="findings_finding_item"),
        ]


class ImprovementPlan(OfMunicipality, FromFile):
    """改善計画 and what became of it. Planned is not improved: `improved_on` needs its own day, and a verifier."""

    # Not a OneToOneField: its unique index would not begin with the municipality.
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, db_index=False, related_name="improvement_plans")
    measure_ja = models.TextField(default="")
    planned_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    promised_fiscal_year = models.IntegerField(null=True)
    improved_on = models.DateField(null=True)
    verified_on = models.DateField(null=True)
    verifier_ja = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "finding"], name="findings_plan_once"),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True) | Q(improved_on__isnull=False), name="findings_plan_verified"
            ),
        ]
