"""How does the office see and change what a lap depends on: rules, weights, limits, facts of departments?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.scheduling import actions
from kansa.apps.scheduling.forms import FactForm, LimitsForm, RuleForm, WeightsForm, of_department
from kansa.apps.scheduling.models import LapRule
from kansa.apps.scheduling.queries import lap_of, lap_years
from kansa.apps.scheduling.views.laps import frame_context, standing
from kansa.apps.trail.forms import attempt, permitted, submit


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, first: int) -> HttpResponse:
    """The rules of a lap, and one more."""
    actor = permitted(request, "read_plan") if request.method != "POST" else permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    form = RuleForm(actor, frame, request.POST or None)
    if request.method == "POST":

        def act() -> bool:
            actions.add_rule(actor, frame, form.rule())
            return True

        if submit(form, act):
            messages.success(request, _("条件を加えました。次の計算から守られます。"))
            return redirect("scheduling:rules", first)
    rules = LapRule.objects.filter(lap=frame.lap).select_related("department") if frame.lap else LapRule.objects.none()
    context = frame_context(actor, frame) | {
        "form": form,
        "rules": rules.order_by("kind", "group_ja", "fiscal_year", "department__code"),
    }
    return render(request, "scheduling/rules.html", context)


@require_POST
def drop_rule(request: HttpRequest, first: int, pk: int) -> HttpResponse:
    """Takes a rule away."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    attempt(request, lambda: actions.drop_rule(actor, frame, pk), _("条件を取り除きました。"))
    return redirect("scheduling:rules", first)


@require_http_methods(["GET", "HEAD", "POST"])
def weights_page(request: HttpRequest, first: int) -> HttpResponse:
    """What each inequality costs."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    form = WeightsForm(frame.lap.weights if frame.lap else {}, request.POST or None)
    if request.method == "POST":

        def act() -> bool:
            actions.set_weights(actor, frame, form.cleaned_data)
            return True

        if submit(form, act):
            messages.success(request, _("重みを変更しました。次の計算から使われます。"))
            return redirect("scheduling:rules", first)
    return render(request, "scheduling/weights.html", frame_context(actor, frame) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def limits_page(request: HttpRequest, first: int) -> HttpResponse:
    """How many audits each year may have, and how many external targets are to be chosen."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    form = LimitsForm(lap_years(frame), request.POST or None)
    if request.method == "POST":

        def act() -> bool:
            actions.set_limits(actor, frame, form.limits(frame.years))
            return True

        if submit(form, act):
            messages.success(request, _("件数を変更しました。次の計算から守られます。"))
            return redirect("scheduling:rules", first)
    return render(request, "scheduling/limits.html", frame_context(actor, frame) | {"form": form})


@require_safe
def facts_page(request: HttpRequest, first: int) -> HttpResponse:
    """What each department weighs: people, risk, systems, distance, premises, last visits."""
    actor = permitted(request, "read_plan")
    frame = lap_of(actor.municipality_id, first)
    task, _cells = standing(actor, frame)
    return render(request, "scheduling/facts.html", frame_context(actor, frame) | {"departments": task.departments})


@require_http_methods(["GET", "HEAD", "POST"])
def fact_page(request: HttpRequest, first: int, code: str) -> HttpResponse:
    """Changes what one department weighs."""
    actor = permitted(request, "manage_plan")
    frame = lap_of(actor.municipality_id, first)
    task, _cells = standing(actor, frame)
    department = next((one for one in task.departments if one.code == code), None)
    if department is None:
        raise Http404(f"課所等「{code}」は、この巡の計画にありません。")
    form = FactForm(request.POST or None, initial=of_department(department))
    if request.method == "POST":
        year = min(max(frame.years[0], department.opens_in or 0), (department.closes_in or 9999) - 1)

        def act() -> Any:
            given = form.cleaned_data
            numbers = (given["risk_level"], given["systems_count"], given["distance_minutes"])
            actions.set_fact(actor, code, year, *numbers, given["site_code"])
            return True

        if submit(form, act):
            messages.success(request, _("課所等の資料を変更しました。次の計算から使われます。"))
            return redirect("scheduling:facts", first)
    return render(
        request, "scheduling/fact.html", frame_context(actor, frame) | {"form": form, "department": department}
    )
