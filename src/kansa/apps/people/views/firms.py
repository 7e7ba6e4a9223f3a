"""Which audit firms are contracted?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.people import actions, queries
from kansa.apps.people.forms import FirmForm
from kansa.apps.people.models import AuditFirm
from kansa.apps.people.views.accounts import duty_words, this_year
from kansa.apps.trail.forms import attempt, permitted, submit


@require_http_methods(["GET", "POST"])
def firm_list(request: HttpRequest) -> HttpResponse:
    """The firms, and a form to register one."""
    actor = permitted(request, "manage_accounts")
    form = FirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        firm = submit(form, lambda: actions.register_firm(actor, form.cleaned_data["name_ja"]))
        if firm is not None:
            return redirect("people:firms")
    firms = AuditFirm.objects.visible_to(actor).order_by("-is_contracted", "name_ja")
    return render(request, "people/firms.html", {"form": form, "firms": firms})


@require_http_methods(["GET", "POST"])
def end_contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, naming whose roles end, then ends a contract."""
    actor = permitted(request, "manage_accounts")
    firm = AuditFirm.objects.visible_to(actor).filter(pk=pk).first()
    if firm is None:
        raise Http404(_("この監査事業者はありません。"))
    if request.method == "POST":
        attempt(request, lambda: actions.end_contract(actor, pk), _("契約の終了を記録しました。"))
        return redirect("people:firms")
    duties = [(one.account, duty_words(one)) for one in queries.firm_appointments(actor, pk, this_year())]
    return render(request, "people/end_contract.html", {"firm": firm, "duties": duties})
