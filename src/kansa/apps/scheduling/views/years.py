"""How does the office prepare a year: make its audits, say who may be sent when, and in which days?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.scheduling import actions
from kansa.apps.scheduling.forms import (
    AuditorsForm,
    BusyForm,
    DayForm,
    DepartmentBusyForm,
    WishForm,
    YearRulesForm,
)
from kansa.apps.scheduling.models import CalendarDay, DepartmentBusy
from kansa.apps.scheduling.queries import (
    AuditorRow,
    audit_year,
    auditor_rows,
    cells_without_engagement,
    drafts_of,
    known_slots,
    year_audits,
)
from kansa.apps.scheduling.queries.laps import frame_of
from kansa.apps.scheduling.queries.years import STREAMS_JA
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can

ON_PAGE = 50
FILE_BYTES = 5 * 1024 * 1024


def year_context(actor: Actor, fiscal_year: int) -> dict[str, Any]:
    """What every page of a year shows."""
    return {"year": fiscal_year, "year_ja": era_year_ja(fiscal_year), "may_plan": can(actor, "manage_plan")}


@require_safe
def year_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The audits of a year: what the plan still asks for, who audits when, what is prepared, what was computed."""
    actor = permitted(request, "read_plan")
    year, people = audit_year(actor.municipality_id, fiscal_year), auditor_rows(actor.municipality_id, fiscal_year)
    audits = year_audits(actor, fiscal_year)
    cells = cells_without_engagement(actor.municipality_id, fiscal_year)
    context = year_context(actor, fiscal_year) | {
        "missing": [(STREAMS_JA[one.stream], one.department) for one in cells],
        "audits": audits,
        "frame": frame_of(actor.municipality_id, fiscal_year),
        "ready_count": sum(1 for one in people if one.can_be_sent),
        "people_count": len(people),
        "slot_count": len(known_slots(year)),
        "rules": year,
        "open_count": sum(1 for one in audits if one.is_assigned_here),
        "drafts": drafts_of(actor, "assignment", fiscal_year),
    }
    return render(request, "scheduling/teams_year.html", context)


@require_POST
def create_engagements(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Makes an audit for every cell of the plan that has none."""
    actor = permitted(request, "manage_plan")
    made = attempt(request, lambda: actions.create_engagements(actor, fiscal_year))
    if made is not None:
        messages.success(request, _("{count}件の監査を登録しました。").format(count=len(made)))
    return redirect("scheduling:year", fiscal_year)


@require_http_methods(["GET", "HEAD", "POST"])
def auditors_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The auditors of the year, one editable row each."""
    actor = permitted(request, "read_plan") if request.method != "POST" else permitted(request, "manage_plan")
    rows = auditor_rows(actor.municipality_id, fiscal_year)
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    form = AuditorsForm(list(page.object_list), request.POST or None, is_locked=not can(actor, "manage_plan"))
    if request.method == "POST":
        count = submit(form, lambda: actions.set_auditors(actor, fiscal_year, form.said()))
        if count is not None:
            messages.success(request, _("{count}人の資料を変更しました。").format(count=count))
            return redirect(request.get_full_path())
    context = year_context(actor, fiscal_year) | {
        "form": form,
        "page": page,
        "untrained_count": sum(1 for one in rows if not one.is_trained),
        "copied_count": len(actions.facts_to_copy(actor.municipality_id, fiscal_year)),
    }
    return render(request, "scheduling/teams_auditors.html", context)


@require_POST
def copy_auditors(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Takes over what was said of the auditors last year."""
    actor = permitted(request, "manage_plan")
    count = attempt(request, lambda: actions.copy_auditors(actor, fiscal_year))
    if count is not None:
        messages.success(request, _("{count}人の資料を変更しました。").format(count=count))
    return redirect("scheduling:year_auditors", fiscal_year)


@require_POST
def import_busy(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Days that auditors cannot come, from a table."""
    actor = permitted(request, "manage_plan")

    def act() -> int:
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > FILE_BYTES:
            limit = FILE_BYTES // 1024 // 1024
            raise RuleError("no_file", _("{limit} MB までのファイルを一つ選んでください。").format(limit=limit))
        return actions.import_busy(actor, fiscal_year, Upload(file.name or "", file.read()))

    count = attempt(request, act)
    if count is not None:
        messages.success(request, _("{count}件の予定を登録しました。").format(count=count))
    return redirect("scheduling:year_auditors", fiscal_year)


def row_of(actor: Actor, fiscal_year: int, number: str) -> AuditorRow:
    """One auditor of the year. Raises Http404 when there is none."""
    for row in auditor_rows(actor.municipality_id, fiscal_year):
        if row.staff.staff_number == number:
            return row
    raise Http404(f"職員番号「{number}」の監査員は、この年度にいません。")


@require_http_methods(["GET", "HEAD", "POST"])
def auditor_page(request: HttpRequest, fiscal_year: int, number: str) -> HttpResponse:
    """One auditor: days taken, wishes."""
    actor = permitted(request, "read_plan") if request.method != "POST" else permitted(request, "manage_plan")
    row = row_of(actor, fiscal_year, number)
    what = request.POST.get("what", "")
    busy = BusyForm(request.POST if what == "busy" else None, prefix="busy")
    wish = WishForm(actor, fiscal_year, request.POST if what == "wish" else None, prefix="wish")
    if request.method == "POST":
        form, act = (busy, _busy) if what == "busy" else (wish, _wish)
        if submit(form, lambda: act(actor, row, form.cleaned_data)):
            messages.success(request, _("登録しました。次の計算から使われます。"))
            return redirect("scheduling:year_auditor", fiscal_year, number)
    context = year_context(actor, fiscal_year) | {"row": row, "busy": busy, "wish": wish}
    return render(request, "scheduling/teams_auditor.html", context)


def _busy(actor: Actor, row: AuditorRow, given: dict[str, Any]) -> bool:
    actions.add_busy(actor, row.staff, given["first_on"], given["last_on"], given["half"], given["reason_ja"])
    return True


def _wish(actor: Actor, row: AuditorRow, given: dict[str, Any]) -> bool:
    actions.add_wish(actor, row.staff, given["department"], given["is_avoided"] == "avoid")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def year_rules_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """How teams are made up, in which days audits are held, and what an inequality costs."""
    actor = permitted(request, "manage_plan")
    form = YearRulesForm(audit_year(actor.municipality_id, fiscal_year), request.POST or None)
    if request.method == "POST":

        def act() -> bool:
            actions.set_year_rules(actor, fiscal_year, form.rules())
            return True

        if submit(form, act):
            messages.success(request, _("規則を変更しました。次の計算から使われます。"))
            return redirect("scheduling:year", fiscal_year)
    return render(request, "scheduling/teams_rules.html", year_context(actor, fiscal_year) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def days_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Days closed or open against the rule, and busy times of departments."""
    actor = permitted(request, "read_plan") if request.method != "POST" else permitted(request, "manage_plan")
    what = request.POST.get("what", "")
    day = DayForm(request.POST if what == "day" else None, prefix="day")
    busy = DepartmentBusyForm(actor, fiscal_year, request.POST if what == "busy" else None, prefix="busy")
    if request.method == "POST":
        form, act = (busy, _department_busy) if what == "busy" else (day, _day)
        if submit(form, lambda: act(actor, fiscal_year, form.cleaned_data)):
            messages.success(request, _("登録しました。次の計算から使われます。"))
            return redirect("scheduling:year_days", fiscal_year)
    known = {"municipality_id": actor.municipality_id, "fiscal_year": fiscal_year}
    context = year_context(actor, fiscal_year) | {
        "day": day,
        "busy": busy,
        "days": CalendarDay.objects.filter(**known).order_by("day"),
        "spans": DepartmentBusy.objects.filter(**known).select_related("department").order_by("first_on", "pk"),
    }
    return render(request, "scheduling/teams_days.html", context)


def _day(actor: Actor, fiscal_year: int, given: dict[str, Any]) -> bool:
    actions.add_day(actor, fiscal_year, given["day"], given["is_open"] == "open", given["reason_ja"])
    return True


def _department_busy(actor: Actor, fiscal_year: int, given: dict[str, Any]) -> bool:
    departments, span = list(given["departments"]), (given["first_on"], given["last_on"])
    actions.add_department_busy(actor, fiscal_year, departments, *span, given["reason_ja"])
    return True


# Where a page goes on after a row was taken away.
AFTER_REMOVAL = {"department": "scheduling:year_days", "day": "scheduling:year_days"}


@require_POST
def remove_row(request: HttpRequest, fiscal_year: int, kind: str, pk: int) -> HttpResponse:
    """Takes away a wish, a span, a day or a rule of a team."""
    actor = permitted(request, "manage_plan")
    if kind not in actions.REMOVABLE:
        raise Http404(kind)
    attempt(request, lambda: actions.remove_row(actor, fiscal_year, kind, pk), _("取り除きました。"))
    if kind in ("busy", "wish") and (number := request.POST.get("number")):
        return redirect("scheduling:year_auditor", fiscal_year, number)
    if kind == "team" and (code := request.POST.get("code")):
        return redirect("scheduling:year_team", fiscal_year, code)
    return redirect(AFTER_REMOVAL.get(kind, "scheduling:year"), fiscal_year)
