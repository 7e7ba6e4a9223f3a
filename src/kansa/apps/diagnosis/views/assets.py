"""Which assets are there, how does one stand through the years, and how is it registered or changed?"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.diagnosis.actions import save_asset, zones_of
from kansa.apps.diagnosis.forms import AssetForm, asset_values
from kansa.apps.diagnosis.models import IMPORTANCES_JA, Asset
from kansa.apps.diagnosis.queries.assets import (
    AssetFilter,
    asset_lines,
    owners_of,
    successors_in,
    years_of,
    zones_known,
)
from kansa.apps.diagnosis.queries.clues import rows_in_force
from kansa.apps.diagnosis.queries.histories import (
    coverages_on,
    history_lines,
    open_counts,
    scanned_years,
    state_counts,
    vulnerabilities_on,
)
from kansa.apps.diagnosis.views.shown import number_asked, this_year
from kansa.apps.people.models import Department
from kansa.apps.people.queries import department_book
from kansa.apps.trail.forms import differences, permitted, submit, version_of
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can
from kansa.core.weaknesses import COUNTED_KINDS, KINDS

ON_A_PAGE = 50
YEARS_SHOWN = 4


def asset_for(actor: Actor, pk: int) -> Asset:
    """One asset that the person may see. Raises Http404."""
    rows = Asset.objects.visible_to(actor).select_related("network_zone", "owning_department")
    found: Asset | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(f"機器{pk}はありません。")
    return found


def departments_now(actor: Actor) -> list[Department]:
    """The departments of this fiscal year, by code."""
    book = department_book(actor.municipality_id)
    found = (book.find(code, this_year()) for code in sorted(book.rows))
    return [one for one in found if one is not None]


def asked_of(request: HttpRequest) -> AssetFilter:
    """What the address asks for; what it cannot mean is left out."""
    given = request.GET
    return AssetFilter(
        words=given.get("q", "").strip()[:100],
        zone=number_asked(request, "zone"),
        department=number_asked(request, "department"),
        importance=given.get("importance", "") if given.get("importance") in IMPORTANCES_JA else "",
        due=given.get("due", "") if given.get("due") in ("support", "contract") else "",
        is_published=given.get("published") == "1",
        with_retired=given.get("retired") == "1",
    )


@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """The register; a department sees the assets it is in charge of."""
    actor = permitted(request, "read_diagnosis")
    asked = asked_of(request)
    lines = asset_lines(actor, this_year(), asked)
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    counts = open_counts(actor, this_year())
    context = {
        "asked": asked,
        "page": page,
        "rows": [(line, counts[line.asset.pk]) for line in page.object_list],
        "total": len(lines),
        "zones": zones_known(actor),
        "departments": departments_now(actor) if can(actor, "read_all") else [],
        "importances": [(code, words) for code, words in IMPORTANCES_JA.items() if code],
        "is_filtered": asked != AssetFilter(),
        "may_manage": can(actor, "manage_diagnosis"),
        "reads_all": can(actor, "read_all"),
    }
    return render(request, "diagnosis/assets.html", context)


@require_safe
def asset_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An asset: what it is, what was found on it through the years, which scans looked at it."""
    actor = permitted(request, "read_diagnosis")
    asset = asset_for(actor, pk)
    has_information = request.GET.get("information") == "1"
    found = vulnerabilities_on(actor, asset, KINDS if has_information else COUNTED_KINDS)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = scanned_years(actor.municipality_id, asset, this_year())[-YEARS_SHOWN:]
    rows = years_of(actor, asset)
    now = rows_in_force(rows, this_year()).get(asset.pk)
    context = {
        "asset": asset,
        "now": now,
        "owners": _owners(actor, now.owning_department if now else None),
        "years": rows,
        "page": page,
        "shown_years": [(year, era_year_ja(year)) for year in shown],
        "lines": history_lines(asset, list(page.object_list), shown),
        "counts": state_counts(actor, asset, this_year()),
        "coverages": coverages_on(asset),
        "has_information": has_information,
        "may_manage": can(actor, "manage_diagnosis"),
    }
    return render(request, "diagnosis/asset.html", context)


def _owners(actor: Actor, department: Department | None) -> tuple[Department, ...]:
    moved = successors_in(actor.municipality_id, this_year())
    return owners_of(department, moved, {one.pk: one for one in Department.objects.visible_to(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
def add_page(request: HttpRequest) -> HttpResponse:
    """Registers an asset by hand."""
    actor = permitted(request, "manage_diagnosis")
    initial = {"fiscal_year": this_year()}
    form = AssetForm(zones_for(actor), departments_now(actor), request.POST or None, initial=initial)
    if request.method == "POST":
        saved = submit(form, lambda: save_asset(actor, form.record()))
        if saved is not None:
            return redirect("diagnosis:asset", saved.pk)
    return render(request, "diagnosis/asset_form.html", {"form": form, "title": _("機器を登録する")})


def zones_for(actor: Actor) -> list[Any]:
    """The zones to choose from; on an empty system the usual ones are put in first."""
    return sorted(zones_of(actor.municipality_id).values(), key=lambda one: (one.position, one.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes an asset from a fiscal year on."""
    actor = permitted(request, "read_diagnosis")
    asset = asset_for(actor, pk)
    if not can(actor, "manage_diagnosis"):
        raise PermissionDenied
    now = rows_in_force(years_of(actor, asset), this_year()).get(asset.pk)
    if not asset.is_confirmed or now is None:
        return redirect("diagnosis:tray_host", asset.pk)
    initial = asset_values(now, this_year())
    form = AssetForm(zones_for(actor), departments_now(actor), request.POST or None, initial=initial)
    version = version_of(request, asset.version)
    if request.method == "POST":
        saved = submit(form, lambda: save_asset(actor, form.record(), asset, version))
        if saved is not None:
            return redirect("diagnosis:asset", saved.pk)
    is_changed = form.is_bound and version != asset.version
    context = {
        "form": form,
        "title": _("機器の登録を変える"),
        "asset": asset,
        "version": asset.version if is_changed else version,
        "is_changed": is_changed,
        "differences": differences(form, initial) if is_changed else [],
    }
    return render(request, "diagnosis/asset_form.html", context)
