"""How are teams computed on the screen, looked at beside those of today, taken over, and changed by hand?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.plan.models import Engagement
from kansa.apps.scheduling import actions
from kansa.apps.scheduling.forms import AcceptForm, TeamForm, TeamRuleForm, TeamsSolveForm
from kansa.apps.scheduling.models import Draft, EngagementSlot, TeamRule
from kansa.apps.scheduling.queries import (
    TeamLine,
    assignment_case,
    audit_year,
    auditor_loads,
    auditor_rows,
    draft_case,
    draft_of,
    draft_plan,
    draft_teams,
    job_of_draft,
    notice_dates,
    present_of,
    present_teams,
    team_lines,
)
from kansa.apps.scheduling.queries.years import is_assignable
from kansa.apps.scheduling.views.pictures import auditors_picture
from kansa.apps.scheduling.views.years import row_of, year_context
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.errors import InputError
from kansa.core.permission import Actor
from kansa.planning.assignment.asking import input_sha256, settled
from kansa.planning.assignment.checker.breaches import check
from kansa.planning.assignment.checker.costs import team_costs
from kansa.planning.assignment.explain import why_not, why_this_team
from kansa.planning.assignment.values import AssignmentCase, Team
from kansa.planning.program import Search

WHY_SECONDS = 3  # of the year that is solved once more with somebody else in a team


@require_http_methods(["GET", "HEAD", "POST"])
def solve_teams_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Begins a computation of teams and days."""
    actor = permitted(request, "manage_plan")
    form = TeamsSolveForm(request.POST or None)
    if request.method == "POST":
        draft = submit(form, lambda: actions.begin_assignment(actor, fiscal_year, form.wanted()))
        if draft is not None:
            return redirect("scheduling:teams_draft", fiscal_year, draft.pk)
    return render(request, "scheduling/teams_solve.html", year_context(actor, fiscal_year) | {"form": form})


def progress_context(actor: Actor, fiscal_year: int, draft: Draft) -> dict[str, Any]:
    """How far the computation is."""
    job, is_broken_off = job_of_draft(draft)
    named = {"poll_url": "teams_progress", "stop_url": "stop_teams", "discard_url": "discard_teams"}
    urls = {name: reverse(f"scheduling:{url}", args=[fiscal_year, draft.pk]) for name, url in named.items()}
    return year_context(actor, fiscal_year) | urls | {"draft": draft, "job": job, "is_broken_off": is_broken_off}


@require_safe
def teams_draft_page(request: HttpRequest, fiscal_year: int, pk: int) -> HttpResponse:
    """Computed teams beside those of today: the proof, the difference, the loads; or how far it is."""
    actor = permitted(request, "read_plan")
    draft = draft_of(actor, "assignment", fiscal_year, pk)
    if draft.state == "solving":
        return render(request, "scheduling/teams_solving.html", progress_context(actor, fiscal_year, draft))
    case, teams = draft_case(draft), draft_teams(draft)
    lines = team_lines(case, teams, present_of(actor, fiscal_year)) if teams else []
    loads = auditor_loads(case, teams)
    found = check(case, teams) if teams else ()
    context = year_context(actor, fiscal_year) | {
        "draft": draft,
        "slots": draft.answer or {},
        "lines": with_notices(actor, fiscal_year, lines),
        "changed_count": sum(1 for one in lines if one.is_changed),
        "is_first": not any(one.before and one.before.staff_numbers for one in lines),
        "broken": [one for one in found if one.is_blocking],
        "warnings": [one for one in found if not one.is_blocking],
        "costs": team_costs(case, teams) if teams else [],
        "picture": auditors_picture(loads) if teams else "",
        "is_stale": is_stale(actor, draft, case) if draft.state in ("ready", "infeasible") else False,
        "form": AcceptForm(),
        "may_accept": bool(teams) and draft.state in ("ready", "infeasible"),
    }
    return render(request, "scheduling/teams_draft.html", context)


def with_notices(actor: Actor, fiscal_year: int, lines: list[TeamLine]) -> list[tuple[TeamLine, date | None, bool]]:
    """Every line with the last day for its notice, and whether that day is over."""
    days = [one.slot.on for one in lines if one.slot is not None]
    notices, today = notice_dates(actor.municipality_id, fiscal_year, days), timezone.localdate()
    found = [(one, notices[one.slot.on] if one.slot is not None else None) for one in lines]
    return [(one, told, told is not None and told < today) for one, told in found]


def is_stale(actor: Actor, draft: Draft, asked: AssignmentCase) -> bool:
    """Whether the same question would be another one today."""
    try:
        today = assignment_case(actor.municipality_id, draft.fiscal_year)
    except InputError:
        return True
    today = today if asked.previous else replace(today, previous=())
    return input_sha256(settled(today)) != draft.input_sha256


@require_safe
def teams_progress(request: HttpRequest, fiscal_year: int, pk: int) -> HttpResponse:
    """The part of the page that htmx asks for while a worker computes; when it is over, the page is loaded anew."""
    actor = permitted(request, "read_plan")
    draft = draft_of(actor, "assignment", fiscal_year, pk)
    response = render(request, "scheduling/progress.html", progress_context(actor, fiscal_year, draft))
    if draft.state != "solving":
        response["HX-Refresh"] = "true"
    return response


@require_POST
def accept_teams(request: HttpRequest, fiscal_year: int, pk: int) -> HttpResponse:
    """Takes teams and days over."""
    actor = permitted(request, "manage_plan")
    draft = draft_of(actor, "assignment", fiscal_year, pk)
    form = AcceptForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason_ja", "")
    count = attempt(request, lambda: actions.accept_assignment(actor, fiscal_year, draft, reason))
    if count is None:
        return redirect("scheduling:teams_draft", fiscal_year, pk)
    messages.success(request, _("割当てを採用しました。{count}件の監査を変更しました。").format(count=count))
    return redirect("scheduling:year", fiscal_year)


@require_POST
def discard_teams(request: HttpRequest, fiscal_year: int, pk: int) -> HttpResponse:
    """Marks a draft as not wanted."""
    actor = permitted(request, "manage_plan")
    draft = draft_of(actor, "assignment", fiscal_year, pk)
    attempt(request, lambda: actions.discard_draft(actor, draft), _("計算の結果を取りやめにしました。"))
    return redirect("scheduling:year", fiscal_year)


@require_POST
def stop_teams(request: HttpRequest, fiscal_year: int, pk: int) -> HttpResponse:
    """Stops the computation with the best teams found so far."""
    actor = permitted(request, "manage_plan")
    draft = draft_of(actor, "assignment", fiscal_year, pk)
    attempt(request, lambda: actions.stop_draft(actor, draft), _("計算を止めています。最良の計画が残ります。"))
    return redirect("scheduling:teams_draft", fiscal_year, pk)


@require_safe
def why_not_page(request: HttpRequest, fiscal_year: int, pk: int, code: str) -> HttpResponse:
    """Why a team is as it is, and why somebody is not in it: what would break, what the best plan would then cost."""
    actor = permitted(request, "manage_plan")
    draft = draft_of(actor, "assignment", fiscal_year, pk)
    case, teams = draft_case(draft), draft_teams(draft)
    team = next((one for one in teams if one.task_code == code), None)
    if team is None:
        raise Http404(f"監査「{code}」は、この計算の結果にありません。")
    number = request.GET.get("auditor", "")
    others = [one for one in case.auditors if one.staff_number not in team.staff_numbers]
    chosen = next((one for one in others if one.staff_number == number), None)
    is_out = any((one.staff_number, one.task_code) == (number, code) for one in case.excluded)
    plan, search = draft_plan(draft), None if is_out else Search(seconds=WHY_SECONDS, seed=draft.seed)
    context = year_context(actor, fiscal_year) | {
        "draft": draft,
        "line": next(one for one in team_lines(case, teams) if one.task.code == code),
        "reasons": why_this_team(case, plan, code),
        "others": others,
        "chosen": chosen,
        "answer": why_not(case, plan, number, code, search) if chosen else None,
    }
    return render(request, "scheduling/teams_why.html", context)


def open_engagement(actor: Actor, fiscal_year: int, code: str) -> Engagement:
    """An audit that can be assigned. Raises Http404."""
    rows = Engagement.objects.visible_to(actor).select_related("department")
    found = rows.filter(fiscal_year=fiscal_year, code=code).first()
    if found is None or not is_assignable(found):
        raise Http404(f"監査「{code}」は、割当てができる監査ではありません。")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def team_page(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Team and half day of one audit: changed by hand, broken rules shown before anything is saved."""
    actor = permitted(request, "manage_plan")
    engagement = open_engagement(actor, fiscal_year, code)
    case = assignment_case(actor.municipality_id, fiscal_year, keeps_changes_few=False)
    before = present_teams(actor.municipality_id, fiscal_year)
    team = next(one for one in before if one.task_code == code)
    form = TeamForm(case, team, request.POST or None, initial=of_engagement(engagement))
    broken: Any = None
    if request.method == "POST" and request.POST.get("what") == "check":
        if form.is_valid():
            broken = actions.broken_by_hand(actor.municipality_id, fiscal_year, code, form.team())
    elif request.method == "POST":
        done = submit(form, lambda: _set(actor, fiscal_year, code, form))
        if done is not None:
            for one in done:
                messages.warning(request, one.reason_ja)
            messages.success(request, _("割当てを変更しました。"))
            return redirect("scheduling:year", fiscal_year)
    context = year_context(actor, fiscal_year) | team_context(engagement, case, before, team)
    return render(request, "scheduling/teams_team.html", context | {"form": form, "broken": broken})


def of_engagement(engagement: Engagement) -> dict[str, Any]:
    """The first values of the form besides team and half day."""
    slot = EngagementSlot.objects.filter(engagement=engagement).first()
    year = audit_year(engagement.municipality_id, engagement.fiscal_year)
    return {"is_fixed": slot is not None and slot.is_fixed, "version": year.version}


def team_context(engagement: Engagement, case: AssignmentCase, before: tuple[Team, ...], team: Team) -> dict[str, Any]:
    """What the page of one team shows beside its form: everybody's load, what stands against whom, what is settled."""
    everybody = replace(team, staff_numbers=tuple(one.staff_number for one in case.auditors), lead="")
    crowd = tuple(everybody if one.task_code == team.task_code else one for one in before)
    broken: dict[str, list[str]] = {}
    for fault in check(case, crowd):
        if fault.task_code == team.task_code and fault.staff_number:
            broken.setdefault(fault.staff_number, []).append(fault.reason_ja)
    loads = sorted(auditor_loads(case, before), key=lambda one: one.auditor.staff_number not in team.staff_numbers)
    rules = TeamRule.objects.filter(engagement=engagement).select_related("staff").order_by("pk")
    return {
        "engagement": engagement,
        "candidates": [(one, broken.get(one.auditor.staff_number, [])) for one in loads],
        "rules": rules,
        "rule_form": TeamRuleForm([(one.staff_number, one.name_ja) for one in case.auditors]),
        "standing": [one for one in check(case, before) if one.task_code == team.task_code],
    }


def _set(actor: Actor, fiscal_year: int, code: str, form: TeamForm) -> Any:
    given = form.cleaned_data
    return actions.set_team(actor, fiscal_year, given["version"], code, form.team(), given["reason_ja"])


@require_POST
def add_team_rule(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Somebody stays at an audit, or must not come."""
    actor = permitted(request, "manage_plan")
    engagement = open_engagement(actor, fiscal_year, code)
    names = [(one.staff.staff_number, "") for one in auditor_rows(actor.municipality_id, fiscal_year)]
    form = TeamRuleForm(names, request.POST)
    if form.is_valid():
        staff = row_of(actor, fiscal_year, form.cleaned_data["staff"]).staff
        given = (form.cleaned_data["kind"], form.cleaned_data["reason_ja"])
        attempt(
            request,
            lambda: actions.add_team_rule(actor, engagement, staff, *given),
            _("登録しました。次の計算から使われます。"),
        )
    else:
        messages.error(request, _("監査員と扱いを選び、理由を入力してください。"))
    return redirect("scheduling:year_team", fiscal_year, code)
