"""How was each control item judged in each engagement?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import OfMunicipality
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.models import FromFile


class Judgement(OfMunicipality, FromFile):
    """判定 of one item in one engagement. A row that is `not_judged` says that the item was assigned."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    state = models.CharField(max_length=20)
    level = models.IntegerField(null=True)
    reason_ja = models.TextField(default="")
    evidence_ja = models.TextField(default="")
    auditor_ja = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement", "item"], name="assessment_judgement_once"),
            # Unknown is never 0: a level exists exactly when something was judged.
            models.CheckConstraint(
                condition=Q(state="judged", level__range=(0, 9))
                | Q(state__in=["not_applicable", "not_judged"], level__isnull=True),
                name="assessment_judgement_level",
            ),
        ]
