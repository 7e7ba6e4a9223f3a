"""From where, in which language and under which rules of the browser is a page of kansa shown?"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils import translation

HEADER = "Content-Security-Policy"
LANGUAGE_COOKIE = "kansa_language"
LANDING_PATHS = ("/m/", "/q/")  # see apps.drills.urls
LANGUAGE_COOKIE_SECONDS = 365 * 24 * 60 * 60

Respond = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: Respond) -> Respond:
    """Adds settings.SECURE_CSP (the form Django 6 uses) to every response that does not set its own policy."""
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(HEADER, policy)
        return response

    return respond


def is_loopback(address: str) -> bool:
    """Whether a peer address is this machine (127.0.0.0/8, ::1, also as ::ffff:127.0.0.1); "" and names are not."""
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
    return (mapped or peer).is_loopback


def loopback_only(get_response: Respond) -> Respond:
    """Answers 403 to every other machine: the passwords of the demo accounts stand on its sign-in page.

    Only the peer of the connection counts; X-Forwarded-For is written by whoever sends it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if is_loopback(request.META.get("REMOTE_ADDR") or ""):
            return get_response(request)
        return HttpResponse(render_to_string("kansa/other_machine.html"), status=403)

    return respond


def never_stored(get_response: Respond) -> Respond:
    """Keeps pages with figures out of the caches of browser and proxy; static files say for themselves."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def landing_pages(get_response: Respond) -> Respond:
    """Answers the links of training mails without session, sign-in and cookies: thousands come within minutes.

    Views of other addresses never see this way; what these views need of safety they bring with them.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(LANDING_PATHS):
            return get_response(request)
        match = resolve(request.path_info)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response

    return respond


def chosen_language(get_response: Respond) -> Respond:
    """Japanese unless the person asked for another language with `?lang=`; the browser's own wish does not count.

    A city's report stays Japanese, so a PC that was installed in English must not get half a page of each.
    """
    known = dict(settings.LANGUAGES)

    def respond(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        wishes = (asked, request.COOKIES.get(LANGUAGE_COOKIE, ""))
        language = next((wish for wish in wishes if wish in known), settings.LANGUAGE_CODE)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if asked == language:
            response.set_cookie(
                LANGUAGE_COOKIE,
                language,
                max_age=LANGUAGE_COOKIE_SECONDS,
                secure=request.is_secure(),
                httponly=True,
                samesite="Strict",
            )
        return response

    return respond
