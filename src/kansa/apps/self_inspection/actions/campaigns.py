"""How is a campaign made, approved, opened and closed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items
from kansa.apps.people.actions import lock_municipality
from kansa.apps.self_inspection.actions.forgetting import end_reminders
from kansa.apps.self_inspection.actions.importing import retally
from kansa.apps.self_inspection.actions.mixing import forget_log, hold_answers, mix, mix_comments
from kansa.apps.self_inspection.actions.opening import Tell, fix_members, nobody_waits
from kansa.apps.self_inspection.models import Campaign, CampaignItem, Response
from kansa.apps.self_inspection.queries.campaigns import (
    STREAM,
    asked_items,
    checklist_of,
    opening_plan,
)
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.inspection import MOVES, PRIVACIES, STATES_JA
from kansa.core.permission import Actor
from kansa.formats.folding import fold_prose


@dataclass(frozen=True, slots=True)
class CampaignWords:
    """What is typed for a campaign."""

    title_ja: str
    explanation_ja: str
    opens_on: date
    closes_on: date
    privacy: str


def told(campaign: Campaign) -> dict[str, object]:
    """What the trail keeps of a campaign."""
    days = {"opens_on": campaign.opens_on.isoformat(), "closes_on": campaign.closes_on.isoformat()}
    return {"title_ja": campaign.title_ja, "privacy": campaign.privacy, "state": campaign.state, **days}


def fault(code: str, reason_ja: str, field_ja: str) -> InputError:
    """A fault of one field of the form."""
    return InputError(Refusal(code, reason_ja, Place(column=field_ja)))


def campaign_of(actor: Actor, campaign_id: int) -> Campaign:
    """A campaign of the own municipality, locked. Raises RuleError."""
    rows = Campaign.objects.visible_to(actor).select_related("checklist").select_for_update(of=("self",))
    found: Campaign | None = rows.filter(pk=campaign_id).first()
    if found is None:
        raise RuleError("no_such_campaign", "この自己点検はありません。")
    return found


def save_campaign(actor: Actor, fiscal_year: int, words: CampaignWords) -> Campaign:
    """A new campaign of the year's checklist, or other words for one that is still a draft.

    Raises InputError for missing words or reversed days, RuleError without a checklist or once approved.
    """
    require(actor, "manage_inspection")
    title = " ".join(fold_prose(words.title_ja).split())
    if not title:
        raise fault("no_title", "題名を入力してください。", "題名")
    if words.closes_on < words.opens_on:
        raise fault("days_reversed", "締切日は開始日以降の日にしてください。", "締切日")
    if words.privacy not in PRIVACIES:
        raise fault("bad_privacy", "一覧から選んでください。", "回答者の扱い")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        checklist = checklist_of(actor.municipality_id, fiscal_year)
        if checklist is None:
            reason = f"{era_year_ja(fiscal_year)}の自己点検のチェックリストがありません。先に作ってください。"
            raise RuleError("no_checklist", reason)
        campaign = Campaign.objects.visible_to(actor).filter(checklist=checklist).first()
        before = told(campaign) if campaign else {}
        campaign = campaign or Campaign(municipality_id=actor.municipality_id, checklist=checklist)
        if campaign.state != "draft":
            state = STATES_JA[campaign.state]
            raise RuleError("not_draft", f"「{state}」の自己点検は直せません。承認を取り消してから直してください。")
        campaign.title_ja, campaign.explanation_ja = title, fold_prose(words.explanation_ja)
        campaign.opens_on, campaign.closes_on = words.opens_on, words.closes_on
        campaign.privacy = words.privacy
        campaign.save()
        record(actor, "save", "campaign", str(fiscal_year), before, told(campaign))
    return campaign


def move_campaign(actor: Actor, campaign_id: int, code: str, tell: Tell = nobody_waits) -> Campaign:
    """Takes a step of core.inspection.MOVES. Raises RuleError when it is not the turn of the step or the person."""
    move = MOVES.get(code)
    if move is None:
        raise RuleError("no_such_move", "この操作はありません。")
    require(actor, move.verb)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        campaign = campaign_of(actor, campaign_id)
        if campaign.state != move.from_state:
            state = STATES_JA[campaign.state]
            raise RuleError("wrong_state", f"今は「{state}」のため、「{move.label_ja}」はできません。")
        before = told(campaign)
        counts = ACTS[code](campaign, tell) if code in ACTS else {}
        if code == "close":
            end_reminders(actor, campaign)
        record(
            actor,
            f"{code}_inspection",
            "campaign",
            str(campaign.checklist.fiscal_year),
            before,
            told(campaign) | counts,
        )
    if code == "close":
        forget_log()
    return campaign


def approve(campaign: Campaign, _tell: Tell) -> dict[str, object]:
    """Approves what can be opened: items and people are there, and the promised privacy can be kept."""
    items, plan = asked_items(campaign), opening_plan(campaign)
    if not items:
        raise RuleError("no_items", "点検する項目がありません。先にチェックリストを作ってください。")
    if not plan.asked_count:
        raise RuleError("no_roster", "この年度の職員名簿がありません。先に取り込んでください。")
    campaign.state = "approved"
    campaign.save(update_fields=["state"])
    return {"items": len(items), "members": plan.asked_count}


def withdraw(campaign: Campaign, _tell: Tell) -> dict[str, object]:
    """Back to a draft."""
    campaign.state = "draft"
    campaign.save(update_fields=["state"])
    return {}


def open_now(campaign: Campaign, tell: Tell) -> dict[str, object]:
    """Fixes items and roster, from which moment on people may answer."""
    responses = Response.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    if responses.exists():
        raise RuleError("answers_there", "この年度の回答は既に取り込まれているため、画面では実施できません。")
    if timezone.localdate() > campaign.closes_on:
        raise RuleError("past_deadline", "締切日を過ぎています。承認を取り消して、締切日を直してください。")
    items, plan = asked_items(campaign), opening_plan(campaign)
    fix_items(campaign, items)
    fix_members(campaign, plan, tell)
    campaign.state, campaign.small_cell_k = "open", plan.small_cell_k
    campaign.job_types = "\n".join(sorted({"", *(job_type for _department, job_type in plan.counted.values())}))
    campaign.save(update_fields=["state", "small_cell_k", "job_types"])
    return {"items": len(items), "members": plan.asked_count, "excluded": plan.excluded_count}


def fix_items(campaign: Campaign, items: Sequence[ControlItem]) -> None:
    """Notes which items are asked, in their order; an item that is noted keeps its words."""
    CampaignItem.objects.bulk_create(
        CampaignItem(municipality_id=campaign.municipality_id, campaign=campaign, item=item, position=place)
        for place, item in enumerate(items, 1)
    )


def close_now(campaign: Campaign, tell: Tell) -> dict[str, object]:
    """Takes no more answers and writes the tally. What was acknowledged before is counted."""
    campaign.state = "closed"
    campaign.save(update_fields=["state"])
    hold_answers()  # those that come later find the campaign closed
    # A person who only looked has no answers to count.
    rows = Response.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    rows.filter(answered=0).delete()
    tell(0, 2, "回答を集計しています")
    fiscal_year = campaign.checklist.fiscal_year
    retally(campaign.municipality_id, [active_items(campaign.municipality_id, {fiscal_year})[fiscal_year, STREAM]])
    tell(1, 2, "回答の順番を混ぜています")
    if campaign.privacy == "identified":
        mix_comments(campaign, has_new_tokens=True)  # a comment is nobody's, whatever was promised of the answers
    else:
        mix(campaign, has_new_tokens=True)
    return {"answered": rows.count()}


ACTS = {"approve": approve, "withdraw": withdraw, "open": open_now, "close": close_now}
