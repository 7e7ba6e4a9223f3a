"""How did each department answer the self-inspection?

A respondent is one row of three bit masks (bit = ControlItem.bit); reports read only the tally, which is also the
privacy boundary: the responses may be erased, the tally stays.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kansa.apps.controls.models import Checklist, ControlItem
from kansa.apps.people.models import Department, OfMunicipality
from kansa.apps.trail.models import FromFile


class Response(OfMunicipality, FromFile):
    """One respondent, known by a keyed token only.

    met: answered はい; applicable: answered はい or いいえ; answered: any answer, 該当なし included.
    """

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="responses")
    respondent_token = models.CharField(max_length=64)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    met = models.BigIntegerField()
    applicable = models.BigIntegerField()
    answered = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "checklist", "respondent_token"], name="self_inspection_response_once"
            ),
            # A bit set in a smaller mask is set in the larger one, so the masks are ordered as numbers too.
            models.CheckConstraint(
                condition=Q(met__gte=0, met__lte=F("applicable"), applicable__lte=F("answered")),
                name="self_inspection_response_masks",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="self_inspection_response_dept")]


class DepartmentTally(OfMunicipality):
    """How many people of a department answered."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="tallies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    respondent_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "checklist", "department"], name="self_inspection_department_once"
            ),
            models.CheckConstraint(condition=Q(respondent_count__gte=1), name="self_inspection_respondents"),
        ]


class Tally(OfMunicipality):
    """Counts of one department and one item; the four add up to the department's respondents."""

    department_tally = models.ForeignKey(
        DepartmentTally, on_delete=models.CASCADE, db_index=False, related_name="items"
    )
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="+")
    yes_count = models.IntegerField()
    no_count = models.IntegerField()
    not_applicable_count = models.IntegerField()
    blank_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "department_tally", "item"], name="self_inspection_tally_once"
            ),
            models.CheckConstraint(
                condition=Q(yes_count__gte=0, no_count__gte=0, not_applicable_count__gte=0, blank_count__gte=0),
                name="self_inspection_tally_counts",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "item"], name="self_inspection_tally_item")]


class TallySource(OfMunicipality, FromFile):
    """The rows of one sheet that a department's tally was counted from, as run-length text; kept when answers go."""

    department_tally = models.ForeignKey(
        DepartmentTally, on_delete=models.CASCADE, db_index=False, related_name="sources"
    )
    rows = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "department_tally", "source_file", "sheet"], name="self_inspection_source_once"
            )
        ]
