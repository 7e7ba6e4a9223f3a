"""Our audit, our tasks: what does one department see of itself, and the office of each?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.annual_report.queries import department_view, own_departments
from kansa.apps.annual_report.views.pictures import means_picture
from kansa.apps.trail.forms import permitted
from kansa.core.fiscal import fiscal_year_of, short_era
from kansa.core.permission import can
from kansa.core.rounding import printed_against
from kansa.core.streams import STREAMS_JA
from kansa.core.year import YearRules

PLACES = 2


@require_safe
def department_page(request: HttpRequest) -> HttpResponse:
    """The own department, or the one that `?code=` names; the office chooses among all."""
    actor = permitted(request, "read_department")
    today = timezone.localdate()
    departments = own_departments(actor, fiscal_year_of(today))
    code = request.GET.get("code", "")
    found = next((one for one in departments if one.code == code), None) if code else None
    if code and found is None:
        raise Http404(_("この課所等は、今年度に登録されていないか、見る権限がありません。"))
    if found is None and len(departments) == 1:
        found = departments[0]
    context = {"departments": departments, "reads_all": can(actor, "read_all")}
    if found is None:
        return render(request, "annual_report/departments.html", context)
    view = department_view(actor, found, today)
    judged = [
        (
            f"{short_era(one.engagement.fiscal_year)} {STREAMS_JA[one.engagement.stream]}",
            printed_against(one.mean, PLACES, one.pass_mark),
            one.mean,
            one.pass_mark,
        )
        for one in view.judged
    ]
    picture = means_picture(judged, YearRules(scale=()).full_mark) if judged else ""
    context |= {"view": view, "judged": list(zip(view.judged, judged, strict=True)), "picture": picture}
    return render(request, "annual_report/department.html", context)
