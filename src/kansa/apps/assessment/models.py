"""How was each control item judged in each engagement, by whom, on what evidence, after which own answer?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.controls.models import ControlItem, ItemWording
from kansa.apps.people.models import Account, OfMunicipality
from kansa.apps.plan.models import Engagement, OfEngagementQuerySet
from kansa.apps.trail.models import FromFile

# Unknown is never 0: a level exists exactly when something was judged.
LEVEL_FITS_STATE = Q(state="judged", level__range=(0, 9)) | Q(
    state__in=["not_applicable", "not_judged"], level__isnull=True
)
METHODS = ("document", "interview", "inspection")
SIDES = ("auditor", "auditee")


class Judgement(OfMunicipality, FromFile):
    """判定 of one item in one engagement. A row that is `not_judged` says that the item was assigned."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    state = models.CharField(max_length=20)
    level = models.IntegerField(null=True)
    reason_ja = models.TextField(default="")
    evidence_ja = models.TextField(default="")
    auditor_ja = models.CharField(max_length=100, default="")
    methods = models.CharField(max_length=60, default="")  # words of METHODS, joined by commas
    version = models.IntegerField(default=0)
    judged_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    judged_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    # The wording that was judged; none while it is still the item's own.
    wording = models.ForeignKey(ItemWording, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")

    objects = OfEngagementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement", "item"], name="assessment_judgement_once"),
            models.CheckConstraint(condition=LEVEL_FITS_STATE, name="assessment_judgement_level"),
        ]


class OfEngagementItem(OfMunicipality):
    """A row about one item in one engagement; `version` counts its changes, so that nobody overwrites unseen ones."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, db_index=False, related_name="+")
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="+")
    version = models.IntegerField(default=0)

    objects = OfEngagementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        abstract = True


class AuditorJudgement(OfEngagementItem):
    """What one auditor judged apart from the others; the judgement that counts is made from it when they reconcile."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    state = models.CharField(max_length=20)
    level = models.IntegerField(null=True)
    reason_ja = models.TextField(default="")
    evidence_ja = models.TextField(default="")
    methods = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "engagement", "item", "account"], name="assessment_auditor_once"
            ),
            models.CheckConstraint(condition=LEVEL_FITS_STATE, name="assessment_auditor_level"),
        ]


class PreliminaryAnswer(OfEngagementItem):
    """予備調査: what the audited department says about an item before the auditors come."""

    answer_ja = models.TextField(default="")
    claimed_level = models.IntegerField(null=True)
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement", "item"], name="assessment_answer_once"),
            models.CheckConstraint(
                condition=Q(claimed_level__isnull=True) | Q(claimed_level__range=(0, 9)), name="assessment_answer_level"
            ),
        ]


class EngagementSurvey(OfMunicipality):
    """The preliminary survey of an engagement was handed in as a whole."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, db_index=False, related_name="+")
    submitted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    submitted_at = models.DateTimeField()

    objects = OfEngagementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement"], name="assessment_survey_once"),
        ]


class Evidence(OfMunicipality):
    """監査証拠: a file about an engagement or one of its items. It is marked as removed, never deleted.

    The bytes lie in the restricted storage under their hash; a picture's without its metadata, so the hash of the file
    as it was handed in is kept beside it.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, db_index=False, related_name="+")
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    side = models.CharField(max_length=10)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    is_inline = models.BooleanField(default=False)
    size = models.BigIntegerField()
    stored_sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    note_ja = models.TextField(default="")
    uploaded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = OfEngagementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="assessment_evidence_side"),
            models.CheckConstraint(condition=Q(size__gte=1), name="assessment_evidence_size"),
        ]
        indexes = [models.Index(fields=["municipality", "engagement", "item"], name="assessment_evidence_of")]
