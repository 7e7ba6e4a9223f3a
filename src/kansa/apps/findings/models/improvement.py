"""What does the department plan, what has it done, who verified it, and which risk is left on purpose?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from kansa.apps.findings.models.finding import Finding, OfFindingQuerySet, finding_scope
from kansa.apps.findings.models.rollout import RolloutTarget, target_scope
from kansa.apps.people.models import Account, OfMunicipality
from kansa.apps.trail.models import FromFile, TenantQuerySet
from kansa.core.permission import Actor


class ImprovementPlan(OfMunicipality, FromFile):
    """改善計画 and what became of it. Planned is not improved: `improved_on` needs its own day, and a verifier."""

    # Not a OneToOneField: its unique index would not begin with the municipality.
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, db_index=False, related_name="improvement_plans")
    measure_ja = models.TextField(default="")
    owner_ja = models.CharField(max_length=100, default="")
    planned_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    promised_fiscal_year = models.IntegerField(null=True)
    improved_on = models.DateField(null=True)
    done_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    done_note_ja = models.TextField(default="")
    verified_on = models.DateField(null=True)
    verifier_ja = models.CharField(max_length=100, default="")
    verified_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    verify_note_ja = models.TextField(default="")  # how it was verified, or why the report was sent back
    acceptance_asked_ja = models.TextField(default="")  # why the department asks to leave the risk; "" = it does not
    version = models.IntegerField(default=0)  # 0: as imported, nobody has written on the screens

    objects = OfFindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "finding"], name="findings_plan_once"),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True) | Q(improved_on__isnull=False), name="findings_plan_verified"
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | Q(done_by__isnull=True) | ~Q(verified_by=F("done_by")),
                name="findings_plan_other_person",
            ),
        ]


class RiskAcceptance(OfMunicipality):
    """リスク受容: who approved leaving the risk, why, until when. A later one takes the place of an earlier one."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, db_index=False, related_name="acceptances")
    approver_ja = models.CharField(max_length=100)
    reason_ja = models.TextField()
    accepted_on = models.DateField()
    review_on = models.DateField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    recorded_at = models.DateTimeField()

    objects = OfFindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(review_on__gt=F("accepted_on")), name="findings_acceptance_review"),
            models.CheckConstraint(
                condition=~Q(approver_ja="") & ~Q(reason_ja=""), name="findings_acceptance_complete"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "finding"], name="findings_acceptance_finding")]


class CarryOver(OfMunicipality):
    """繰越: the office follows a finding on into the year that the department promised."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, db_index=False, related_name="carry_overs")
    from_year = models.IntegerField()
    to_year = models.IntegerField()
    reason_ja = models.TextField()
    carried_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    carried_at = models.DateTimeField()

    objects = OfFindingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "finding", "to_year"], name="findings_carry_once"),
            models.CheckConstraint(condition=Q(to_year__gt=F("from_year")), name="findings_carry_later"),
        ]


class EvidenceQuerySet(TenantQuerySet):
    """Files, each person's own."""

    def visible_to(self, actor: Actor) -> Self:
        """Only files of findings, or of rollout answers, that the person may see."""
        of_finding = Q(finding__isnull=False) & finding_scope(actor, "finding__")
        of_target = Q(target__isnull=False) & target_scope(actor, "target__")
        return super().visible_to(actor).filter(of_finding | of_target)


class ImprovementEvidence(OfMunicipality):
    """A file that shows the improvement of a finding, or what a department answered to a rollout."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, db_index=False, related_name="files")
    target = models.ForeignKey(RolloutTarget, on_delete=models.PROTECT, null=True, db_index=False, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    is_inline = models.BooleanField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_name = models.CharField(max_length=200)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__isnull=False, target__isnull=True) | Q(finding__isnull=True, target__isnull=False),
                name="findings_file_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "finding"], name="findings_file_finding"),
            models.Index(fields=["municipality", "target"], name="findings_file_target"),
        ]
