"""What does the assignment of a year's auditors depend on, besides the roster, the audits and the rules of the year?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kansa.apps.people.models import Department, OfMunicipality, StaffMember, year_check
from kansa.apps.plan.models import Engagement

HALVES_JA = {"": "終日", "am": "午前", "pm": "午後"}
TEAM_RULES_JA = {"fixed": "固定する", "excluded": "外す"}
COUNTS_JA = {"working": "開庁日", "calendar": "暦日"}
OFFERED_HALVES_JA = {"am,pm": "午前と午後", "am": "午前だけ", "pm": "午後だけ"}


class AuditYear(OfMunicipality):
    """How teams are made up in a fiscal year, and in which days their audits may be held (None: not decided)."""

    fiscal_year = models.IntegerField()
    team_size = models.IntegerField(default=2)
    experienced_count = models.IntegerField(default=1)
    lead_count = models.IntegerField(default=1)
    load_tolerance = models.IntegerField(default=0)
    head_audit_rule = models.CharField(max_length=5, default="block")
    weights = models.JSONField(default=dict)  # name of a weight of kansa.planning.assignment -> whole number
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    halves = models.CharField(max_length=5, default="am,pm")
    slot_capacity = models.IntegerField(null=True)
    site_capacity = models.IntegerField(null=True)
    notice_days = models.IntegerField(default=10)
    notice_counts = models.CharField(max_length=8, default="working")
    version = models.IntegerField(default=0)  # of teams and days: whoever saves an older one is told

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year"], name="scheduling_year_once"),
            models.CheckConstraint(
                condition=Q(team_size__gte=1, experienced_count__gte=0, lead_count__gte=0, load_tolerance__gte=0)
                & Q(head_audit_rule__in=("block", "warn")),
                name="scheduling_year_teams",
            ),
            models.CheckConstraint(
                condition=Q(first_on__isnull=True, last_on__isnull=True) | Q(last_on__gte=F("first_on")),
                name="scheduling_year_days",
            ),
            models.CheckConstraint(
                condition=Q(halves__in=OFFERED_HALVES_JA, notice_days__gte=0, notice_counts__in=COUNTS_JA),
                name="scheduling_year_slots",
            ),
            year_check("scheduling_year_year"),
        ]

    @property
    def has_slots(self) -> bool:
        """Whether the days of the audits were decided."""
        return self.first_on is not None and self.last_on is not None


class AuditorFact(OfMunicipality):
    """What the office says of an auditor of the year; None where the records are to say it."""

    staff = models.OneToOneField(StaffMember, on_delete=models.CASCADE, related_name="+")
    is_experienced = models.BooleanField(null=True)
    is_head = models.BooleanField(null=True)
    may_lead = models.BooleanField(default=True)
    max_audits = models.IntegerField(null=True)
    is_left_out = models.BooleanField(default=False)  # audits nothing this year

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_audits__isnull=True) | Q(max_audits__gte=0), name="scheduling_auditor_most"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "staff"], name="scheduling_auditor_staff")]


class AuditorWish(OfMunicipality):
    """A department that an auditor would like to audit, or rather not."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, db_index=False, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_avoided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "staff", "department"], name="scheduling_wish_once")
        ]


class AuditorBusy(OfMunicipality):
    """When an auditor cannot come: days, both included, whole or one half of each."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, db_index=False, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    half = models.CharField(max_length=2, default="")
    reason_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "staff", "first_on", "last_on", "half"], name="scheduling_busy_once"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="scheduling_busy_days"),
            models.CheckConstraint(condition=Q(half__in=HALVES_JA), name="scheduling_busy_half"),
        ]

    @property
    def half_ja(self) -> str:
        """The part of the day in words."""
        return HALVES_JA[self.half]


class DepartmentBusy(OfMunicipality):
    """Days of a fiscal year, both included, in which a department is not audited."""

    fiscal_year = models.IntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    reason_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "department", "first_on", "last_on"],
                name="scheduling_department_busy_once",
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="scheduling_department_busy_days"),
            year_check("scheduling_department_busy_year"),
        ]


class CalendarDay(OfMunicipality):
    """A day that is closed although it would be open, or open although it would be closed."""

    fiscal_year = models.IntegerField()
    day = models.DateField()
    is_open = models.BooleanField(default=False)
    reason_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "day"], name="scheduling_day_once"),
            year_check("scheduling_day_year"),
        ]


class EngagementSlot(OfMunicipality):
    """The half day of an audit; a fixed one is not moved by a computation."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    half = models.CharField(max_length=2)
    is_fixed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(half__in=("am", "pm")), name="scheduling_slot_half")]
        indexes = [models.Index(fields=["municipality", "engagement"], name="scheduling_slot_engagement")]

    @property
    def slot_id(self) -> str:
        """The name of the half day, as kansa.planning.calendar gives it."""
        return f"{self.day:%Y%m%d}-{self.half}"


class TeamRule(OfMunicipality):
    """An auditor who stays at an audit, or must not come to it, whatever is computed."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, db_index=False, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=8)
    reason_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "engagement", "staff"], name="scheduling_team_rule_once"),
            models.CheckConstraint(condition=Q(kind__in=TEAM_RULES_JA), name="scheduling_team_rule_kind"),
        ]

    @property
    def kind_ja(self) -> str:
        """The kind in words."""
        return TEAM_RULES_JA[self.kind]
