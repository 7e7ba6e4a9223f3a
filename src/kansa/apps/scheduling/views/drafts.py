"""How is a plan computed on the screen: begun, watched, stopped, looked at beside the accepted one, taken over?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.scheduling import actions
from kansa.apps.scheduling.forms import AcceptForm, SolveForm
from kansa.apps.scheduling.models import Draft
from kansa.apps.scheduling.queries import (
    LapFrame,
    cells_of_lap,
    draft_cells,
    draft_of,
    draft_task,
    job_of_draft,
    lap_matrix,
    lap_of,
    rotation_task,
    year_loads,
)
from kansa.apps.scheduling.views.laps import frame_context, open_years, reasons, this_year
from kansa.apps.scheduling.views.pictures import loads_picture
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor
from kansa.planning.program import Search
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.costs import costs
from kansa.planning.rotation.explain import explain
from kansa.planning.rotation.replan import differences
from kansa.planning.rotation.task import accepted, input_sha256

WHY_SECONDS = 3  # of the anew planned alternatives on the page that explains


@require_http_methods(["GET", "HEAD", "POST"])
def solve_page(request: HttpRequest, first: int) -> HttpResponse:
    """Begins a computation."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    years = open_years(actor, frame)
    form = SolveForm(years, request.POST or None)
    if request.method == "POST":
        draft = submit(form, lambda: actions.begin_rotation(actor, frame, form.wanted(), this_year()))
        if draft is not None:
            return redirect("scheduling:draft", first, draft.pk)
    return render(
        request, "scheduling/solve.html", frame_context(actor, frame) | {"form": form, "is_open": bool(years)}
    )


def progress_context(actor: Actor, frame: LapFrame, draft: Draft) -> dict[str, Any]:
    """How far the computation is."""
    job, is_broken_off = job_of_draft(draft)
    named = {"poll_url": "progress", "stop_url": "stop", "discard_url": "discard"}
    urls = {name: reverse(f"scheduling:{url}", args=[draft.fiscal_year, draft.pk]) for name, url in named.items()}
    return frame_context(actor, frame) | urls | {"draft": draft, "job": job, "is_broken_off": is_broken_off}


@require_safe
def draft_page(request: HttpRequest, first: int, pk: int) -> HttpResponse:
    """A computed plan beside the accepted one: its proof, the difference, what it costs; or how far it is."""
    actor = permitted(request, "read_plan")
    frame = lap_of(actor.municipality_id, first)
    draft = draft_of(actor, "rotation", first, pk)
    if draft.state == "solving":
        return render(request, "scheduling/solving.html", progress_context(actor, frame, draft))
    task, cells = draft_task(draft), draft_cells(draft)
    before = cells_of_lap(actor.municipality_id, frame)
    names = {one.code: one.name_ja for one in task.departments}
    loads = year_loads(task, cells)
    context = frame_context(actor, frame) | {
        "draft": draft,
        "rows": lap_matrix(task, cells, before) if cells else [],
        "changes": differences(before, cells, names) if cells and before else (),
        "is_first": not before,
        "broken": breaches(task, cells) if cells else (),
        "costs": [one for one in costs(task, cells) if one.cost] if cells else (),
        "loads": loads,
        "picture": loads_picture(loads) if cells else "",
        "is_stale": is_stale(actor, frame, draft) if draft.state in ("ready", "infeasible") else False,
        "form": AcceptForm(),
        "may_accept": bool(cells) and draft.state in ("ready", "infeasible"),
    }
    return render(request, "scheduling/draft.html", context)


def is_stale(actor: Actor, frame: LapFrame, draft: Draft) -> bool:
    """Whether the same question would be another one today."""
    asked = draft_task(draft)
    today = rotation_task(actor.municipality_id, frame, asked.open_from or frame.years[0])
    if not asked.previous:
        today = replace(today, previous=())
    return input_sha256(accepted(today)) != draft.input_sha256


@require_safe
def draft_progress(request: HttpRequest, first: int, pk: int) -> HttpResponse:
    """The part of the page that htmx asks for while a worker computes; when it is over, the page is loaded anew."""
    actor = permitted(request, "read_plan")
    frame = lap_of(actor.municipality_id, first)
    draft = draft_of(actor, "rotation", first, pk)
    response = render(request, "scheduling/progress.html", progress_context(actor, frame, draft))
    if draft.state != "solving":
        response["HX-Refresh"] = "true"
    return response


@require_POST
def accept_draft(request: HttpRequest, first: int, pk: int) -> HttpResponse:
    """Takes a draft over as the plan."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    draft = draft_of(actor, "rotation", first, pk)
    form = AcceptForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason_ja", "")
    done = attempt(request, lambda: _accept(actor, frame, draft, reason), _("計画を採用しました。"))
    return redirect("scheduling:lap", first) if done else redirect("scheduling:draft", first, pk)


def _accept(actor: Actor, frame: LapFrame, draft: Draft, reason_ja: str) -> bool:
    actions.accept_draft(actor, frame, draft, reason_ja, this_year())
    return True


@require_POST
def discard_draft(request: HttpRequest, first: int, pk: int) -> HttpResponse:
    """Marks a draft as not wanted."""
    actor = permitted(request, "manage_plan")
    draft = draft_of(actor, "rotation", lap_of(actor.municipality_id, first).first_fiscal_year, pk)
    attempt(request, lambda: actions.discard_draft(actor, draft), _("計算の結果を取りやめにしました。"))
    return redirect("scheduling:lap", first)


@require_POST
def stop_draft(request: HttpRequest, first: int, pk: int) -> HttpResponse:
    """Stops the computation with the best plan found so far."""
    actor = permitted(request, "manage_plan")
    draft = draft_of(actor, "rotation", lap_of(actor.municipality_id, first).first_fiscal_year, pk)
    attempt(request, lambda: actions.stop_draft(actor, draft), _("計算を止めています。最良の計画が残ります。"))
    return redirect("scheduling:draft", first, pk)


@require_safe
def why_page(request: HttpRequest, first: int, pk: int, code: str) -> HttpResponse:
    """Why a draft puts a department into its year, and what other years would cost, everything planned anew too."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    draft = draft_of(actor, "rotation", first, pk)
    task, cells = draft_task(draft), draft_cells(draft)
    department = next((one for one in task.departments if one.code == code), None)
    if department is None or not cells:
        raise Http404(f"課所等「{code}」は、この計算の結果にありません。")
    explanation = explain(task, cells, code, Search(seconds=WHY_SECONDS, seed=draft.seed))
    context = frame_context(actor, frame) | reasons(explanation, department, cells) | {"draft": draft}
    return render(request, "scheduling/why.html", context)
