"""What exactly is signed, how far is the sending, and what may be done now?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kansa.apps.drills.actions import take_step
from kansa.apps.drills.actions.moving import given_in, is_submitter
from kansa.apps.drills.models import DrillCampaign
from kansa.apps.drills.queries import is_voided, signed_plan
from kansa.apps.drills.queries.planned import (
    batches_of_groups,
    estimate_of,
    planned_groups,
    preflight_lines,
    sending_counts,
)
from kansa.apps.drills.views.wizard import drill_for, stepper
from kansa.apps.drills.views.wizard_next import next_steps
from kansa.apps.mail.actions.sending import void_reason
from kansa.apps.mail.messages import STATES as MAIL_STATES
from kansa.apps.mail.messages import TONES as MAIL_TONES
from kansa.apps.mail.queries import reply_counts
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.mail.replies import hint_ja
from kansa.core.mail.states import BATCH_STATES_JA, BatchCounts
from kansa.core.mail_drill.flow import MISSING_JA, MOVES, STATES_JA, approval_sha256, moves_from
from kansa.core.permission import Actor, can

LIVE = ("approved", "running", "paused")
SENT = ("running", "paused", "ended")


@require_safe
def summary_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is signed, on one page; the moves that this person may take; the sending once it has begun."""
    actor = permitted(request, "manage_drills", "approve_drills")
    campaign = drill_for(actor, pk)
    is_draft = campaign.state == "draft"
    missing = [ja for code, ja in MISSING_JA.items() if code not in given_in(campaign)] if is_draft else []
    context = {
        "groups": planned_groups(campaign),
        "steps": stepper(campaign, "summary"),
        "missing": [*missing, *([] if campaign.relay_id or not is_draft else [_("中継サーバー")])],
        "estimate": estimate_of(campaign),
        "sha256": approval_sha256(signed_plan(campaign)) if campaign.state != "closed" else campaign.approval_sha256,
        "is_voided": voided(campaign),
        "moves": moves_of(actor, campaign),
        "is_submitter": is_submitter(actor, campaign),
        "may_plan": can(actor, "manage_drills"),
        "preflight": preflight_lines(campaign),
        "domains": campaign.domains.split(),
        "closed_days": campaign.closed_days.split(),
        "hours": (minutes(campaign.day_begins_minute), minutes(campaign.day_ends_minute)),
        **progress_of(actor, campaign),
    }
    return render(request, "drills/wizard_summary.html", context)


def voided(campaign: DrillCampaign) -> bool:
    """Whether something was signed that is no longer what stands here, in the plan or in its mails."""
    if campaign.state not in LIVE:
        return False
    return is_voided(campaign) or any(
        void_reason(batch) for batch in batches_of_groups(campaign) if batch.state in LIVE
    )


def minutes(number: int) -> str:
    """A minute of the day."""
    return f"{number // 60}:{number % 60:02}"


def moves_of(actor: Actor, campaign: DrillCampaign) -> list[str]:
    """The codes of the moves that the person may take now."""
    return [one.code for one in moves_from(campaign.state) if can(actor, one.verb)]


def progress_of(actor: Actor, campaign: DrillCampaign) -> dict[str, object]:
    """What the live part of the page prints."""
    counts = sending_counts(campaign)
    batches = batches_of_groups(campaign)
    troubles = [(one, hint_ja(one.trouble_code)) for one in batches if one.trouble_code and campaign.state in LIVE]
    replies = [(MAIL_STATES[state], code, text, n) for one in batches for state, code, text, n in reply_counts(one)]
    has_stopped_itself = campaign.state == "running" and any(one.state == "paused" for one in batches)
    return {
        "campaign": campaign,
        "page_state": f"{campaign.state}-halted" if has_stopped_itself else campaign.state,
        "next_steps": next_steps(actor, campaign),
        "state_ja": STATES_JA[campaign.state],
        "has_begun": campaign.state in SENT,
        "is_live": campaign.state in LIVE,
        "counts": counts,
        "lines": state_lines(counts),
        "batches": [(one, BATCH_STATES_JA[one.state]) for one in batches],
        "troubles": troubles,
        "is_clock_back": any(one.trouble_code == "clock_set_back" for one in batches),
        "has_stopped_itself": has_stopped_itself,
        "replies": replies,
    }


def state_lines(counts: BatchCounts) -> list[dict[str, object]]:
    """The states that hold any mail, with their part of the bar in thousandths."""
    lines: list[dict[str, object]] = []
    start = 0
    for code, words in MAIL_STATES.items():
        count = counts.states.get(code, 0)
        if count:
            width = count * 1000 // counts.total
            tone = MAIL_TONES[code]
            lines.append({"code": code, "words": words, "tone": tone, "count": count, "start": start, "width": width})
            start += width
    return lines


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part alone; the whole page anew when the state moved on, since its buttons are others then."""
    actor = permitted(request, "manage_drills", "approve_drills")
    campaign = drill_for(actor, pk)
    context = progress_of(actor, campaign)
    answer = render(request, "drills/wizard_progress.html", context)
    if request.GET.get("state", context["page_state"]) != context["page_state"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def move_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the next step of the drill."""
    actor = permitted(request, "manage_drills", "approve_drills")
    drill_for(actor, pk)
    said = request.POST
    code = said.get("move", "")
    if code not in MOVES:
        raise Http404(_("この操作はありません。"))
    attempt(
        request,
        lambda: take_step(
            actor,
            pk,
            code,
            shown_sha256=said.get("sha256", ""),
            reason_ja=said.get("reason_ja", ""),
            accepts_clock=said.get("accepts_clock") == "1",
        ),
        _("「%(label)s」を行いました。") % {"label": MOVES[code].label_ja},
    )
    return redirect("drills:summary", pk)
