"""How do advisories come in through the browser, by which keys are they known, and how are inventories matched?"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.diagnosis.actions import (
    add_key,
    apply_advisories,
    cancel_advisories,
    hand_in,
    hand_in_advisories,
    remove_advisories,
    revoke_key,
    state_facts,
)
from kansa.apps.diagnosis.forms import AdvisoryForm, InventoryForm, KeyForm, StatedForm
from kansa.apps.diagnosis.models import AdvisoryUpload, ScanUpload
from kansa.apps.diagnosis.queries.advisories import (
    advisory_file,
    advisory_key,
    advisory_lines,
    advisory_upload,
    advisory_uploads_waiting,
    files_in_force,
    keys_of,
    products_known,
    releases_known,
)
from kansa.apps.diagnosis.queries.scans import engagements_of, job_of_upload, upload_of
from kansa.apps.diagnosis.views.assets import zones_for
from kansa.apps.diagnosis.views.shown import this_year
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor, can
from kansa.formats.advisories import READERS
from kansa.patches.scripts import SCRIPTS, script

STANDINGS: dict[str, Any] = {
    "added": "新しい種類",
    "newer": "今のものと入れ替わる",
    "older": "今のものより古い（使われない）",
    "known": "取込み済み",
}


@require_http_methods(["GET", "HEAD", "POST"])
def advisories_page(request: HttpRequest) -> HttpResponse:
    """What was carried in, how old each is; and handing in more."""
    actor = permitted(request, "manage_diagnosis")
    form = AdvisoryForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        upload = submit(form, lambda: hand_in_advisories(actor, given["chosen"], given["release"], given["as_of"]))
        if upload is not None:
            return redirect("diagnosis:advisory_look", upload.pk)
    lines = advisory_lines(actor, timezone.localdate())
    context = {
        "form": form,
        "lines": lines,
        "old_count": sum(one.is_old for one in lines),
        "most_days": settings.ADVISORY_DAYS,
        "waiting": advisory_uploads_waiting(actor),
        "key_count": len(keys_of(actor.municipality_id)),
        "may_keys": can(actor, "manage_keys"),
    }
    return render(request, "diagnosis/advisories.html", context)


@require_POST
def remove_advisories_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one file out."""
    actor = permitted(request, "manage_diagnosis")
    file = advisory_file(actor, pk)
    attempt(request, lambda: remove_advisories(actor, file), _("照合データを外しました。"))
    return redirect("diagnosis:advisories")


def advisory_context(upload: AdvisoryUpload) -> dict[str, Any]:
    """How far a bundle is, and what is in it."""
    job, is_broken_off = job_of_upload(upload)
    files = [
        {**one, "title_ja": READERS[one["kind"]].title_ja, "standing_ja": STANDINGS[one["standing"]]}
        for one in upload.told.get("files", [])
    ]
    is_under_way = upload.state in ("reading", "applying") and not is_broken_off
    return {
        "upload": upload,
        "job": job,
        "is_broken_off": is_broken_off,
        "is_under_way": is_under_way,
        "files": files,
        "told": upload.told,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def advisory_look_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in a bundle, with the yes and the no."""
    actor = permitted(request, "manage_diagnosis")
    upload = advisory_upload(actor, pk)
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            attempt(request, lambda: cancel_advisories(actor, upload), _("取りやめました。何も変えていません。"))
            return redirect("diagnosis:advisories")
        attempt(request, lambda: apply_advisories(actor, upload))
        return redirect("diagnosis:advisory_look", upload.pk)
    return render(request, "diagnosis/advisory_look.html", advisory_context(upload))


@require_safe
def advisory_progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that htmx asks for while a worker reads; when it is over, the page is loaded anew."""
    actor = permitted(request, "manage_diagnosis")
    context = advisory_context(advisory_upload(actor, pk))
    response = render(request, "diagnosis/advisory_progress.html", context)
    if not context["is_under_way"]:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def keys_page(request: HttpRequest) -> HttpResponse:
    """The public keys by which bundles are known, and registering one."""
    actor = permitted(request, "manage_keys")
    form = KeyForm(request.POST or None)
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        saved = submit(form, lambda: add_key(actor, given["name"], given["public_key"]))
        if saved is not None:
            return redirect("diagnosis:keys")
    context = {"form": form, "keys": keys_of(actor.municipality_id), "may_read": can(actor, "manage_diagnosis")}
    return render(request, "diagnosis/keys.html", context)


@require_POST
def revoke_key_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Trusts a key no more."""
    actor = permitted(request, "manage_keys")
    key = advisory_key(actor, pk)
    attempt(request, lambda: revoke_key(actor, key), _("公開鍵を失効させました。"))
    return redirect("diagnosis:keys")


def as_one(files: list[UploadedFile]) -> UploadedFile:
    """The file, or several of them as one zip, each under its name."""
    if len(files) == 1:
        return files[0]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files, start=1):
            name = str(file.name)
            is_twice = any(name == str(other.name) for other in files[: number - 1])
            archive.writestr(f"{number}-{name}" if is_twice else name, file.read())
    return SimpleUploadedFile(_("一覧{count}件.zip").format(count=len(files)), made.getvalue())


@require_http_methods(["GET", "HEAD", "POST"])
def inventory_page(request: HttpRequest) -> HttpResponse:
    """Choosing inventories; nothing changes by it."""
    actor = permitted(request, "upload_scan")
    engagements, is_own_only = engagements_of(actor), not can(actor, "manage_diagnosis")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = InventoryForm(zones_for(actor), engagements, *given, initial={"fiscal_year": this_year()})
    form.fields["engagement"].required = is_own_only
    if request.method == "POST":
        upload = submit(form, lambda: hand_in(actor, as_one(form.cleaned_data["chosen"]), form.facts()))
        if upload is not None:
            return redirect("diagnosis:look", upload.pk)
    context = {
        "form": form,
        "scripts": sorted(SCRIPTS.items()),
        "has_advisories": bool(files_in_force(actor.municipality_id)),
        "may_manage": can(actor, "manage_diagnosis"),
        "has_no_engagement": is_own_only and not engagements,
    }
    return render(request, "diagnosis/inventory.html", context)


@require_safe
def script_file(request: HttpRequest, name: str) -> HttpResponse:
    """A script that takes the inventory of a host."""
    permitted(request, "upload_scan", "read_diagnosis")
    if name not in SCRIPTS:
        raise Http404(f"スクリプト{name}はありません。")
    answer = HttpResponse(script(name), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{SCRIPTS[name]}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def state_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What inventories do not say: whose they are, and of which system."""
    actor = permitted(request, "upload_scan")
    upload = upload_of(actor, pk)
    asked = upload.told.get("inventories", []) if upload.state == "waiting" else []
    if not asked:
        return redirect("diagnosis:look", upload.pk)
    forms = stated_forms(actor, upload, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _all_valid(forms):
        said = {one.asked["name"]: {name: text for name, text in one.cleaned_data.items() if text} for one in forms}
        attempt(request, lambda: state_facts(actor, upload, said))
        return redirect("diagnosis:look", upload.pk)
    return render(request, "diagnosis/stated.html", {"upload": upload, "forms": forms})


def _all_valid(forms: list[StatedForm]) -> bool:
    """Every one is looked at, so that all faults are told at once."""
    return not sum(not one.is_valid() for one in forms)


def stated_forms(actor: Actor, upload: ScanUpload, given: Any) -> list[StatedForm]:
    """A form for each inventory that leaves something open."""
    releases = releases_known(actor.municipality_id)
    asked = upload.told["inventories"]
    products = products_known(actor.municipality_id) if any(one["kind"] == "windows" for one in asked) else []
    return [
        StatedForm(one, products if one["kind"] == "windows" else releases, given, prefix=str(number))
        for number, one in enumerate(asked)
    ]
