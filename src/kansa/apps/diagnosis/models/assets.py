"""Which servers and equipment does the city have, in which zone, and who is in charge of each, year by year?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import Department, OfMunicipality, year_check
from kansa.apps.trail.models import FromFile, TenantQuerySet
from kansa.core.permission import Actor, can

IMPORTANCES_JA = {"high": "高", "medium": "中", "low": "低", "": "未設定"}
EXPOSURES = ("small", "controlled", "open")


def asset_scope(actor: Actor, prefix: str = "") -> Q:
    """Which assets a person may see: all, or those that the own department is in charge of now.

    A department sees no host that the register does not know yet. `prefix`: the way from another table, "asset__".
    """
    if can(actor, "read_all"):
        return Q()
    own = sorted(actor.departments) if can(actor, "read_diagnosis") else []
    return Q(**{f"{prefix}owning_department__in": own, f"{prefix}is_confirmed": True})


class AssetQuerySet(TenantQuerySet):
    """Assets, each person's own."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what the person may see."""
        return super().visible_to(actor).filter(asset_scope(actor))


class OfAssetQuerySet(TenantQuerySet):
    """Rows that belong to an asset by their column `asset`."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of assets that the person may see."""
        return super().visible_to(actor).filter(asset_scope(actor, "asset__"))


class NetworkZone(OfMunicipality):
    """ネットワーク領域. `exposure`: how open its hosts are by default (SSVC); the reason for another one."""

    code = models.CharField(max_length=20)
    name_ja = models.CharField(max_length=60)
    position = models.IntegerField()
    exposure = models.CharField(max_length=10, default="controlled")
    exposure_reason_ja = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="diagnosis_zone_once"),
            models.CheckConstraint(condition=Q(exposure__in=EXPOSURES), name="diagnosis_zone_exposure"),
        ]


class Asset(OfMunicipality, FromFile):
    """情報資産（機器）. What may change with the years stands in AssetYear; here is what holds now, for searching.

    `is_confirmed` False: a host that a scan reported and the register does not know; it waits in the tray with all that
    was said of it. `owning_department` and `network_zone` are those of the latest AssetYear.
    """

    asset_number = models.CharField(max_length=60, default="")
    system_ja = models.CharField(max_length=120, default="")
    is_confirmed = models.BooleanField(default=True)
    retired_in = models.IntegerField(null=True)  # the first fiscal year in which it is no more
    owning_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="assets"
    )
    network_zone = models.ForeignKey(NetworkZone, on_delete=models.PROTECT, db_index=False, related_name="assets")
    version = models.IntegerField(default=0)  # of this row: whoever saves an older one is told

    objects = AssetQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "asset_number"],
                condition=~Q(asset_number=""),
                name="diagnosis_asset_once",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed=False) | ~Q(asset_number=""), name="diagnosis_asset_numbered"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "owning_department"], name="diagnosis_asset_owner"),
            models.Index(fields=["municipality", "network_zone"], name="diagnosis_asset_zone"),
        ]


class AssetYear(OfMunicipality, FromFile):
    """An asset as it stood in one fiscal year; it holds for later years until there is a newer row.

    Addresses are kept one after another with a space between, in their canonical form.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, db_index=False, related_name="years")
    fiscal_year = models.IntegerField()
    owning_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="asset_years"
    )
    network_zone = models.ForeignKey(NetworkZone, on_delete=models.PROTECT, db_index=False, related_name="asset_years")
    host_name = models.CharField(max_length=100, default="")
    fqdn = models.CharField(max_length=255, default="")
    addresses = models.CharField(max_length=1000, default="")
    importance = models.CharField(max_length=10, default="")
    has_personal_number = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False)  # the internet reaches it, whatever its zone says
    product_ja = models.CharField(max_length=200, default="")
    operating_system = models.CharField(max_length=200, default="")
    support_ends_on = models.DateField(null=True)
    vendor_ja = models.CharField(max_length=120, default="")
    contract_ja = models.CharField(max_length=200, default="")
    contract_ends_on = models.DateField(null=True)
    note_ja = models.CharField(max_length=500, default="")

    objects = OfAssetQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "asset", "fiscal_year"], name="diagnosis_asset_year_once"),
            models.CheckConstraint(condition=Q(importance__in=IMPORTANCES_JA), name="diagnosis_asset_importance"),
            year_check("diagnosis_asset_year"),
        ]
        indexes = [
            models.Index(fields=["municipality", "owning_department"], name="diagnosis_asset_year_owner"),
        ]

    @property
    def address_list(self) -> tuple[str, ...]:
        """The addresses one by one."""
        return tuple(self.addresses.split())

    @property
    def importance_ja(self) -> str:
        """The importance in words."""
        return IMPORTANCES_JA[self.importance]
