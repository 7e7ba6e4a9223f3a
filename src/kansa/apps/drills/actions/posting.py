"""How do a drill's steps reach the sending engine, and how does what became of the mails come back?

Each group is one batch of the mail app, made when approval is asked for and approved by the same second person in the
same transaction. So nothing leaves that was not signed twice: by the drill's hash, and by the batch's own.
The drill's verb was asked for by then; the engine's acts are done in the person's name with the office's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.drills.actions.locking import locked
from kansa.apps.drills.actions.moving import SendNote, move_campaign, note_sending
from kansa.apps.drills.actions.planning import bump
from kansa.apps.drills.models import DrillCampaign, DrillGroup, DrillRecipient, PreflightMail
from kansa.apps.drills.queries import campaign_for, outgoing, signed_plan
from kansa.apps.drills.queries.keys import keyring_of
from kansa.apps.drills.queries.mailing import files_of, mail_of, purpose_of, values_of, window_of_plan
from kansa.apps.drills.queries.outgoing import Outgoing
from kansa.apps.drills.queries.planned import batches_of_groups
from kansa.apps.mail.actions import (
    BatchPlan,
    Recipient,
    approve_batch,
    create_batch,
    destroy_identities,
    pause_batch,
    resume_batch,
    start_batch,
    stop_batch,
)
from kansa.apps.mail.models import MailRelay
from kansa.apps.mail.queries import MailFate, approval_sha256, fates_of
from kansa.apps.trail.actions import require
from kansa.apps.trail.queries import streamed
from kansa.core.errors import RuleError
from kansa.core.mail.pace import Pace, shared
from kansa.core.mail_drill.flow import approval_sha256 as plan_sha256
from kansa.core.permission import Actor

ENGINE = "訓練メールの送信（自動）"
UNDER_WAY = ("running", "paused", "ended")  # bounces come in after the end as well
STILL = {"claimed": "waiting", "deferred": "waiting"}


def in_the_name_of(actor: Actor) -> Actor:
    """The same person, with the rights that the engine asks for."""
    return Actor(actor.municipality_id, actor.name, "operator", actor.account_id, place=actor.place)


def take_step(
    actor: Actor,
    campaign_id: int,
    code: str,
    *,
    shown_sha256: str = "",
    reason_ja: str = "",
    accepts_clock: bool = False,
) -> DrillCampaign:
    """A move of core.mail_drill.flow, carried out by the sending engine as well; both or neither.

    `shown_sha256`: of the plan that the approver saw. Raises RuleError as `move_campaign`, and when the plan is no
    longer what was shown, no relay was chosen, or mails are still to be sent when the drill is ended.
    """
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if code == "resume" and campaign.state == "running":
            require(actor, "manage_drills")
            resume_all(in_the_name_of(actor), campaign, accepts_clock=accepts_clock)
            return campaign
        if code == "approve" and plan_sha256(signed_plan(campaign)) != shown_sha256:
            raise RuleError("approval_outdated", "表示した後に計画が変わりました。もう一度内容を確かめてください。")
        if code in BEFORE:
            BEFORE[code](campaign)
        campaign = move_campaign(actor, campaign_id, code)
        engine = in_the_name_of(actor)
        if code == "submit":
            make_batches(engine, campaign)
        elif code == "resume":
            resume_all(engine, campaign, accepts_clock=accepts_clock)
        elif code == "stop":
            stop_all(engine, campaign, reason_ja)
        elif code in AFTER:
            AFTER[code](engine, campaign)
    return campaign


def must_have_relay(campaign: DrillCampaign) -> None:
    """Raises RuleError before approval is asked for without a relay."""
    if campaign.relay_id is None:
        raise RuleError("no_relay_chosen", "中継サーバーを選んでください。「差出人と中継サーバー」で選べます。")


def must_have_batches(campaign: DrillCampaign) -> None:
    """Raises RuleError for a plan that was submitted without its mails."""
    if not batches_of_groups(campaign):
        raise RuleError("no_batches", "送るメールが用意されていません。取り下げて、承認を求め直してください。")


def must_be_sent(campaign: DrillCampaign) -> None:
    """Raises RuleError while mails are still to leave: they would be told as expired and leave after all."""
    take_fates(campaign)
    if any(batch.state not in ("finished", "stopped") for batch in batches_of_groups(campaign)):
        raise RuleError("still_sending", "まだ送っていないメールがあります。終わるのを待つか、緊急停止してください。")


def make_batches(engine: Actor, campaign: DrillCampaign) -> None:
    """One batch for each group, in the frozen order, the pace shared out among them."""
    groups = list(DrillGroup.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk))
    mails: dict[int, list[Outgoing]] = {group.pk: [] for group in groups}
    with outgoing(campaign, states=("waiting", "excluded")) as found:
        for one in found:
            mails[one.group_id].append(one)
    filled = [group for group in groups if mails[group.pk]]
    relay = campaign.relay
    assert relay is not None
    paces = paces_of(campaign, relay, [len(mails[group.pk]) for group in filled])
    for group, pace in zip(filled, paces, strict=True):
        title = f"{campaign.drill.name_ja}（{group.name_ja}）"[:200]
        plan = BatchPlan(
            purpose_of(campaign),
            title,
            relay.pk,
            mail_of(campaign, group),
            window_of_plan(campaign),
            pace,
            keeps_order=True,
        )
        recipients = [recipient_of(campaign, group, one) for one in mails[group.pk]]
        group.batch = create_batch(engine, plan, recipients).batch
        group.save(update_fields=["batch"])


def recipient_of(campaign: DrillCampaign, group: DrillGroup, one: Outgoing) -> Recipient:
    """One mail for the engine; it knows the person by the event's token only."""
    return Recipient(
        identity=one.event_token,
        address=one.address,
        values=values_of(campaign, one),
        files=files_of(group, one),
        excluded_reason_ja=one.excluded_reason_ja,
        token=one.batch_token,
    )


def paces_of(campaign: DrillCampaign, relay: MailRelay, sizes: Sequence[int]) -> list[Pace]:
    """The pace of each batch; together never more than the plan's and the relay's."""
    minutes = shared(min(campaign.pace_per_minute, relay.per_minute), sizes)
    hours = shared(max(relay.per_hour, len(sizes)), sizes)
    domains = shared(max(min(campaign.pace_per_domain, relay.per_domain_minute), len(sizes)), sizes)
    return [Pace(*each, relay.breaker_count) for each in zip(minutes, hours, domains, strict=True)]


def approve_all(engine: Actor, campaign: DrillCampaign) -> None:
    """The second person's signature under each batch."""
    for batch in batches_of_groups(campaign):
        approve_batch(engine, batch.pk, approval_sha256(batch))


def start_all(engine: Actor, campaign: DrillCampaign) -> None:
    """The engine begins; it waits for the window by itself."""
    for batch in batches_of_groups(campaign):
        start_batch(engine, batch.pk)


def pause_all(engine: Actor, campaign: DrillCampaign) -> None:
    """Nothing more leaves after the mail that is with the relay just now."""
    for batch in batches_of_groups(campaign):
        if batch.state == "running":
            pause_batch(engine, batch.pk)


def resume_all(engine: Actor, campaign: DrillCampaign, *, accepts_clock: bool) -> None:
    """Goes on with whatever paused, by a person or by itself."""
    for batch in batches_of_groups(campaign):
        if batch.state == "paused":
            resume_batch(engine, batch.pk, accepts_clock=accepts_clock)


def stop_all(engine: Actor, campaign: DrillCampaign, reason_ja: str) -> None:
    """The emergency stop of every batch; what the relay has taken is counted as such."""
    for batch in batches_of_groups(campaign):
        if batch.state not in ("finished", "stopped"):
            stop_batch(engine, batch.pk, reason_ja)
    take_fates(campaign)


def drop_batches(engine: Actor, campaign: DrillCampaign) -> None:
    """Withdrawn: what was prepared is stopped and its key destroyed; the next submission makes it anew."""
    for batch in batches_of_groups(campaign):
        if batch.state != "stopped":
            stop_batch(engine, batch.pk, "計画の取下げ")
        destroy_identities(engine, batch.pk)
    DrillGroup.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk).update(batch=None)
    bump(campaign)  # the next mails have tokens of their own


def forget_batches(engine: Actor, campaign: DrillCampaign) -> None:
    """Closing: the engine forgets who the mails went to."""
    for batch in batches_of_groups(campaign):
        destroy_identities(engine, batch.pk)
    PreflightMail.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk).delete()


BEFORE: dict[str, Callable[[DrillCampaign], None]] = {
    "submit": must_have_relay,
    "approve": must_have_batches,
    "start": must_have_batches,
    "end": must_be_sent,
    "close": must_be_sent,
}
AFTER: dict[str, Callable[[Actor, DrillCampaign], None]] = {
    "withdraw": drop_batches,
    "approve": approve_all,
    "start": start_all,
    "pause": pause_all,
    "close": forget_batches,
}


def take_fates(campaign: DrillCampaign) -> int:
    """Takes over what became of each mail; how many recipients changed. The same again changes nothing."""
    batches = batches_of_groups(campaign)
    if not batches:
        return 0
    keyring = keyring_of(campaign)
    rows = DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    with streamed(rows.exclude(state="excluded").values_list("pk", "event_token")) as sent:
        known = {keyring.batch_token(campaign.version, token): pk for pk, token in sent}
    notes = [
        note_of(known[token], fate) for batch in batches for token, fate in fates_of(batch).items() if token in known
    ]
    return note_sending(Actor(campaign.municipality_id, ENGINE, "operator"), campaign.pk, notes)


def note_of(recipient_id: int, fate: MailFate) -> SendNote:
    """A mail's fate in the words of a drill; its Message-ID finds it when it is forwarded as a report."""
    state = STILL.get(fate.state, fate.state)
    return SendNote(recipient_id, state, fate.accepted_at, fate.bounced_at, fate.reply, fate.message_id)


@task(takes_context=True)
def note_drill_mails(context: TaskContext, municipality_id: int) -> None:
    """Every minute while a drill is under way: takes over what became of its mails, and ends it when all have left."""
    engine = Actor(municipality_id, ENGINE, "operator")
    under_way = DrillCampaign.objects.filter(municipality_id=municipality_id, state__in=UNDER_WAY)
    for campaign_id in under_way.values_list("pk", flat=True):
        with transaction.atomic():
            campaign = campaign_for(engine, campaign_id)
            take_fates(campaign)
            batches = batches_of_groups(campaign)
            is_over = bool(batches) and all(batch.state in ("finished", "stopped") for batch in batches)
            if is_over and campaign.state != "ended":
                take_step(engine, campaign_id, "end" if campaign.state == "running" else "stop")
