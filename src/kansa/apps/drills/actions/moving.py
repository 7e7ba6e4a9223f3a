"""How does a drill go from a draft to its end, and what does the sending engine note on the way?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kansa.apps.drills.actions.closing import close_now
from kansa.apps.drills.actions.locking import key_of, locked
from kansa.apps.drills.models import DrillCampaign, DrillRecipient
from kansa.apps.drills.queries import campaign_for, mail_hash, signed_plan
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.mail_drill.flow import MOVES, approval_sha256, check_complete, check_move, check_signed
from kansa.core.mail_drill.results import RECIPIENT_STATES
from kansa.core.permission import Actor

SENDING_STATES = tuple(state for state in RECIPIENT_STATES if state != "excluded")


def is_submitter(actor: Actor, campaign: DrillCampaign) -> bool:
    """Whether the actor asked for the approval. At the console there is no account, so the name counts."""
    if actor.account_id is not None and campaign.submitted_by_account is not None:
        return actor.account_id == campaign.submitted_by_account
    return actor.name == campaign.submitted_by


def move_campaign(actor: Actor, campaign_id: int, code: str) -> DrillCampaign:
    """Takes a move of core.mail_drill.flow. Raises RuleError when it is not the turn of the move or of the person."""
    move = MOVES.get(code)
    if move is None:
        raise RuleError("no_such_move", "この操作はありません。")
    require(actor, move.verb)
    if code == "close":
        return close_now(actor, campaign_id)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        campaign = locked(actor, campaign_id)
        move = check_move(code, campaign.state, is_submitter=is_submitter(actor, campaign))
        before: dict[str, object] = {"state": campaign.state}
        if code in ACTS:
            ACTS[code](actor, campaign)
        campaign.state = move.to_state
        campaign.save()
        after: dict[str, object] = {"state": campaign.state, "approval_sha256": campaign.approval_sha256}
        record(actor, f"{code}_drill", "drill_campaign", key_of(campaign), before, after)
    return campaign


def submit(actor: Actor, campaign: DrillCampaign) -> None:
    """Asks for approval of a plan in which nothing is missing."""
    check_complete(given_in(campaign))
    campaign.submitted_by, campaign.submitted_by_account = actor.name, actor.account_id


def given_in(campaign: DrillCampaign) -> list[str]:
    """The words of flow.MISSING_JA that are there."""
    rows = DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    there = {
        "purpose": campaign.purpose_ja,
        "use_of_results": campaign.use_of_results_ja,
        "recipients": rows.filter(state="waiting").exists(),
        "domains": campaign.domains.strip(),
        "sender": campaign.sender_address,
        "landing": campaign.landing_address,
        "how_to_report": campaign.how_to_report_ja,
        "help_desk": campaign.help_desk_ja,
        "texts": campaign.groups.exists(),
    }
    return [word for word, value in there.items() if value]


def withdraw(actor: Actor, campaign: DrillCampaign) -> None:
    """Takes back what was signed."""
    del actor
    campaign.submitted_by, campaign.submitted_by_account = "", None
    campaign.approved_by, campaign.approved_at, campaign.approval_sha256 = "", None, ""


def approve(actor: Actor, campaign: DrillCampaign) -> None:
    """Signs the plan as it stands at this moment."""
    campaign.approved_by, campaign.approved_at = actor.name, timezone.now()
    campaign.approval_sha256 = approval_sha256(signed_plan(campaign))


def start(actor: Actor, campaign: DrillCampaign) -> None:
    """Begins only what was signed, and only while its window is open."""
    del actor
    check_signed(signed_plan(campaign), campaign.approval_sha256)
    if timezone.now() >= campaign.closes_at:
        raise RuleError("window_over", "送信期間が終わっています。取り下げて、日程を直してください。")


def resume(actor: Actor, campaign: DrillCampaign) -> None:
    """Goes on only with what was signed."""
    del actor
    check_signed(signed_plan(campaign), campaign.approval_sha256)


def stop(actor: Actor, campaign: DrillCampaign) -> None:
    """Nothing more is sent; those still waiting are cancelled."""
    del actor
    _settle(campaign, "cancelled")


def end(actor: Actor, campaign: DrillCampaign) -> None:
    """The window is over; those still waiting have expired."""
    del actor
    _settle(campaign, "expired")


def _settle(campaign: DrillCampaign, state: str) -> None:
    rows = DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    rows.filter(state="waiting").update(state=state)


ACTS = {
    "submit": submit,
    "withdraw": withdraw,
    "approve": approve,
    "start": start,
    "resume": resume,
    "stop": stop,
    "end": end,
}


@dataclass(frozen=True, slots=True)
class SendNote:
    """What the sending engine knows of one mail now. Empty fields leave what stands."""

    recipient_id: int
    state: str
    relayed_at: datetime | None = None
    bounced_at: datetime | None = None
    reply_code: str = ""
    message_id: str = ""


def note_sending(actor: Actor, campaign_id: int, notes: Iterable[SendNote]) -> int:
    """Takes over what became of mails; the same notes again change nothing. The number of recipients that changed.

    No row of the trail for each mail: the engine keeps its own append-only log. Raises RuleError for a state that
    no mail can be in, and for a recipient of another campaign.
    """
    require(actor, "manage_drills")
    campaign = campaign_for(actor, campaign_id)
    changed = 0
    with transaction.atomic():
        own = DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
        rows = {row.pk: row for row in own.select_for_update()}
        for note in notes:
            row = rows.get(note.recipient_id)
            if row is None or note.state not in SENDING_STATES or row.state == "excluded":
                raise RuleError("bad_send_note", "送信の記録が、この訓練の対象者と合いません。")
            values = {
                "state": note.state,
                "relayed_at": note.relayed_at or row.relayed_at,
                "bounced_at": note.bounced_at or row.bounced_at,
                "reply_code": note.reply_code or row.reply_code,
                "mail_token": mail_hash(note.message_id) if note.message_id else row.mail_token,
            }
            if any(getattr(row, name) != value for name, value in values.items()):
                changed += own.filter(pk=row.pk).update(**values)
    return changed
