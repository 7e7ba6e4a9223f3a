"""What was found on an asset through the years: the open ones first, each with its state of every year?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from kansa.apps.diagnosis.models import Asset, Scan, ScanCoverage, Vulnerability, VulnerabilityYear
from kansa.apps.diagnosis.queries.figures import with_state
from kansa.apps.diagnosis.queries.scans import by_severity
from kansa.core.permission import Actor
from kansa.core.vulnerability import OPEN_STATES, STATES_JA, state_later
from kansa.core.weaknesses import COUNTED_KINDS

OPEN_FIRST = ("returned", "new", "continuing", "unconfirmed", "resolved", "not_concerned")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A vulnerability with its state of each year of the page; "" where there is nothing to say."""

    vulnerability: Vulnerability
    states: tuple[tuple[int, str], ...]

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """(state, its words) year by year."""
        return tuple((state, STATES_JA.get(state, "")) for _year, state in self.states)

    @property
    def state(self) -> str:
        """The state of the last year of the page."""
        return self.states[-1][1] if self.states else ""


def open_counts(actor: Actor, fiscal_year: int) -> Counter[int]:
    """Asset -> open vulnerabilities in a fiscal year, information left out."""
    rows = with_state(Vulnerability.objects.visible_to(actor), fiscal_year)
    rows = rows.filter(state__in=OPEN_STATES, weakness__kind__in=COUNTED_KINDS)
    return Counter(dict(rows.values_list("asset").annotate(total=Count("pk")).order_by()))


def vulnerabilities_on(actor: Actor, asset: Asset, kinds: Sequence[str] = COUNTED_KINDS) -> QuerySet[Any]:
    """What was found on an asset: what is open now first, then the most severe."""
    rows = Vulnerability.objects.visible_to(actor).filter(asset=asset, weakness__kind__in=kinds)
    return rows.select_related("weakness").order_by("-last_year", *by_severity(), "weakness__title", "pk")


def scanned_years(municipality_id: int, asset: Asset, until: int) -> tuple[int, ...]:
    """The fiscal years from the first scan of an asset to `until`."""
    first = (
        Scan.objects.filter(municipality_id=municipality_id, coverages__asset=asset)
        .order_by("fiscal_year")
        .values_list("fiscal_year", flat=True)
        .first()
    )
    return tuple(range(first, until + 1)) if first is not None else ()


def history_lines(
    asset: Asset, vulnerabilities: Sequence[Vulnerability], years: Sequence[int]
) -> tuple[HistoryLine, ...]:
    """The lines of a page."""
    rows = VulnerabilityYear.objects.filter(
        municipality_id=asset.municipality_id, vulnerability__in=[one.pk for one in vulnerabilities]
    )
    told = {(pk, year): state for pk, year, state in rows.values_list("vulnerability_id", "fiscal_year", "state")}

    def state_in(one: Vulnerability, year: int) -> str:
        return told.get((one.pk, year)) or state_later(one.last_year, one.last_state, year, asset.retired_in)

    return tuple(HistoryLine(one, tuple((year, state_in(one, year)) for year in years)) for one in vulnerabilities)


def state_counts(actor: Actor, asset: Asset, fiscal_year: int) -> tuple[tuple[str, int], ...]:
    """(state, how many) on an asset in a fiscal year, in the order in which they matter."""
    rows = with_state(Vulnerability.objects.visible_to(actor).filter(asset=asset), fiscal_year)
    rows = rows.filter(weakness__kind__in=COUNTED_KINDS)
    found = dict(rows.values_list("state").annotate(total=Count("pk")).order_by())
    return tuple((STATES_JA[state], found[state]) for state in OPEN_FIRST if found.get(state))


def coverages_on(asset: Asset) -> Sequence[ScanCoverage]:
    """Which scans looked at an asset, newest first."""
    rows = ScanCoverage.objects.filter(municipality_id=asset.municipality_id, asset=asset)
    return list(rows.select_related("scan", "scan__network_zone").order_by("-scan__scanned_at", "host_key")[:50])
