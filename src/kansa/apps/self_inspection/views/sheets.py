"""How do answers of people without a PC come in: a sheet to download, a form to print, and their way back?

A file that was looked at waits in the person's own page, signed, and nowhere on the server: of a sheet without names
nothing may lie in a storage (docs/adr/0028).
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions import SheetGiven, SheetLook, look_at_sheet, make_sheet, take_sheet
from kansa.apps.self_inspection.models import Campaign
from kansa.apps.self_inspection.queries import (
    asked_items,
    has_slips,
    intakes_of,
    late_item_counts,
    room_by_job_type,
    sheet_items,
    sheet_plan,
    silent_members,
    workplace_for,
    workplaces,
)
from kansa.apps.self_inspection.views.campaigns import campaign_for, frame_of
from kansa.apps.self_inspection.views.shown import shown_items
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.answer_sheets import FilledSheet, read_typed
from kansa.formats.answer_sheets.layout import FILE_BYTES

SALT = "kansa.self_inspection.sheets"
SECONDS = 60 * 60
MOST_FORMS = 10  # forms typed into one page
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_of(request: HttpRequest, pk: int, department: int) -> tuple[Actor, Campaign, Department]:
    """Who brings a sheet, of which campaign and workplace. Raises PermissionDenied, Http404."""
    actor = permitted(request, "enter_paper")
    campaign = campaign_for(actor, pk)
    found = workplace_for(actor, campaign, department)
    if found is None:
        raise Http404(_("この所属はありません。"))
    return actor, campaign, found


def frame(campaign: Campaign, department: Department) -> dict[str, object]:
    """What every page of a workplace's sheets prints."""
    is_over = timezone.localdate() > campaign.closes_on or campaign.state == "closed"
    return frame_of(campaign) | {
        "department": department,
        "is_named": campaign.privacy == "identified",
        "is_over": is_over,
        "must_be_late": campaign.state == "closed",
    }


@require_safe
def workplaces_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every workplace with what came in on sheets, and what came too late."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    lines = workplaces(campaign)
    context = {
        "workplaces": lines,
        "late_count": sum(one.late_count for one in lines),
        "late_items": late_item_counts(campaign),
    }
    return render(request, "self_inspection/workplaces.html", frame_of(campaign) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """Download and upload; after the upload what would be taken."""
    actor, campaign, found = sheet_of(request, pk, department)
    context = frame(campaign, found)
    file = request.FILES.get("sheet")
    if request.method == "POST" and file is not None:
        if (file.size or 0) > FILE_BYTES:
            messages.error(request, _("ファイルが大きすぎます（１MBまで）。kansa の回答用紙を選んでください。"))
            return redirect("self_inspection:sheet", pk, department)
        upload = Upload((file.name or "")[-200:], file.read())
        given = SheetGiven(upload, is_late=request.POST.get("received") == "late")
        look = attempt(request, lambda: look_at_sheet(actor, pk, department, given))
        if look is not None:
            return look_page(request, actor, context, look, given)
    elif request.method == "POST":
        messages.error(request, _("ファイルを選んでください。"))
    context |= {
        "left_count": room_by_job_type(campaign, department).total() if not context["is_named"] else None,
        "silent_count": len(silent_members(campaign, {department})) if context["is_named"] else None,
        "has_slips": has_slips(campaign, department),
        "intakes": intakes_of(campaign, department),
    }
    return render(request, "self_inspection/sheet.html", context)


def look_page(
    request: HttpRequest, actor: Actor, context: dict[str, object], look: SheetLook, given: SheetGiven
) -> HttpResponse:
    """What would be taken, with the yes."""
    campaign, found = context["campaign"], context["department"]
    if not isinstance(campaign, Campaign) or not isinstance(found, Department) or given.upload is None:
        raise Http404
    has_people = campaign.privacy == "confidential" and campaign.state == "open" and not look.is_resumed
    told = {
        "account": actor.account_id,
        "campaign": campaign.pk,
        "department": found.pk,
        "name": given.upload.name,
        "late": look.is_late,
        "data": base64.b64encode(given.upload.data).decode(),
    }
    context |= {
        "look": look,
        "name": given.upload.name,
        "held": signing.dumps(told, salt=SALT) if not look.refusals else "",
        "people": silent_members(campaign, {found.pk}) if has_people and not look.refusals else [],
    }
    return render(request, "self_inspection/sheet_look.html", context)


def given_again(request: HttpRequest, actor: Actor, pk: int, department: int) -> SheetGiven:
    """The very sheet that was looked at. Raises RuleError for one that is forged, old, or another's."""
    try:
        told: dict[str, Any] = signing.loads(request.POST.get("held", ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature as fault:
        reason = "確認してから１時間を過ぎたか、画面が古くなっています。もう一度ファイルを選んでください。"
        raise RuleError("held_gone", reason) from fault
    if (told["account"], told["campaign"], told["department"]) != (actor.account_id, pk, department):
        raise RuleError("held_by_another", "ほかの人が選んだファイルです。自分でファイルを選び直してください。")
    upload = Upload(told["name"], base64.b64decode(told["data"]))
    return SheetGiven(upload, is_late=told["late"], people=chosen_people(request))


def chosen_people(request: HttpRequest) -> frozenset[int]:
    """Keys of the people ticked."""
    return frozenset(int(one) for one in request.POST.getlist("people") if one.isdecimal() and len(one) < 19)


@require_POST
def take_page(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """The yes."""
    actor, campaign, found = sheet_of(request, pk, department)
    given = attempt(request, lambda: given_again(request, actor, pk, department))
    if given is None:
        return redirect("self_inspection:sheet", pk, department)
    done = attempt(request, lambda: take_sheet(actor, pk, department, given))
    if done is None:
        look = attempt(request, lambda: look_at_sheet(actor, pk, department, given))
        if look is not None and not look.refusals:
            return look_page(request, actor, frame(campaign, found), look, given)
        return redirect("self_inspection:sheet", pk, department)
    tell(request, done)
    return redirect("self_inspection:sheet", pk, department)


def tell(request: HttpRequest, done: SheetLook) -> None:
    """How it went, in numbers."""
    count = {"count": done.taken_count}
    if done.is_late:
        messages.success(
            request, _("締切後に届いた回答として%(count)d人分を受け付けました。遵守率には入りません。") % count
        )
    elif done.taken_count:
        messages.success(request, _("%(count)d人分の回答を取り込みました。") % count)
    else:
        messages.info(request, _("変わるところはありませんでした。"))


@require_POST
def sheet_file(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """A new sheet; each has a number of its own."""
    actor, _campaign, _found = sheet_of(request, pk, department)
    made = attempt(request, lambda: make_sheet(actor, pk, department))
    if made is None:
        return redirect("self_inspection:sheet", pk, department)
    workplace, data = made
    answer = HttpResponse(data, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"自己点検_回答用紙_{workplace.name_ja}.xlsx")
        or "attachment"
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def paper_page(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """The form for one person in large type, to be printed and filled in by hand."""
    _actor, campaign, found = sheet_of(request, pk, department)
    lines = list(zip(shown_items(asked_items(campaign)), sheet_items(asked_items(campaign)), strict=True))
    return render(request, "self_inspection/paper.html", frame(campaign, found) | {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def batch_page(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """Forms without names typed in together, so that none of them stands alone."""
    actor, campaign, found = sheet_of(request, pk, department)
    if campaign.privacy == "identified":
        return redirect("self_inspection:department", pk, department)
    if has_slips(campaign, department):
        messages.error(request, _("この所属には回答票を印刷済みです。回答票の番号から入力してください。"))
        return redirect("self_inspection:sheet", pk, department)
    lines = sheet_plan(campaign, found, "").lines[:MOST_FORMS]
    asked = shown_items(asked_items(campaign))
    typed = [
        {one.item.code: request.POST.get(f"form{at}item{one.position}", "") for one in asked}
        for at in range(len(lines))
    ]
    if request.method == "POST":
        serial = request.POST.get("serial", "")
        keys = [one.key for one in lines]
        sheet = read_typed(typed, sheet_items(asked_items(campaign)), keys, serial if len(serial) == 16 else "")
        if batch_taken(request, actor, (pk, department), sheet):
            return redirect("self_inspection:sheet", pk, department)
    context = frame(campaign, found) | {
        "forms": [one.name_ja for one in lines],
        "items": [(one, [(at, line[one.item.code]) for at, line in enumerate(typed)]) for one in asked],
        "serial": secrets.token_hex(8),
        "people": silent_members(campaign, {department}),
        "chosen": chosen_people(request),
    }
    return render(request, "self_inspection/batch.html", context)


def batch_taken(request: HttpRequest, actor: Actor, where: tuple[int, int], sheet: FilledSheet) -> bool:
    """Whether typed forms were taken; what is wrong is told."""
    given = SheetGiven(typed=sheet, is_late=request.POST.get("received") == "late", people=chosen_people(request))
    done = attempt(request, lambda: take_sheet(actor, *where, given))
    if done is not None:
        tell(request, done)
    return done is not None
