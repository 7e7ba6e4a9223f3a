"""What does the year's report say about itself, and how does the office write it?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.controls.actions import Holds, RulesKey, change_texts
from kansa.apps.controls.forms import TextsForm
from kansa.apps.controls.queries import report_texts
from kansa.apps.trail.forms import permitted, submit
from kansa.core.fiscal import era_year_ja


@require_http_methods(["GET", "HEAD", "POST"])
def texts_page(request: HttpRequest, fiscal_year: int, holds: Holds) -> HttpResponse:
    """Title, day, contract and the office's own remarks; read-only once the year is frozen."""
    actor = permitted(request, "import")
    key = RulesKey(fiscal_year, holds.is_frozen)
    form = TextsForm(request.POST or None, texts=report_texts(actor.municipality_id, fiscal_year))
    if request.method == "POST":
        done = submit(form, lambda: change_texts(actor, key, form.texts(), form.cleaned_data["stamp"]))
        if done is not None:
            messages.success(request, _("報告書の記載事項を保存しました。"))
            return redirect("controls:texts", fiscal_year)
    context = {
        "form": form,
        "fiscal_year": fiscal_year,
        "year_ja": era_year_ja(fiscal_year),
        "is_frozen": holds.is_frozen(actor.municipality_id, fiscal_year),
    }
    return render(request, "controls/texts.html", context)
