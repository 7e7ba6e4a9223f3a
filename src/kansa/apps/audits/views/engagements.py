"""Which audits are there, how does one of them stand, and what is its next step?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.audits import actions
from kansa.apps.audits.actions.moving import DOCUMENTS, Sent
from kansa.apps.audits.forms import AuditorForm, MoveForm, PlanForm, of_engagement
from kansa.apps.audits.queries import (
    Filters,
    auditor_lines,
    candidates,
    engagement_facts,
    engagement_lines,
    next_code,
    recorded_only,
    years_of_engagements,
)
from kansa.apps.audits.queries.engagements import narrowed
from kansa.apps.audits.queries.letters import ABOUT_ENGAGEMENTS
from kansa.apps.audits.views.letters import may_read
from kansa.apps.findings.models import Finding
from kansa.apps.findings.queries import Standing, loaded, standings
from kansa.apps.findings.queries.may import BEFORE_RESULT
from kansa.apps.plan.models import Engagement, EngagementMove
from kansa.apps.plan.queries import EngagementAccess, engagement_for
from kansa.apps.trail.forms import actor_of_request, attempt, permitted, submit
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.flow import MOVES, STATES, STATES_JA, Move, Unmet, moves_from, reopenings_from, unmet
from kansa.core.permission import AUDITEES, ROLES_JA, Actor, can
from kansa.document.letters.kinds import KINDS

LINES_A_PAGE = 50
FALLBACK = "audits:engagement"
LETTER_NEEDS = {"notice_document", "result_document"}  # typed into the form of the move itself
# What only the audited department can do.
AUDITEE_TASKS = {
    "preliminary_answered": gettext_lazy("予備調査に回答し、提出してください。"),
    "fact_check_answered": gettext_lazy("検出事項を一件ずつ開き、事実誤認の確認に回答してください。"),
    "plans_written": gettext_lazy("検出事項を一件ずつ開き、改善計画を書いてください。"),
}


@require_safe
def engagement_list(request: HttpRequest, fiscal_year: int | None = None) -> HttpResponse:
    """The audits of a year that the person may see, narrowed by stream, state and words."""
    actor = permitted(request, "read_engagements")
    years = years_of_engagements(actor)
    year = fiscal_year or (years[0] if years else fiscal_year_of(timezone.localdate()))
    filters = Filters(*(request.GET.get(name, "")[:40] for name in ("stream", "state", "q")))
    page = Paginator(narrowed(actor, year, filters), LINES_A_PAGE).get_page(request.GET.get("page"))
    may_plan = can(actor, "manage_engagements")
    context = {
        "year": year,
        "year_ja": era_year_ja(year),
        "years": [(one, era_year_ja(one)) for one in sorted({*years, year}, reverse=True)],
        "page": page,
        "lines": engagement_lines(actor, year, page.object_list),
        "filters": filters,
        "states": STATES_JA.items(),
        "may_plan": may_plan,
        "sees_all": can(actor, "read_all"),
        "recorded_count": len(recorded_only(actor, year)) if may_plan else 0,
    }
    return render(request, "audits/engagements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_engagement(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Plans one more audit."""
    actor = permitted(request, "manage_engagements")
    form = PlanForm(actor, fiscal_year, request.POST or None, is_new=True, initial={"stream": "internal_audit"})
    if request.method == "POST":

        def act() -> Any:
            given = form.cleaned_data
            code = given["code"] or next_code(actor.municipality_id, fiscal_year, given["stream"], given["method"])
            return actions.create_engagement(actor, fiscal_year, code, form.planned())

        made = submit(form, act)
        if made is not None:
            return redirect(FALLBACK, fiscal_year, made.code)
    context = {"form": form, "year": fiscal_year, "year_ja": era_year_ja(fiscal_year), "engagement": None}
    return render(request, "audits/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_engagement(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Changes the planning of an audit."""
    actor = permitted(request, "manage_engagements")
    engagement = engagement_for(actor, fiscal_year, code).engagement
    form = PlanForm(actor, fiscal_year, request.POST or None, is_new=False, initial=of_engagement(engagement))
    if request.method == "POST":
        made = submit(
            form,
            lambda: actions.edit_engagement(
                actor, fiscal_year, code, form.cleaned_data["version"] or 0, form.planned()
            ),
        )
        if made is not None:
            return redirect(FALLBACK, fiscal_year, code)
    context = {"form": form, "year": fiscal_year, "year_ja": era_year_ja(fiscal_year), "engagement": engagement}
    return render(request, "audits/plan.html", context)


def next_moves(access: EngagementAccess) -> list[dict[str, Any]]:
    """The moves ahead that the person may make, each with what it still lacks."""
    facts = engagement_facts(access.engagement)
    return [
        {"move": one, "unmet": unmet(one, facts), "wants_document": one.code in DOCUMENTS}
        for one in moves_from(access.engagement.state, access.roles)
    ]


def missing_ahead(access: EngagementAccess) -> list[tuple[Move, tuple[Unmet, ...]]]:
    """Every move ahead, whoever makes it, with what it lacks besides its letter."""
    facts = engagement_facts(access.engagement)
    moves = [one for one in MOVES if one.from_state == access.engagement.state]
    return [(one, tuple(need for need in unmet(one, facts) if need.code not in LETTER_NEEDS)) for one in moves]


def own_tasks(access: EngagementAccess) -> list[str]:
    """What the audited department itself has to do before anybody can move the audit on."""
    if not access.roles & AUDITEES:
        return []
    codes = {need.code for _move, needs in missing_ahead(access) for need in needs}
    return [str(words) for code, words in AUDITEE_TASKS.items() if code in codes]


def others_turn(access: EngagementAccess) -> list[dict[str, Any]]:
    """Whose turn it is when the person can do nothing: the moves of others, who makes them, and what is waited for.

    The audited department learns nothing of how far the auditors are.
    """
    engagement = access.engagement
    if moves_from(engagement.state, access.roles):
        return []
    strangers = {"staff_auditor"} if engagement.stream == "external_audit" else {"external_auditor"}
    return [
        {
            "label_ja": move.label_ja,
            "roles_ja": [ROLES_JA[role] for role in ROLES_JA if role in move.roles - strangers],
            "unmet": () if access.roles <= AUDITEES else needs,
        }
        for move, needs in missing_ahead(access)
    ]


def visible_findings(actor: Actor, engagement: Engagement) -> list[Standing]:
    """The findings of an audit that the person may see, by code."""
    rows = Finding.objects.visible_to(actor).filter(engagement=engagement).order_by("code")
    return standings(loaded(rows), timezone.localdate())


@require_safe
def engagement_page(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """One audit: its state, the next step, who audits, its documents, what happened."""
    actor = actor_of_request(request)
    access = engagement_for(actor, fiscal_year, code)
    engagement = access.engagement
    is_director = "audit_director" in access.roles
    may_edit = access.may("engagement")
    context = {
        "access": access,
        "engagement": engagement,
        "year_ja": era_year_ja(fiscal_year),
        "steps": [(STATES_JA[state], state == engagement.state) for state in STATES],
        "step": STATES.index(engagement.state) + 1,
        "line": engagement_lines(actor, fiscal_year, [engagement])[0],
        "moves": next_moves(access),
        "own_tasks": own_tasks(access),
        "others": others_turn(access),
        "reopenings": reopenings_from(engagement.state) if is_director else (),
        "auditors": auditor_lines(engagement),
        "candidates": candidates(engagement) if may_edit else [],
        "may_edit": may_edit,
        "may_raise": access.may("finding"),
        "findings": visible_findings(actor, engagement),
        "is_before_result": engagement.state in BEFORE_RESULT,
        "may_ask_plans": can(actor, "manage_engagements") and engagement.state in ("result_notified", "improvement"),
        "letters": [KINDS[kind] for kind in ABOUT_ENGAGEMENTS],
        "readable": [kind for kind in ABOUT_ENGAGEMENTS if may_read(access, kind)],
        "history": EngagementMove.objects.filter(engagement=engagement).order_by("moved_at", "pk"),
    }
    return render(request, "audits/engagement.html", context)


@require_POST
def move_engagement(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Moves an audit on, or back with a reason."""
    actor = actor_of_request(request)
    engagement_for(actor, fiscal_year, code)
    form = MoveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        sent = Sent(given["number"], given["on"])
        attempt(
            request,
            lambda: actions.move(actor, fiscal_year, code, given["version"], given["move"], given["reason_ja"], sent),
            _("段階を進めました。"),
        )
    else:
        attempt(request, lambda: _refuse_form(form))
    return redirect(FALLBACK, fiscal_year, code)


def _refuse_form(form: MoveForm) -> None:
    """Tells the faults of a form that has no page of its own."""
    faults = [(form.fields[name].label or name, text) for name, texts in form.errors.items() for text in texts]
    raise InputError(*(Refusal("bad_field", str(text), Place(column=str(label))) for label, text in faults))


@require_POST
def assign_auditor(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Assigns an auditor; what to keep in mind is told, what forbids it too."""
    actor = actor_of_request(request)
    engagement_for(actor, fiscal_year, code)
    form = AuditorForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    warnings = attempt(
        request,
        lambda: actions.assign(
            actor, fiscal_year, code, staff_number=given.get("staff_number", ""), name_ja=given.get("name_ja", "")
        ),
        _("監査員を割り当てました。"),
    )
    for one in warnings or ():
        messages.warning(request, one)
    return redirect(FALLBACK, fiscal_year, code)


@require_POST
def change_auditor(request: HttpRequest, fiscal_year: int, code: str, auditor_id: int, act: str) -> HttpResponse:
    """Takes an auditor off, or makes one the lead."""
    actor = actor_of_request(request)
    engagement_for(actor, fiscal_year, code)
    acts = {"unassign": actions.unassign, "lead": actions.set_lead}
    attempt(request, lambda: acts[act](actor, fiscal_year, code, auditor_id), _("監査員を変更しました。"))
    return redirect(FALLBACK, fiscal_year, code)


@require_POST
def close_recorded(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Ends the audits that were only recorded."""
    actor = permitted(request, "manage_engagements")
    ended = attempt(request, lambda: actions.close_recorded(actor, fiscal_year))
    if ended is not None:
        words = _(
            "記録だけの監査を、%(closed)d件は終了に、未決着の検出事項がある%(followed)d件はフォローアップ済にしました。"
        )
        messages.success(request, words % {"closed": ended.closed_count, "followed": ended.followed_count})
    return redirect("audits:engagements_of", fiscal_year)
