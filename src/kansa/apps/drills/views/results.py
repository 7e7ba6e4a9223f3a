"""What came out of a drill, how sure is it, what would other rules make of it, and what of it may be taken away?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.drills.actions import export_gophish, note_trial, save_rules
from kansa.apps.drills.forms import RulesForm, rules_values
from kansa.apps.drills.models import DrillCampaign, HelpDeskTally
from kansa.apps.drills.queries import campaign_for, campaigns
from kansa.apps.drills.queries.result_files import MEDIA, city_group, notes_of, percent
from kansa.apps.drills.queries.results import settings_of
from kansa.apps.drills.queries.shown import (
    VIEWS_JA,
    GroupLine,
    RateLine,
    ShownResult,
    is_settled,
    rate_lines,
    shown_result,
    year_lines,
)
from kansa.apps.drills.views import results_pictures as pictures
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.mail_drill.events import RULES, SWITCHABLE, Effects, Settings, warning_ja
from kansa.core.mail_drill.flow import STATES_JA
from kansa.core.mail_drill.results import COUNTS_JA, rounded_to
from kansa.core.permission import Actor, can
from kansa.core.rounding import printed

READERS = ("manage_drills", "approve_drills")
SENT = ("running", "paused", "ended", "closed")


def drill_named(actor: Actor, pk: int) -> DrillCampaign:
    """A drill of the own city from which mails went out. Raises Http404."""
    try:
        campaign = campaign_for(actor, pk)
    except RuleError as fault:
        raise Http404(fault.reason_ja) from fault
    if campaign.state not in SENT:
        raise Http404(_("まだ訓練メールを送っていないため、結果はありません。"))
    return campaign


def result_frame(actor: Actor, campaign: DrillCampaign, here: str) -> dict[str, object]:
    """What every page of a result has."""
    return {
        "campaign": campaign,
        "here": here,
        "year_ja": era_year_ja(campaign.drill.fiscal_year),
        "state_ja": STATES_JA[campaign.state],
        "views": VIEWS_JA,
        "may_manage": can(actor, "manage_drills"),
        "may_follow_up": can(actor, "follow_up_drills"),
        "is_closed": campaign.state == "closed",
        "is_settled": is_settled(campaign),
    }


@require_safe
def result_list(request: HttpRequest) -> HttpResponse:
    """The drills of which there is a result."""
    actor = permitted(request, *READERS)
    lines = [
        (one, era_year_ja(one.drill.fiscal_year), STATES_JA[one.state])
        for one in campaigns(actor).filter(state__in=SENT)
    ]
    return render(request, "drills/results_list.html", {"lines": lines, "may_import": can(actor, "import")})


@require_safe
def result_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The overview: rates with both sides, range, time, what each rule does."""
    actor = permitted(request, *READERS)
    campaign = drill_named(actor, pk)
    result = shown_result(campaign)
    rates = list(rate_lines(result))
    context = result_frame(actor, campaign, "overview") | {
        "result": result,
        "chief": [rate_row(one) for one in rates if not one.words.is_reference],
        "rates": [rate_row(one) for one in rates],
        "ranges": pictures.range_picture(rates),
        "counts": [] if result.is_small else [(words, result.counts(name)) for name, words in COUNTS_JA.items()],
        "course": pictures.course_picture(result),
        "steps": pictures.course_rows(result),
        "first_report": None if result.is_small else result.city["first_report_minutes"],
        "first_click": None if result.is_small else result.city["first_click_minutes"],
        "before": None if result.is_small else result.city["reports_before_first_click"],
        "warnings": warnings_of(result, settings_of(campaign).on),
        "calls": HelpDeskTally.objects.visible_to(actor).filter(campaign=campaign).order_by("counted_on"),
        "notes": notes_of(result),
    }
    return render(request, "drills/results.html", context)


def warnings_of(result: ShownResult, codes: Collection[str] = SWITCHABLE) -> list[str]:
    """Those of the rules that make, or would make, too many people into machines, in words."""
    if result.effects is None:
        return []
    rules, k = result.effects.rules, result.campaign.small_cell_k
    return [
        warning_ja(code, result.effects) for code in result.warnings if code in codes and rules[code].people_count >= k
    ]


def rate_row(one: RateLine) -> dict[str, object]:
    """A rate as a table prints it."""
    range_ja = ""
    if one.low is not None and one.high is not None:
        range_ja = f"{printed(one.low * 100, 1)}～{printed(one.high * 100, 1)}"
    return {
        "name_ja": one.words.name_ja,
        "is_reference": one.words.is_reference,
        "shown": printed(one.rate.value * 100, 1) if one.rate else "",
        "numerator": one.rate.numerator if one.rate else None,
        "denominator": one.rate.denominator if one.rate else None,
        "numerator_ja": COUNTS_JA[one.words.numerator],
        "denominator_ja": COUNTS_JA[one.words.denominator],
        "range_ja": range_ja,
        "range_people": f"{one.low_count:,}～{one.high_count:,}" if range_ja else "",
        "reason_ja": one.reason_ja,
    }


@require_safe
def group_page(request: HttpRequest, pk: int, view: str) -> HttpResponse:
    """The rates by bureau, department, job type or difficulty."""
    actor = permitted(request, *READERS)
    campaign = drill_named(actor, pk)
    if view not in VIEWS_JA:
        raise Http404(_("この区分の結果はありません。"))
    result = shown_result(campaign)
    lines = result.lines(view)
    context = result_frame(actor, campaign, view) | {
        "title": VIEWS_JA[view],
        "city": group_row(city_group(result)),
        "lines": [group_row(one) for one in lines],
        "picture": pictures.groups_picture(_("区分ごとの報告率と開封率"), lines),
        "is_rounded": view in ("job_types", "difficulties"),
        "notes": notes_of(result),
    }
    return render(request, "drills/results_groups.html", context)


def group_row(line: GroupLine) -> dict[str, object]:
    """A line of a table: numbers, shares, and why something is missing."""
    names = ("sent", "delivered", "clicked", "reported")
    return {
        "name_ja": line.name_ja or "—",
        "counts": [line.number(name) for name in names],
        "open_rate": percent(line, "clicked"),
        "report_rate": percent(line, "reported"),
        "reason_ja": line.reason_ja,
    }


@require_safe
def years_page(request: HttpRequest, pk: int) -> HttpResponse:
    """This drill beside those of the years before, as they were and at the same difficulty."""
    actor = permitted(request, *READERS)
    campaign = drill_named(actor, pk)
    result = shown_result(campaign)
    found = [] if result.is_small else year_lines(campaign, result)
    rows = []
    for one in found:
        same = one.adjusted
        rows.append(
            {
                "line": one,
                "year_ja": era_year_ja(one.fiscal_year),
                "open_rate": "—" if one.open_rate is None else printed(one.open_rate * 100, 1),
                "report_rate": "—" if one.report_rate is None else printed(one.report_rate * 100, 1),
                "this": printed(same.this_rate * 100, 1) if same else "",
                "prior": printed(same.prior_rate * 100, 1) if same else "",
                "change": printed(same.change * 100, 1, signed=True) if same else "",
                "covered": printed(same.covered * 100, 0) if same else "",
            }
        )
    context = result_frame(actor, campaign, "years") | {"rows": rows, "picture": pictures.years_picture(found)}
    return render(request, "drills/results_years.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules of judgement: what each does, another choice tried on the whole city, and kept when asked."""
    actor = permitted(request, "manage_drills")
    campaign = drill_named(actor, pk)
    if campaign.state == "closed":
        raise Http404(_("終了した訓練では、判定をやり直せません。"))
    now = settings_of(campaign)
    form = RulesForm(request.POST or None, initial=rules_values(now))
    tried: ShownResult | None = None
    if request.method == "POST":
        made = submit(form, lambda: form.settings(now))
        if made is not None and request.POST.get("do") == "save":
            if attempt(request, lambda: save_rules(actor, pk, made), _("規則を保存し、判定をやり直しました。")):
                return redirect("drills:results", pk)
        elif made is not None and attempt(request, lambda: note_trial(actor, pk, made)) is not None:
            tried = shown_result(campaign, made)
    result = shown_result(campaign)
    context = result_frame(actor, campaign, "rules") | {
        "form": form,
        "effects": effect_rows((tried or result).effects, now, campaign.small_cell_k),
        "warnings": warnings_of(tried or result),
        "k": campaign.small_cell_k,
        "trial": trial_rows(result, tried) if tried else [],
    }
    return render(request, "drills/results_rules.html", context)


def effect_rows(effects: Effects | None, settings: Settings, k: int) -> list[dict[str, object]]:
    """What each rule marks: hits, and people of whom no click would be left by it alone.

    In steps of k: a network of one address would tell what a single desk did.
    """
    if effects is None:
        return []
    return [
        {
            "name_ja": rule.name_ja,
            "verdict": rule.verdict,
            "is_fixed": rule.is_fixed,
            "is_on": rule.is_fixed or code in settings.on,
            "hits": rounded_to(effects.rules[code].hit_count, k),
            "people": rounded_to(effects.rules[code].people_count, k),
            "width": min(100, rounded_to(effects.rules[code].people_count, k) * 100 // max(1, effects.clicked_count)),
        }
        for code, rule in RULES.items()
    ]


def trial_rows(result: ShownResult, tried: ShownResult) -> list[tuple[str, int, int]]:
    """The numbers of the whole city by the rules in force, and by those that are tried in steps of k."""
    names = ("opened", "clicked", "reported", "undecided", "machine_only")
    k = result.campaign.small_cell_k
    if result.is_small:
        return []
    return [(COUNTS_JA[name], result.counts(name), rounded_to(tried.counts(name), k)) for name in names]


@require_safe
def result_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The results as a file: what the pages say, and no more."""
    actor = permitted(request, *READERS)
    campaign = drill_named(actor, pk)
    if form not in MEDIA:
        raise Http404(_("この形式のファイルはありません。"))
    media, write = MEDIA[form]
    return attached(write(shown_result(campaign)), media, f"kansa-drill-{pk}-{form}", f"訓練結果_{form}")


def attached(data: bytes, media: str, name: str, name_ja: str) -> HttpResponse:
    """A file to be kept."""
    answer = HttpResponse(data, content_type=media)
    shown = quote(name_ja, safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{shown}"
    return answer


@require_POST
def gophish_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The drill in GoPhish's shape, both files in one; leaves a row in the trail."""
    actor = permitted(request, "manage_drills")
    drill_named(actor, pk)
    files = attempt(request, lambda: export_gophish(actor, pk))
    if files is None:
        return redirect("drills:results", pk)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return attached(buffer.getvalue(), "application/zip", f"kansa-drill-{pk}-gophish.zip", "訓練_GoPhish形式.zip")
