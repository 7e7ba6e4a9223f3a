"""Who did what and when, and does the record still stand as it was sealed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.trail import actions, queries
from kansa.apps.trail.forms import attempt, permitted
from kansa.apps.trail.messages import CONSOLE, FIELDS, KINDS, NOBODY, VALUES, VERBS, YES_NO, Words
from kansa.apps.trail.models import Event, Seal
from kansa.core.permission import ROLES_JA, can

EVENTS_A_PAGE = 50
SEALS_SHOWN = 50
CHANGES_SHOWN = 60  # values of one event; an import of a whole list has thousands, which the export holds
LONGEST_SEARCH = 100  # characters
READ_ON = "trail_read_on"  # in the session: the day on which the reading was marked
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the list shows it."""

    event: Event
    verb: str | Promise
    kind: str | Promise
    role: str | Promise
    changes: tuple[tuple[str, object, object], ...]
    left_out: int


def day_of(text: str) -> date | None:
    """A day as the browser sends it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wanted_of(asked: Mapping[str, str]) -> queries.EventFilter:
    """The filter of an address or a form."""
    words = {name: asked.get(name, "")[:LONGEST_SEARCH].strip() for name in ("person", "verb", "kind", "key")}
    return queries.EventFilter(day_of(asked.get("day_from", "")), day_of(asked.get("day_to", "")), **words)


def query_of(wanted: queries.EventFilter) -> dict[str, str]:
    """A filter as the fields of a form, without what is empty."""
    return {name: str(value) for name, value in asdict(wanted).items() if value}


def shown(value: object) -> object:
    """A value of an event in words."""
    if isinstance(value, bool):
        return YES_NO[value]
    return VALUES.get(value, ROLES_JA.get(value, value)) if isinstance(value, str) else value


def line_of(event: Event) -> Line:
    """An event in words; long ones are cut."""
    changes = queries.changes_of(event)
    words = tuple(
        (" › ".join(str(FIELDS.get(part, part)) for part in one.path), shown(one.before), shown(one.after))
        for one in changes[:CHANGES_SHOWN]
    )
    role = CONSOLE if event.actor_role == "operator" else ROLES_JA.get(event.actor_role, NOBODY)
    verb, kind = VERBS.get(event.verb, event.verb), KINDS.get(event.object_kind, event.object_kind)
    return Line(event, verb, kind, role, words, len(changes) - len(words))


def choices(codes: list[str], words: Words) -> list[tuple[str, str]]:
    """Codes with their words, in the order of the words."""
    return sorted(((code, str(words.get(code, code))) for code in codes), key=lambda one: one[1])


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """The record, newest first. The first look of a day leaves a mark of its own."""
    actor, wanted = permitted(request, "read_trail"), wanted_of(request.GET.dict())
    today = timezone.localdate().isoformat()
    if request.session.get(READ_ON) != today:
        actions.note_reading(actor)
        request.session[READ_ON] = today
    page = Paginator(queries.events_found(actor, wanted), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    verbs, kinds = queries.told_codes(actor)
    context = {
        "page": page,
        "lines": [line_of(event) for event in page.object_list],
        "wanted": wanted,
        "fields": query_of(wanted),
        "verbs": choices(verbs, VERBS),
        "kinds": choices(kinds, KINDS),
    }
    return render(request, "trail/events.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The filtered record as a file."""
    actor = permitted(request, "read_trail")
    wanted, kind = wanted_of(request.POST.dict()), request.POST.get("format", "")
    data = attempt(request, lambda: actions.export_events(actor, wanted, kind))
    if data is None:
        return redirect(f"{request.path.removesuffix('export/')}?{urlencode(query_of(wanted))}")
    name = f"kansa-trail-{timezone.localdate():%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=TYPES[kind], headers=headers)


@require_http_methods(["GET", "POST"])
def seal_list(request: HttpRequest) -> HttpResponse:
    """The seals and what is not sealed yet; recomputes the chain on request, and seals for the office."""
    actor = permitted(request, "seal_trail" if request.method == "POST" else "read_trail")
    if request.method == "POST":
        attempt(request, lambda: actions.seal_now(actor), _("封印しました。"))
        return redirect("trail:seals")
    context = {
        "seals": Seal.objects.visible_to(actor).order_by("-last_event")[:SEALS_SHOWN],
        "head": queries.chain_head(actor.municipality_id),
        "unsealed": queries.unsealed_count(actor.municipality_id),
        "report": queries.verify_chain(actor.municipality_id) if request.GET.get("check") == "1" else None,
        "may_seal": can(actor, "seal_trail"),
    }
    return render(request, "trail/seals.html", context)
