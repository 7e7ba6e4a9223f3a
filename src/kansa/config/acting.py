"""Who acts in this request? Every page asks for a person who signed in, unless its view says otherwise.

A form that was sent after the session ended is not lost: it comes back with what was typed, to be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from kansa.apps.people.models import Account
from kansa.apps.people.queries import actor_of, is_in_force
from kansa.config.sign_in import place_of

Respond = Callable[[HttpRequest], HttpResponse]
CHANGE_PASSWORD = "account_change_password"
ALWAYS_OPEN = {CHANGE_PASSWORD, "account_logout", "account_reauthenticate", "healthz"}
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code", "credential"}
MACHINE_WORD = re.compile(r"[a-z_-]*")


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into the form, without passwords and codes."""
    return [(name, value) for name, values in request.POST.lists() if name not in NEVER_KEPT for value in values]


def texts_of(fields: list[tuple[str, str]]) -> list[str]:
    """What a person would know again as typed: choices and versions, which only machines read, are left out."""
    return [value for name, value in fields if name != "version" and not MACHINE_WORD.fullmatch(value.strip())]


def is_from_here(request: HttpRequest) -> bool:
    """Whether the form stood on a page of this server."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


def resend_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form again, with its fields and a fresh token: for an ended session, or a token of before signing in.

    Only for forms of this server's own pages, and only to be sent by the person's own hand.
    """
    del reason
    if not is_from_here(request):
        return render(request, "403.html", status=403)
    fields = typed_fields(request)
    context = {
        "path": request.get_full_path(),
        "fields": fields,
        "texts": texts_of(fields),
        "file_names": [file.name for _, files in request.FILES.lists() for file in files],
        "is_signed_in": request.user.is_authenticated,
    }
    status = 403 if request.user.is_authenticated else 401
    return render(request, "kansa/resend.html", context, status=status)


def acting_person(get_response: Respond) -> Respond:
    """Puts `request.actor` in place, sends strangers to the sign-in page, and passing passwords to be changed."""

    def respond(request: HttpRequest) -> HttpResponse:
        account = request.user
        if isinstance(account, Account) and is_in_force(account, timezone.localdate()):
            request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
                lambda: actor_of(account, timezone.localdate(), place_of(request))
            )
        elif account.is_authenticated:
            logout(request)
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, _arguments: Any, _options: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.user.is_authenticated:
            must_change = request.user.must_change_password and name not in ALWAYS_OPEN
            return redirect(CHANGE_PASSWORD) if must_change else None
        if not getattr(view, "login_required", True):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        if request.method == "POST":
            return resend_page(request)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")

    respond.process_view = process_view  # type: ignore[attr-defined]
    return respond
