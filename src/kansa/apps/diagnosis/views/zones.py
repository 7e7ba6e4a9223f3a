"""Which network zones are there, and how open is each by default?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.diagnosis.actions import remove_zone, save_zone
from kansa.apps.diagnosis.forms import ZoneForm
from kansa.apps.diagnosis.models import NetworkZone
from kansa.apps.diagnosis.views.assets import zones_for
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.ssvc import EXPOSURE_JA


@require_http_methods(["GET", "HEAD", "POST"])
def zones_page(request: HttpRequest) -> HttpResponse:
    """The zones, and adding one."""
    actor = permitted(request, "manage_diagnosis")
    rows = zones_for(actor)
    form = ZoneForm(request.POST or None, initial={"position": len(rows) + 1, "exposure": "controlled"})
    if request.method == "POST" and submit(form, lambda: save_zone(actor, form.facts())) is not None:
        return redirect("diagnosis:zones")
    return render(
        request, "diagnosis/zones.html", {"form": form, "rows": [(one, EXPOSURE_JA[one.exposure]) for one in rows]}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def zone_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a zone, or takes it out when nothing belongs to it."""
    actor = permitted(request, "manage_diagnosis")
    zone = NetworkZone.objects.visible_to(actor).filter(pk=pk).first()
    if zone is None:
        raise Http404(f"ネットワーク領域{pk}はありません。")
    if request.POST.get("do") == "remove":
        attempt(request, lambda: remove_zone(actor, zone), _("ネットワーク領域を消しました。"))
        return redirect("diagnosis:zones")
    initial = {name: getattr(zone, name) for name in ZoneForm.base_fields}
    form = ZoneForm(request.POST or None, initial=initial)
    if request.method == "POST" and submit(form, lambda: save_zone(actor, form.facts(), zone)) is not None:
        return redirect("diagnosis:zones")
    return render(request, "diagnosis/zone.html", {"form": form, "zone": zone})
