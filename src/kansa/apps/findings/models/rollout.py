"""Which departments are asked whether a finding concerns them too, and what do they answer?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kansa.apps.findings.models.finding import Finding
from kansa.apps.people.models import Account, Department, OfMunicipality
from kansa.apps.trail.models import TenantQuerySet
from kansa.core.permission import Actor, can

ANSWERS_JA = {"same": "同じ状況がある", "not_the_case": "該当しない", "fixed": "対応済み"}


def target_scope(actor: Actor, prefix: str = "") -> Q:
    """Which answers to rollouts a person may see: all, or those of the own department."""
    if can(actor, "read_all"):
        return Q()
    return Q(**{f"{prefix}department__in": sorted(actor.departments)})


class RolloutQuerySet(TenantQuerySet):
    """Rollouts, for whom they concern."""

    def visible_to(self, actor: Actor) -> Self:
        """All, or those that ask the own department."""
        own = super().visible_to(actor)
        if can(actor, "read_all"):
            return own
        asked = RolloutTarget.objects.visible_to(actor)
        return own.filter(pk__in=asked.values("rollout_id"))


class TargetQuerySet(TenantQuerySet):
    """Answers to rollouts, each department's own."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        return super().visible_to(actor).filter(target_scope(actor))


class LateralRollout(OfMunicipality):
    """水平展開: a request to other departments. It says only what the office wrote here."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, db_index=False, related_name="rollouts")
    title_ja = models.CharField(max_length=200)
    request_ja = models.TextField()
    due_on = models.DateField()
    is_to_all = models.BooleanField()
    ordered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    ordered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closing_ja = models.TextField(default="")  # what came out of it

    objects = RolloutQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["municipality", "finding"], name="findings_rollout_finding")]


class RolloutTarget(OfMunicipality):
    """One department that was asked: why, and its answer ("" = not yet)."""

    rollout = models.ForeignKey(LateralRollout, on_delete=models.PROTECT, db_index=False, related_name="targets")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="rollout_targets")
    reasons_ja = models.TextField(default="")
    answer = models.CharField(max_length=20, default="")
    answer_ja = models.TextField(default="")
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    objects = TargetQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "rollout", "department"], name="findings_target_once"),
            models.CheckConstraint(condition=Q(answer__in=["", *ANSWERS_JA]), name="findings_target_answer"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="findings_target_answered",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="findings_target_department")]
