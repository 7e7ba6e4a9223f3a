"""Which laps are there, how does the plan of one stand, is it proved, and how is one department's year changed?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.scheduling import actions
from kansa.apps.scheduling.forms import CellForm
from kansa.apps.scheduling.queries import (
    LapFrame,
    cells_of_lap,
    drafts_of,
    lap_frames,
    lap_matrix,
    lap_of,
    open_years_of,
    standing_plan,
    year_loads,
)
from kansa.apps.scheduling.views.pictures import loads_picture
from kansa.apps.trail.forms import permitted, submit
from kansa.core.fiscal import era_year_ja, fiscal_year_of, short_era
from kansa.core.permission import Actor, can
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.costs import costs
from kansa.planning.rotation.explain import Explanation, explain
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, PlanCell, PlannedDepartment, RotationTask

SHOWN_YEARS = 3  # last year, this one and the next, on the page of all laps


def this_year() -> int:
    """The present fiscal year."""
    return fiscal_year_of(timezone.localdate())


def open_years(actor: Actor, frame: LapFrame) -> list[int]:
    """The years of the lap that can still be planned."""
    return open_years_of(actor.municipality_id, frame, this_year())


def standing(actor: Actor, frame: LapFrame) -> tuple[RotationTask, tuple[PlanCell, ...]]:
    """The question and the plan as both are now."""
    return standing_plan(actor.municipality_id, frame, this_year())


def reasons(explanation: Explanation, department: PlannedDepartment, own: Iterable[PlanCell]) -> dict[str, Any]:
    """What the page of one department's reasons shows."""
    last = department.last_audited_year
    return {
        "department": department,
        "explanation": explanation,
        "options": [(one, era_year_ja(one.fiscal_year)) for one in explanation.options],
        "own": [(one, era_year_ja(one.fiscal_year)) for one in own if one.department_code == department.code],
        "last_ja": era_year_ja(last) if last else "",
    }


def frame_context(actor: Actor, frame: LapFrame) -> dict[str, Any]:
    """What every page of a lap shows."""
    return {
        "frame": frame,
        "first": frame.first_fiscal_year,
        "years": [(year, short_era(year), era_year_ja(year)) for year in frame.years],
        "may_plan": can(actor, "manage_plan"),
    }


@require_safe
def lap_list(request: HttpRequest) -> HttpResponse:
    """The laps, newest first, with how far each is planned."""
    actor = permitted(request, "read_plan")
    frames = lap_frames(actor.municipality_id, this_year())
    lines = []
    for frame in frames:
        cells = cells_of_lap(actor.municipality_id, frame)
        counts = [(era_year_ja(year), sum(1 for one in cells if one.fiscal_year == year)) for year in frame.years]
        lines.append({"frame": frame, "counts": counts, "is_present": this_year() in frame.years})
    first = max(this_year() - 1, frames[-1].first_fiscal_year)
    years = [(year, era_year_ja(year)) for year in range(first, first + SHOWN_YEARS)]
    return render(
        request, "scheduling/laps.html", {"lines": lines, "years": years, "may_plan": can(actor, "manage_plan")}
    )


@require_safe
def lap_page(request: HttpRequest, first: int) -> HttpResponse:
    """The plan of a lap as a matrix, its work by year, what is broken, and the drafts."""
    actor = permitted(request, "read_plan")
    frame = lap_of(actor.municipality_id, first)
    task, cells = standing(actor, frame)
    rows = lap_matrix(task, cells)
    bureau = request.GET.get("bureau", "")
    loads = year_loads(task, cells)
    context = frame_context(actor, frame) | {
        "rows": [row for row in rows if not bureau or row.department.bureau_ja == bureau],
        "bureaus": sorted({row.department.bureau_ja for row in rows} - {""}),
        "bureau": bureau,
        "loads": loads,
        "picture": loads_picture(loads),
        "broken": [one for row in rows for one in row.breaches] if cells else [],
        "is_empty": not cells,
        "open_years": open_years(actor, frame),
        "drafts": drafts_of(actor, "rotation", first),
    }
    return render(request, "scheduling/lap.html", context)


@require_safe
def proof_page(request: HttpRequest, first: int) -> HttpResponse:
    """Each department covered exactly once, or the named reason why not; and what the plan costs."""
    actor = permitted(request, "read_plan")
    frame = lap_of(actor.municipality_id, first)
    task, cells = standing(actor, frame)
    rows = lap_matrix(task, cells)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.coverage.state] = counts.get(row.coverage.state, 0) + 1
    context = frame_context(actor, frame) | {
        "rows": rows,
        "counts": counts,
        "broken": breaches(task, cells),
        "costs": costs(task, cells) if cells else (),
        "total": sum(one.cost for one in costs(task, cells)) if cells else 0,
    }
    return render(request, "scheduling/proof.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cell_page(request: HttpRequest, first: int, code: str) -> HttpResponse:
    """Why this department stands in its year, what other years would cost, and the change by hand."""
    actor = permitted(request, "read_plan") if request.method != "POST" else permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    task, cells = standing(actor, frame)
    department = next((one for one in task.departments if one.code == code), None)
    if department is None:
        raise Http404(f"課所等「{code}」は、この巡の計画にありません。")
    years = open_years(actor, frame)
    form = CellForm(years, request.POST or None, initial=of_cells(cells, code, years, frame))
    if request.method == "POST":
        broken = submit(form, lambda: _set(actor, frame, code, form))
        if broken is not None:
            for one in broken:
                messages.warning(request, one.reason_ja)
            messages.success(request, _("計画を変更しました。"))
            return redirect("scheduling:lap", first)
    shown = reasons(explain(task, cells, code), department, cells)
    context = frame_context(actor, frame) | shown | {"form": form, "is_open": bool(years)}
    return render(request, "scheduling/cell.html", context)


def of_cells(cells: tuple[PlanCell, ...], code: str, years: list[int], frame: LapFrame) -> dict[str, Any]:
    """The first values of the form of one department."""
    own = [one for one in cells if one.department_code == code and one.fiscal_year in years]
    return {
        "internal_year": next((one.fiscal_year for one in own if one.stream == INTERNAL), ""),
        "external_years": [one.fiscal_year for one in own if one.stream == EXTERNAL],
        "version": frame.lap.version if frame.lap else 0,
    }


def _set(actor: Actor, frame: LapFrame, code: str, form: CellForm) -> Any:
    given = form.cleaned_data
    return actions.set_cell(
        actor,
        frame,
        given["version"],
        code,
        given["internal_year"],
        tuple(given["external_years"]),
        given["reason_ja"],
        this_year(),
    )
