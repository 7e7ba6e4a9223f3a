"""Which reports came in, what did each look at and find, and what is waiting for a person?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404

from kansa.apps.diagnosis.models import (
    AdvisoryUpload,
    Asset,
    AssetYear,
    Observation,
    Scan,
    ScanCoverage,
    ScanUpload,
    Vulnerability,
    asset_scope,
)
from kansa.apps.diagnosis.queries.clues import asset_index, clues_of, rows_in_force
from kansa.apps.jobs.models import Job
from kansa.apps.jobs.queries import job_of
from kansa.apps.plan.models import Engagement
from kansa.core.permission import Actor, can
from kansa.core.weaknesses import SEVERITIES_JA

SEVERITY_ORDER = tuple(SEVERITIES_JA)


def scans_of(actor: Actor, fiscal_year: int | None = None) -> QuerySet[Scan]:
    """The scans a person may see, newest first."""
    rows = Scan.objects.visible_to(actor).select_related("network_zone", "engagement")
    if fiscal_year is not None:
        rows = rows.filter(fiscal_year=fiscal_year)
    return rows.order_by("-fiscal_year", "-scanned_at", "-pk")


def scan_of(actor: Actor, pk: int) -> Scan:
    """One scan. Raises Http404."""
    found: Scan | None = scans_of(actor).select_related("source_file", "imported_by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"診断{pk}はありません。")
    return found


def upload_of(actor: Actor, pk: int) -> ScanUpload:
    """One report that was handed in. Raises Http404."""
    rows = ScanUpload.objects.visible_to(actor).select_related("network_zone", "engagement__firm")
    found: ScanUpload | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(f"登録{pk}はありません。")
    return found


def uploads_waiting(actor: Actor) -> list[ScanUpload]:
    """Reports that do not count yet, newest first."""
    rows = ScanUpload.objects.visible_to(actor).exclude(state__in=("applied", "cancelled"))
    return list(rows.select_related("network_zone").order_by("-uploaded_at")[:50])


def job_of_upload(upload: ScanUpload | AdvisoryUpload) -> tuple[Job | None, bool]:
    """Its job, and whether the work broke off: the job failed, or is not known any more, and the step is not done."""
    job = job_of(upload.municipality_id, upload.job_id) if upload.job_id else None
    is_under_way = upload.state in ("reading", "applying")
    return job, is_under_way and upload.job_id is not None and (job is None or job.state == "failed")


def engagements_of(actor: Actor) -> list[Engagement]:
    """The diagnoses of the plan that a report may belong to: all, or those of the own firm; newest first."""
    rows = Engagement.objects.filter(municipality_id=actor.municipality_id, method="technical_diagnosis")
    if not can(actor, "manage_diagnosis"):
        rows = rows.filter(firm__in=sorted(actor.firms))
    return list(rows.select_related("firm", "department").order_by("-fiscal_year", "code"))


def coverages_of(actor: Actor, scan: Scan) -> list[ScanCoverage]:
    """The hosts that a scan looked at, those of the tray first, then by number."""
    rows = ScanCoverage.objects.filter(municipality_id=actor.municipality_id, scan=scan)
    return list(rows.select_related("asset").order_by("asset__is_confirmed", "asset__asset_number", "host_key"))


def observations_of(actor: Actor, scan: Scan, severity: str = "", words: str = "") -> QuerySet[Observation]:
    """What a scan said, the most severe first; of a visible scan everything is."""
    rows = Observation.objects.filter(municipality_id=actor.municipality_id, scan=scan)
    if severity:
        rows = rows.filter(vulnerability__severity=severity)
    for word in words.split():
        rows = rows.filter(
            Q(vulnerability__weakness__title__icontains=word)
            | Q(vulnerability__weakness__rule__iexact=word)
            | Q(vulnerability__weakness__cves__icontains=word)
            | Q(vulnerability__asset__asset_number__iexact=word)
        )
    return rows.select_related("vulnerability__asset", "vulnerability__weakness").order_by(
        *by_severity("vulnerability__"), "vulnerability__weakness__title", "pk"
    )


def by_severity(prefix: str = "") -> tuple[Case]:
    """An order of rows: the most severe first."""
    whens = [When(**{f"{prefix}severity": code}, then=Value(place)) for place, code in enumerate(SEVERITY_ORDER)]
    return (Case(*whens, default=Value(len(whens)), output_field=IntegerField()),)


@dataclass(frozen=True, slots=True)
class TrayHost:
    """A host that the register does not know, how it was told, and the assets that one clue or another fits."""

    asset: Asset
    year: AssetYear
    item_count: int
    scans: tuple[Scan, ...]
    candidates: tuple[Asset, ...]


def tray_of(actor: Actor) -> list[TrayHost]:
    """The hosts of the tray, those with the most items first."""
    rows = Asset.objects.visible_to(actor).filter(is_confirmed=False).select_related("network_zone")
    counted = rows.annotate(
        item_count=Count("vulnerabilities", filter=~Q(vulnerabilities__weakness__kind="information"))
    )
    hosts = list(counted.order_by("-item_count", "pk"))
    years = rows_in_force(AssetYear.objects.filter(asset__in=[one.pk for one in hosts]), 9999)
    return [_tray_host(actor, one, years[one.pk]) for one in hosts if one.pk in years]


def tray_host(actor: Actor, pk: int) -> TrayHost:
    """One host of the tray. Raises Http404."""
    found = next((one for one in tray_of(actor) if one.asset.pk == pk), None)
    if found is None:
        raise Http404(f"ホスト{pk}は、登録簿にないホストの一覧にありません。")
    return found


def _tray_host(actor: Actor, asset: Asset, year: AssetYear) -> TrayHost:
    match = asset_index(actor.municipality_id, year.fiscal_year, is_confirmed=True).match(clues_of("", year))
    keys = [key for _clue, others in match.others for key in others]
    keys += [match.key] if match.key is not None else []
    scans = Scan.objects.filter(coverages__asset=asset).distinct().order_by("-scanned_at")[:3]
    candidates = Asset.objects.filter(pk__in=keys).order_by("asset_number")
    return TrayHost(asset, year, getattr(asset, "item_count", 0), tuple(scans), tuple(candidates))


def tray_count(actor: Actor) -> int:
    """How many hosts wait in the tray."""
    return int(Asset.objects.visible_to(actor).filter(is_confirmed=False).count())


def vulnerability_of(actor: Actor, pk: int) -> Vulnerability:
    """One vulnerability: of an asset that the person may see, or reported by the own firm. Raises Http404."""
    may_see = asset_scope(actor, "asset__")
    if actor.firms:
        may_see |= Q(observations__scan__engagement__firm__in=sorted(actor.firms))
    rows = Vulnerability.objects.filter(municipality_id=actor.municipality_id).filter(may_see).distinct()
    found: Vulnerability | None = rows.select_related("asset", "weakness").filter(pk=pk).first()
    if found is None:
        raise Http404(f"検出{pk}はありません。")
    return found


def observed(actor: Actor, vulnerability: Vulnerability) -> Iterable[Observation]:
    """What every scan said of a vulnerability, newest first; a firm gets its own scans only."""
    rows = Observation.objects.filter(municipality_id=actor.municipality_id, vulnerability=vulnerability)
    if actor.firms and not can(actor, "read_all"):
        rows = rows.filter(scan__engagement__firm__in=sorted(actor.firms))
    return list(rows.select_related("scan", "output").order_by("-scan__scanned_at", "-pk"))


def told_elsewhere(actor: Actor, vulnerability: Vulnerability) -> list[Vulnerability]:
    """What other tools, or other rules, say of the same CVEs on the same asset: to be decided together (ADR 0033)."""
    cves = vulnerability.weakness.cve_list
    rows = Vulnerability.objects.filter(
        municipality_id=actor.municipality_id, asset=vulnerability.asset, weakness__cve_links__cve__in=cves
    )
    return list(rows.exclude(pk=vulnerability.pk).select_related("weakness").distinct().order_by("pk")[:50])
