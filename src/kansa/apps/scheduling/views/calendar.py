"""When is which audit, on a page and as a file for one's own calendar? Everybody sees the audits that concern them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kansa.apps.audits.queries import years_of_engagements
from kansa.apps.people.queries import municipality_of
from kansa.apps.scheduling.queries import by_month, calendar_entries, dated_audits, year_audits
from kansa.apps.scheduling.views.years import year_context
from kansa.apps.trail.forms import permitted
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import can
from kansa.planning.calendar.ics import calendar_text


@require_safe
def calendar_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The months of a year with the audits that the person may see."""
    actor = permitted(request, "read_engagements")
    audits = dated_audits(actor, fiscal_year, timezone.localdate())
    context = year_context(actor, fiscal_year) | {
        "months": by_month(audits),
        "undated": [one for one in year_audits(actor, fiscal_year) if one.on is None],
        "may_read_plan": can(actor, "read_plan"),
        "other_years": [(one, era_year_ja(one)) for one in years_of_engagements(actor) if one != fiscal_year],
    }
    return render(request, "scheduling/teams_calendar.html", context)


@require_safe
def calendar_file(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The same as an iCalendar file."""
    actor = permitted(request, "read_engagements")
    city = municipality_of(actor).name_ja
    entries = calendar_entries(actor, fiscal_year, city, timezone.localdate())
    text = calendar_text(entries, timezone.now(), f"情報セキュリティ監査　{era_year_ja(fiscal_year)}")
    headers = {"Content-Disposition": f'attachment; filename="kansa-{fiscal_year}.ics"'}
    return HttpResponse(text.encode(), content_type="text/calendar; charset=utf-8", headers=headers)
