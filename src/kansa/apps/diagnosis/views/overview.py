"""Where does technical diagnosis stand: the city's figures for the office, the own assets for a department?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kansa.apps.diagnosis.models import Scan
from kansa.apps.diagnosis.queries import summary
from kansa.apps.diagnosis.queries.scans import scans_of, tray_count, uploads_waiting
from kansa.apps.diagnosis.views.shown import picture_key, year_asked, zone_rows, zones_picture
from kansa.apps.trail.forms import permitted
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import can
from kansa.core.weaknesses import COUNTED_KINDS, KINDS_JA

YEARS_SHOWN = 3
SCANS_SHOWN = 5


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """The figures of a year beside those before it; a department and a firm go where their own things are."""
    actor = permitted(request, "read_diagnosis")
    if not can(actor, "read_all"):
        return redirect("diagnosis:scans" if actor.firms and not actor.departments else "diagnosis:assets")
    rows = Scan.objects.visible_to(actor)
    years = sorted(set(rows.values_list("fiscal_year", flat=True)), reverse=True)
    chosen = year_asked(request, years)
    shown = range(max(chosen - YEARS_SHOWN + 1, min(years, default=chosen)), chosen + 1)
    found = [summary(actor.municipality_id, year) for year in shown]
    this = found[-1] if found else summary(actor.municipality_id, chosen)
    context = {
        "chosen": chosen,
        "chosen_ja": era_year_ja(chosen),
        "years": [(year, era_year_ja(year)) for year in years],
        "summary": this,
        "rows": zone_rows(this),
        "kinds": [KINDS_JA[kind] for kind in COUNTED_KINDS],
        "picture": zones_picture(found),
        "picture_key": picture_key(),
        "decided_percent": int(this.decided_rate * 100) if this.open_count else None,
        "scans": scans_of(actor, chosen)[:SCANS_SHOWN],
        "waiting": uploads_waiting(actor) if can(actor, "manage_diagnosis") else [],
        "tray_count": tray_count(actor),
        "may_manage": can(actor, "manage_diagnosis"),
    }
    return render(request, "diagnosis/overview.html", context)
