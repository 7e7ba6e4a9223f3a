"""How does a department decide in Excel: download the list, choose the filled-in file, look, take over?

A file that was looked at waits in the person's own page, signed, and nowhere on the server.
"""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.diagnosis.actions.measure_lists import look_at_list, make_list, take_list
from kansa.apps.diagnosis.queries.measure_lists import listed_departments
from kansa.apps.diagnosis.queries.measure_rights import may_propose
from kansa.apps.diagnosis.views.measures import measure_permitted
from kansa.apps.diagnosis.views.shown import number_asked
from kansa.apps.people.models import Department
from kansa.apps.trail.forms import attempt
from kansa.core.permission import Actor
from kansa.formats.measure_sheets import FILE_BYTES

SALT = "kansa.diagnosis.measure_list"
SECONDS = 60 * 60
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSALS_SHOWN = 100


def own_departments(actor: Actor) -> list[Department]:
    """The departments whose list the person may fill in."""
    return [one for one in listed_departments(actor) if may_propose(actor, one.pk)]


def department_asked(request: HttpRequest, actor: Actor) -> Department | None:
    """The department of the address, else the only one. Raises Http404 for another's."""
    known = own_departments(actor)
    asked = number_asked(request, "department")
    if asked is None:
        return known[0] if len(known) == 1 else None
    found = next((one for one in known if one.pk == asked), None)
    if found is None:
        raise Http404(_("この所管課の一覧はありません。"))
    return found


@require_safe
def list_file(request: HttpRequest) -> HttpResponse:
    """The list of a department."""
    actor = measure_permitted(request)
    department = department_asked(request, actor)
    if department is None:
        raise Http404(_("所管課を選んでください。"))
    response = HttpResponse(make_list(actor, department), content_type=XLSX_TYPE)
    name = f"対策の検討_{department.name_ja}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def list_page(request: HttpRequest) -> HttpResponse:
    """Downloading the list and bringing it back."""
    actor = measure_permitted(request)
    department = department_asked(request, actor)
    context: dict[str, Any] = {"department": department, "departments": own_departments(actor)}
    if request.method == "POST" and department is not None:
        if request.POST.get("do") == "take":
            return _take(request, actor, department)
        context |= _look(request, actor, department)
    return render(request, "diagnosis/measure_list.html", context)


def _look(request: HttpRequest, actor: Actor, department: Department) -> dict[str, Any]:
    chosen = request.FILES.get("chosen")
    if chosen is None:
        return {"fault": _("ファイルを選んでください。")}
    if (chosen.size or 0) > FILE_BYTES:
        return {"fault": _("ファイルが大きすぎます（２MBまで）。余分なシートや画像を取り除いてください。")}
    name, data = chosen.name or "", chosen.read()
    look = attempt(request, lambda: look_at_list(actor, department, name, data))
    if look is None:
        return {}
    kept = {"name": name, "data": base64.b64encode(data).decode(), "who": actor.account_id, "whose": department.pk}
    is_good = bool(look.changes)
    return {
        "look": look,
        "name": name,
        "refusals": [one.ja() for one in look.refusals[:REFUSALS_SHOWN]],
        "kept": signing.dumps(kept, salt=SALT) if is_good else "",
    }


def _take(request: HttpRequest, actor: Actor, department: Department) -> HttpResponse:
    back = redirect("diagnosis:measure_list")
    back["Location"] += f"?department={department.pk}"
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        kept = {}
    if kept.get("who") != actor.account_id or kept.get("whose") != department.pk:
        messages.error(
            request, _("確かめてから時間がたちました。もう一度ファイルを選んでください。何も変えていません。")
        )
        return back
    data = base64.b64decode(kept["data"])
    count = attempt(request, lambda: take_list(actor, department, kept["name"], data))
    if count is None:
        return back
    messages.success(request, _("{count}件の案を取り込みました。承認を待ちます。").format(count=count))
    return redirect("diagnosis:measures")
