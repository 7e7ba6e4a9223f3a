"""Who is audited when, by whom, and how were the auditors trained?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from kansa.apps.people.models import Account, AuditFirm, Department, OfMunicipality, StaffMember, year_check
from kansa.apps.trail.models import FromFile, TenantQuerySet
from kansa.core.flow import STATES, STATES_JA
from kansa.core.permission import Actor, can

AUDIT_STREAMS = ("external_audit", "internal_audit")


def engagement_scope(actor: Actor, prefix: str = "") -> Q:
    """Which engagements a person may see: all, or those of the own firm, own assignment, or own department.

    An audited department sees its engagement once it was notified. `prefix`: the way from another table, such as
    "engagement__".
    """
    if can(actor, "read_all"):
        return Q()
    assigned = EngagementAuditor.objects.filter(
        municipality_id=actor.municipality_id, staff__staff_number=actor.staff_number
    )
    own = Q(**{f"{prefix}pk__in": []})
    if actor.firms:
        own |= Q(**{f"{prefix}firm__in": sorted(actor.firms)})
    if "staff_auditor" in actor.roles and actor.staff_number:
        own |= Q(**{f"{prefix}pk__in": assigned.values("engagement_id")})
    if actor.departments:
        own |= Q(**{f"{prefix}department__in": sorted(actor.departments)}) & ~Q(**{f"{prefix}state": "planned"})
    return own


class EngagementQuerySet(TenantQuerySet):
    """Engagements, each person's own."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        return super().visible_to(actor).filter(engagement_scope(actor))


class OfEngagementQuerySet(TenantQuerySet):
    """Rows that belong to an engagement by their column `engagement`."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of engagements that the person may see."""
        return super().visible_to(actor).filter(engagement_scope(actor, "engagement__"))


class PlanCell(OfMunicipality, FromFile):
    """監査中期計画: one department in one year."""

    fiscal_year = models.IntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="plan_cells")
    stream = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "department", "stream"], name="plan_cell_once"
            ),
            models.CheckConstraint(condition=Q(stream__in=AUDIT_STREAMS), name="plan_cell_stream"),
            year_check("plan_cell_year"),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="plan_cell_department")]


class Engagement(OfMunicipality, FromFile):
    """実施計画の一件; without a department it concerns the whole city."""

    fiscal_year = models.IntegerField()
    code = models.CharField(max_length=40)
    stream = models.CharField(max_length=20)
    method = models.CharField(max_length=30)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="engagements"
    )
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    is_special = models.BooleanField(default=False)
    firm = models.ForeignKey(AuditFirm, on_delete=models.PROTECT, null=True, db_index=False, related_name="engagements")
    state = models.CharField(max_length=20, default="planned")
    notice_number = models.CharField(max_length=60, default="")
    noticed_on = models.DateField(null=True)
    result_number = models.CharField(max_length=60, default="")
    result_on = models.DateField(null=True)
    scope_left_out_ja = models.TextField(default="")  # what the audit did not look at, as its result has to say
    preliminary_waived_ja = models.TextField(default="")  # why the auditee did not answer first
    version = models.IntegerField(default=0)  # of this row: whoever saves an older one is told

    objects = EngagementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "code"], name="plan_engagement_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="plan_engagement_state"),
            models.CheckConstraint(condition=Q(stream__in=AUDIT_STREAMS), name="plan_engagement_stream"),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="plan_engagement_days",
            ),
            year_check("plan_engagement_year"),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="plan_engagement_department")]


class EngagementAuditor(OfMunicipality, FromFile):
    """An auditor of an engagement: a member of staff by number, or an outside auditor by name."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, db_index=False, related_name="auditors")
    reference = models.CharField(max_length=100)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement", "reference"], name="plan_auditor_once")
        ]


class EngagementMove(OfMunicipality):
    """One step of an engagement from state to state: who moved it when, and why where a reason was asked for."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, db_index=False, related_name="moves")
    code = models.CharField(max_length=40)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    reason_ja = models.TextField(default="")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    actor_name = models.CharField(max_length=200)
    moved_at = models.DateTimeField()

    objects = OfEngagementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_state__in=STATES, to_state__in=STATES), name="plan_move_states")
        ]
        indexes = [models.Index(fields=["municipality", "engagement", "moved_at"], name="plan_move_order")]

    @property
    def to_state_ja(self) -> str:
        """The state it led to, in words."""
        return STATES_JA[self.to_state]


class TrainingAttendance(OfMunicipality, FromFile):
    """監査員研修: one auditor at one session."""

    fiscal_year = models.IntegerField()
    kind = models.CharField(max_length=20)
    title_ja = models.CharField(max_length=200)
    held_on = models.DateField()
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, db_index=False, related_name="trainings")
    minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "kind", "title_ja", "held_on", "staff"],
                name="plan_training_once",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=0), name="plan_training_minutes"),
            year_check("plan_training_year"),
        ]
