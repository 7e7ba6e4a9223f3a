"""How does a report come in through the browser: chosen, looked at, taken over; and what did each scan say?"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.diagnosis.actions import apply_upload, cancel_upload, hand_in
from kansa.apps.diagnosis.forms import UploadForm
from kansa.apps.diagnosis.models import Scan, ScanUpload
from kansa.apps.diagnosis.queries.mappings import mappings_of
from kansa.apps.diagnosis.queries.scans import (
    coverages_of,
    engagements_of,
    job_of_upload,
    observations_of,
    scan_of,
    scans_of,
    tray_count,
    upload_of,
    uploads_waiting,
)
from kansa.apps.diagnosis.views.assets import zones_for
from kansa.apps.diagnosis.views.shown import number_asked, this_year
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.advisory_days import as_of_ja
from kansa.core.assets import CLUES_JA
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import can
from kansa.core.weaknesses import SEVERITIES_JA

ON_A_PAGE = 50
HOSTS_SHOWN = 200
CHANGES: dict[str, Any] = {
    "new": "新規",
    "still": "継続",
    "returned": "再発",
    "gone": "解消確認",
    "not_covered": "未確認（この診断の範囲外）",
}


@require_safe
def scan_list(request: HttpRequest) -> HttpResponse:
    """The scans, newest first, and the reports that wait."""
    actor = permitted(request, "upload_scan", "read_all")
    year = number_asked(request, "year")
    page = Paginator(scans_of(actor, year), ON_A_PAGE).get_page(request.GET.get("page"))
    years = sorted(set(Scan.objects.visible_to(actor).values_list("fiscal_year", flat=True)), reverse=True)
    context = {
        "page": page,
        "chosen": year,
        "years": [(one, era_year_ja(one)) for one in years],
        "waiting": uploads_waiting(actor) if can(actor, "upload_scan") else [],
        "may_upload": can(actor, "upload_scan"),
        "may_manage": can(actor, "manage_diagnosis"),
        "tray_count": tray_count(actor) if can(actor, "manage_diagnosis") else 0,
    }
    return render(request, "diagnosis/scans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload_page(request: HttpRequest) -> HttpResponse:
    """Choosing a report; nothing changes by it."""
    actor = permitted(request, "upload_scan")
    engagements = engagements_of(actor)
    is_own_only = not can(actor, "manage_diagnosis")
    initial = {"fiscal_year": this_year()}
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(zones_for(actor), engagements, mappings_of(actor), *given, initial=initial)
    form.fields["engagement"].required = is_own_only
    if request.method == "POST":
        upload = submit(form, lambda: hand_in(actor, form.cleaned_data["chosen"], form.facts()))
        if upload is not None:
            return redirect("diagnosis:look", upload.pk)
    context = {"form": form, "has_no_engagement": is_own_only and not engagements}
    return render(request, "diagnosis/upload.html", context)


def look_context(upload: ScanUpload) -> dict[str, Any]:
    """How far a report is, and what it would change."""
    job, is_broken_off = job_of_upload(upload)
    reports = [
        {
            **one,
            "as_of_ja": as_of_ja(one.get("advisory_days", [])),
            "changes": [(words, one["counts"][code], code) for code, words in CHANGES.items()],
            "information_count": one["information"]["new"] + one["information"]["still"],
            "conflicts": [
                {
                    "host": each["host"],
                    "clue": CLUES_JA.get(each["clue"], "－"),
                    "others": [(CLUES_JA[clue], "、".join(filter(None, names))) for clue, names in each["others"]],
                }
                for each in one["hosts"]["conflicts"]
            ],
        }
        for one in upload.told.get("reports", [])
    ]
    is_under_way = upload.state in ("reading", "applying") and not is_broken_off
    return {
        "upload": upload,
        "job": job,
        "is_broken_off": is_broken_off,
        "is_under_way": is_under_way,
        "reports": reports,
        "year_ja": era_year_ja(upload.fiscal_year),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def look_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a report would change, with the yes and the no."""
    actor = permitted(request, "upload_scan")
    upload = upload_of(actor, pk)
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            attempt(request, lambda: cancel_upload(actor, upload), _("取りやめました。何も変えていません。"))
            return redirect("diagnosis:scans")
        attempt(request, lambda: apply_upload(actor, upload))
        return redirect("diagnosis:look", upload.pk)
    asked = {"mapping": "diagnosis:map_table", "inventories": "diagnosis:state_inventories"}
    if upload.state == "waiting" and (page := next((asked[key] for key in upload.told if key in asked), "")):
        return redirect(page, upload.pk)
    if upload.state == "applied" and len(upload.told.get("reports", [])) == 1:
        return redirect("diagnosis:scan", upload.told["reports"][0]["scan"])
    return render(request, "diagnosis/look.html", look_context(upload))


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that htmx asks for while a worker reads; when it is over, the page is loaded anew."""
    actor = permitted(request, "upload_scan")
    context = look_context(upload_of(actor, pk))
    response = render(request, "diagnosis/progress.html", context)
    if not context["is_under_way"]:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def scan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a scan looked at, what it changed and what it said."""
    actor = permitted(request, "upload_scan", "read_all")
    scan = scan_of(actor, pk)
    severity = request.GET.get("severity", "") if request.GET.get("severity") in SEVERITIES_JA else ""
    words = request.GET.get("q", "").strip()[:100]
    found = observations_of(actor, scan, severity, words)
    coverages = coverages_of(actor, scan)
    counts = scan.counts.get("counts", {})
    context = {
        "scan": scan,
        "as_of_ja": scan.as_of_ja,
        "year_ja": era_year_ja(scan.fiscal_year),
        "changes": [(label, counts.get(code, 0), code) for code, label in CHANGES.items()],
        "information": scan.counts.get("information", {}),
        "elsewhere": scan.counts.get("elsewhere", 0),
        "coverages": coverages[:HOSTS_SHOWN],
        "more_hosts": max(0, len(coverages) - HOSTS_SHOWN),
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "severity": severity,
        "words": words,
        "severities": SEVERITIES_JA.items(),
        "reads_all": can(actor, "read_all"),
    }
    return render(request, "diagnosis/scan.html", context)
