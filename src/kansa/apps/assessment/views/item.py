"""How is one item judged on the screen, and what happens when two windows judge it at once?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kansa.apps.assessment.actions import ChangedMeanwhile, judge
from kansa.apps.assessment.forms import JudgementForm, compare, read_entry, written_entry
from kansa.apps.assessment.queries import worksheet_for
from kansa.apps.assessment.queries.entries import FIELDS_JA, METHODS_JA, Entry, entry_from, entry_of
from kansa.apps.assessment.queries.independence import independence_concerns
from kansa.apps.assessment.queries.sheet import beside, judged_total, scale_of, standing_row
from kansa.apps.assessment.queries.worksheets import references_ja
from kansa.apps.assessment.views.worksheet import own_account
from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.queries import EngagementAccess
from kansa.apps.trail.forms import permitted
from kansa.core.errors import RuleError
from kansa.core.permission import Actor

JSON = "application/json"


def item_context(actor: Actor, access: EngagementAccess, item_code: str) -> dict[str, object]:
    """Everything the page of one item shows. Raises Http404."""
    engagement = access.engagement
    mode = audit_rules(engagement.municipality_id, engagement.fiscal_year).judging_mode
    own = own_account(actor, access, mode)
    found = beside(engagement, item_code, own)
    row = standing_row(engagement, found.item.pk, own)
    entry = entry_of(row)
    return {
        "access": access,
        "engagement": engagement,
        "mode": mode,
        "beside": found,
        "item": found.item,
        "row": row,
        "entry": entry,
        "base": written_entry(entry),
        "version": row.version if row else 0,
        "scale": scale_of(engagement),
        "methods": METHODS_JA,
        "references": references_ja(found.item),
        "may_judge": access.may("judgement"),
        "concerns": independence_concerns(actor, engagement) if access.may("judgement") else (),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, fiscal_year: int, code: str, item_code: str) -> HttpResponse:
    """One item: shown, or judged. The same address answers a form and the page's own script (as JSON)."""
    actor = permitted(request, "read_engagements")
    if request.method != "POST":
        access = worksheet_for(actor, fiscal_year, code)
        return render(request, "assessment/item.html", item_context(actor, access, item_code))
    form = JudgementForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleError("unreadable", " ".join(str(error) for errors in form.errors.values() for error in errors))
        row = judge(actor, fiscal_year, code, item_code, form.merged(), form.cleaned_data["version"])
    except RuleError as fault:
        return not_saved(request, actor, fiscal_year, code, item_code, form, fault)
    if request.headers.get("Accept") == JSON:
        base = written_entry(entry_of(row))
        return JsonResponse({"version": row.version, "judged": judged_total(row), "base": base})
    access = worksheet_for(actor, fiscal_year, code)
    return redirect("assessment:item", fiscal_year, code, following(access, item_code, request.POST.get("go", "")))


def not_saved(
    request: HttpRequest,
    actor: Actor,
    fiscal_year: int,
    code: str,
    item_code: str,
    form: JudgementForm,
    fault: RuleError,
) -> HttpResponse:
    """The page that tells why: two versions side by side, or the reason above what was typed."""
    access = worksheet_for(actor, fiscal_year, code)
    if not access.may_ever("judgement"):
        raise PermissionDenied
    if isinstance(fault, ChangedMeanwhile):
        return conflict(request, actor, access, item_code, form, fault)
    return refusal(request, actor, access, item_code, form, fault)


def following(access: EngagementAccess, item_code: str, go: str) -> str:
    """The code of the item to go to: the next one, the one before, or this one."""
    found = beside(access.engagement, item_code)
    line = {"after": found.after, "before": found.before}.get(go)
    return line.code if line else item_code


def refusal(
    request: HttpRequest,
    actor: Actor,
    access: EngagementAccess,
    item_code: str,
    form: JudgementForm,
    fault: RuleError,
) -> HttpResponse:
    """What was typed stays on the page, with the reason why it was not saved (400)."""
    if request.headers.get("Accept") == JSON:
        return JsonResponse({"reason": fault.reason_ja}, status=400)
    theirs = read_entry(form.cleaned_data.get("theirs", ""))
    if theirs is not None and fault.code.startswith("conflict_"):
        again = ChangedMeanwhile(theirs, form.cleaned_data["version"])
        return conflict(request, actor, access, item_code, form, again, fault.reason_ja)
    context = item_context(actor, access, item_code) | {"entry": form.entry, "fault": fault.reason_ja}
    return render(request, "assessment/item.html", context, status=400)


def conflict_fields(base: Entry, mine: Entry, theirs: Entry) -> list[dict[str, str]]:
    """The two versions field by field, in words."""
    return [
        {
            "name": field.name,
            "name_ja": FIELDS_JA[field.name],
            "kind": field.kind,
            "mine": shown(field.name, field.mine),
            "theirs": shown(field.name, field.theirs),
        }
        for field in compare(base, mine, theirs)
    ]


def conflict(
    request: HttpRequest,
    actor: Actor,
    access: EngagementAccess,
    item_code: str,
    form: JudgementForm,
    fault: ChangedMeanwhile,
    reason_ja: str = "",
) -> HttpResponse:
    """Both versions side by side, to choose field by field (409)."""
    if request.headers.get("Accept") == JSON:
        return JsonResponse({"reason": fault.reason_ja}, status=409)
    mine, base = form.entry, read_entry(form.cleaned_data.get("base", "")) or Entry()
    fields = conflict_fields(base, mine, fault.theirs)
    torn = {field["name"] for field in fields if field["kind"] == "conflict"}
    context = item_context(actor, access, item_code) | {
        "fields": fields,
        "reason_follows": {"mark", "reason_ja"} <= torn,
        "mine": mine,
        "base": written_entry(base),
        "theirs": written_entry(fault.theirs),
        "version": fault.version,
        "reason_ja": reason_ja or fault.reason_ja,
    }
    return render(request, "assessment/conflict.html", context, status=409)


def shown(name: str, value: object) -> str:
    """A value of a field in words."""
    entry = entry_from({field: str(value) if field == name else "" for field in FIELDS_JA})
    return {"mark": entry.mark_ja, "methods": entry.methods_ja}.get(name, str(value))
