"""What is to be done about vulnerabilities, weighed how, decided by whom, until when?

The unit of work is a Measure: one patch or one setting that settles many vulnerabilities. Decisions are appended, never
changed; the latest of a measure holds. Migration 0002 guards them in the database.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.diagnosis.models.assets import EXPOSURES
from kansa.apps.diagnosis.models.vulnerabilities import Vulnerability
from kansa.apps.people.models import Account, Department, OfMunicipality, year_check

MEASURE_KINDS_JA = {
    "patch": "更新プログラムの適用",
    "setting": "設定の変更",
    "replacement": "更改・入替え",
    "other": "その他",
}
TREATMENTS_JA = {"fix": "修正", "mitigate": "軽減", "accept": "受容", "avoid": "回避"}
STEPS_JA = {"proposed": "案", "approved": "承認", "sent_back": "差戻し", "withdrawn": "取消し"}
EXPLOITATIONS_JA = {"none": "なし", "public_poc": "実証コードが公開", "active": "悪用されている"}
EXPOSURES_JA = dict(zip(EXPOSURES, ("限られる", "管理されている", "開かれている"), strict=True))
AUTOMATABLES_JA = {"no": "自動化できない", "yes": "自動化できる"}
HUMAN_IMPACTS_JA = {"low": "低", "medium": "中", "high": "高", "very_high": "非常に高い"}
PRIORITIES_JA = {
    "defer": "当面は対応しない",
    "scheduled": "定期保守で対応",
    "out_of_cycle": "次の機会に対応",
    "immediate": "直ちに対応",
}
TESTINGS_JA = {"untested": "未検証", "tested": "検証済み（支障なし）", "known_failure": "不具合を確認"}
VENDOR_SUPPORTS_JA = {"guaranteed": "動作保証あり", "not_guaranteed": "動作保証なし", "unknown": "未確認"}


def one_of(names: dict[str, str], field: str, name: str) -> models.CheckConstraint:
    """A constraint: one of these codes, or not said."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": ["", *names]}), name=name)


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
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
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
            one_of(EXPLOITATIONS_JA, "exploitation", "diagnosis_decision_exploit"),
            one_of(EXPOSURES_JA, "exposure", "diagnosis_decision_exposure"),
            one_of(AUTOMATABLES_JA, "automatable", "diagnosis_decision_automatable"),
            one_of(HUMAN_IMPACTS_JA, "human_impact", "diagnosis_decision_impact"),
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
