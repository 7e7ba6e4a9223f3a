"""Which other assets have the same component or CVE, and which may have it although no scan has looked?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from kansa.apps.diagnosis.models import Asset, AssetYear, ScanCoverage, Vulnerability
from kansa.apps.diagnosis.queries.assets import successors_in
from kansa.apps.diagnosis.queries.clues import rows_in_force
from kansa.apps.diagnosis.queries.figures import with_state
from kansa.apps.diagnosis.queries.measures import owner_now
from kansa.core.sameness import names_same
from kansa.core.vulnerability import OPEN_STATES


@dataclass(slots=True)
class Alike:
    """Assets of one department by number. `found`: the same is open there; `unseen`: the register names the same."""

    found: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    def reasons_ja(self) -> tuple[str, ...]:
        """Why the department is asked; it reads its own assets only."""
        told = []
        if self.found:
            told.append(f"診断で同じ部品又は CVE の検出が残る機器：{listed(self.found)}")
        if self.unseen:
            told.append(f"登録簿の製品・OS が同じで、同じ診断ではまだ見ていない機器：{listed(self.unseen)}")
        return tuple(told)


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for: weaknesses, components and CVEs of the targets, on other assets than theirs."""

    weaknesses: frozenset[int]
    components: frozenset[str]
    cves: frozenset[str]
    tools: frozenset[str]
    assets: frozenset[int]


def listed(numbers: Sequence[str], most: int = 20) -> str:
    """Numbers in a row; of many the first."""
    more = f"ほか{len(numbers) - most}台" if len(numbers) > most else ""
    return "、".join([*numbers[:most], *filter(None, [more])])


def alike(municipality_id: int, measures: Iterable[int], fiscal_year: int) -> dict[int, Alike]:
    """Department in charge now -> its assets that concern these measures too. A fixed number of queries."""
    sought = _sought(municipality_id, measures)
    if not sought.weaknesses:
        return {}
    moved = successors_in(municipality_id, fiscal_year)
    by_owner: dict[int, Alike] = defaultdict(Alike)
    found = _found(municipality_id, sought, fiscal_year)
    for owner, _pk, number in found:
        by_owner[owner_now(owner, moved)].found.append(number)
    unseen = _unseen(municipality_id, sought, {pk for _owner, pk, _number in found}, fiscal_year)
    for owner, number in unseen:
        by_owner[owner_now(owner, moved)].unseen.append(number)
    return dict(by_owner)


def _sought(municipality_id: int, measures: Iterable[int]) -> _Sought:
    rows = Vulnerability.objects.filter(
        municipality_id=municipality_id, targets__measure__in=list(measures), targets__removed_at__isnull=True
    )
    told = list(
        rows.values_list(
            "weakness_id", "weakness__component", "weakness__cves", "weakness__tool", "asset_id"
        ).distinct()
    )
    return _Sought(
        frozenset(weakness for weakness, *_rest in told),
        frozenset(component for _weakness, component, *_rest in told if component),
        frozenset(cve for _weakness, _component, cves, *_rest in told for cve in cves.split()),
        frozenset(tool for *_rest, tool, _asset in told),
        frozenset(asset for *_rest, asset in told),
    )


def _found(municipality_id: int, sought: _Sought, fiscal_year: int) -> list[tuple[int, int, str]]:
    """(department, asset, number) where the same is open."""
    same = Q(weakness__in=sought.weaknesses) | Q(weakness__component__in=sought.components)
    same |= Q(weakness__cve_links__cve__in=sought.cves)
    rows = Vulnerability.objects.filter(
        same,
        municipality_id=municipality_id,
        asset__is_confirmed=True,
        asset__owning_department__isnull=False,
    ).exclude(asset__in=sought.assets)
    told = with_state(rows, fiscal_year).filter(state__in=OPEN_STATES)
    columns = ("asset__owning_department_id", "asset_id", "asset__asset_number")
    return sorted(set(told.values_list(*columns)), key=lambda one: one[2])


def _unseen(municipality_id: int, sought: _Sought, found: set[int], fiscal_year: int) -> list[tuple[int, str]]:
    """(department, number) of assets that the register calls the same and that none of the tools has reached."""
    years = rows_in_force(
        AssetYear.objects.filter(municipality_id=municipality_id, asset__is_confirmed=True), fiscal_year
    )
    names = sorted(sought.components) or _products(years, sought.assets)
    reached = ScanCoverage.objects.filter(
        municipality_id=municipality_id, is_reached=True, scan__tool__in=sought.tools
    ).values_list("asset_id", flat=True)
    left_out = sought.assets | found | set(reached)
    assets = Asset.objects.filter(municipality_id=municipality_id, is_confirmed=True, owning_department__isnull=False)
    assets = assets.filter(Q(retired_in__isnull=True) | Q(retired_in__gt=fiscal_year)).order_by("asset_number")
    return [
        (owner, number)
        for pk, owner, number in assets.values_list("pk", "owning_department_id", "asset_number")
        if pk not in left_out and pk in years and names_same(_told(years[pk]), names)
    ]


def _told(year: AssetYear) -> str:
    return f"{year.product_ja} {year.operating_system} {year.vendor_ja}"


def _products(years: dict[int, AssetYear], assets: Iterable[int]) -> list[str]:
    """Where no component is known, what the register calls the assets: their product and system."""
    told = (years[pk] for pk in assets if pk in years)
    return sorted({name for one in told for name in (one.product_ja, one.operating_system) if name})
