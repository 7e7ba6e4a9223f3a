"""By which clues are the assets of a fiscal year found?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q

from kansa.apps.diagnosis.models import Asset, AssetYear
from kansa.core.assets import AssetIndex, HostClues, host_clues


def rows_in_force(rows: Iterable[AssetYear], fiscal_year: int) -> dict[int, AssetYear]:
    """Asset -> its row that holds in the fiscal year: the latest one until then, else the earliest of all."""
    found: dict[int, AssetYear] = {}
    for row in sorted(rows, key=lambda one: one.fiscal_year):
        if row.asset_id not in found or row.fiscal_year <= fiscal_year:
            found[row.asset_id] = row
    return found


def clues_of(asset_number: str, row: AssetYear) -> HostClues:
    """What tells an asset in a fiscal year."""
    return host_clues(asset_number, row.fqdn, row.host_name, row.address_list, str(row.network_zone_id))


def known_clues(municipality_id: int, fiscal_year: int, *, is_confirmed: bool) -> Iterator[tuple[int, HostClues]]:
    """Asset -> its clues, of the register or of the tray; what is retired is left out."""
    assets = Asset.objects.filter(municipality_id=municipality_id, is_confirmed=is_confirmed)
    assets = assets.filter(Q(retired_in__isnull=True) | Q(retired_in__gt=fiscal_year))
    numbers = dict(assets.order_by("pk").values_list("pk", "asset_number"))
    rows = rows_in_force(AssetYear.objects.filter(municipality_id=municipality_id), fiscal_year)
    for key, number in numbers.items():
        if key in rows:
            yield key, clues_of(number, rows[key])


def asset_index(municipality_id: int, fiscal_year: int, *, is_confirmed: bool) -> AssetIndex:
    """The register, or the tray, of a fiscal year."""
    return AssetIndex(known_clues(municipality_id, fiscal_year, is_confirmed=is_confirmed))
