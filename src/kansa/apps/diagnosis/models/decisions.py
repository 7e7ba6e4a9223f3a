"""What is to be done about vulnerabilities, weighed how, decided by whom, until when?

The unit of work is a Measure: one patch or one setting that settles many vulnerabilities. Decisions are appended, never
changed; the latest of a measure holds. Migration 0002 guards them in the database.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kansa.apps.diagnosis.models.vulnerabilities import Vulnerability
from kansa.apps.people.models import Account, Department, OfMunicipality, year_check
from kansa.apps.trail.models import TenantQuerySet
from kansa.core.measures import MEASURE_KINDS_JA, STEPS_JA, TESTINGS_JA, TREATMENTS_JA, VENDOR_SUPPORTS_JA
from kansa.core.permission import Actor, can
from kansa.core.ssvc import AUTOMATABLE_JA, EXPLOITATION_JA, EXPOSURE_JA, HUMAN_IMPACT_JA, PRIORITIES_JA


def one_of(names: dict[str, str], field: str, name: str) -> models.CheckConstraint:
    """A constraint: one of these codes, or not said."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": ["", *names]}), name=name)


class MeasureQuerySet(TenantQuerySet):
    """Measures, each department's own; one of several departments is the office's and the CISO's."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        own = super().visible_to(actor)
        if can(actor, "read_all"):
            return own
        departments = sorted(actor.departments) if can(actor, "read_diagnosis") else []
        return own.filter(owning_department__in=departments)


class Measure(OfMunicipality):
    """対策: one patch, setting or replacement, of one owning department (None: of several)."""

    fiscal_year = models.IntegerField()
    owning_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="measures"
    )
    kind = models.CharField(max_length=20)
    title_ja = models.CharField(max_length=300)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    created_at = models.DateTimeField()
    done_on = models.DateField(null=True)  # as the department reports; the next scan says whether it holds
    done_note_ja = models.TextField(default="")
    done_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    verified_on = models.DateField(null=True)  # a second person looked; a scan that saw it gone needs nobody
    verified_note_ja = models.TextField(default="")
    verified_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    version = models.IntegerField(default=0)

    objects = MeasureQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True) | Q(done_on__isnull=False), name="diagnosis_measure_verified"
            ),
            models.CheckConstraint(condition=Q(kind__in=MEASURE_KINDS_JA), name="diagnosis_measure_kind"),
            year_check("diagnosis_measure_year"),
        ]
        indexes = [
            models.Index(fields=["municipality", "owning_department"], name="diagnosis_measure_owner"),
            models.Index(fields=["municipality", "fiscal_year"], name="diagnosis_measure_of_year"),
        ]


class MeasureTarget(OfMunicipality):
    """A vulnerability that a measure settles; one at a time. Taken out of a measure it keeps its row."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, db_index=False, related_name="targets")
    vulnerability = models.ForeignKey(Vulnerability, on_delete=models.PROTECT, db_index=False, related_name="targets")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "vulnerability"],
                condition=Q(removed_at__isnull=True),
                name="diagnosis_target_once",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "measure"], name="diagnosis_target_measure")]


class Decision(OfMunicipality):
    """対応の決定: one step of deciding about a measure; every step repeats all that was weighed: it stands alone.

    Condition: the four inputs of SSVC with their evidence, and the priority that the table gives for them. Side effects
    and cost: what SSVC leaves out and the reference weighs. Money in yen; unknown is None, never 0.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, db_index=False, related_name="decisions")
    step = models.CharField(max_length=10)
    treatment = models.CharField(max_length=10)
    # リスクが顕在化する条件
    exploitation = models.CharField(max_length=12, default="")
    exposure = models.CharField(max_length=12, default="")
    automatable = models.CharField(max_length=5, default="")
    human_impact = models.CharField(max_length=10, default="")
    priority = models.CharField(max_length=15, default="")
    condition_ja = models.TextField(default="")
    evidence = models.JSONField(default=dict)  # what each input rests on: catalogue with its day, zone, importance
    # 対応により生じる不具合
    testing = models.CharField(max_length=15, default="")
    malfunction_ja = models.TextField(default="")
    vendor_support = models.CharField(max_length=15, default="")
    downtime_minutes = models.IntegerField(null=True)
    has_way_back = models.BooleanField(null=True)
    # 改善にかかる費用
    cost_once = models.BigIntegerField(null=True)
    cost_yearly = models.BigIntegerField(null=True)
    work_minutes = models.IntegerField(null=True)
    budget_fiscal_year = models.IntegerField(null=True)
    renewal_on = models.DateField(null=True)  # the replacement that would settle it anyway
    cost_note_ja = models.TextField(default="")
    # 結論
    reason_ja = models.TextField(default="")
    owner_ja = models.CharField(max_length=100, default="")
    due_on = models.DateField(null=True)
    residual_priority = models.CharField(max_length=15, default="")  # with the inputs as they are after the treatment
    residual_ja = models.TextField(default="")
    approver_ja = models.CharField(max_length=100, default="")
    approved_on = models.DateField(null=True)
    review_on = models.DateField(null=True)  # an accepted or mitigated risk comes back on this day
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step__in=STEPS_JA), name="diagnosis_decision_step"),
            models.CheckConstraint(condition=Q(treatment__in=TREATMENTS_JA), name="diagnosis_decision_treatment"),
            one_of(EXPLOITATION_JA, "exploitation", "diagnosis_decision_exploit"),
            one_of(EXPOSURE_JA, "exposure", "diagnosis_decision_exposure"),
            one_of(AUTOMATABLE_JA, "automatable", "diagnosis_decision_automatable"),
            one_of(HUMAN_IMPACT_JA, "human_impact", "diagnosis_decision_impact"),
            one_of(PRIORITIES_JA, "priority", "diagnosis_decision_priority"),
            one_of(PRIORITIES_JA, "residual_priority", "diagnosis_decision_residual"),
            one_of(TESTINGS_JA, "testing", "diagnosis_decision_testing"),
            one_of(VENDOR_SUPPORTS_JA, "vendor_support", "diagnosis_decision_support"),
            models.CheckConstraint(
                condition=~Q(step="approved") | (~Q(approver_ja="") & Q(approved_on__isnull=False) & ~Q(reason_ja="")),
                name="diagnosis_decision_approved",
            ),
            models.CheckConstraint(
                condition=~Q(step="approved", treatment__in=["accept", "mitigate"]) | Q(review_on__isnull=False),
                name="diagnosis_decision_reviewed",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "measure", "decided_at"], name="diagnosis_decision_of")]
