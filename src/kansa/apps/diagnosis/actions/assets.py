"""How does the register change: by a list, by hand, year by year? One way for both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.db.models import F

from kansa.apps.diagnosis.actions.states import refresh_states
from kansa.apps.diagnosis.actions.zones import zones_of
from kansa.apps.diagnosis.models import Asset, AssetYear, NetworkZone
from kansa.apps.people.actions import lock_municipality
from kansa.apps.people.models import Department
from kansa.apps.people.queries import DepartmentBook, department_book
from kansa.apps.trail.actions import (
    ImportOptions,
    ImportPlan,
    Row,
    TablePlan,
    Typed,
    apply_plan,
    compare_table,
    place_of,
    require,
)
from kansa.core.assets import canonical_address
from kansa.core.errors import CHANGED_MEANWHILE, InputError, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.folding import matching_key
from kansa.formats.readers.assets import record_faults
from kansa.formats.records import AssetRecord, Source
from kansa.formats.words import ZONES

ASSET_FIELDS = ("asset_number", "system_ja", "is_confirmed", "retired_in", "owning_department", "network_zone")
YEAR_FIELDS = (
    *("asset", "fiscal_year", "owning_department", "network_zone", "host_name", "fqdn", "addresses", "importance"),
    *("has_personal_number", "is_published", "product_ja", "operating_system", "support_ends_on", "vendor_ja"),
    *("contract_ja", "contract_ends_on", "note_ja"),
)


def zone_named(zones: dict[str, NetworkZone], name_ja: str) -> NetworkZone | None:
    """The zone of this name, or of a word that is known to mean it."""
    wanted = matching_key(name_ja)
    found = next((one for one in zones.values() if matching_key(one.name_ja) == wanted), None)
    return found or zones.get(ZONES.code(name_ja) or "")


def plan_assets(municipality_id: int, records: Sequence[AssetRecord], options: ImportOptions) -> ImportPlan:
    """What a list of assets would change. An asset itself is never removed: its years have happened."""
    zones, book = zones_of(municipality_id), department_book(municipality_id)
    known = {one.asset_number: one for one in Asset.objects.filter(municipality_id=municipality_id, is_confirmed=True)}
    latest = _latest_years(municipality_id)
    refusals: list[Refusal] = []
    placed: list[tuple[AssetRecord, Department, NetworkZone]] = []
    for one in records:
        place = _placed(one, zones, book)
        if isinstance(place, Refusal):
            refusals.append(place)
        else:
            placed.append((one, *place))
    assets: dict[str, tuple[Asset, Row, int]] = {}
    year_rows = []
    for one, department, zone in placed:
        asset = assets[one.asset_number][0] if one.asset_number in assets else known.get(one.asset_number)
        asset = asset or Asset(municipality_id=municipality_id)
        newest = assets[one.asset_number][2] if one.asset_number in assets else latest.get(asset.pk or 0, 0)
        if one.fiscal_year >= newest:
            values = (one.asset_number, one.system_ja, True, one.retired_in, department, zone)
            row = Row(values, source_of(one), asset if asset.pk is None else None)
            assets[one.asset_number] = (asset, row, one.fiscal_year)
        year_rows.append(Row((asset, *_year_values(one, department, zone)), source_of(one)))
    years = {one.fiscal_year for one in records}
    of_city = Asset.objects.filter(municipality_id=municipality_id, is_confirmed=True)
    table = compare_table(Asset, ASSET_FIELDS, 1, [row for _asset, row, _year in assets.values()], of_city)
    standing = AssetYear.objects.filter(
        municipality_id=municipality_id, fiscal_year__in=years, asset__is_confirmed=True
    )
    year_table = compare_table(AssetYear, YEAR_FIELDS, 2, year_rows, standing, remove=options.replace)
    finish = partial(_finish, municipality_id, table, year_table)
    return ImportPlan("assets", (table, year_table), (*refusals, *table.refusals, *year_table.refusals), finish=finish)


def _finish(municipality_id: int, table: TablePlan, year_table: TablePlan) -> None:
    """What is open on an asset whose end changed is no concern any more, or is one again; forms open on it are old."""
    place = ASSET_FIELDS.index("retired_in")
    moved = [one.pk for one in table.changed if one.before[place] != one.row.values[place]]
    refresh_states(municipality_id, moved)
    rows = [*year_table.added, *(one.row for one in year_table.changed)]
    of_years = {row.values[0].pk for row in rows if isinstance(row.values[0], Asset)}
    touched = {one.pk for one in table.changed} | of_years
    Asset.objects.filter(municipality_id=municipality_id, pk__in=touched).update(version=F("version") + 1)


def _latest_years(municipality_id: int) -> dict[int, int]:
    """Asset -> its latest year in the register."""
    rows = AssetYear.objects.filter(municipality_id=municipality_id).order_by("fiscal_year")
    return dict(rows.values_list("asset_id", "fiscal_year"))


def _placed(
    one: AssetRecord, zones: dict[str, NetworkZone], book: DepartmentBook
) -> tuple[Department, NetworkZone] | Refusal:
    zone = zone_named(zones, one.network_zone)
    if zone is None:
        names = "、".join(row.name_ja for row in zones.values())
        reason = f"ネットワーク領域「{one.network_zone[:40]}」は登録されていません。「{names}」のいずれかです。"
        return Refusal("unknown_zone", reason, place_of(source_of(one), "ネットワーク領域"))
    department = book.find(one.department_code, one.fiscal_year)
    if department is None:
        reason = book.unknown_ja(one.department_code, one.fiscal_year)
        return Refusal("unknown_department", reason, place_of(source_of(one), "所管課コード"))
    return department, zone


def source_of(one: AssetRecord) -> Source | None:
    """Where a record was read; None when it was typed."""
    return one.source if one.source.file_sha256 else None


def _year_values(one: AssetRecord, department: Department, zone: NetworkZone) -> Iterator[object]:
    yield from (one.fiscal_year, department, zone, one.host_name.lower(), one.fqdn.lower().strip("."))
    yield " ".join(dict.fromkeys(map(canonical_address, one.addresses)))
    yield from (
        one.importance,
        one.has_personal_number,
        one.is_published,
        one.product_ja,
        one.operating_system,
        one.support_ends_on,
    )
    yield from (one.vendor_ja, one.contract_ja, one.contract_ends_on, one.note_ja)


def save_asset(actor: Actor, record: AssetRecord, asset: Asset | None = None, version: int | None = None) -> Asset:
    """Registers an asset by hand, or changes it from a fiscal year on. `version`: of the row as the person saw it.

    Raises InputError for what cannot be; RuleError: not allowed, the number is another asset's, or somebody has saved
    meanwhile.
    """
    require(actor, "manage_diagnosis")
    faults = tuple(record_faults([record]))
    if faults:
        raise InputError(*(replace(fault, place=replace(fault.place, file="", row=0)) for fault in faults))
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        same = Asset.objects.filter(municipality_id=actor.municipality_id, asset_number=record.asset_number).first()
        if same is not None and (asset is None or same.pk != asset.pk):
            raise RuleError("asset_known", f"資産番号「{record.asset_number}」は別の機器に登録されています。")
        if asset is not None and asset.asset_number != record.asset_number:
            raise RuleError("asset_number_kept", "資産番号は変えられません。別の機器として登録してください。")
        if version is not None and same is not None and same.version != version:
            raise RuleError(*CHANGED_MEANWHILE)
        plan = plan_assets(actor.municipality_id, [record], ImportOptions())
        typed = Typed("manage_diagnosis", "edit" if asset else "register", record.asset_number, object_kind="asset")
        apply_plan(actor, plan, (), typed)
        saved: Asset = Asset.objects.get(municipality_id=actor.municipality_id, asset_number=record.asset_number)
    return saved
