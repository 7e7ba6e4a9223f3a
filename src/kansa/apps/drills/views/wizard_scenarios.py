"""Which training mails are there, how do they look, how hard are they, and how does a city write its own?"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.drills.actions import agree_rating, rate_scenario, save_scenario
from kansa.apps.drills.forms import RatingForm, ScenarioForm, typed_scenario
from kansa.apps.drills.models import Scenario as OwnRow
from kansa.apps.drills.queries import scenario_named
from kansa.apps.drills.queries.landing import in_order
from kansa.apps.drills.queries.library import OfferedText, offered, ratings_of, texts_of
from kansa.apps.drills.queries.mailing import as_sent_on
from kansa.apps.trail.forms import permitted, submit
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.mail_drill.phish_scale import (
    ALIGNMENTS_JA,
    BASED_ON_JA,
    COUNTS_JA,
    CUES,
    DIFFICULTIES_JA,
    PREMISE_JA,
    Rating,
    alignment,
    cue_class,
)
from kansa.core.mail_drill.scenario import KINDS_JA, Scenario
from kansa.core.permission import Actor, can
from kansa.formats.mail_drill import SCENARIOS, Places, letter, phone_preview
from kansa.formats.mail_drill.letter import QR_NAME, qr_png

SHOWN_LINK = "https://kunren.example/m/0000/"
# A preview holds the mail's own styles and pictures, and nothing that acts.
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


def text_for(actor: Actor, code: str) -> OfferedText:
    """A text of the city or the library. Raises Http404."""
    try:
        text = scenario_named(actor.municipality_id, code)
    except RuleError as fault:
        raise Http404(fault.reason_ja) from None
    return offered(actor.municipality_id, text, is_own=code not in SCENARIOS)


def example_values() -> dict[str, str]:
    """What placeholders become in a preview."""
    today = timezone.localdate()
    return {
        "氏名": "見本 花子",
        "所属": "総務課",
        "職名": "主事",
        "年度": era_year_ja(fiscal_year_of(today)),
        "送信日": as_sent_on(timezone.localtime()),
    }


@require_safe
def scenarios_page(request: HttpRequest) -> HttpResponse:
    """The texts, by season and difficulty."""
    actor = permitted(request, "manage_drills", "approve_drills")
    month, wanted = request.GET.get("month", ""), request.GET.get("difficulty", "")
    found = [
        one
        for one in texts_of(actor)
        if (not month.isdecimal() or not one.text.months or int(month) in one.text.months)
        and (wanted not in DIFFICULTIES_JA or one.difficulty == wanted)
    ]
    context = {
        "lines": [(one, KINDS_JA[one.text.kind], DIFFICULTIES_JA.get(one.difficulty, "")) for one in found],
        "months": range(1, 13),
        "month": month,
        "difficulties": DIFFICULTIES_JA.items(),
        "difficulty": wanted,
        "may_plan": can(actor, "manage_drills"),
        "based_on": BASED_ON_JA,
    }
    return render(request, "drills/wizard_scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_page(request: HttpRequest, text: str) -> HttpResponse:
    """One text: how it looks, its cues, and its rating by two people."""
    actor = permitted(request, "manage_drills", "approve_drills")
    one, code = text_for(actor, text), text
    is_consensus = request.POST.get("act") == "agree"
    form = RatingForm(request.POST or None, initial=own_rating(actor, one.text))
    if request.method == "POST":
        permitted(request, "manage_drills")
        act = agree_rating if is_consensus else rate_scenario
        if submit(form, lambda: act(actor, code, form.cleaned_data["cue_count"], form.premise)) is not None:
            messages.success(request, _("評価を記録しました。"))
            return redirect("drills:scenario", code)
    context = {
        "one": one,
        "text": one.text,
        "kind_ja": KINDS_JA[one.text.kind],
        "difficulty_ja": DIFFICULTIES_JA.get(one.difficulty, ""),
        "written": letter(one.text, example_values(), Places(SHOWN_LINK)),
        "cues": [(CUES[cue.code][1], cue) for cue in in_order(one.text)],
        "form": form,
        "based_on": BASED_ON_JA,
        "may_plan": can(actor, "manage_drills"),
        **rated(actor, one.text),
    }
    return render(request, "drills/wizard_scenario.html", context)


def own_rating(actor: Actor, text: Scenario) -> dict[str, object]:
    """What the person said before, else the number of cues that the text lists."""
    mine = next((one for one in ratings_of(actor.municipality_id, text)[0] if one.rater == actor.name), None)
    if mine is None:
        return {"cue_count": len(text.cues)}
    return {"cue_count": mine.cue_count, **{f"premise_{at}": value for at, value in enumerate(mine.premise)}}


def rated(actor: Actor, text: Scenario) -> dict[str, object]:
    """The ratings so far; those of others stay hidden until the person has rated, so that each sees for himself."""
    found, agreed = ratings_of(actor.municipality_id, text)
    has_rated = any(one.rater == actor.name for one in found) or not can(actor, "manage_drills")
    shown = found if has_rated or agreed is not None else []
    return {
        "ratings": [described(one) for one in shown],
        "hidden_count": len(found) - len(shown),
        "agreed": described(agreed) if agreed is not None else None,
        "may_agree": len({one.rater for one in found}) > 1,
        "premise_words": PREMISE_JA,
    }


def described(one: Rating) -> dict[str, object]:
    """A rating in words."""
    return {
        "rater": one.rater,
        "cue_count": one.cue_count,
        "cue_class": COUNTS_JA[cue_class(one.cue_count)],
        "premise": list(zip(PREMISE_JA, one.premise, strict=True)),
        "alignment": ALIGNMENTS_JA[alignment(one.premise)],
    }


@require_safe
@xframe_options_sameorigin
def preview_page(request: HttpRequest, text: str, shape: str) -> HttpResponse:
    """The mail as HTML, or as a phone shows it; its link leads nowhere."""
    actor = permitted(request, "manage_drills", "approve_drills")
    mail = text_for(actor, text).text
    picture = f"data:image/png;base64,{b64encode(qr_png(SHOWN_LINK)).decode()}"
    if shape == "html":
        page = letter(mail, example_values(), Places("#")).html.replace(f"cid:{QR_NAME}", picture)
    elif shape == "phone":
        page = phone_preview(mail, example_values()).replace('src=""', f'src="{picture}"')
    else:
        raise Http404(_("このページはありません。"))
    return HttpResponse(page, headers={"Content-Security-Policy": PREVIEW_POLICY})


@require_http_methods(["GET", "HEAD", "POST"])
def write_page(request: HttpRequest) -> HttpResponse:
    """A new text of the city's own, empty or begun from another (`?from=`)."""
    actor = permitted(request, "manage_drills")
    start: dict[str, object] = {}
    if request.GET.get("from"):
        begun = text_for(actor, request.GET["from"]).text
        start = typed_scenario(replace(begun, code=f"{begun.code[:30]}-copy"))
    form = ScenarioForm(request.POST or None, initial=start)
    if request.method == "POST":
        made = submit(form, lambda: written_new(actor, form.text()))
        if made is not None:
            messages.success(request, _("保存しました。使う前に、二人で難易度を評価してください。"))
            return redirect("drills:scenario", made.code)
    return render(request, "drills/wizard_write.html", {"form": form, "is_new": True})


def written_new(actor: Actor, text: Scenario) -> OwnRow:
    """A text under a code that is free. Raises RuleError."""
    if OwnRow.objects.visible_to(actor).filter(code=text.code).exists():
        raise RuleError("scenario_code_taken", "同じコードの文案があります。別のコードにしてください。")
    return save_scenario(actor, text)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest, text: str) -> HttpResponse:
    """An own text as it stands; drills that took it before keep it as it was."""
    actor = permitted(request, "manage_drills")
    row = OwnRow.objects.visible_to(actor).filter(code=text).first()
    if row is None:
        raise Http404(_("この文案はありません。付属の文案は、写してから直します。"))
    form = ScenarioForm(request.POST or None, initial=typed_scenario(text_for(actor, text).text))
    form.fields["code"].disabled = True
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() and len(said) < 10 else row.version
    if request.method == "POST":
        made = submit(form, lambda: save_scenario(actor, form.text(), version=version))
        if made is not None:
            messages.success(request, _("保存しました。文面が変わると、難易度の評価も改めて要ります。"))
            return redirect("drills:scenario", text)
    return render(request, "drills/wizard_write.html", {"form": form, "is_new": False, "row": row})
