"""Which finding does a measure of a diagnosis carry, and how does one come of it in one step?"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.diagnosis.models import Measure
from kansa.apps.diagnosis.queries.measures import lines_of, measure_of
from kansa.apps.findings.actions import add_measure, raise_by_measure, remove_measure
from kansa.apps.findings.actions.measuring import may_carry, open_engagements
from kansa.apps.findings.forms import MeasureFindingForm
from kansa.apps.findings.models import Finding
from kansa.apps.findings.queries import standings
from kansa.apps.findings.queries.drafts import draft_of
from kansa.apps.findings.queries.measured import findings_of
from kansa.apps.findings.queries.standing import loaded
from kansa.apps.findings.views.raising import after_saving, words_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor, can

SECRET_JA = "公にすると、攻撃に使われるおそれがあるため"
ASSETS_TOLD = 30
SECRET = ("fact_ja", "evidence_ja", "effect_ja", "recommendation_ja")


@require_http_methods(["GET", "HEAD", "POST"])
def of_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings of a measure, and for the office the form of a new one, filled in from what the scans say."""
    actor = permitted(request, "read_diagnosis")
    measure = measure_of(actor, pk)
    is_office = can(actor, "manage_diagnosis")
    if request.method == "POST" and not is_office:
        raise PermissionDenied
    (line,) = lines_of(actor.municipality_id, [measure], timezone.localdate())
    audits = open_engagements(actor, measure, fiscal_year_of(timezone.localdate()))
    initial = {**draft_of(measure, line), "engagement": audits[0].code if audits else ""}
    is_raising = request.method == "POST" and request.POST.get("do") == "raise"
    form = MeasureFindingForm(audits, request.POST if is_raising else None, initial=initial)
    if request.method == "POST" and not is_raising:
        return change_link(request, actor, measure)
    if is_raising:
        made = submit(form, lambda: raise_by_measure(actor, pk, form.cleaned_data["engagement"], words_of(form)))
        if made is not None:
            return after_saving(request, made, _("検出事項を登録しました。"))
    found = standings(
        loaded(Finding.objects.filter(pk__in=[one.pk for one in findings_of(actor, measure)])), timezone.localdate()
    )
    is_free = is_office and not any(one.is_open for one in found)
    context = {
        "measure": measure,
        "found": found,
        "form": form if is_raising or (is_free and line.tally.open_count) else None,
        "others": carriers(actor, measure) if is_free else [],
        "is_office": is_office,
    }
    return render(request, "findings/of_measure.html", context)


def change_link(request: HttpRequest, actor: Actor, measure: Measure) -> HttpResponse:
    """Another finding is carried by the measure, or is not any more."""
    given = request.POST.get("finding", "")
    finding = int(given) if given.isascii() and given.isdecimal() and len(given) < 12 else 0
    if request.POST.get("do") == "remove":
        attempt(request, lambda: remove_measure(actor, finding, measure.pk), _("検出事項から外しました。"))
    elif attempt(request, lambda: add_measure(actor, finding, measure.pk)) is not None:
        messages.success(request, _("検出事項に加えました。"))
        return redirect("findings:finding", pk=finding)
    return redirect("findings:of_measure", measure.pk)


def carriers(actor: Actor, measure: Measure) -> list[Finding]:
    """Open findings of the department that the measure may carry too, newest first."""
    rows = Finding.objects.visible_to(actor).filter(
        department=measure.owning_department_id, classification="detection", is_withdrawn=False
    )
    opened = [
        one.finding
        for one in standings(loaded(rows).order_by("-fiscal_year", "code")[:50], timezone.localdate())
        if one.is_open
    ]
    return [one for one in opened if may_carry(one, measure)]
