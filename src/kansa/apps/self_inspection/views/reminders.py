"""How does the office remind those who have not answered: whom, in which words, how often, and what was sent?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.mail.queries import counts_of, keeps_addresses, relays_of
from kansa.apps.self_inspection.actions import (
    Chosen,
    approve_rule,
    cancel_reminder,
    head_template,
    people_template,
    remind,
    rule_sha256,
    save_rule,
)
from kansa.apps.self_inspection.forms import ReminderForm
from kansa.apps.self_inspection.models import Campaign, Reminder
from kansa.apps.self_inspection.queries import reminder_groups, reminders_of, rule_of, slip_people
from kansa.apps.self_inspection.views.campaigns import campaign_for, frame_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.mail.states import BATCH_STATES_JA
from kansa.core.permission import Actor, can
from kansa.core.reminders import HEAD_PLACES_JA, PLACES_JA
from kansa.formats.mail_messages import MailTemplate, preview


def number_of(text: str) -> int | None:
    """A key as it was sent; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


@require_http_methods(["GET", "HEAD", "POST"])
def reminders_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is silent, whom the limits let through, the choice, and what was sent so far."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    if request.method == "POST":
        return reminded(request, actor, campaign)
    rule, is_open = rule_of(campaign), campaign.state == "open"
    groups = reminder_groups(campaign, timezone.localdate(), rule) if is_open else []
    under = number_of(request.GET.get("under", "")) or 100
    alone = number_of(request.GET.get("department", ""))
    one = next((group for group in groups if group.department.pk == alone), None)
    context = {
        "groups": groups,
        "chosen": {group.department.pk for group in groups if group.percent < under and group.due},
        "under": under,
        "alone": one if one and campaign.privacy != "anonymous" else None,
        "due_count": sum(len(group.due) for group in groups),
        "rule": rule,
        "is_ready": rule.relay is not None and keeps_addresses(actor.municipality_id),
        "is_over": timezone.localdate() > campaign.closes_on,
        "rounds": [(one, states_of(one)) for one in reminders_of(campaign)],
    }
    return render(request, "self_inspection/reminders.html", frame_of(campaign) | context)


def reminded(request: HttpRequest, actor: Actor, campaign: Campaign) -> HttpResponse:
    """The choice was made."""
    found = {number_of(one) for one in request.POST.getlist("departments")} - {None}
    people = None
    if request.POST.get("people_are_chosen"):
        people = frozenset(int(one) for one in request.POST.getlist("people") if number_of(one) is not None)
    chosen = Chosen(frozenset(one for one in found if one is not None), people)
    made = attempt(request, lambda: remind(actor, campaign.pk, chosen))
    if made is not None and (made.mail_batch or made.head_batch):
        messages.success(request, _("催促を用意しました。もう一人の担当者が承認すると送れます。"))
    elif made is not None:
        messages.success(request, _("催促を記録しました。紙を印刷して配ってください。"))
    return redirect("self_inspection:reminders", campaign.pk)


def states_of(reminder: Reminder) -> list[tuple[str, int, str, int, int, bool]]:
    """The mails of a round: whom, key of the batch, its state, accepted, in all; whether it still can be taken back."""
    found = []
    for words, batch in ((_("職員"), reminder.mail_batch), (_("所属の長"), reminder.head_batch)):
        if batch is not None:
            counts = counts_of(batch)
            is_draft = batch.state in ("draft", "approved")
            found.append((words, batch.pk, BATCH_STATES_JA[batch.state], counts.accepted, counts.total, is_draft))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def rule_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Limits, days, words and relay; and the approval of what goes out by itself."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    rule, relays = rule_of(campaign), list(relays_of(actor))
    if request.POST.get("act") == "approve":
        shown = request.POST.get("sha256", "")
        attempt(request, lambda: approve_rule(actor, pk, shown), _("承認しました。決めた日に自動で送ります。"))
        return redirect("self_inspection:reminder_rule", pk)
    form = ReminderForm(request.POST or None, rule=rule, relays=relays)
    if request.method == "POST":
        address = request.build_absolute_uri("/").rstrip("/")
        if submit(form, lambda: save_rule(actor, pk, form.words(address))) is not None:
            messages.success(request, _("保存しました。"))
            return redirect("self_inspection:reminder_rule", pk)
    context = {
        "form": form,
        "rule": rule,
        "sha256": rule_sha256(rule),
        "may_approve": bool(rule.days_before and rule.approved_at is None and can(actor, "approve_mail")),
        "places": PLACES_JA.items(),
        "head_places": HEAD_PLACES_JA.items(),
        "shown": [shown_mail(people_template(rule), campaign), shown_mail(head_template(rule), campaign)],
        "relays": relays,
    }
    return render(request, "self_inspection/reminder_rule.html", frame_of(campaign) | context)


def shown_mail(template: MailTemplate, campaign: Campaign) -> tuple[str, str]:
    """Subject and text as an example."""
    values = {
        "name": "山田　花子",
        "department": "総務課",
        "title": campaign.title_ja,
        "deadline": f"{campaign.closes_on.month}月{campaign.closes_on.day}日",
        "count": "3",
        "link": "https://kansa.example.jp/answer/",
    }
    subject, text, _page = preview(template, values)
    return subject, text


@require_POST
def cancel_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Takes back a round of which no mail has left."""
    actor = permitted(request, "manage_inspection")
    campaign_for(actor, pk)
    attempt(request, lambda: cancel_reminder(actor, pk, number), _("催促を取り消しました。回数に数えません。"))
    return redirect("self_inspection:reminders", pk)


@require_safe
def slips_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The slips of a round, to be printed: one for each person without a mail address, by department."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    reminder = reminders_of(campaign).filter(number=number).first()
    if reminder is None:
        raise Http404(_("この催促はありません。"))
    context = {
        "reminder": reminder,
        "people": slip_people(reminder),
        "address": request.build_absolute_uri(reverse("self_inspection:code")),
    }
    return render(request, "self_inspection/reminder_slips.html", frame_of(campaign) | context)
