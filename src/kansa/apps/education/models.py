"""What do auditors read, which cases do they practise with, and what did they answer?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from kansa.apps.findings.models import Finding
from kansa.apps.people.models import Account, OfMunicipality, year_check
from kansa.apps.trail.models import TenantQuerySet
from kansa.core.permission import Actor, can

# As a judgement: a level exists exactly when something was judged.
IS_JUDGED = Q(state="judged", level__range=(0, 9)) | Q(state="not_applicable", level__isnull=True)


class PublishedQuerySet(TenantQuerySet):
    """Rows that auditors see once they are published; the office sees all."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        rows = super().visible_to(actor)
        if can(actor, "manage_education"):
            return rows
        return rows.filter(is_published=True) if can(actor, "take_education") else rows.none()


class OwnQuerySet(TenantQuerySet):
    """Rows about one person by their column `account`: each sees the own, the office sees all."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        rows = super().visible_to(actor)
        return rows if can(actor, "manage_education") else rows.filter(account_id=actor.account_id)


class ReadingMaterial(OfMunicipality):
    """学習資料 of a fiscal year: a text, or where the text is found."""

    fiscal_year = models.IntegerField()
    title_ja = models.CharField(max_length=200)
    body_ja = models.TextField(default="")
    place_ja = models.CharField(max_length=300, default="")  # where the original is kept
    minutes = models.IntegerField()  # the time that it is expected to take
    is_required = models.BooleanField(default=True)
    is_published = models.BooleanField(default=False)
    opened_on = models.DateField()
    position = models.IntegerField(default=0)

    objects = PublishedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "title_ja"], name="education_material_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 6000)), name="education_material_minutes"),
            year_check("education_material_year"),
        ]


class ReadingRecord(OfMunicipality):
    """学習記録: one sitting of one auditor. `minutes` is empty while it lasts."""

    material = models.ForeignKey(ReadingMaterial, on_delete=models.PROTECT, db_index=False, related_name="records")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    staff_number = models.CharField(max_length=40, default="")
    read_on = models.DateField()
    started_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(null=True)
    is_finished = models.BooleanField(default=False)  # the auditor says: read to the end

    objects = OwnQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "account"], condition=Q(minutes__isnull=True), name="education_reading_running"
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 1440)) | Q(minutes__isnull=True, started_at__isnull=False),
                name="education_reading_minutes",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "material", "account"], name="education_reading_of")]


class Case(OfMunicipality):
    """事例: what an auditor could have met, without names, and how it is to be judged."""

    title_ja = models.CharField(max_length=200)
    domain_ja = models.CharField(max_length=120)
    item_code = models.CharField(max_length=40, default="")
    item_ja = models.TextField(default="")  # the words of the item by which it is judged
    situation_ja = models.TextField()
    evidence_ja = models.TextField(default="")
    state = models.CharField(max_length=20)
    level = models.IntegerField(null=True)
    explanation_ja = models.TextField(default="")
    # Only the office sees where a case is from.
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    looked_at_ja = models.TextField(default="")  # what a person looked at and let stand, one a line
    checked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    checked_by_ja = models.CharField(max_length=200, default="")
    anonymised_at = models.DateTimeField(null=True)
    is_published = models.BooleanField(default=False)
    version = models.IntegerField(default=0)

    objects = PublishedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "title_ja"], name="education_case_once"),
            models.CheckConstraint(condition=IS_JUDGED, name="education_case_level"),
            # Nothing is published that nobody looked at.
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(anonymised_at__isnull=False), name="education_case_checked"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "finding"], name="education_case_finding")]


class Exercise(OfMunicipality):
    """判定の練習: a number of cases that every auditor judges alone."""

    fiscal_year = models.IntegerField()
    title_ja = models.CharField(max_length=200)
    opens_on = models.DateField()
    closes_on = models.DateField()
    minutes = models.IntegerField()
    is_published = models.BooleanField(default=False)

    objects = PublishedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "title_ja"], name="education_exercise_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="education_exercise_days"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 6000)), name="education_exercise_minutes"),
            year_check("education_exercise_year"),
        ]


class ExerciseCase(OfMunicipality):
    """A case at its place in an exercise."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, db_index=False, related_name="places")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="places")
    position = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "exercise", "case"], name="education_place_once"),
            models.UniqueConstraint(fields=["municipality", "exercise", "position"], name="education_place_order"),
        ]
        indexes = [models.Index(fields=["municipality", "case"], name="education_place_case")]


class ExerciseSitting(OfMunicipality):
    """One auditor at one exercise: when begun, when handed in."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, db_index=False, related_name="sittings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    staff_number = models.CharField(max_length=40, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "exercise", "account"], name="education_sitting_once"),
        ]


class ExerciseAnswer(OfMunicipality):
    """What an auditor judged a case to be."""

    place = models.ForeignKey(ExerciseCase, on_delete=models.PROTECT, db_index=False, related_name="answers")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    state = models.CharField(max_length=20)
    level = models.IntegerField(null=True)
    note_ja = models.TextField(default="")
    version = models.IntegerField(default=0)

    objects = OwnQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "place", "account"], name="education_answer_once"),
            models.CheckConstraint(condition=IS_JUDGED, name="education_answer_level"),
        ]
