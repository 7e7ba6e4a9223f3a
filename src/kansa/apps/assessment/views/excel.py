"""How does the worksheet go out as Excel, and how does it come back where both changed?"""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.assessment.actions.merging import apply_worksheet, compared, keep_worksheet
from kansa.apps.assessment.queries import worksheet_for
from kansa.apps.assessment.queries.entries import FIELDS_JA
from kansa.apps.assessment.queries.merging import Merge, MergedItem
from kansa.apps.assessment.queries.worksheets import plan_bytes, plan_of
from kansa.apps.assessment.views.evidence import read_uploads
from kansa.apps.assessment.views.item import shown
from kansa.apps.assessment.views.worksheet import own_account
from kansa.apps.controls.queries import audit_rules
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import AUDITORS, OFFICE

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def excel(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """The locked worksheet to take along; a POST hands a filled one in, to be looked at before it is applied."""
    actor = permitted(request, "read_engagements")
    access = worksheet_for(actor, fiscal_year, code)
    if not access.roles & (AUDITORS | OFFICE):
        raise PermissionDenied
    if request.method == "POST" and not access.may_ever("judgement"):
        raise PermissionDenied
    if request.method == "POST":

        def keep() -> str:
            uploads = read_uploads(request.FILES.getlist("file"))
            if len(uploads) != 1:
                raise RuleError("no_file", _("監査調書のファイルを一つ選んでください。"))
            return keep_worksheet(actor, fiscal_year, code, uploads[0])

        sha256 = attempt(request, keep)
        if sha256 is None:
            return redirect("assessment:worksheet", fiscal_year, code)
        return redirect("assessment:merge", fiscal_year, code, sha256)
    own = own_account(actor, access, audit_rules(actor.municipality_id, fiscal_year).judging_mode)
    data = attempt(request, lambda: plan_bytes(plan_of(actor, access.engagement, own)))
    if data is None:
        return redirect("assessment:worksheet", fiscal_year, code)
    name = quote(f"監査調書_{code}.xlsx", safe="")
    headers = {"Content-Disposition": f"attachment; filename=\"worksheet.xlsx\"; filename*=UTF-8''{name}"}
    return HttpResponse(data, content_type=XLSX_TYPE, headers=headers)


def rows_of(items: list[MergedItem]) -> list[dict[str, object]]:
    """Items field by field, in words."""
    return [
        {
            "code": one.code,
            "reason_follows": {"mark", "reason_ja"} <= set(one.conflicts),
            "fields": [
                {
                    "name": field.name,
                    "name_ja": FIELDS_JA[field.name],
                    "kind": field.kind,
                    "was": shown(field.name, field.base),
                    "mine": shown(field.name, field.mine),
                    "theirs": shown(field.name, field.theirs),
                }
                for field in one.fields
                if field.kind != "same"
            ],
        }
        for one in items
    ]


def typed_choices(request: HttpRequest, merge: Merge) -> dict[str, dict[str, str]]:
    """Item -> field -> mine or theirs."""
    conflicts = merge.of_kind("conflict")
    return {
        one.code: {name: request.POST.get(f"choose_{name}:{one.code}", "") for name in one.conflicts}
        for one in conflicts
    }


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, fiscal_year: int, code: str, sha256: str) -> HttpResponse:
    """What a sheet would change, and where both changed the same: to be chosen, then applied whole or not at all."""
    actor = permitted(request, "read_engagements")
    try:
        engagement, found = compared(actor, fiscal_year, code, sha256)
    except (RuleError, InputError) as fault:
        messages.error(request, str(fault))
        return redirect("assessment:worksheet", fiscal_year, code)
    if request.method == "POST":
        seen, chosen = request.POST.get("seen", ""), typed_choices(request, found)
        changed = attempt(request, lambda: apply_worksheet(actor, fiscal_year, code, sha256, seen, chosen))
        if changed is not None:
            messages.success(request, _("%(count)s項目を反映しました。") % {"count": changed})
            return redirect("assessment:worksheet", fiscal_year, code)
    context = {
        "engagement": engagement,
        "merge": found,
        "changed": rows_of(found.of_kind("changed")),
        "conflicts": rows_of(found.of_kind("conflict")),
        "kept": rows_of(found.of_kind("kept")),
        "same_count": len(found.of_kind("same")),
    }
    return render(request, "assessment/merge.html", context)
