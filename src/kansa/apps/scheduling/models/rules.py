"""What does the plan of a lap depend on, besides the organisation and the audits that were made?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import Department, OfMunicipality, year_check

RULE_KINDS_JA = {
    "must": "必ずこの年度に行う",
    "must_not": "この年度には行わない",
    "fixed": "この年度に固定する",
    "external": "外部監査の対象とする",
    "excluded": "今の巡では対象としない",
    "together": "同じ年度に行う",
    "wish": "できればこの年度に",
    "avoid": "できればこの年度を避ける",
}
WITHOUT_YEAR = ("excluded", "together")


class Lap(OfMunicipality):
    """一巡: the fiscal years in which every department is audited once, and how its inequalities are weighed."""

    first_fiscal_year = models.IntegerField()
    rotation_length = models.IntegerField()
    weights = models.JSONField(default=dict)  # name of kansa.planning.rotation.Weights -> whole number
    version = models.IntegerField(default=0)  # of rules and accepted cells: whoever saves an older one is told

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "first_fiscal_year"], name="scheduling_lap_once"),
            models.CheckConstraint(condition=Q(rotation_length__range=(1, 10)), name="scheduling_lap_length"),
            year_check("scheduling_lap_year", "first_fiscal_year"),
        ]

    @property
    def years(self) -> range:
        """The fiscal years of the lap."""
        return range(self.first_fiscal_year, self.first_fiscal_year + self.rotation_length)


class LapYear(OfMunicipality):
    """How many audits a year of the lap may have, and how many external targets are to be chosen."""

    lap = models.ForeignKey(Lap, on_delete=models.CASCADE, db_index=False, related_name="limits")
    fiscal_year = models.IntegerField()
    at_least = models.IntegerField(default=0)
    at_most = models.IntegerField(null=True)
    external_count = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "lap", "fiscal_year"], name="scheduling_lap_year_once"),
            models.CheckConstraint(
                condition=Q(at_least__gte=0)
                & (Q(at_most__isnull=True) | Q(at_most__gte=models.F("at_least")))
                & (Q(external_count__isnull=True) | Q(external_count__gte=0)),
                name="scheduling_lap_year_limits",
            ),
            year_check("scheduling_lap_year_year"),
        ]


class LapRule(OfMunicipality):
    """One rule of a lap about one department; the members of a group share `group_ja`."""

    lap = models.ForeignKey(Lap, on_delete=models.CASCADE, db_index=False, related_name="rules")
    kind = models.CharField(max_length=10)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    fiscal_year = models.IntegerField(null=True)
    group_ja = models.CharField(max_length=60, default="")
    is_hard = models.BooleanField(default=True)
    weight = models.IntegerField(default=10)
    reason_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "lap", "kind", "department", "fiscal_year", "group_ja"],
                name="scheduling_rule_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=RULE_KINDS_JA), name="scheduling_rule_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=WITHOUT_YEAR, fiscal_year__isnull=True)
                | (~Q(kind__in=WITHOUT_YEAR) & Q(fiscal_year__isnull=False)),
                name="scheduling_rule_year",
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="scheduling_rule_weight"),
        ]

    @property
    def kind_ja(self) -> str:
        """The kind in words."""
        return RULE_KINDS_JA[self.kind]


class DepartmentFact(OfMunicipality):
    """What makes auditing a department more or less work; people are counted from the roster."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    risk_level = models.IntegerField(default=0)  # 0..100
    systems_count = models.IntegerField(default=0)
    distance_minutes = models.IntegerField(default=0)
    site_code = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "department"], name="scheduling_fact_once"),
            models.CheckConstraint(
                condition=Q(risk_level__range=(0, 100), systems_count__gte=0, distance_minutes__gte=0),
                name="scheduling_fact_ranges",
            ),
        ]
