"""How does the office freeze a year and record its approval on the screen? What is to be done is shown first."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.annual_report.actions import Frozen, confirm, freezable, freeze
from kansa.apps.annual_report.forms import ConfirmForm, FreezeForm
from kansa.apps.annual_report.queries import FrozenForm, latest_frozen, year_data, years_recorded
from kansa.apps.trail.forms import permitted, submit
from kansa.core.checks import run_checks
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor


def recorded_year(actor: Actor, fiscal_year: int) -> FrozenForm | None:
    """The newest frozen version, None before the first. Raises Http404 for a year without records."""
    newest = latest_frozen(actor, fiscal_year)
    if newest is None and fiscal_year not in years_recorded(actor.municipality_id):
        raise Http404(_("%(year)sの記録はありません。") % {"year": era_year_ja(fiscal_year)})
    return newest


@require_http_methods(["GET", "HEAD", "POST"])
def freeze_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Reasons first; then what would be fixed; then it is fixed."""
    actor = permitted(request, "freeze")
    newest = recorded_year(actor, fiscal_year)
    notices = run_checks(year_data(actor.municipality_id, fiscal_year))
    form = FreezeForm(notices, request.POST if request.method == "POST" else None, is_again=newest is not None)
    context = {"fiscal_year": fiscal_year, "year_ja": era_year_ja(fiscal_year), "newest": newest, "form": form}
    if form.is_valid() and form.cleaned_data["seen"]:
        given = form.cleaned_data
        frozen = submit(form, lambda: freeze(actor, fiscal_year, given["reason_ja"], form.accepted(), given["seen"]))
        if frozen is not None:
            messages.success(request, frozen_words(frozen))
            return redirect("annual_report:year", fiscal_year)
    elif form.is_valid():
        made = submit(form, lambda: freezable(actor, fiscal_year, form.accepted()))
        if made is not None:
            left = [one for one in form.acceptables() if one.code not in form.accepted()]
            context |= {"seen": made.sha256, "accepted": form.accepted(), "left": left}
            context["is_same"] = newest is not None and newest.sha256 == made.sha256
            return render(request, "annual_report/freeze_look.html", context)
    return render(request, "annual_report/freeze.html", context)


def frozen_words(frozen: Frozen) -> str:
    """What freezing gave, in one sentence."""
    if frozen.is_new:
        return _("第%(version)d版として凍結しました。報告書の案が見られます。") % {"version": frozen.version}
    return _("記録は第%(version)d版から変わっていません。新しい版は作りませんでした。") % {"version": frozen.version}


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The approval that another system holds; typed, looked at, recorded."""
    actor = permitted(request, "confirm")
    newest = latest_frozen(actor, fiscal_year)
    if newest is None:
        raise Http404(_("%(year)sはまだ凍結していません。") % {"year": era_year_ja(fiscal_year)})
    start = {"version": newest.version}
    form = ConfirmForm(request.POST) if request.method == "POST" else ConfirmForm(initial=start)
    context = {"fiscal_year": fiscal_year, "year_ja": era_year_ja(fiscal_year), "newest": newest, "form": form}
    if form.is_valid():
        given = form.cleaned_data
        if not given["is_sure"] and newest.is_draft:
            return render(request, "annual_report/confirm_look.html", context | {"given": given})
        values = (given["version"], given["approved_on"], given["number"], given["by_ja"])
        if submit(form, lambda: confirm(actor, fiscal_year, *values)) is not None:
            messages.success(request, _("決裁を記録しました。報告書から「案」が外れました。"))
            return redirect("annual_report:year", fiscal_year)
    return render(request, "annual_report/confirm.html", context)
