"""How many vulnerabilities did a fiscal year have, by zone, kind and state, and what was decided about them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from kansa.apps.diagnosis.models import (
    Asset,
    Decision,
    Scan,
    ScanCoverage,
    Vulnerability,
    VulnerabilityYear,
)
from kansa.apps.diagnosis.queries.advisories import year_days_ja
from kansa.core.diagnosis_summary import DiagnosisCell, DiagnosisSummary
from kansa.core.fiscal import fiscal_year_end
from kansa.core.vulnerability import OPEN_STATES
from kansa.core.weaknesses import COUNTED_KINDS

NOTHING = ""


def with_state(rows: QuerySet[Vulnerability], fiscal_year: int) -> QuerySet[Any]:
    """The vulnerabilities with `state` and `is_detected` of a fiscal year; those with nothing to say are left out.

    What was open in an earlier year and not looked at since is 未確認, or 対象外 on an asset that is no more; see
    core.vulnerability.state_later, which this repeats for a whole table.
    """
    own = VulnerabilityYear.objects.filter(
        municipality_id=OuterRef("municipality_id"), vulnerability=OuterRef("pk"), fiscal_year=fiscal_year
    )
    retired = When(
        Q(last_year__lt=fiscal_year, last_state__in=OPEN_STATES, asset__retired_in__lte=fiscal_year),
        then=Value("not_concerned"),
    )
    later = When(Q(last_year__lt=fiscal_year, last_state__in=OPEN_STATES), then=Value("unconfirmed"))
    carried = Case(retired, later, default=Value(NOTHING), output_field=CharField())
    return rows.annotate(
        state=Coalesce(Subquery(own.values("state")[:1]), carried),
        is_detected=Exists(own.filter(is_detected=True)),
    ).exclude(state=NOTHING)


def decisions_now(
    municipality_id: int, measures: Iterable[int] | None = None
) -> tuple[dict[int, Decision], dict[int, Decision]]:
    """(measure -> its last step, measure -> its latest approved decision unless withdrawn later). Two queries.

    Of all measures, or of these. Only the steps that count are read whole: each repeats everything that was weighed.
    """
    rows = Decision.objects.filter(municipality_id=municipality_id)
    if measures is not None:
        rows = rows.filter(measure__in=list(measures))
    latest: dict[int, int] = {}
    held: dict[int, int] = {}
    for pk, measure, step in rows.order_by("decided_at", "pk").values_list("pk", "measure_id", "step"):
        latest[measure] = pk
        if step == "approved":
            held[measure] = pk
        elif step == "withdrawn":
            held.pop(measure, None)
    keys = {*latest.values(), *held.values()}
    whole = {one.pk: one for one in Decision.objects.filter(municipality_id=municipality_id, pk__in=keys)}
    return {measure: whole[pk] for measure, pk in latest.items()}, {measure: whole[pk] for measure, pk in held.items()}


def decisions_in_force(municipality_id: int, measures: Iterable[int] | None = None) -> dict[int, Decision]:
    """Measure -> its latest approved decision, unless it was withdrawn later."""
    return decisions_now(municipality_id, measures)[1]


def summary(municipality_id: int, fiscal_year: int, today: date | None = None) -> DiagnosisSummary:
    """The counts of a fiscal year. `today`: for what is overdue; the end of the year unless told."""
    counted = Vulnerability.objects.filter(
        municipality_id=municipality_id, weakness__kind__in=COUNTED_KINDS, asset__is_confirmed=True
    )
    rows = with_state(counted, fiscal_year)
    decisions = decisions_in_force(municipality_id)
    is_decided = Q(targets__measure__in=list(decisions), targets__removed_at__isnull=True)
    groups = rows.values_list(
        "asset__network_zone__position",
        "asset__network_zone__code",
        "asset__network_zone__name_ja",
        "weakness__kind",
        "state",
    )
    counts = groups.annotate(total=Count("pk"), seen=Count("pk", filter=Q(is_detected=True))).order_by()
    decided_counts = groups.filter(is_decided).annotate(total=Count("pk")).order_by()
    with_decision = Counter({tuple(key): total for *key, total in decided_counts})
    cells = tuple(
        DiagnosisCell(code, name, kind, state, total, seen, with_decision[(position, code, name, kind, state)])
        for position, code, name, kind, state, total, seen in sorted(counts)
    )
    day = today or fiscal_year_end(fiscal_year)
    open_rows = rows.filter(state__in=OPEN_STATES)
    by_measure = open_rows.filter(is_decided).values_list("targets__measure").annotate(total=Count("pk")).order_by()
    treatments: Counter[str] = Counter()
    overdue_count = 0
    for measure, total in by_measure:
        treatments[decisions[measure].treatment] += total
        overdue_count += total if is_overdue(decisions[measure], day) else 0
    scans = Scan.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    covered = ScanCoverage.objects.filter(municipality_id=municipality_id, scan__fiscal_year=fiscal_year)
    return DiagnosisSummary(
        fiscal_year,
        cells,
        scans.count(),
        covered.filter(asset__is_confirmed=True, is_reached=True).values("asset").distinct().count(),
        Asset.objects.filter(municipality_id=municipality_id, is_confirmed=False).count(),
        tuple(sorted(treatments.items())),
        overdue_count,
        told_by_several(open_rows),
        year_days_ja(municipality_id, fiscal_year),
    )


def diagnosis_of_year(municipality_id: int, fiscal_year: int) -> DiagnosisSummary | None:
    """What the annual report may say of a year; None when no scan of the year was taken over."""
    if not Scan.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year).exists():
        return None
    return summary(municipality_id, fiscal_year)


def is_overdue(decision: Decision, day: date) -> bool:
    """Whether the due day of a decision is over."""
    return decision.due_on is not None and decision.due_on < day


def told_by_several(rows: QuerySet[Any]) -> int:
    """How many share a CVE on the same asset with what another tool found: one weakness told twice (ADR 0033)."""
    tools: dict[tuple[int, str], set[str]] = {}
    pairs = rows.annotate(cve=F("weakness__cve_links__cve")).exclude(cve__isnull=True)
    told = list(pairs.values_list("pk", "asset_id", "cve", "weakness__tool"))
    for _pk, asset_id, cve, tool in told:
        tools.setdefault((asset_id, cve), set()).add(tool)
    return len({pk for pk, asset_id, cve, _tool in told if len(tools[asset_id, cve]) > 1})
