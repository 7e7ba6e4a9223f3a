"""Which reports were handed in, what did each look at, and which are being looked at before they count?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kansa.apps.diagnosis.models.assets import Asset, NetworkZone, OfAssetQuerySet
from kansa.apps.people.models import Account, OfMunicipality, year_check
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.models import SourceFile, TenantQuerySet
from kansa.core.advisory_days import as_of_ja
from kansa.core.assets import CLUES_JA
from kansa.core.permission import Actor, can
from kansa.formats.scans import READERS

UPLOAD_STATES_JA = {
    "waiting": "確認の待ち",
    "reading": "確認中",
    "read": "確認済み（未取込み）",
    "applying": "取込み中",
    "applied": "取込み済み",
    "failed": "取り込めない",
    "cancelled": "取りやめ",
}
UPLOAD_KINDS_JA = {
    "report": "診断ツールの報告書",
    "inventory": "インストール済みの一覧",
    "table": "診断業者の表",
}
# What people call the tools; of several formats of one tool the first.
TOOLS_JA = {one.tool: one.title_ja.partition("（")[0] for one in reversed(READERS.values())} | {
    "patch_check": "更新プログラムの照合",
    "vendor": "診断業者の表",
}
MATCHINGS = ("", "asset_number", "fqdn", "host_name", "address", "hand")


def scan_scope(actor: Actor) -> Q:
    """Which scans a person may see: all, or those of an engagement of the own firm. A department sees assets."""
    if can(actor, "read_all"):
        return Q()
    return Q(engagement__firm__in=sorted(actor.firms)) if actor.firms else Q(pk__in=[])


class OfScanQuerySet(TenantQuerySet):
    """Scans and uploads, each person's own."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        return super().visible_to(actor).filter(scan_scope(actor))


class Scan(OfMunicipality):
    """診断の一回: one report of one tool, seen from one zone.

    `scanned_at` is its place in time, from the report or as the person said; `is_whole`: every rule of the tool was
    tried, so silence means something; `port_ranges`: "" for all ports. `advisory_days`: for a patch check, the files it
    was matched against: kind, release, day ("" unknown), first characters of the hash.
    """

    fiscal_year = models.IntegerField()
    tool = models.CharField(max_length=40)
    tool_version = models.CharField(max_length=60, default="")
    policy = models.CharField(max_length=200, default="")
    network_zone = models.ForeignKey(NetworkZone, on_delete=models.PROTECT, db_index=False, related_name="scans")
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, db_index=False, related_name="scans"
    )
    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False, related_name="+")
    report_name = models.CharField(max_length=255)  # of the file, or of the one inside an archive
    scanned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=True)
    port_ranges = models.CharField(max_length=200, default="")
    host_count = models.IntegerField(default=0)
    item_count = models.IntegerField(default=0)
    repeated_count = models.IntegerField(default=0)  # items that say again what another of the same place said
    unread_count = models.IntegerField(default=0)
    unread = models.JSONField(default=list)  # the first places that could not be read, with their reasons
    advisory_days = models.JSONField(default=list)
    counts = models.JSONField(default=dict)  # what it changed when it came in: core.vulnerability words
    imported_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    imported_at = models.DateTimeField()

    objects = OfScanQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "source_file", "report_name"], name="diagnosis_scan_once"),
            year_check("diagnosis_scan_year"),
        ]
        indexes = [
            models.Index(fields=["municipality", "fiscal_year", "scanned_at"], name="diagnosis_scan_order"),
            models.Index(fields=["municipality", "engagement"], name="diagnosis_scan_engagement"),
        ]

    @property
    def as_of_ja(self) -> str:
        """Up to which day the data spoke that it was matched against; "" for other scans."""
        return as_of_ja(self.advisory_days)

    @property
    def tool_ja(self) -> str:
        """The tool's name for people."""
        return TOOLS_JA.get(self.tool, self.tool)


class ScanCoverage(OfMunicipality):
    """検査範囲: a host that a scan looked at, as the report tells it, and the asset it was taken for.

    `cleared_rules`: "rule|component|place" of what the report says is fulfilled, fixed or not affected, with that word;
    `cleared_cves`: "CVE|component" likewise, which also tells of what another tool had found.
    """

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, db_index=False, related_name="coverages")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, db_index=False, related_name="coverages")
    host_key = models.CharField(max_length=255)
    matching = models.CharField(max_length=20, default="")
    asset_number = models.CharField(max_length=60, default="")
    fqdn = models.CharField(max_length=255, default="")
    host_name = models.CharField(max_length=100, default="")
    address = models.CharField(max_length=64, default="")
    mac_address = models.CharField(max_length=40, default="")
    operating_system = models.CharField(max_length=200, default="")
    is_reached = models.BooleanField(default=True)
    is_credentialed = models.BooleanField(null=True)
    item_count = models.IntegerField(default=0)
    cleared_rules = models.JSONField(default=dict)
    cleared_cves = models.JSONField(default=dict)

    objects = OfAssetQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "scan", "host_key"], name="diagnosis_coverage_once"),
            models.CheckConstraint(condition=Q(matching__in=MATCHINGS), name="diagnosis_coverage_matching"),
        ]
        indexes = [models.Index(fields=["municipality", "asset", "scan"], name="diagnosis_coverage_asset")]

    @property
    def matching_ja(self) -> str:
        """By what the host was taken for its asset, in words."""
        return {**CLUES_JA, "hand": "手で結付け"}.get(self.matching, "－")


class ScanUpload(OfMunicipality):
    """A report that was handed in and does not count yet: kept apart, looked at, then taken over or put away.

    `told`: what taking it over would change, as the dry run found it. `stated`: what the person says of an inventory
    that does not say it itself; `mapping_id`: by which a firm's table is read, kept by number since it may be removed.
    """

    kind = models.CharField(max_length=10, default="report")
    mapping_id = models.BigIntegerField(null=True)
    stated = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")
    fiscal_year = models.IntegerField()
    network_zone = models.ForeignKey(NetworkZone, on_delete=models.PROTECT, db_index=False, related_name="+")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    scanned_at = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=True)
    port_ranges = models.CharField(max_length=200, default="")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    stored_name = models.CharField(max_length=200)
    told = models.JSONField(default=dict)
    reason_ja = models.TextField(default="")  # why it cannot be taken over
    job_id = models.BigIntegerField(null=True)
    uploaded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = OfScanQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UPLOAD_STATES_JA), name="diagnosis_upload_state"),
            models.CheckConstraint(condition=Q(kind__in=UPLOAD_KINDS_JA), name="diagnosis_upload_kind"),
            year_check("diagnosis_upload_year"),
        ]
        indexes = [models.Index(fields=["municipality", "state"], name="diagnosis_upload_waiting")]

    @property
    def kind_ja(self) -> str:
        """What was handed in, in words."""
        return UPLOAD_KINDS_JA[self.kind]

    @property
    def state_ja(self) -> str:
        """How far it is, in words."""
        return UPLOAD_STATES_JA[self.state]
