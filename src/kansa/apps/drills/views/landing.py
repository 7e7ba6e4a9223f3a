"""What does a tracked link, picture, report link or questionnaire answer? One hit is one insert, then ready bytes.

These pages are public by their token: nobody signs in, no session and no cookie exists, and the middleware that would
open one is passed by (config.middleware.landing_pages). A made-up token is a plain 404, and too many requests a 429.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.drills.actions import Request, note_answer, note_hit, note_preflight
from kansa.apps.drills.models import DrillCampaign
from kansa.apps.drills.queries import Target, questionnaire_of, reveal_page, target_of
from kansa.apps.drills.queries.results import asked_departments
from kansa.core.errors import InputError
from kansa.core.mail_drill.results import QUESTIONNAIRE_ANSWERS_JA

# A transparent picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e366"
    "0000000049454e44ae426082"
)
MOST_BODY = 4096
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
PREFETCH = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


@dataclass
class Meter:
    """How many requests there were in this minute, by token or by address; one process keeps its own."""

    most: int
    counts: dict[str, int] = field(default_factory=dict)
    minute: int = 0

    def is_over(self, key: str) -> bool:
        """Counts one; True when it is one too many."""
        minute = int(monotonic() // 60)
        if minute != self.minute or len(self.counts) > 200_000:
            self.minute = minute
            self.counts.clear()
        number = self.counts.get(key, 0) + 1
        self.counts[key] = number
        return number > self.most


BY_TOKEN = Meter(60)  # a person reads a page a few times; a scanner that hammers adds nothing to the record
UNKNOWN = Meter(120)  # made-up tokens from one address: guessing stays hopeless and cheap to refuse


def plain(status: int, text: str) -> HttpResponse:
    """A short answer without a page around it."""
    return HttpResponse(text, content_type=TEXT, status=status, headers=HEADERS)


def page(content: bytes | str, content_type: str = HTML) -> HttpResponse:
    """A ready page with the headers of all landing pages."""
    return HttpResponse(content, content_type=content_type, headers=HEADERS)


def too_long(request: HttpRequest) -> bool:
    """Whether more was sent than a button sends."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BODY


def hit(request: HttpRequest, token: str, kind: str) -> Target | HttpResponse:
    """Records the hit of a good token; else the answer that refuses."""
    address = request.META.get("REMOTE_ADDR") or ""
    if too_long(request):
        return plain(413, "送信された内容が大き過ぎます。")
    if BY_TOKEN.is_over(token):
        return plain(429, "しばらくしてから開いてください。")
    now = timezone.now()
    target = target_of(token, now)
    prefetch = next((request.headers[name] for name in PREFETCH if request.headers.get(name)), "")
    facts = Request(request.method or "", address, request.headers.get("User-Agent", ""), prefetch)
    if target is None:
        if UNKNOWN.is_over(address):
            return plain(429, "しばらくしてから開いてください。")
        if note_preflight(token, kind, facts, now):
            return plain(200, "送信前の試験のメールのリンクです。")
        return plain(404, "このページはありません。")
    note_hit(target, kind, facts, now)
    return target


@login_not_required
@require_safe
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: what this was, and what to look at next time."""
    target = hit(request, token, "clicked")
    return target if isinstance(target, HttpResponse) else page(reveal_page(target))


@login_not_required
@require_safe
def attachment_page(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the attached document: the same page."""
    target = hit(request, token, "attached")
    return target if isinstance(target, HttpResponse) else page(reveal_page(target))


@login_not_required
@require_safe
def beacon(request: HttpRequest, token: str) -> HttpResponse:
    """The picture in the mail."""
    target = hit(request, token, "opened")
    return target if isinstance(target, HttpResponse) else page(PIXEL, "image/png")


@login_not_required
@require_safe
def attachment_beacon(request: HttpRequest, token: str) -> HttpResponse:
    """The picture in the attached document, asked for when it is opened."""
    target = hit(request, token, "attached")
    return target if isinstance(target, HttpResponse) else page(PIXEL, "image/png")


@login_not_required
@require_safe
def canary(request: HttpRequest, token: str) -> HttpResponse:
    """The link that nobody sees: only machines come here, and find nothing."""
    target = hit(request, token, "canary")
    return target if isinstance(target, HttpResponse) else page("", TEXT)


@login_not_required
@require_safe
def report_page(request: HttpRequest, token: str) -> HttpResponse:
    """What a report button of the mail program calls."""
    target = hit(request, token, "reported")
    return target if isinstance(target, HttpResponse) else page(render_to_string("drills/reported.html"))


@login_not_required
@require_POST
def read_page(request: HttpRequest, token: str) -> HttpResponse:
    """「読みました」: a second act that a machine does not do. What was sent with it is not looked at."""
    target = hit(request, token, "confirmed")
    return target if isinstance(target, HttpResponse) else page(render_to_string("drills/read.html"))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_page(request: HttpRequest, token: str) -> HttpResponse:
    """The questionnaire: one link for everybody, no token of a person, no session; the department is optional."""
    if too_long(request):
        return plain(413, "送信された内容が大き過ぎます。")
    campaign = questionnaire_of(token, timezone.localdate())
    if campaign is None:
        if UNKNOWN.is_over(request.META.get("REMOTE_ADDR") or ""):
            return plain(429, "しばらくしてから開いてください。")
        return plain(404, "このページはありません。")
    fault = answered(request, campaign) if request.method == "POST" else None
    if request.method == "POST" and fault is None:
        return page(render_to_string("drills/answered.html"))
    context = {
        "answers": QUESTIONNAIRE_ANSWERS_JA,
        "departments": asked_departments(campaign),
        "campaign": campaign,
        "fault": fault,
    }
    return page(render_to_string("drills/questionnaire.html", context))


def answered(request: HttpRequest, campaign: DrillCampaign) -> str | None:
    """Keeps the answer; what is wrong with it, if anything."""
    try:
        note_answer(campaign, request.POST.get("noticed", ""), request.POST.get("department", ""))
    except InputError as refused:
        return refused.refusals[0].reason_ja
    return None
