"""Which measures of a diagnosis carry the improvement of a finding?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models

from kansa.apps.diagnosis.models import Measure
from kansa.apps.findings.models.finding import Finding, OfFindingQuerySet
from kansa.apps.people.models import Account, OfMunicipality


class FindingMeasure(OfMunicipality):
    """検出事項の対策: a finding's plan, dates and verification are then those of its measures, never typed again."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, db_index=False, related_name="measure_links")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, db_index=False, related_name="finding_links")
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    added_at = models.DateTimeField()

    objects = OfFindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "finding", "measure"], name="findings_measure_once"),
        ]
        indexes = [models.Index(fields=["municipality", "measure"], name="findings_measure_of")]
