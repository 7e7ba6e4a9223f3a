"""Which letters were written, and on which templates of the city?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import Account, OfMunicipality
from kansa.document.letters.kinds import KINDS

SUBJECTS = ("engagement", "rollout", "training", "lap", "fiscal_year")  # what a letter is about


class LetterTemplate(OfMunicipality):
    """雛形 of one kind of letter, as the city replaced it; the newest that is not withdrawn counts."""

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    stored_name = models.CharField(max_length=200)
    size = models.IntegerField()
    uploaded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="audits_template_kind")]
        indexes = [models.Index(fields=["municipality", "kind", "uploaded_at"], name="audits_template_newest")]


class Letter(OfMunicipality):
    """文書: what was typed into the fields of one letter about one subject; the rest comes from the records."""

    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=20)
    subject_key = models.CharField(max_length=80)
    fields = models.JSONField()  # field name -> words
    version = models.IntegerField(default=1)
    saved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "subject", "subject_key"], name="audits_letter_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="audits_letter_kind"),
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="audits_letter_subject"),
        ]
