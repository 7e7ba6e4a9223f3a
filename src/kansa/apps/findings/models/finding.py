"""What was detected, who may see it, and does the audited department agree with the facts?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Account, Department, OfMunicipality, year_check
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.trail.models import FromFile, TenantQuerySet
from kansa.core.flow import STATES
from kansa.core.permission import Actor, can

FINDING_STREAMS = ("external_audit", "internal_audit", "technical_diagnosis")
# Importance is the auditor's reference, not a measure of the city.
SEVERITIES_JA = {"high": "高", "medium": "中", "low": "低"}
CAUSE_KINDS = ("shared_system", "shared_procedure", "shared_premises", "individual")
# The texts of a finding, in the order of the working paper; each may be secret by itself.
TEXTS_JA = {
    "criterion_ja": "判定基準",
    "fact_ja": "事実",
    "evidence_ja": "証拠",
    "cause_ja": "原因",
    "effect_ja": "影響",
    "recommendation_ja": "改善の提言",
}
ANSWERS = ("agreement", "disagreement_of_fact", "disagreement_of_judgement")
DECISIONS = ("upheld", "changed", "withdrawn")
# From here on the audited department sees what was found about it.
TOLD_STATES = STATES[STATES.index("fact_check") :]


def finding_scope(actor: Actor, prefix: str = "") -> Q:
    """Which findings a person may see: all, those of the own firm's or assigned engagements, or of the own department.

    A department sees its own findings only, and those of an engagement from the fact check on. `prefix`: the way from
    another table, such as "finding__".
    """
    if can(actor, "read_all"):
        return Q()
    own = Q(**{f"{prefix}pk__in": []})
    if actor.firms:
        own |= Q(**{f"{prefix}engagement__firm__in": sorted(actor.firms)})
    if "staff_auditor" in actor.roles and actor.staff_number:
        assigned = EngagementAuditor.objects.filter(
            municipality_id=actor.municipality_id, staff__staff_number=actor.staff_number
        )
        own |= Q(**{f"{prefix}engagement__in": assigned.values("engagement_id")})
    if actor.departments:
        keys = sorted(actor.departments)
        of_audit = Q(
            **{f"{prefix}department__isnull": True, f"{prefix}engagement__department__in": keys},
        )
        is_told = Q(**{f"{prefix}engagement__isnull": True}) | Q(**{f"{prefix}engagement__state__in": TOLD_STATES})
        own |= (Q(**{f"{prefix}department__in": keys}) | of_audit) & is_told
    return own


class FindingQuerySet(TenantQuerySet):
    """Findings, each person's own."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        return super().visible_to(actor).filter(finding_scope(actor))


class OfFindingQuerySet(TenantQuerySet):
    """Rows that belong to a finding by their column `finding`."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of findings that the person may see."""
        return super().visible_to(actor).filter(finding_scope(actor, "finding__"))


class Finding(OfMunicipality, FromFile):
    """検出事項 or 改善提言."""

    fiscal_year = models.IntegerField()
    code = models.CharField(max_length=40)
    stream = models.CharField(max_length=20)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, db_index=False, related_name="findings"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="findings"
    )
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, null=True, db_index=False, related_name="findings")
    classification = models.CharField(max_length=20)
    title_ja = models.CharField(max_length=300)
    criterion_ja = models.TextField(default="")
    fact_ja = models.TextField(default="")
    evidence_ja = models.TextField(default="")
    cause_ja = models.TextField(default="")
    effect_ja = models.TextField(default="")
    recommendation_ja = models.TextField(default="")
    severity = models.CharField(max_length=10, default="")
    cause_kind = models.CharField(max_length=20, default="")  # of core.likeness; whom else it may concern
    network_zone = models.CharField(max_length=20, default="")
    treatment = models.CharField(max_length=10, default="")
    weighed = models.CharField(max_length=60, default="")  # words joined by commas, in the order of the file
    recurrence_of = models.CharField(max_length=40, default="")
    is_lateral_rollout = models.BooleanField(default=False)
    is_withdrawn = models.BooleanField(default=False)  # decided after the fact check; kept, and counted nowhere
    plan_due_on = models.DateField(null=True)  # by when the office asked for the improvement plan
    raised_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    raised_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)  # of this row: whoever saves an older one is told

    objects = FindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "code"], name="findings_finding_once"),
            models.CheckConstraint(condition=Q(stream__in=FINDING_STREAMS), name="findings_finding_stream"),
            models.CheckConstraint(
                condition=Q(classification__in=["detection", "recommendation"]), name="findings_finding_class"
            ),
            models.CheckConstraint(condition=Q(severity__in=["", *SEVERITIES_JA]), name="findings_finding_severity"),
            models.CheckConstraint(condition=Q(cause_kind__in=["", *CAUSE_KINDS]), name="findings_finding_cause"),
            year_check("findings_finding_year"),
        ]
        indexes = [
            models.Index(fields=["municipality", "department"], name="findings_finding_department"),
            models.Index(fields=["municipality", "engagement"], name="findings_finding_engagement"),
            models.Index(fields=["municipality", "item"], name="findings_finding_item"),
            models.Index(
                fields=["municipality", "recurrence_of"],
                condition=~Q(recurrence_of=""),
                name="findings_finding_recurrence",
            ),
        ]


class FindingSecrecy(OfMunicipality):
    """非公開: one text of a finding that stays between its department, its auditors and the office, and why."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, db_index=False, related_name="secrecies")
    field = models.CharField(max_length=20)
    reason_ja = models.CharField(max_length=300)

    objects = OfFindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "finding", "field"], name="findings_secrecy_once"),
            models.CheckConstraint(condition=Q(field__in=list(TEXTS_JA)), name="findings_secrecy_field"),
            models.CheckConstraint(condition=~Q(reason_ja=""), name="findings_secrecy_reason"),
        ]


class FactCheck(OfMunicipality):
    """事実誤認の確認: what the department says about a finding, and what was decided. A draft has no `answered_at`."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, db_index=False, related_name="fact_checks")
    answer = models.CharField(max_length=30)
    text_ja = models.TextField(default="")
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    answered_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, default="")
    decision_ja = models.TextField(default="")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    objects = OfFindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "finding"], name="findings_check_once"),
            models.CheckConstraint(condition=Q(answer__in=ANSWERS), name="findings_check_answer"),
            models.CheckConstraint(condition=Q(decision__in=["", *DECISIONS]), name="findings_check_decision"),
            models.CheckConstraint(
                condition=Q(decision="") | (Q(answered_at__isnull=False) & ~Q(decision_ja="")),
                name="findings_check_decided",
            ),
        ]
