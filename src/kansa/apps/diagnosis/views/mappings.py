"""How is a firm's unknown table given its columns, and how are saved mappings looked after?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.diagnosis.actions import remove_mapping, save_mapping, state_facts
from kansa.apps.diagnosis.forms import MappingForm
from kansa.apps.diagnosis.queries.mappings import mapping_of, mappings_of, table_of
from kansa.apps.diagnosis.queries.scans import upload_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.errors import InputError, KansaError
from kansa.core.permission import can
from kansa.formats.scans import Report
from kansa.formats.scans.vendor_proposal import TableLook, looks_of, outcome_words
from kansa.formats.scans.vendor_table import FIELDS_JA, VendorMapping


@require_safe
def mapping_list(request: HttpRequest) -> HttpResponse:
    """The saved mappings."""
    actor = permitted(request, "upload_scan")
    rows = [
        (one, [(FIELDS_JA[name], header) for name, header in one.data["columns"].items()]) for one in mappings_of(actor)
    ]
    return render(request, "diagnosis/mappings.html", {"rows": rows, "may_manage": can(actor, "manage_diagnosis")})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a saved mapping without a file: which header is which field."""
    actor = permitted(request, "manage_diagnosis")
    row = mapping_of(actor, pk)
    columns, outcomes = row.data["columns"], row.data["outcomes"]
    proposed = {header: name for name, header in columns.items()}
    initial = {"name": row.name, "fills_down": row.data["fills_down"]}
    form = MappingForm(list(proposed), proposed, outcomes, request.POST or None, initial=initial)
    if request.method == "POST":
        saved = submit(form, lambda: save_mapping(actor, form.mapping(row.data["sheet"]), row))
        if saved is not None:
            return redirect("diagnosis:mappings")
    return render(request, "diagnosis/mapping.html", {"form": form, "row": row})


@require_POST
def remove_mapping_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts a mapping away."""
    actor = permitted(request, "manage_diagnosis")
    row = mapping_of(actor, pk)
    attempt(request, lambda: remove_mapping(actor, row), _("列の対応を消しました。"))
    return redirect("diagnosis:mappings")


@require_http_methods(["GET", "HEAD", "POST"])
def map_table_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An uploaded table: its columns proposed, corrected, saved by a name; then it is looked at like a report."""
    actor = permitted(request, "upload_scan")
    upload = upload_of(actor, pk)
    if upload.state not in ("waiting", "failed"):
        return redirect("diagnosis:look", upload.pk)
    try:
        with table_of(upload) as report:
            look, form = form_for(report, request)
    except KansaError as fault:
        return render(request, "diagnosis/mapping.html", {"upload": upload, "refused": str(fault)})
    if request.method == "POST" and "do_words" not in request.POST:
        saved = submit(form, lambda: save_mapping(actor, form.mapping(look.sheet)))
        if saved is not None:
            attempt(request, lambda: state_facts(actor, upload, {}, saved.pk))
            return redirect("diagnosis:look", upload.pk)
    return render(request, "diagnosis/mapping.html", {"form": form, "upload": upload, "look": look})


def form_for(report: Report, request: HttpRequest) -> tuple[TableLook, MappingForm]:
    """The form with what is proposed, and with the words of the column that is chosen for the outcome."""
    look = looks_of(report)[0]
    given = request.POST.copy() if request.method == "POST" else None
    chosen = look.proposed
    if given is not None:
        chosen = {header: given.get(f"column_{number}", "") for number, header in enumerate(look.headers)}
    words = words_for(report, look, chosen)
    if given is not None:
        for number, code in enumerate(words.values()):
            given.setdefault(f"word_{number}", code)
    return look, MappingForm(look.headers, look.proposed, words, given)


def words_for(report: Report, look: TableLook, chosen: dict[str, str]) -> dict[str, str]:
    """The words of the outcome; none while the columns do not suffice to read the table."""
    mapping = VendorMapping("―", {name: header for header, name in chosen.items() if name}, sheet=look.sheet)
    if mapping.faults():
        return {}
    try:
        return outcome_words(report, mapping)
    except InputError:
        return {}
