"""What is known of one vulnerability: what it is, its state of each year, what every scan said?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.diagnosis.actions import set_kind
from kansa.apps.diagnosis.forms import KindForm
from kansa.apps.diagnosis.queries.histories import history_lines, scanned_years
from kansa.apps.diagnosis.queries.measures import measure_for
from kansa.apps.diagnosis.queries.scans import observed, told_elsewhere, vulnerability_of
from kansa.apps.diagnosis.views.shown import this_year
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import can
from kansa.core.vulnerability import STATES_JA


@require_http_methods(["GET", "HEAD", "POST"])
def vulnerability_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One vulnerability; the office may set its kind."""
    actor = permitted(request, "read_diagnosis")
    found = vulnerability_of(actor, pk)
    may_manage = can(actor, "manage_diagnosis")
    form = KindForm(request.POST or None, initial={"kind": found.weakness.kind})
    if request.method == "POST":
        if not may_manage:
            raise PermissionDenied
        if form.is_valid():
            kind = form.cleaned_data["kind"]
            attempt(request, lambda: set_kind(actor, found.weakness, kind), _("種類を変えました。"))
            return redirect("diagnosis:vulnerability", found.pk)
    years = scanned_years(actor.municipality_id, found.asset, this_year())
    (line,) = history_lines(found.asset, [found], years)
    context = {
        "one": found,
        "form": form,
        "states": [(era_year_ja(year), STATES_JA[state], state) for year, state in line.states if state],
        "observations": observed(actor, found),
        "elsewhere": told_elsewhere(actor, found) if not actor.firms else [],
        "shown_asset": found.asset if found.asset.is_confirmed and not actor.firms else None,
        "measure": measure_for(actor, found),
        "may_manage": may_manage,
    }
    return render(request, "diagnosis/vulnerability.html", context)
