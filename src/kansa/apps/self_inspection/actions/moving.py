"""Who waits while a campaign is opened or closed? A city's office does; for a country's roster a job does.

A long move is one transaction: all of it or nothing. How far it is goes to the job's row over another connection,
because what a transaction writes is seen at its end only.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.jobs.actions import JobContext, enqueue
from kansa.apps.jobs.models import Job
from kansa.apps.people.models import Account, StaffMember
from kansa.apps.people.queries import actor_of
from kansa.apps.self_inspection.actions.campaigns import campaign_of, move_campaign
from kansa.apps.self_inspection.actions.opening import Tell, nobody_waits
from kansa.apps.self_inspection.models import Campaign, CampaignMember
from kansa.apps.self_inspection.queries import moving_job
from kansa.apps.trail.actions import require
from kansa.core.errors import RuleError
from kansa.core.inspection import MOVES, STATES_JA
from kansa.core.permission import Actor

AT_ONCE = 100_000  # people of a campaign that is opened or closed while somebody waits
LONG_MOVES = ("open", "close")


def people_of(campaign: Campaign) -> int:
    """How many people a move goes over."""
    if campaign.state in ("open", "closed"):
        return CampaignMember.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign).count()
    whose = {"municipality_id": campaign.municipality_id, "fiscal_year": campaign.checklist.fiscal_year}
    return StaffMember.objects.filter(**whose).count()


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a step that was asked for: a job, or None when it is done."""

    job: Job | None


def ask_to_move(actor: Actor, campaign_id: int, code: str) -> Asked:
    """Takes a step, or gives a long one to a worker. Raises RuleError.

    SQLite is for cities: there nobody waits for long, and a second connection would wait for the first.
    """
    move = MOVES.get(code)
    if code not in LONG_MOVES or move is None or actor.account_id is None or connection.vendor == "sqlite":
        move_campaign(actor, campaign_id, code)
        return Asked(None)
    require(actor, move.verb)
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        if campaign.state == move.from_state and people_of(campaign) > AT_ONCE:
            standing = moving_job(campaign)
            if standing is not None and not standing.is_finished:
                raise RuleError("moving", "いま処理しています。終わるまでお待ちください。")
            keys = {"municipality_id": actor.municipality_id, "account_id": actor.account_id}
            keys |= {"campaign_id": campaign.pk}
            job = enqueue(move_large_campaign, actor.municipality_id, keys | {"code": code}, actor_name=actor.name)
            return Asked(job)
    move_campaign(actor, campaign_id, code)
    return Asked(None)


@task(takes_context=True)
def move_large_campaign(
    context: TaskContext, municipality_id: int, campaign_id: int, code: str, account_id: int
) -> dict[str, object]:
    """Opens or closes a campaign in the name of whoever asked; doing it again finds it done."""
    assert isinstance(context, JobContext)
    account = Account.objects.get(municipality_id=municipality_id, pk=account_id)
    standing = Campaign.objects.get(municipality_id=municipality_id, pk=campaign_id)
    if standing.state != MOVES[code].to_state:
        standing = move_campaign(actor_of(account, timezone.localdate()), campaign_id, code, beside(context))
    return {"state": STATES_JA[standing.state]}


def beside(context: JobContext) -> Tell:
    """Tells the progress over a connection of its own; on SQLite, which has one writer, nothing is told."""
    if connection.vendor == "sqlite":
        return nobody_waits

    def told(done: int, total: int, words: str) -> None:
        try:
            context.tell(done, total, words)
        finally:
            connection.close()  # that of the thread

    def tell(done: int, total: int, words: str) -> None:
        thread = Thread(target=told, args=(done, total, words), name="progress")
        thread.start()
        thread.join()

    return tell
