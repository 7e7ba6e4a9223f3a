"""What was found where, what did each scan say of it, and what is its state in each fiscal year?

See ADR 0033 for what makes two statements the same vulnerability, and why two tools make two.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kansa.apps.diagnosis.models.assets import Asset, OfAssetQuerySet, asset_scope
from kansa.apps.diagnosis.models.scans import TOOLS_JA, Scan
from kansa.apps.people.models import OfMunicipality, year_check
from kansa.apps.trail.models import TenantQuerySet
from kansa.core.permission import Actor
from kansa.core.vulnerability import OUTCOMES_JA, STATES_JA
from kansa.core.weaknesses import KINDS, KINDS_JA, SEVERITIES_JA


class OfVulnerabilityQuerySet(TenantQuerySet):
    """Rows that belong to a vulnerability by their column `vulnerability`."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of assets that the person may see."""
        return super().visible_to(actor).filter(asset_scope(actor, "vulnerability__asset__"))


class Weakness(OfMunicipality):
    """弱点: what a tool's rule says of a component, on whatever asset. Its texts are those of the latest scan.

    `is_kind_by_hand`: the office set the kind; scans leave it. `latest_at`: the day of the scan the texts are from.
    """

    tool = models.CharField(max_length=40)
    rule = models.CharField(max_length=200)
    component = models.CharField(max_length=200, default="")  # core.vulnerability.component_key: without its version
    title = models.CharField(max_length=500)
    solution = models.TextField(default="")
    references = models.TextField(default="")  # one a line
    cves = models.TextField(default="")  # a space between
    kind = models.CharField(max_length=20)
    is_kind_by_hand = models.BooleanField(default=False)
    latest_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "tool", "rule", "component"], name="diagnosis_weakness_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="diagnosis_weakness_kind"),
        ]

    @property
    def kind_ja(self) -> str:
        """The kind in words."""
        return KINDS_JA[self.kind]

    @property
    def cve_list(self) -> tuple[str, ...]:
        """The CVEs one by one."""
        return tuple(self.cves.split())

    @property
    def tool_ja(self) -> str:
        """The tool's name for people."""
        return TOOLS_JA.get(self.tool, self.tool)


class WeaknessCve(OfMunicipality):
    """A CVE of a weakness: by it what several tools say comes together for the decision."""

    weakness = models.ForeignKey(Weakness, on_delete=models.CASCADE, db_index=False, related_name="cve_links")
    cve = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "cve", "weakness"], name="diagnosis_cve_once"),
        ]
        indexes = [models.Index(fields=["municipality", "weakness"], name="diagnosis_cve_weakness")]


class Vulnerability(OfMunicipality):
    """診断の検出: an asset, a weakness and a place on it. `last_state` is the state of `last_year`, the latest told.

    `severity` is the band of the latest observation; port and path say again what `place_key` says, for people.
    """

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, db_index=False, related_name="vulnerabilities")
    weakness = models.ForeignKey(Weakness, on_delete=models.PROTECT, db_index=False, related_name="vulnerabilities")
    place_key = models.CharField(max_length=200, default="")
    port = models.IntegerField(null=True)
    protocol = models.CharField(max_length=20, default="")
    path = models.TextField(default="")
    severity = models.CharField(max_length=10, default="")
    first_year = models.IntegerField()
    last_year = models.IntegerField()
    last_state = models.CharField(max_length=20, default="")
    latest_at = models.DateTimeField()
    # The first scan that covers it and lacks it since it was last seen; made anew with the states.
    cleared_by = models.ForeignKey(Scan, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+")

    objects = OfAssetQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "asset", "weakness", "place_key"], name="diagnosis_vulnerability_once"
            ),
            models.CheckConstraint(condition=Q(last_state__in=["", *STATES_JA]), name="diagnosis_vulnerability_state"),
            models.CheckConstraint(condition=Q(severity__in=SEVERITIES_JA), name="diagnosis_vulnerability_severity"),
        ]
        indexes = [
            models.Index(fields=["municipality", "weakness"], name="diagnosis_vulnerability_of"),
            models.Index(fields=["municipality", "last_state", "severity"], name="diagnosis_vulnerability_open"),
        ]

    @property
    def severity_ja(self) -> str:
        """The band in words."""
        return SEVERITIES_JA[self.severity]

    @property
    def place_ja(self) -> str:
        """Port and path as a person reads them."""
        return self.place_key if len(self.path) < 100 else f"{self.port or ''} {self.path}".strip()


class VulnerabilityYear(OfMunicipality):
    """The state of a vulnerability in one fiscal year; made anew from the observations whenever a scan comes in."""

    vulnerability = models.ForeignKey(Vulnerability, on_delete=models.CASCADE, db_index=False, related_name="years")
    fiscal_year = models.IntegerField()
    state = models.CharField(max_length=20)
    is_detected = models.BooleanField()  # it was seen in that year

    objects = OfVulnerabilityQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "vulnerability", "fiscal_year"], name="diagnosis_state_once"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES_JA), name="diagnosis_state_known"),
            year_check("diagnosis_state_year"),
        ]
        indexes = [models.Index(fields=["municipality", "fiscal_year", "state"], name="diagnosis_state_of_year")]


class ObservedText(OfMunicipality):
    """What a tool saw, each text once, cut at a limit. It may say how to attack: masked in whatever leaves kansa."""

    sha256 = models.CharField(max_length=64)  # of the whole text
    text = models.TextField()
    is_cut = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "sha256"], name="diagnosis_text_once")]


class Observation(OfMunicipality):
    """What one scan said of one vulnerability; the tool's own words, vectors and scores. `row`: place in the report."""

    vulnerability = models.ForeignKey(
        Vulnerability, on_delete=models.CASCADE, db_index=False, related_name="observations"
    )
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, db_index=False, related_name="observations")
    outcome = models.CharField(max_length=20)
    outcome_word = models.CharField(max_length=60, default="")
    severity_word = models.CharField(max_length=60, default="")
    vectors = models.CharField(max_length=600, default="")  # a space between
    scores = models.CharField(max_length=200, default="")  # cvss3=9.8 epss=0.12
    installed_version = models.CharField(max_length=200, default="")
    fixed_version = models.CharField(max_length=200, default="")
    output = models.ForeignKey(
        ObservedText, on_delete=models.PROTECT, null=True, db_index=False, related_name="observations"
    )
    row = models.IntegerField(default=0)

    objects = OfVulnerabilityQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "vulnerability", "scan"], name="diagnosis_observation_once"
            ),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES_JA), name="diagnosis_observation_outcome"),
        ]
        indexes = [models.Index(fields=["municipality", "scan"], name="diagnosis_observation_scan")]

    @property
    def outcome_ja(self) -> str:
        """What the scan said, in words."""
        return OUTCOMES_JA[self.outcome]
