"""How do forwarded reports come out of the mailbox to which staff send them?

The mailbox is the one of kind `reports` of the mail app: read by IMAP over TLS, nothing in it is marked or deleted.
"""

from __future__ import annotations

from collections import Counter

from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.drills.actions.reports import Taken, take_reports
from kansa.apps.drills.models import DrillCampaign
from kansa.apps.mail.actions import new_mails, note_box
from kansa.apps.mail.queries import mailbox_of
from kansa.apps.trail.actions import require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor

RECEIVING = ("running", "paused", "ended")
CLOCK = "報告の受信箱（自動）"


def read_reports(actor: Actor) -> Taken:
    """Reads what came since the last time, for the drill that is under way; of several, for the one it belongs to.

    Raises RuleError when there is no mailbox, it cannot be read, or no drill is under way.
    """
    require(actor, "manage_drills")
    box = mailbox_of(actor.municipality_id, "reports")
    if box is None:
        raise RuleError("no_report_mailbox", "報告の受信箱が登録されていません。")
    campaigns = list(DrillCampaign.objects.visible_to(actor).filter(state__in=RECEIVING).order_by("-opens_at"))
    if not campaigns:
        raise RuleError("not_sent_yet", "送信を始めた訓練がありません。")
    counts: Counter[str] = Counter()
    to_look_at: list[tuple[str, str]] = []
    code = ""
    try:
        for uid, data, at in new_mails(box):
            word = "not_ours"
            for campaign in campaigns:
                found = take_reports(actor, campaign.pk, [(f"UID {uid}", data, at)], channel="mailbox")
                (word,) = found.counts
                if word != "not_ours":
                    break
            counts[word] += 1
            if word not in ("credited", "again"):
                to_look_at.append((f"UID {uid}", word))
            box.last_uid = uid
    except RuleError as fault:
        code = fault.code
        raise
    finally:
        note_box(box, code)
    return Taken(dict(counts), tuple(to_look_at))


@task(takes_context=True)
def fetch_reports(context: TaskContext, municipality_id: int) -> None:
    """Every five minutes while a drill is under way; without a mailbox or a drill there is nothing to do."""
    is_under_way = DrillCampaign.objects.filter(municipality_id=municipality_id, state__in=RECEIVING).exists()
    if is_under_way and mailbox_of(municipality_id, "reports") is not None:
        read_reports(Actor(municipality_id, CLOCK, "operator"))
