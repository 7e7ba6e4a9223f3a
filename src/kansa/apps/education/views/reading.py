"""How is a material read, and how does the office keep the reading list?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.education.actions import (
    IsFrozen,
    correct_reading,
    record_reading,
    save_material,
    start_reading,
    stop_reading,
)
from kansa.apps.education.forms import MaterialForm, TimeForm, material_values
from kansa.apps.education.models import ReadingMaterial, ReadingRecord
from kansa.apps.education.views.home import year_frame
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor


def material_for(actor: Actor, pk: int) -> ReadingMaterial:
    """A material that the person sees. Raises Http404."""
    found: ReadingMaterial | None = ReadingMaterial.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この資料はありません。"))
    return found


@require_safe
def material_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The material with the clock of the own study."""
    actor = permitted(request, "take_education")
    material = material_for(actor, pk)
    return render(request, "education/material.html", material_context(actor, material))


def material_context(actor: Actor, material: ReadingMaterial, form: TimeForm | None = None) -> dict[str, object]:
    """The material, the own sittings, and the form for time that was not measured."""
    own = ReadingRecord.objects.filter(
        municipality_id=actor.municipality_id, material=material, account_id=actor.account_id or 0
    ).order_by("-read_on", "-pk")
    return year_frame(actor, material.fiscal_year) | {
        "material": material,
        "sittings": [one for one in own if one.minutes],
        "running": next((one for one in own if one.minutes is None), None),
        "total": sum(one.minutes or 0 for one in own),
        "is_finished": any(one.is_finished for one in own),
        "form": form or TimeForm(initial={"read_on": timezone.localdate()}),
    }


@require_POST
def start_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins to measure."""
    actor = permitted(request, "take_education")
    material_for(actor, pk)
    attempt(request, lambda: start_reading(actor, pk), _("学習時間を計り始めました。"))
    return redirect("education:material", pk)


@require_POST
def stop_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the measuring."""
    actor = permitted(request, "take_education")
    material_for(actor, pk)
    is_finished = request.POST.get("is_finished") == "1"
    attempt(request, lambda: stop_reading(actor, pk, is_finished=is_finished), _("学習時間を記録しました。"))
    return redirect("education:material", pk)


@require_POST
def time_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps time that was not measured."""
    actor = permitted(request, "take_education")
    material = material_for(actor, pk)
    form = TimeForm(request.POST)
    if submit(form, lambda: record_reading(actor, pk, **form.cleaned_data)) is not None:
        return redirect("education:material", pk)
    return render(request, "education/material.html", material_context(actor, material, form))


@require_http_methods(["GET", "HEAD", "POST"])
def correct_page(request: HttpRequest, pk: int, is_frozen: IsFrozen) -> HttpResponse:
    """Another time, day or end of the own sitting."""
    actor = permitted(request, "take_education")
    rows = ReadingRecord.objects.filter(
        municipality_id=actor.municipality_id, account_id=actor.account_id or 0, minutes__isnull=False
    )
    sitting = rows.filter(pk=pk).select_related("material").first()
    if sitting is None:
        raise Http404(_("この学習の記録はありません。"))
    stands = {"minutes": sitting.minutes, "read_on": sitting.read_on, "is_finished": sitting.is_finished}
    form = TimeForm(request.POST or None, initial=stands)
    if request.method == "POST":
        done = submit(form, lambda: correct_reading(actor, pk, **form.cleaned_data, is_frozen=is_frozen))
        if done is not None:
            messages.success(request, _("学習の記録を直しました。"))
            return redirect("education:material", sitting.material_id)
    closed = is_frozen(actor.municipality_id, sitting.material.fiscal_year)
    context = {"sitting": sitting, "material": sitting.material, "form": form, "is_frozen": closed}
    return render(request, "education/correct.html", year_frame(actor, sitting.material.fiscal_year) | context)


@require_http_methods(["GET", "POST"])
def add_material(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """A new material."""
    actor = permitted(request, "manage_education")
    frame = year_frame(actor, fiscal_year)
    form = MaterialForm(request.POST or None, initial={"opened_on": timezone.localdate(), "minutes": 30})
    if request.method == "POST":
        made = submit(form, lambda: save_material(actor, None, form.words(fiscal_year)))
        if made is not None:
            return redirect("education:material", made.pk)
    return render(request, "education/edit_material.html", frame | {"form": form})


@require_http_methods(["GET", "POST"])
def edit_material(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording of a material."""
    actor = permitted(request, "manage_education")
    material = material_for(actor, pk)
    form = MaterialForm(request.POST or None, initial=material_values(material))
    if request.method == "POST":
        made = submit(form, lambda: save_material(actor, pk, form.words(material.fiscal_year)))
        if made is not None:
            return redirect("education:material", pk)
    context = year_frame(actor, material.fiscal_year) | {"form": form, "material": material}
    return render(request, "education/edit_material.html", context)
