"""Which form of a fiscal year was frozen, who approved it, and which past figures exist only as published?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import OfMunicipality, year_check
from kansa.apps.trail.models import FromFile


class FrozenYear(OfMunicipality):
    """One version of a year as its reports read it. Immutable: triggers of migration 0002 refuse UPDATE and DELETE."""

    fiscal_year = models.IntegerField()
    version = models.IntegerField()
    schema = models.IntegerField()
    sha256 = models.CharField(max_length=64)  # of the canonical JSON, unpacked
    body = models.BinaryField()  # the canonical JSON, packed with zlib
    reason_ja = models.TextField()
    frozen_by = models.CharField(max_length=100)
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "version"], name="annual_report_frozen_once"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="annual_report_frozen_version"),
            year_check("annual_report_frozen_year"),
        ]


class Confirmation(OfMunicipality):
    """決裁 of one frozen version, recorded from the system that holds it."""

    frozen_year = models.ForeignKey(FrozenYear, on_delete=models.PROTECT, db_index=False, related_name="confirmations")
    approved_on = models.DateField()
    approval_number = models.CharField(max_length=100)
    approved_by_ja = models.CharField(max_length=100)
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "frozen_year"], name="annual_report_confirmed_once")
        ]


class PublishedFigure(OfMunicipality, FromFile):
    """A past figure as it was published, with the line of the document it stands in."""

    fiscal_year = models.IntegerField()
    figure_id = models.CharField(max_length=120)
    shown = models.TextField()
    value = models.CharField(max_length=60, default="")  # exact, "72/25"; "" for a text
    places = models.IntegerField(default=0)
    unit = models.CharField(max_length=20, default="")
    is_approximate = models.BooleanField(default=False)
    document_ja = models.CharField(max_length=200)
    page = models.CharField(max_length=40, default="")
    line = models.CharField(max_length=40, default="")
    quote_ja = models.TextField(default="")
    published_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "figure_id"], name="annual_report_published_once"
            ),
            year_check("annual_report_published_year"),
        ]
