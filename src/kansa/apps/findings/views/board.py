"""Which findings are there, how old are the open ones, what is overdue, and as a table?"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kansa.apps.findings.actions import ask_plans
from kansa.apps.findings.forms import PlansDueForm
from kansa.apps.findings.models import SEVERITIES_JA
from kansa.apps.findings.queries.board import BoardFilter, board, choices, grouped
from kansa.apps.findings.queries.exports import finding_table
from kansa.apps.findings.views.finding import STREAMS_JA
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.fiscal import era_year_ja
from kansa.core.improvement import STATES_JA, URGENCIES_JA
from kansa.core.permission import can
from kansa.formats.writers import write_csv, write_table

ON_A_PAGE = 50
URGENT_SHOWN = 10
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked_of(request: HttpRequest) -> BoardFilter:
    """What the address asks for; what it cannot mean is left out."""
    given = request.GET

    def number(name: str) -> int | None:
        text = given.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    states = {*STATES_JA, "open", "recommendation", "withdrawn"}
    return BoardFilter(
        fiscal_year=number("year"),
        stream=given.get("stream", "") if given.get("stream") in STREAMS_JA else "",
        department=number("department"),
        state=given.get("state", "") if given.get("state") in states else "",
        severity=given.get("severity", "") if given.get("severity") in SEVERITIES_JA else "",
        urgency=given.get("urgency", "") if given.get("urgency") in {*URGENCIES_JA, "late"} else "",
        words=given.get("q", "").strip()[:100],
    )


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """The findings by state, a page at a time."""
    actor = permitted(request, "read_engagements")
    asked = asked_of(request)
    made = board(actor, asked, timezone.localdate())
    ordered = [one for group in grouped(made.found) for one in group.found]
    page = Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("page"))
    years, departments = choices(actor)
    context = {
        "asked": asked,
        "board": made,
        "page": page,
        "groups": grouped(tuple(page.object_list)),
        "urgent": made.urgent[:URGENT_SHOWN],
        "years": [(year, era_year_ja(year)) for year in years],
        "departments": departments,
        "streams": STREAMS_JA.items(),
        "states": {"open": "未決着の全て", **STATES_JA, "recommendation": "改善提言", "withdrawn": "取下げ"}.items(),
        "severities": SEVERITIES_JA.items(),
        "urgencies": {code: label for code, label in URGENCIES_JA.items() if code}.items(),
        "is_filtered": asked != BoardFilter(),
    }
    return render(request, "findings/board.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """What the board shows, as CSV or Excel; secret texts are left out."""
    actor = permitted(request, "read_engagements")
    if kind not in CONTENT_TYPES:
        raise Http404
    columns, rows = finding_table(board(actor, asked_of(request), timezone.localdate()).found)
    data = write_csv(columns, rows) if kind == "csv" else write_table(columns, rows, _("検出事項"))
    headers = {"Content-Disposition": f'attachment; filename="kansa-findings.{kind}"'}
    return HttpResponse(data, content_type=CONTENT_TYPES[kind], headers=headers)


@require_POST
def plans_due(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """The office asks a department for its plans by a day."""
    actor = permitted(request, "read_engagements")
    if not can(actor, "manage_engagements"):
        raise PermissionDenied
    form = PlansDueForm(request.POST)
    if form.is_valid():
        due_on = form.cleaned_data["plan_due_on"]
        attempt(request, lambda: ask_plans(actor, fiscal_year, code, due_on), _("提出期限を記録しました。"))
    else:
        messages.error(request, _("日を入力してください。"))
    asked_from = request.POST.get("finding", "")
    if asked_from.isascii() and asked_from.isdecimal() and len(asked_from) < 10:
        return redirect("findings:finding", pk=int(asked_from))
    return redirect("audits:engagement", fiscal_year, code)
