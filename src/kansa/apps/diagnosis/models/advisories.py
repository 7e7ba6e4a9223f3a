"""Which advisories were carried in, signed by whom, of which day; and how is a firm's own table read?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.diagnosis.models.scans import UPLOAD_STATES_JA
from kansa.apps.people.models import Account, OfMunicipality
from kansa.formats.advisories import READERS


class AdvisoryKey(OfMunicipality):
    """署名の公開鍵: whoever packs with its private part is known by this name until it is revoked."""

    name = models.CharField(max_length=60)
    public_key = models.CharField(max_length=60)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "public_key"], name="diagnosis_key_once"),
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=Q(revoked_at__isnull=True),
                name="diagnosis_key_name_once",
            ),
        ]


class AdvisoryUpload(OfMunicipality):
    """A bundle, or plain files, that was handed in; looked at, then taken over or put away. `told`: what is in it."""

    state = models.CharField(max_length=10, default="waiting")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    stored_name = models.CharField(max_length=200)
    release = models.CharField(max_length=60, default="")  # as the person said, for files that do not say it
    as_of = models.DateField(null=True)
    told = models.JSONField(default=dict)
    reason_ja = models.TextField(default="")
    job_id = models.BigIntegerField(null=True)
    uploaded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UPLOAD_STATES_JA), name="diagnosis_advisory_upload_state"),
        ]
        indexes = [models.Index(fields=["municipality", "state"], name="diagnosis_advisory_waiting")]

    @property
    def state_ja(self) -> str:
        """How far it is, in words."""
        return UPLOAD_STATES_JA[self.state]


class AdvisoryFile(OfMunicipality):
    """照合データの一件: one file of advisories with its index. `releases`: what it speaks of, "windows" among them.

    `signed_by`: the name of the key by which the bundle was signed, "" for none that was known then.
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    release = models.CharField(max_length=60, default="")
    releases = models.JSONField(default=list)
    as_of = models.DateField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    row_count = models.BigIntegerField(default=0)
    signed_by = models.CharField(max_length=60, default="")
    packed_on = models.DateField(null=True)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "sha256", "release"],
                condition=Q(removed_at__isnull=True),
                name="diagnosis_advisory_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(READERS)), name="diagnosis_advisory_kind"),
        ]
        indexes = [models.Index(fields=["municipality", "kind"], name="diagnosis_advisory_of_kind")]

    @property
    def title_ja(self) -> str:
        """What kind of file it is, in words."""
        return READERS[self.kind].title_ja


class TableMapping(OfMunicipality):
    """診断業者の表の列の対応: which header of a firm's table holds which field, by name. `data`: as formats has it."""

    name = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    updated_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    updated_at = models.DateTimeField()
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="diagnosis_mapping_once"),
        ]
