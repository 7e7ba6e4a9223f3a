"""How does the office prepare, open, follow and close a self-inspection?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.controls.queries import lineage_counts
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions import ask_to_move, enter_paper, print_slips, save_campaign
from kansa.apps.self_inspection.forms import CampaignForm, campaign_values
from kansa.apps.self_inspection.models import Campaign, PaperEntry
from kansa.apps.self_inspection.queries import (
    OpeningPlan,
    asked_items,
    campaigns_for,
    excluded_people,
    moving_job,
    opening_plan,
    progress_of,
    silent_members,
    slip_departments,
    total_of,
)
from kansa.apps.self_inspection.views.shown import shown_items
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.inspection import COMMENT_LENGTH, MOVES, PRIVACIES_JA, STATES_JA, Move
from kansa.core.permission import Actor, can
from kansa.formats.qr_code import qr_path


def campaign_for(actor: Actor, pk: int) -> Campaign:
    """A campaign that the person sees. Raises Http404."""
    found = campaigns_for(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この自己点検はありません。"))
    return found


def frame_of(campaign: Campaign) -> dict[str, object]:
    """What every page of one campaign prints."""
    return {
        "campaign": campaign,
        "year_ja": era_year_ja(campaign.checklist.fiscal_year),
        "state_ja": STATES_JA[campaign.state],
        "privacy_ja": PRIVACIES_JA[campaign.privacy],
    }


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Every campaign, newest year first; the years that have none yet."""
    actor = permitted(request, "manage_inspection")
    rows = list(campaigns_for(actor))
    lines = [(one, era_year_ja(one.checklist.fiscal_year), STATES_JA[one.state]) for one in rows]
    this_year = fiscal_year_of(timezone.localdate())
    known = {one.checklist.fiscal_year for one in rows}
    lists = {year for year, stream in lineage_counts(actor.municipality_id) if stream == "self_inspection"}
    missing = [
        (year, era_year_ja(year), year not in lists and year - 1 in lists)
        for year in (this_year, this_year + 1)
        if year not in known
    ]
    return render(request, "self_inspection/campaigns.html", {"lines": lines, "missing": missing})


@require_http_methods(["GET", "HEAD", "POST"])
def add_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """A new campaign."""
    actor = permitted(request, "manage_inspection")
    standing = campaigns_for(actor).filter(checklist__fiscal_year=fiscal_year).first()
    if standing is not None:
        return redirect("self_inspection:campaign", standing.pk)
    year_ja = era_year_ja(fiscal_year)
    form = CampaignForm(request.POST or None, initial={"title_ja": f"{year_ja} 情報セキュリティ自己点検"})
    if request.method == "POST":
        made = submit(form, lambda: save_campaign(actor, fiscal_year, form.words()))
        if made is not None:
            messages.success(request, _("自己点検を作りました。試し回答で確かめてから、承認を受けてください。"))
            return redirect("self_inspection:campaign", made.pk)
    return render(request, "self_inspection/edit.html", {"form": form, "year_ja": year_ja})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for a draft."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    form = CampaignForm(request.POST or None, initial=campaign_values(campaign))
    fiscal_year = campaign.checklist.fiscal_year
    if request.method == "POST" and submit(form, lambda: save_campaign(actor, fiscal_year, form.words())) is not None:
        messages.success(request, _("保存しました。"))
        return redirect("self_inspection:campaign", pk)
    return render(request, "self_inspection/edit.html", frame_of(campaign) | {"form": form})


def is_next(campaign: Campaign, move: Move, actor: Actor) -> bool:
    """Whether the person may take this step now."""
    return move.from_state == campaign.state and can(actor, move.verb)


@require_safe
def campaign_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the campaign is, what can be done, whom it asks, and how many have answered by department."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    is_fixed = campaign.state in ("open", "closed")
    plan, obstacle = (None, "") if is_fixed else planned(campaign)
    job = moving_job(campaign)
    is_moving = job is not None and not job.is_finished
    context = frame_of(campaign) | progress_shown(campaign, is_fixed=is_fixed)
    context |= {
        "moves": [] if is_moving else [one for one in MOVES.values() if is_next(campaign, one, actor)],
        "job": job,
        "states": [(code, label) for code, label in STATES_JA.items()],
        "item_count": len(asked_items(campaign)),
        "plan": plan,
        "obstacle": obstacle,
        "slip_departments": slip_departments(campaign) if campaign.state == "open" else [],
        "is_late": timezone.localdate() > campaign.closes_on,
    }
    return render(request, "self_inspection/campaign.html", context)


def progress_shown(campaign: Campaign, *, is_fixed: bool = True) -> dict[str, object]:
    """How many have answered by department, and in all."""
    lines = progress_of(campaign) if is_fixed else []
    answered, asked = total_of(lines)
    return {"lines": lines, "answered_count": answered, "asked_count": asked, "left_count": asked - answered}


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part alone; of a campaign that is not open yet there is nothing to follow."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    shown = progress_shown(campaign, is_fixed=campaign.state in ("open", "closed"))
    return render(request, "self_inspection/progress.html", {"campaign": campaign} | shown)


def planned(campaign: Campaign) -> tuple[OpeningPlan | None, str]:
    """What opening would fix, or why it cannot."""
    try:
        return opening_plan(campaign), ""
    except RuleError as fault:
        return None, fault.reason_ja


@require_POST
def move_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the next step."""
    actor = permitted(request, "manage_inspection")
    campaign_for(actor, pk)
    code = request.POST.get("move", "")
    if code == "close" and "sure" not in request.POST:
        messages.error(request, _("終了すると元に戻せません。確かめの欄に印を付けてから、もう一度押してください。"))
        return redirect("self_inspection:campaign", pk)
    asked = attempt(request, lambda: ask_to_move(actor, pk, code))
    if asked is not None:
        messages.success(request, _("状態を変えました。") if asked.job is None else _("処理を始めました。"))
    return redirect("self_inspection:campaign", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def trial_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire as it will be; what is chosen comes back with its explanation and is kept nowhere."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    lines = [(one, request.POST.get(f"item{one.position}", "")) for one in shown_items(asked_items(campaign))]
    context = {
        "lines": lines,
        "is_tried": request.method == "POST",
        "has_comments": any(shown.is_comment for shown, _answer in lines),
        "longest": COMMENT_LENGTH,
        "count": sum(1 for shown, answer in lines if answer in dict(shown.choices) or (shown.is_comment and answer)),
    }
    return render(request, "self_inspection/trial.html", frame_of(campaign) | context)


@require_safe
def excluded_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is not asked, each with the reason."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    return render(request, "self_inspection/excluded.html", frame_of(campaign) | {"people": excluded_people(campaign)})


def is_forgotten(campaign: Campaign) -> bool:
    """Whether it was known who had begun, and is not any more."""
    return campaign.privacy == "confidential" and campaign.state == "closed"


@require_safe
def silent_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has not answered yet, to be printed for the heads of departments."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    context = {"people": silent_members(campaign), "is_forgotten": is_forgotten(campaign)}
    return render(request, "self_inspection/silent.html", frame_of(campaign) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def department_page(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """Who of a department has not answered, for its head too; sheets on paper are typed in here."""
    actor = permitted(request, "enter_paper")
    campaign = campaign_for(actor, pk)
    found = Department.objects.visible_to(actor).filter(pk=department).first()
    if found is None or not (can(actor, "manage_inspection") or department in actor.departments):
        raise Http404(_("この所属はありません。"))
    chosen = request.POST.get("member", "")
    items = shown_items(asked_items(campaign))
    answers = {one.position: request.POST.get(f"item{one.position}", "") for one in items}
    if request.method == "POST" and chosen.isdecimal() and len(chosen) < 19:
        done = _("紙の回答を入力しました。")
        if attempt(request, lambda: enter_paper(actor, pk, int(chosen), answers), done) is not None:
            return redirect("self_inspection:department", pk, department)
    context = {
        "department": found,
        "people": silent_members(campaign, {department}),
        "is_forgotten": is_forgotten(campaign),
        "lines": [(one, answers[one.position]) for one in items],
        "longest": COMMENT_LENGTH,
        "chosen": chosen,
        "papers": PaperEntry.objects.visible_to(actor).filter(campaign=campaign, member__department=found),
    }
    return render(request, "self_inspection/department.html", frame_of(campaign) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def slips_page(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """Slips of a department; their codes are on this page once and never again."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    found = Department.objects.visible_to(actor).filter(pk=department).first()
    if found is None:
        raise Http404(_("この所属はありません。"))
    context = frame_of(campaign) | {"department": found}
    if request.method == "POST":
        is_for_all = request.POST.get("for") == "all"
        slips = attempt(request, lambda: print_slips(actor, pk, department, is_for_all=is_for_all))
        if slips is None:
            return redirect("self_inspection:campaign", pk)
        address = request.build_absolute_uri(reverse("self_inspection:code"))
        lines = [(one, qr_path(f"{address}key/{one.code}/")) for one in slips]
        return render(request, "self_inspection/slips.html", context | {"lines": lines, "address": address})
    return render(request, "self_inspection/print_slips.html", context)
