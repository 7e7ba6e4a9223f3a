"""What does the register say: as a list for a page, as one asset through its years, as records to be read again?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kansa.apps.diagnosis.models import Asset, AssetYear, NetworkZone
from kansa.apps.diagnosis.queries.clues import rows_in_force
from kansa.apps.people.models import Department, Succession
from kansa.core.fiscal import fiscal_year_end
from kansa.core.permission import Actor
from kansa.formats.records import AssetRecord, Source


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What a list of assets is asked for. `due`: "support" or "contract" ending in the year, or over."""

    words: str = ""
    zone: int | None = None
    department: int | None = None
    importance: str = ""
    due: str = ""
    is_published: bool = False  # only those that the internet reaches
    with_retired: bool = False


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One asset as it stands in a fiscal year. `owner`: who is in charge now, through successions."""

    asset: Asset
    year: AssetYear
    owners: tuple[Department, ...]
    is_support_ending: bool
    is_contract_ending: bool


def zones_known(actor: Actor) -> list[NetworkZone]:
    """The zones of the municipality in their order."""
    return list(NetworkZone.objects.visible_to(actor).order_by("position", "pk"))


def successors_in(municipality_id: int, fiscal_year: int) -> dict[int, tuple[int, ...]]:
    """Department -> the ones that stand for it in a fiscal year; only those that went elsewhere."""
    links: dict[int, list[int]] = {}
    rows = Succession.objects.filter(municipality_id=municipality_id, fiscal_year__lte=fiscal_year)
    for before, after in rows.order_by("successor__code").values_list("predecessor_id", "successor_id"):
        links.setdefault(before, []).append(after)
    alive = set(
        Department.objects.filter(municipality_id=municipality_id)
        .exclude(valid_to__lt=fiscal_year)
        .values_list("pk", flat=True)
    )

    def followed(key: int, seen: frozenset[int]) -> tuple[int, ...]:
        if key in alive or key not in links:
            return (key,)
        return tuple(dict.fromkeys(end for one in links[key] if one not in seen for end in followed(one, seen | {one})))

    return {key: followed(key, frozenset({key})) for key in links if key not in alive}


def owners_of(
    department: Department | None, moved: dict[int, tuple[int, ...]], book: dict[int, Department]
) -> tuple[Department, ...]:
    """Who is in charge now: the department itself, or those that stand for it. After a split it may be several."""
    if department is None:
        return ()
    return tuple(book[key] for key in moved.get(department.pk, (department.pk,)) if key in book)


def is_ending(day: date | None, fiscal_year: int) -> bool:
    """Whether a day lies before the end of the fiscal year."""
    return day is not None and day <= fiscal_year_end(fiscal_year)


def asset_lines(actor: Actor, fiscal_year: int, asked: AssetFilter) -> list[AssetLine]:
    """The assets a person may see, by zone and number. Retired ones only when asked for."""
    rows = Asset.objects.visible_to(actor).filter(is_confirmed=True).select_related("network_zone")
    if not asked.with_retired:
        rows = rows.filter(Q(retired_in__isnull=True) | Q(retired_in__gt=fiscal_year))
    rows = rows.order_by("network_zone__position", "asset_number")
    assets = {one.pk: one for one in rows}
    years = rows_in_force(_years(actor), fiscal_year)
    moved = successors_in(actor.municipality_id, fiscal_year)
    book = {one.pk: one for one in Department.objects.visible_to(actor)}
    lines = []
    for key, asset in assets.items():
        if key not in years:
            continue
        year = years[key]
        line = AssetLine(
            asset,
            year,
            owners_of(year.owning_department, moved, book),
            is_ending(year.support_ends_on, fiscal_year),
            is_ending(year.contract_ends_on, fiscal_year),
        )
        if fits(line, asked):
            lines.append(line)
    return lines


def _years(actor: Actor) -> Iterable[AssetYear]:
    return AssetYear.objects.visible_to(actor).select_related("owning_department", "network_zone")


def fits(line: AssetLine, asked: AssetFilter) -> bool:
    """Whether an asset is asked for; every word in its number, names, addresses, system, product or vendor."""
    year = line.year
    names = (line.asset.asset_number, line.asset.system_ja, year.host_name, year.fqdn, year.addresses)
    text = " ".join((*names, year.product_ja, year.operating_system, year.vendor_ja)).lower()
    is_due = {"support": line.is_support_ending, "contract": line.is_contract_ending}.get(asked.due, True)
    return (
        is_due
        and all(word in text for word in asked.words.lower().split())
        and asked.zone in (None, year.network_zone_id)
        and (asked.department is None or asked.department in {one.pk for one in line.owners})
        and asked.importance in ("", year.importance)
        and (year.is_published or not asked.is_published)
    )


def years_of(actor: Actor, asset: Asset) -> Sequence[AssetYear]:
    """How an asset stood in each year of the register, newest first."""
    rows = AssetYear.objects.visible_to(actor).filter(asset=asset)
    return list(rows.select_related("owning_department", "network_zone", "source_file").order_by("-fiscal_year"))


def asset_records(municipality_id: int, fiscal_year: int) -> Iterable[AssetRecord]:
    """The rows of a fiscal year, as a list that can be read again."""
    rows = AssetYear.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year, asset__is_confirmed=True)
    for row in rows.select_related("asset", "owning_department", "network_zone", "source_file").order_by(
        "asset__asset_number"
    ):
        yield record_of(row)


def record_of(row: AssetYear) -> AssetRecord:
    """A row as a record."""
    file = row.source_file
    return AssetRecord(
        row.fiscal_year,
        row.asset.asset_number,
        row.asset.system_ja,
        row.owning_department.code if row.owning_department else "",
        row.network_zone.name_ja,
        row.host_name,
        row.fqdn,
        row.address_list,
        row.importance,
        row.has_personal_number,
        row.product_ja,
        row.operating_system,
        row.support_ends_on,
        row.vendor_ja,
        row.contract_ja,
        row.contract_ends_on,
        row.asset.retired_in,
        row.note_ja,
        Source(file.sha256 if file else "", file.name if file else "", row.sheet, row.row),
        row.is_published,
    )
