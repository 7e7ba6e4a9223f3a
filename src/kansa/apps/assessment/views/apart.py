"""How do two auditors who judged apart bring their judgements together?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.assessment.actions.reconciling import decide, joined, take_agreed
from kansa.apps.assessment.forms import JudgementForm
from kansa.apps.assessment.queries import worksheet_for
from kansa.apps.assessment.queries.apart import Apart, agreement_of, pairs_of
from kansa.apps.assessment.queries.entries import METHODS_JA
from kansa.apps.assessment.queries.sheet import scale_of, standing_row
from kansa.apps.assessment.views.worksheet import own_account
from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import NotComputable, RuleError
from kansa.core.flow import STATES_JA
from kansa.core.permission import Actor
from kansa.core.rounding import printed

PAIRS_A_PAGE = 15


def rates(pairs: list[Apart]) -> dict[str, str]:
    """The agreement in words: share of equal levels, at most one apart, and kappa; "—" where there is none."""
    found = agreement_of(pairs)
    asked = {
        "exact": lambda: printed(found.exact_rate * 100, 1),
        "within_one": lambda: printed(found.within_one_rate * 100, 1),
        "kappa": lambda: printed(found.mean_kappa, 2),
    }
    told = {}
    for name, compute in asked.items():
        try:
            told[name] = compute()
        except NotComputable:
            told[name] = "—"
    return told


def pair_rows(engagement: Engagement, pairs: list[Apart]) -> list[dict[str, object]]:
    """The pairs of one page with the form that decides each."""
    codes = {row.item_id for pair in pairs for row in pair.rows}
    versions = {item: standing_row(engagement, item) for item in codes}
    return [
        {
            "pair": pair,
            "draft": joined([entry for _row, entry in pair.entries]),
            "version": getattr(versions[pair.rows[0].item_id], "version", 0),
        }
        for pair in pairs
    ]


def act(request: HttpRequest, actor: Actor, fiscal_year: int, code: str) -> None:
    """Takes over what is agreed, or decides one item."""
    if request.POST.get("item", "") == "":
        taken = attempt(request, lambda: take_agreed(actor, fiscal_year, code))
        if taken is not None:
            attempt(request, lambda: None, _("%(count)s項目の判定を確定しました。") % {"count": taken})
        return

    def settle() -> object:
        form = JudgementForm(request.POST)
        if not form.is_valid():
            raise RuleError("unreadable", _("入力を読み取れません。画面を読み直してください。"))
        return decide(actor, fiscal_year, code, request.POST["item"], form.entry, form.cleaned_data["version"])

    attempt(request, settle, _("判定を確定しました。"))


@require_http_methods(["GET", "HEAD", "POST"])
def reconcile(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """The items that at least two auditors judged, differences first to decide. Nobody reads before having judged."""
    actor = permitted(request, "read_engagements")
    access = worksheet_for(actor, fiscal_year, code)
    engagement = access.engagement
    mode = audit_rules(actor.municipality_id, fiscal_year).judging_mode
    if mode != "apart":
        raise Http404(_("この年度の規則では、二人が別々に判定しません。"))
    if request.method == "POST":
        act(request, actor, fiscal_year, code)
        return redirect("assessment:reconcile", fiscal_year, code)
    pairs = pairs_of(engagement, own_account(actor, access, mode))
    waiting = [pair for pair in pairs if not pair.is_agreed]
    page = Paginator(waiting, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "engagement": engagement,
        "state_ja": STATES_JA[engagement.state],
        "pairs": pairs,
        "rates": rates(pairs),
        "rows": pair_rows(engagement, list(page.object_list)),
        "page": page,
        "agreed_count": sum(1 for pair in pairs if pair.is_agreed and not pair.decided.mark),
        "may_judge": access.may("judgement"),
        "scale": scale_of(engagement),
        "methods": METHODS_JA,
    }
    return render(request, "assessment/reconcile.html", context)
