"""What does a person see about the own account?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kansa.apps.people.models import Appointment
from kansa.apps.trail.forms import actor_of_request
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import ROLES_JA


@require_safe
def own_page(request: HttpRequest) -> HttpResponse:
    """The own roles, and the ways to the password and the second factor."""
    actor = actor_of_request(request)
    rows = Appointment.objects.visible_to(actor).filter(account_id=actor.account_id or 0)
    duties = [
        {
            "year_ja": era_year_ja(one.fiscal_year),
            "role_ja": ROLES_JA[one.role],
            "place_ja": one.department.name_ja if one.department else one.firm.name_ja if one.firm else "",
        }
        for one in rows.select_related("department", "firm").order_by("-fiscal_year", "role")
    ]
    return render(request, "people/own.html", {"duties": duties})
