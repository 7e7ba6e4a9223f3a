"""What is kept of a drill when nobody can be found in it any more: counts, and answers without a person?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.drills.models.campaign import DrillCampaign
from kansa.apps.people.models import Department, OfMunicipality
from kansa.core.mail_drill.results import DIMENSIONS, QUESTIONNAIRE_ANSWERS


class DrillTally(OfMunicipality):
    """One line of the result that stays: counts of people, None where the cell is suppressed (with the reason)."""

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="tallies")
    dimension = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    name_ja = models.CharField(max_length=120)
    counts = models.JSONField()  # word of core.mail_drill.results.COUNTS -> number, or the reason why there is none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "dimension", "key"], name="drills_tally_once"),
            models.CheckConstraint(condition=Q(dimension__in=DIMENSIONS), name="drills_tally_dimension"),
        ]


class DrillAnswer(OfMunicipality):
    """事後アンケートの一件: anonymous, with a department only where the person gave one; no moment, no token.

    The key is drawn by chance, so that rows do not lie in the order in which they came.
    """

    id = models.BigIntegerField(primary_key=True)
    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="answers")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    noticed = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(noticed__in=QUESTIONNAIRE_ANSWERS), name="drills_answer_word"),
        ]
        indexes = [
            models.Index(fields=["municipality", "campaign"], name="drills_answer_campaign"),
            models.Index(fields=["municipality", "department"], name="drills_answer_department"),
        ]
