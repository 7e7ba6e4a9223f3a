"""What does a person see when the database does not answer? That nothing is lost, and what to press.

An answer of the self-inspection comes back in its form: sending it twice does no harm. Nothing here asks the database.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views.defaults import server_error

from kansa.config.acting import typed_fields

MAY_REPEAT = {"self_inspection:answer_all", "self_inspection:answer_item"}
WAIT_SECONDS = "5"


def server_fault(request: HttpRequest) -> HttpResponse:
    """The page of an error that nobody caught: 503 when the database is away, else 500."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    context: dict[str, object] = {"path": request.get_full_path(), "is_form": request.method == "POST"}
    if request.method == "POST" and view_of(request) in MAY_REPEAT:
        context["fields"] = [
            *typed_fields(request),
            ("csrfmiddlewaretoken", request.POST.get("csrfmiddlewaretoken", "")),
        ]
    page = render_to_string("kansa/no_database.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": WAIT_SECONDS})


def view_of(request: HttpRequest) -> str:
    """The name of the view that was asked for; "" when there is none."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
