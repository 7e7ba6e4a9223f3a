"""By which rules, scale and checklist was a fiscal year judged?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import OfMunicipality, year_check
from kansa.apps.trail.models import FromFile

STREAMS = ("external_audit", "internal_audit", "self_inspection")
LINEAGES = ("carried", "revised", "added", "dropped")
REQUIREMENTS = ("required", "recommended")
ANSWER_KINDS = ("yes_no", "scale", "comment")
LARGEST_BIT = 62  # a signed 64-bit mask never uses bit 63


class FiscalYearRule(OfMunicipality, FromFile):
    """年度設定: one rule or one text of the year's report, with the row it was read from."""

    fiscal_year = models.IntegerField()
    key = models.CharField(max_length=60)
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "key"], name="controls_rule_once"),
            year_check("controls_rule_year"),
        ]


class ScaleLevel(OfMunicipality, FromFile):
    """判定基準: one level of the year's judging scale."""

    fiscal_year = models.IntegerField()
    level = models.IntegerField()
    label_ja = models.CharField(max_length=60)
    criterion_ja = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "level"], name="controls_level_once"),
            models.CheckConstraint(condition=Q(level__range=(0, 9)), name="controls_level_digit"),
            year_check("controls_level_year"),
        ]


class Checklist(OfMunicipality):
    """The items of one stream in one fiscal year."""

    fiscal_year = models.IntegerField()
    stream = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "stream"], name="controls_checklist_once"),
            models.CheckConstraint(condition=Q(stream__in=STREAMS), name="controls_checklist_stream"),
            year_check("controls_checklist_year"),
        ]


class ControlItem(OfMunicipality, FromFile):
    """監査項目 or 点検項目. `bit` is its place in the answer masks: given once, never moved."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="items")
    code = models.CharField(max_length=40)
    position = models.IntegerField()
    bit = models.IntegerField(null=True)
    domain_ja = models.CharField(max_length=120)
    text_ja = models.TextField()
    criteria_ja = models.TextField(default="")
    lineage = models.CharField(max_length=10)
    prior_code = models.CharField(max_length=40, default="")
    same_as_code = models.CharField(max_length=40, default="")
    is_editorial = models.BooleanField(default=False)
    policy_clause = models.CharField(max_length=200, default="")
    mic_number = models.CharField(max_length=200, default="")
    jis_number = models.CharField(max_length=200, default="")
    law_ja = models.CharField(max_length=300, default="")
    edition_ja = models.CharField(max_length=120, default="")
    content_sha256 = models.CharField(max_length=64)
    answer_kind = models.CharField(max_length=10, default="yes_no")
    levels_ja = models.TextField(default="")  # labels of a scale from level 1, one a line
    met_from = models.IntegerField(default=0)  # a scale counts as met from this level; 0 = outside the compliance rate
    asked_of = models.CharField(max_length=300, default="")  # 職種 that are asked, as core.job_types.joined; "" = all
    dropped_reason_ja = models.TextField(default="")  # why a dropped item is asked no more; an imported one may lack it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "checklist", "code"],
                condition=~Q(lineage="dropped"),
                name="controls_item_once",
            ),
            models.UniqueConstraint(
                fields=["municipality", "checklist", "code"],
                condition=Q(lineage="dropped"),
                name="controls_dropped_once",
            ),
            models.UniqueConstraint(fields=["municipality", "checklist", "bit"], name="controls_item_bit"),
            models.CheckConstraint(condition=Q(lineage__in=LINEAGES), name="controls_item_lineage"),
            models.CheckConstraint(
                condition=Q(bit__isnull=True) | Q(bit__range=(0, LARGEST_BIT)), name="controls_item_bit_range"
            ),
            models.CheckConstraint(condition=Q(answer_kind__in=ANSWER_KINDS), name="controls_item_answer_kind"),
            models.CheckConstraint(
                condition=Q(met_from=0) | Q(answer_kind="scale", met_from__range=(1, 7)), name="controls_item_met_from"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "checklist", "position"], name="controls_item_order")]


class ItemWording(OfMunicipality):
    """The wording an item had when it was judged, kept when the item is revised afterwards."""

    item = models.ForeignKey(ControlItem, on_delete=models.CASCADE, db_index=False, related_name="wordings")
    text_ja = models.TextField()
    criteria_ja = models.TextField(default="")
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["municipality", "item"], name="controls_wording_item")]


class GuidelineItem(OfMunicipality, FromFile):
    """監査ガイドラインの項目: what one edition of the national guideline says; a checklist item may be made from it."""

    edition_ja = models.CharField(max_length=120)
    number = models.CharField(max_length=40)
    position = models.IntegerField()
    requirement = models.CharField(max_length=12)
    chapter_ja = models.CharField(max_length=300, default="")
    text_ja = models.TextField()
    documents_ja = models.TextField(default="")
    procedure_ja = models.TextField(default="")
    example_number = models.CharField(max_length=200, default="")
    jis_number = models.CharField(max_length=200, default="")
    note_ja = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "edition_ja", "number"], name="controls_guideline_item_once"
            ),
            models.CheckConstraint(condition=Q(requirement__in=REQUIREMENTS), name="controls_guideline_requirement"),
        ]
        indexes = [models.Index(fields=["municipality", "edition_ja", "position"], name="controls_guideline_order")]
