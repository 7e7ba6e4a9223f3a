"""Which departments say of themselves what the audit of the same year did not find?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.annual_report.queries import audited_low
from kansa.apps.self_inspection.queries import asked_results, result_frame
from kansa.apps.trail.forms import permitted
from kansa.core.results import AUDITED_AT_MOST, SAID_YES_FROM


@require_safe
def contradictions_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The list, for a head of the own departments only; both sides have to be looked at, neither is right by itself."""
    actor = permitted(request, "read_inspection")
    asked = asked_results(actor, fiscal_year)
    if asked is None:
        raise Http404(_("この年度の自己点検の集計はありません。"))
    results, scope = asked
    audited = audited_low(actor.municipality_id, fiscal_year, told_only=not scope.reads_all)
    found = results.contradictions(audited)
    names = results.table.department
    context = result_frame(results, scope, "contradictions") | {
        "lines": [(names[one.department_code], one) for one in found if scope.sees(one.department_code)],
        "from_percent": int(SAID_YES_FROM * 100),
        "at_most": AUDITED_AT_MOST,
    }
    return render(request, "annual_report/contradictions.html", context)
