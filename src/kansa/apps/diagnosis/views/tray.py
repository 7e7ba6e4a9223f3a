"""Which hosts does the register not know, and what are they?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.diagnosis.actions import assign_host, register_host
from kansa.apps.diagnosis.forms import AssetForm, AssignForm, host_values
from kansa.apps.diagnosis.models import Asset
from kansa.apps.diagnosis.queries.scans import TrayHost, tray_host, tray_of
from kansa.apps.diagnosis.views.assets import departments_now, zones_for
from kansa.apps.trail.forms import permitted, submit
from kansa.core.permission import Actor


@require_safe
def tray_page(request: HttpRequest) -> HttpResponse:
    """The hosts that wait."""
    actor = permitted(request, "manage_diagnosis")
    return render(request, "diagnosis/tray.html", {"hosts": tray_of(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
def host_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One host: an asset of the register, or a new one."""
    actor = permitted(request, "manage_diagnosis")
    host = tray_host(actor, pk)
    given, do = request.POST or None, request.POST.get("do", "")
    assets = Asset.objects.visible_to(actor).filter(is_confirmed=True).order_by("asset_number")
    first = host.candidates[0].pk if len(host.candidates) == 1 else ""
    assign = AssignForm(list(assets), given if do == "assign" else None, initial={"asset": first}, prefix="assign")
    create = AssetForm(
        zones_for(actor),
        departments_now(actor),
        given if do == "register" else None,
        initial=host_values(host.year),
        prefix="new",
    )
    if request.method == "POST":
        asset = _acted(actor, host, do, assign, create)
        if asset is not None:
            messages.success(request, _("このホストの検出を、機器に結び付けました。"))
            return redirect("diagnosis:asset", asset.pk)
    return render(request, "diagnosis/tray_host.html", {"host": host, "assign": assign, "create": create})


def _acted(actor: Actor, host: TrayHost, do: str, assign: AssignForm, create: AssetForm) -> Asset | None:
    """The asset that the host became; None when it was refused."""

    def assigned() -> Any:
        assign_host(actor, host.asset, assign.asset_chosen(), keeps_clues=assign.cleaned_data["keeps_clues"])
        return assign.asset_chosen()

    if do == "assign":
        return submit(assign, assigned)
    return submit(create, lambda: register_host(actor, host.asset, create.record()))
