"""How do reports, calls and answers come in after a training mail, and who is trained by name where that is allowed?"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.drills.actions import (
    FollowUp,
    Taken,
    close_questionnaire,
    count_calls,
    follow_up_list,
    open_questionnaire,
    read_reports,
    take_reports,
)
from kansa.apps.drills.actions.reports import OUTCOMES_JA
from kansa.apps.drills.forms import CallsForm, ReportsForm, UntilForm
from kansa.apps.drills.models import DrillCampaign, HelpDeskTally
from kansa.apps.drills.queries.reported import report_counts
from kansa.apps.drills.queries.shown import answer_lines, answers_total
from kansa.apps.drills.views.results import READERS, drill_named, result_frame
from kansa.apps.drills.views.results_pictures import answers_picture
from kansa.apps.mail.queries import mailbox_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.mail_drill.results import QUESTIONNAIRE_ANSWERS_JA
from kansa.core.permission import Actor
from kansa.formats.qr_code import qr_path

MOST_NAMED = 50  # files that a page names one by one


def taken_lines(taken: Taken) -> dict[str, object]:
    """What became of the mails: counts by word, and those to be looked at."""
    return {
        "counts": [(OUTCOMES_JA[word], count) for word, count in sorted(taken.counts.items())],
        "to_look_at": [(name, OUTCOMES_JA[word]) for name, word in taken.to_look_at[:MOST_NAMED]],
        "more": max(0, len(taken.to_look_at) - MOST_NAMED),
    }


def intake_context(actor: Actor, campaign: DrillCampaign) -> dict[str, object]:
    """What the page of reports shows, whatever was just done."""
    return result_frame(actor, campaign, "reports") | {
        "form": ReportsForm(),
        "calls_form": CallsForm(initial={"counted_on": timezone.localdate()}),
        "calls": HelpDeskTally.objects.visible_to(actor).filter(campaign=campaign).order_by("counted_on"),
        "box": mailbox_of(actor.municipality_id, "reports"),
        "channels": report_counts(campaign),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def reports_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Forwarded mails as files, and what became of each."""
    actor = permitted(request, "manage_drills")
    campaign = drill_named(actor, pk)
    context = intake_context(actor, campaign)
    if request.method == "POST":
        form = ReportsForm(request.POST, request.FILES)
        taken = submit(form, lambda: take_reports(actor, pk, mails_in(form.cleaned_data["mails"])))
        if taken is not None:
            context = intake_context(actor, campaign) | {"taken": taken_lines(taken)}
        else:
            context |= {"form": form}
    return render(request, "drills/results_reports.html", context)


def mails_in(files: Sequence[object]) -> list[tuple[str, bytes, None]]:
    """Names and bytes of the files; their moment is what the mails say."""
    return [(str(one.name), one.read(), None) for one in files]  # type: ignore[attr-defined]


@require_POST
def mailbox_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads the mailbox now."""
    actor = permitted(request, "manage_drills")
    campaign = drill_named(actor, pk)
    taken = attempt(request, lambda: read_reports(actor))
    context = intake_context(actor, campaign) | ({"taken": taken_lines(taken)} if taken else {})
    return render(request, "drills/results_reports.html", context)


@require_POST
def calls_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the help desk counted on a day."""
    actor = permitted(request, "manage_drills")
    campaign = drill_named(actor, pk)
    form = CallsForm(request.POST)
    given = submit(
        form,
        lambda: count_calls(
            actor, pk, form.cleaned_data["counted_on"], form.cleaned_data["call_count"], form.cleaned_data["note_ja"]
        ),
    )
    if given is None:
        context = intake_context(actor, campaign) | {"calls_form": form}
        return render(request, "drills/results_reports.html", context)
    messages.success(request, _("窓口の件数を記録しました。"))
    return redirect("drills:reports", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is to be trained: told on asking only, each time with a row in the trail."""
    actor = permitted(request, "follow_up_drills")
    campaign = drill_named(actor, pk)
    found: list[FollowUp] | None = None
    if request.method == "POST":
        found = attempt(request, lambda: follow_up_list(actor, pk))
    is_open = (
        campaign.may_follow_up
        and campaign.state == "ended"
        and campaign.follow_up_until is not None
        and timezone.localdate() <= campaign.follow_up_until
    )
    context = result_frame(actor, campaign, "follow_up") | {"people": found, "is_open": is_open}
    return render(request, "drills/results_follow_up.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answers_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire: opened, closed, its link once, and what was answered."""
    actor = permitted(request, *READERS)
    campaign = drill_named(actor, pk)
    form, token = UntilForm(), ""
    if request.method == "POST":
        permitted(request, "manage_drills")
        if request.POST.get("do") == "close":
            attempt(request, lambda: close_questionnaire(actor, pk), _("アンケートを締め切りました。"))
            return redirect("drills:answers", pk)
        form = UntilForm(request.POST)
        token = submit(form, lambda: open_questionnaire(actor, pk, form.cleaned_data["until"])) or ""
        campaign.refresh_from_db()
    context = result_frame(actor, campaign, "answers") | link_of(campaign, token) | answered_of(campaign)
    return render(request, "drills/results_answers.html", context | {"form": form})


def link_of(campaign: DrillCampaign, token: str) -> dict[str, object]:
    """The link with its QR code, right after it was made; afterwards it is nowhere."""
    if not token:
        return {"link": ""}
    link = campaign.landing_address.rstrip("/") + reverse("drills:questionnaire", args=[token])
    return {"link": link, "drawn": qr_path(link)}


def answered_of(campaign: DrillCampaign) -> dict[str, object]:
    """The answers of the city and by department."""
    total = answers_total(campaign)
    return {
        "answers": [] if total is None else [(words, total[code]) for code, words in QUESTIONNAIRE_ANSWERS_JA.items()],
        "answer_count": None if total is None else sum(total.values()),
        "words": list(QUESTIONNAIRE_ANSWERS_JA.values()),
        "lines": [] if total is None else answer_lines(campaign),
        "picture": None if total is None else answers_picture(total),
    }
