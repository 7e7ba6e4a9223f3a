"""What becomes of a host that the register does not know? It is an asset of the register, or a new one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kansa.apps.diagnosis.actions.assets import save_asset
from kansa.apps.diagnosis.actions.states import refresh_states
from kansa.apps.diagnosis.models import (
    Asset,
    AssetYear,
    MeasureTarget,
    Observation,
    ScanCoverage,
    Vulnerability,
    VulnerabilityYear,
)
from kansa.apps.diagnosis.queries.clues import rows_in_force
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.records import AssetRecord


def assign_host(actor: Actor, host: Asset, asset: Asset, *, keeps_clues: bool = True) -> None:
    """A host of the tray is this asset: all that was said of it moves there, and what tells it is kept for next time.

    Raises RuleError: not allowed, or the host was assigned meanwhile.
    """
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if not Asset.objects.filter(pk=host.pk, municipality_id=actor.municipality_id, is_confirmed=False).exists():
            raise RuleError("host_moved", "このホストは、もう機器に結び付けられています。")
        if not asset.is_confirmed or asset.municipality_id != actor.municipality_id:
            raise RuleError("not_an_asset", "登録済みの機器を選んでください。")
        clues = AssetYear.objects.filter(asset=host).order_by("-fiscal_year").first()
        if clues is not None and keeps_clues:
            _keep_clues(asset, clues)
        _move(host, asset)
        ScanCoverage.objects.filter(municipality_id=actor.municipality_id, asset=host).update(
            asset=asset, matching="hand"
        )
        told = {"fqdn": clues.fqdn, "addresses": clues.addresses} if clues is not None else {}
        AssetYear.objects.filter(asset=host).delete()
        host.delete()
        refresh_states(actor.municipality_id, [asset.pk])
        record(actor, "assign_host", "asset", asset.asset_number, {}, told)


def register_host(actor: Actor, host: Asset, record_: AssetRecord) -> Asset:
    """A host of the tray becomes a new asset of the register. Raises as `save_asset` and `assign_host`."""
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        asset = save_asset(actor, record_)
        assign_host(actor, host, asset, keeps_clues=False)
    return asset


def _keep_clues(asset: Asset, clues: AssetYear) -> None:
    """Adds what tells the host to the asset, from the year of the scan on; what the register says stays."""
    rows = list(AssetYear.objects.filter(asset=asset))
    row = rows_in_force(rows, clues.fiscal_year).get(asset.pk)
    if row is None:
        return
    if row.fiscal_year != clues.fiscal_year:
        row.pk, row.fiscal_year, row.source_file, row.sheet, row.row = None, clues.fiscal_year, None, "", 0
        row._state.adding = True
    row.fqdn, row.host_name = row.fqdn or clues.fqdn, row.host_name or clues.host_name
    row.addresses = " ".join(dict.fromkeys((*row.address_list, *clues.address_list)))[:1000]
    row.save()
    Asset.objects.filter(pk=asset.pk).update(version=F("version") + 1)  # a form that is open on it is an old one


def _move(host: Asset, asset: Asset) -> None:
    """Moves the vulnerabilities; one that the asset has too keeps its number there and takes the observations over."""
    city = asset.municipality_id
    theirs = {
        (weakness, place): pk
        for pk, weakness, place in Vulnerability.objects.filter(municipality_id=city, asset=asset).values_list(
            "pk", "weakness_id", "place_key"
        )
    }
    rows = Vulnerability.objects.filter(municipality_id=city, asset=host)
    for pk, weakness, place in list(rows.values_list("pk", "weakness_id", "place_key")):
        same = theirs.get((weakness, place))
        if same is None:
            continue
        told = Observation.objects.filter(municipality_id=city, vulnerability=same).values("scan_id")
        Observation.objects.filter(municipality_id=city, vulnerability=pk, scan__in=told).delete()
        Observation.objects.filter(municipality_id=city, vulnerability=pk).update(vulnerability=same)
        _move_targets(city, pk, same)
        VulnerabilityYear.objects.filter(municipality_id=city, vulnerability=pk).delete()
        Vulnerability.objects.filter(pk=pk).delete()
    rows.update(asset=asset)


def _move_targets(city: int, before: int, after: int) -> None:
    """What was to be done about it stays; two measures for one vulnerability cannot hold at once, the asset's does."""
    targets = MeasureTarget.objects.filter(municipality_id=city)
    if targets.filter(vulnerability=after, removed_at__isnull=True).exists():
        targets.filter(vulnerability=before, removed_at__isnull=True).update(removed_at=timezone.now())
    targets.filter(vulnerability=before).update(vulnerability=after)
