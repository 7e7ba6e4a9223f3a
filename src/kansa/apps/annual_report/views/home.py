"""What does a person see first after signing in? What waits, and for whoever reads all, how the year goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kansa.apps.annual_report.queries import (
    LiveMean,
    first_steps,
    live_means,
    open_ages,
    own_departments,
    timeline,
    waiting,
    years_recorded,
)
from kansa.apps.annual_report.views.cards import Gauge, place
from kansa.apps.annual_report.views.pictures import ages_picture, timeline_picture
from kansa.apps.people.models import Account
from kansa.apps.trail.forms import actor_of_request
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.maturity import passes
from kansa.core.permission import ROLES_JA, Actor, can
from kansa.core.rounding import printed_against
from kansa.core.streams import STREAMS_JA

MOST_WAITING = 30


@dataclass(frozen=True, slots=True)
class MeanCard:
    """A mean before anything is frozen, as it is printed."""

    title_ja: str
    shown: str  # "" while nothing is judged
    mark: str
    is_passed: bool
    gauge: Gauge | None
    judged_count: int
    left_count: int


def mean_card(live: LiveMean) -> MeanCard:
    """The card of one stream; a mean below the mark never prints as the mark."""
    rules = live.rules
    mark = printed_against(rules.pass_mark, rules.mean_places, rules.pass_mark)
    title = STREAMS_JA[live.stream]
    if live.mean is None:
        return MeanCard(title, "", mark, False, None, 0, live.left_count)
    where = place(live.mean, rules.full_mark)
    picture = Gauge(where, place(rules.pass_mark, rules.full_mark), None) if where is not None else None
    shown = printed_against(live.mean, rules.mean_places, rules.pass_mark)
    is_passed = passes(live.mean, rules.pass_mark)
    return MeanCard(title, shown, mark, is_passed, picture, live.judged_count, live.left_count)


def shown_year(request: HttpRequest, actor: Actor, today: date) -> tuple[int, list[int]]:
    """The year that is asked for, else today's, else the newest with records; and all that can be asked for."""
    this_year = fiscal_year_of(today)
    years = sorted({this_year, *years_recorded(actor.municipality_id)}, reverse=True)
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and int(asked) in years:
        return int(asked), years
    recorded = [one for one in years_recorded(actor.municipality_id) if one <= this_year]
    return (this_year if this_year in recorded or not recorded else max(recorded)), years


def year_context(request: HttpRequest, actor: Actor, today: date) -> dict[str, Any]:
    """How the year goes on, for whoever reads all."""
    fiscal_year, years = shown_year(request, actor, today)
    lines = timeline(actor, fiscal_year)
    bands = open_ages(actor, today)
    return {
        "fiscal_year": fiscal_year,
        "year_ja": era_year_ja(fiscal_year),
        "years": [(one, era_year_ja(one)) for one in years],
        "lines": lines,
        "timeline": timeline_picture(lines, fiscal_year, today),
        "means": [mean_card(one) for one in live_means(actor, fiscal_year)],
        "bands": bands,
        "open_count": sum(one.count for one in bands),
        "ages": ages_picture(bands),
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of everybody who signed in."""
    actor = actor_of_request(request)
    today = timezone.localdate()
    waits = waiting(actor, today)
    account = Account.objects.filter(pk=actor.account_id).first()
    context: dict[str, Any] = {
        "name_ja": account.name_ja if account else actor.name,
        "roles_ja": [ROLES_JA[role] for role in ROLES_JA if role in actor.roles],
        "waits": waits[:MOST_WAITING],
        "more_count": max(0, len(waits) - MOST_WAITING),
        "today": today,
        "reads_all": can(actor, "read_all"),
    }
    if actor.departments:
        context["departments"] = own_departments(actor, fiscal_year_of(today))
    if can(actor, "import") or can(actor, "manage_accounts"):
        steps = first_steps(actor)
        context["steps_left"] = sum(not one.is_done for one in steps)
        context["steps_done"], context["step_count"] = len(steps) - context["steps_left"], len(steps)
    if context["reads_all"]:
        context |= year_context(request, actor, today)
    return render(request, "annual_report/home.html", context)
