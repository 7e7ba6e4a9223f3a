"""How is a drill planned, page by page? Each page keeps what was typed, so that the plan can be left and taken up."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.drills.actions import save_campaign
from kansa.apps.drills.actions.dividing import Listed
from kansa.apps.drills.forms import USE_OF_RESULTS_JA, NewDrillForm, first_words
from kansa.apps.drills.models import DrillCampaign
from kansa.apps.drills.queries import campaign_for, campaigns
from kansa.apps.drills.queries.planned import STEPS, estimate_of, steps_done
from kansa.apps.drills.views.wizard_steps import PAGES, Page
from kansa.apps.mail.queries import verified_domains
from kansa.apps.people.queries import roster_years
from kansa.apps.trail.forms import permitted, submit
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.mail_drill.flow import STATES_JA
from kansa.core.permission import Actor, can

TITLES: dict[str, str | Promise] = {
    "basics": gettext_lazy("目的と結果の利用"),
    "sender": gettext_lazy("差出人と中継サーバー"),
    "groups": gettext_lazy("対象の組"),
    "texts": gettext_lazy("組ごとの文案"),
    "exclusions": gettext_lazy("除外する人"),
    "window": gettext_lazy("期間と速さ"),
    "notices": gettext_lazy("通知と窓口"),
    "preflight": gettext_lazy("送信前の試験"),
    "summary": gettext_lazy("確認と承認"),
}


def drill_for(actor: Actor, pk: int) -> DrillCampaign:
    """A drill of the own municipality. Raises Http404."""
    try:
        return campaign_for(actor, pk)
    except RuleError as fault:
        raise Http404(fault.reason_ja) from None


def stepper(campaign: DrillCampaign, here: str) -> list[dict[str, object]]:
    """The steps of the wizard, with what is done and where one stands."""
    done = steps_done(campaign)
    return [{"code": code, "title": TITLES[code], "is_done": code in done, "is_here": code == here} for code in STEPS]


@require_safe
def campaigns_page(request: HttpRequest) -> HttpResponse:
    """The drills, the latest first, and the way to a new one."""
    actor = permitted(request, "manage_drills", "approve_drills")
    lines = [(one, era_year_ja(one.drill.fiscal_year), STATES_JA[one.state]) for one in campaigns(actor)]
    years = roster_years(actor)
    context = {
        "lines": lines,
        "may_plan": can(actor, "manage_drills"),
        "has_roster": bool(years),
        "has_domains": bool(verified_domains(actor.municipality_id)),
    }
    return render(request, "drills/wizard_campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_page(request: HttpRequest) -> HttpResponse:
    """A new drill: its year and code, its purpose, and what its results are used for."""
    actor = permitted(request, "manage_drills")
    years = [(year, era_year_ja(year)) for year in roster_years(actor)]
    this_year = fiscal_year_of(timezone.localdate())
    start = {"use_of_results_ja": USE_OF_RESULTS_JA, "code": f"MD{this_year % 100}-{campaigns(actor).count() + 1}"}
    if this_year in dict(years):
        start["fiscal_year"] = str(this_year)
    form = NewDrillForm(request.POST or None, years=years, initial=start)
    if request.method == "POST":
        made = submit(form, lambda: begun(actor, form, request))
        if made is not None:
            messages.success(request, _("保存しました。続きは、いつでもこの訓練のページから書けます。"))
            return redirect("drills:step", made.pk, "sender")
    return render(
        request, "drills/wizard_add.html", {"form": form, "has_roster": bool(years), "titles": TITLES.items()}
    )


def begun(actor: Actor, form: NewDrillForm, request: HttpRequest) -> DrillCampaign:
    """The draft of a new drill. Raises RuleError for a code that is in use."""
    year, code = form.cleaned_data["fiscal_year"], form.cleaned_data["code"]
    if campaigns(actor).filter(drill__fiscal_year=year, drill__code=code).exists():
        raise RuleError("drill_code_taken", "この年度に、同じコードの訓練があります。別のコードにしてください。")
    landing = settings.LANDING_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    domains = "\n".join(sorted(verified_domains(actor.municipality_id)))
    words = first_words(form.cleaned_data["name_ja"], timezone.now(), domains, landing)
    return save_campaign(actor, year, code, replace(words, **form.words()))  # type: ignore[arg-type]


@require_safe
def campaign_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads on: to the first step in which something is missing, else to the summary."""
    actor = permitted(request, "manage_drills", "approve_drills")
    campaign = drill_for(actor, pk)
    if campaign.state == "draft" and can(actor, "manage_drills"):
        done = steps_done(campaign)
        wanted = next((code for code in STEPS if code not in done and code != "preflight"), "summary")
        if wanted != "summary":
            return redirect("drills:step", pk, wanted)
    return redirect("drills:summary", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One page of the plan. Saved goes on to the next; a drill that is no draft is shown, and says how to change it."""
    actor = permitted(request, "manage_drills")
    campaign = drill_for(actor, pk)
    if step not in PAGES:
        raise Http404(_("このページはありません。"))
    page = PAGES[step](actor, campaign, request.POST or None)
    if request.method == "POST":
        made = submit(page.form, lambda: unless_changed(request, campaign, page))
        if made is not None:
            told(request, made)
            after = STEPS[STEPS.index(step) + (step != "preflight")]
            return redirect("drills:summary", pk) if after == "summary" else redirect("drills:step", pk, after)
    return render(request, "drills/wizard_step.html", shown(campaign, step, page))


def unless_changed(request: HttpRequest, campaign: DrillCampaign, page: Page) -> object:
    """Keeps what was typed, unless somebody else changed the plan since the page was shown. Raises RuleError."""
    if request.POST.get("version", str(campaign.version)) != str(campaign.version):
        raise RuleError("drill_changed", "他の人が先に保存しました。画面を読み直してから直してください。")
    return page.save()


def shown(campaign: DrillCampaign, step: str, page: Page) -> dict[str, object]:
    """What a page of the wizard prints."""
    at = STEPS.index(step)
    return {
        "campaign": campaign,
        "form": page.form,
        "step": step,
        "title": TITLES[step],
        "steps": stepper(campaign, step),
        "place": at + 1,
        "place_count": len(STEPS),
        "before": STEPS[at - 1] if at else "",
        "after": STEPS[at + 1],
        "is_open": campaign.state == "draft" or step == "preflight",
        "estimate": estimate_of(campaign),
        **page.context,
    }


def told(request: HttpRequest, made: object) -> None:
    """Says what was kept."""
    if isinstance(made, Listed):
        words = {"listed": made.listed_count, "missing": made.without_address_count}
        messages.success(request, _("%(listed)d人を一覧に入れました。") % words)
        if made.without_address_count:
            messages.warning(request, _("メールアドレスのない%(missing)d人は、一覧に入っていません。") % words)
    else:
        messages.success(request, _("保存しました。"))
