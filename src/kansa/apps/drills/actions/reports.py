"""Who reported the training mail? Credited to whoever forwarded it, not to the one whose mail it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kansa.apps.drills.actions.locking import key_of, locked
from kansa.apps.drills.models import DrillCampaign, DrillHit, DrillIdentity, HelpDeskTally
from kansa.apps.drills.queries import Keyring, found_in
from kansa.apps.drills.queries.keys import keyring_of
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.mail_drill.reported import ReportedMail, read_report

OUTCOMES_JA = {
    "credited": "報告として数えた",
    "again": "既に数えてある",
    "not_ours": "この訓練のメールではない（本物の不審メールかもしれません。確かめてください）",
    "not_listed": "報告した人が対象者の一覧にない",
    "no_mail": "メールとして読めない",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each mail that was handed in, by word of OUTCOMES_JA, and the names of files to look at."""

    counts: dict[str, int]
    to_look_at: tuple[tuple[str, str], ...]  # file name, word


def take_reports(
    actor: Actor,
    campaign_id: int,
    mails: Sequence[tuple[str, bytes, datetime | None]],
    *,
    channel: str = "file",
) -> Taken:
    """Counts forwarded mails: (file name, bytes, when the mailbox got it). The same mail again changes nothing.

    Without a moment of the mailbox the mail's own date counts, unless it lies before the drill or ahead of now: clocks
    of senders are wrong at times, and the time to the first report would be too. Then the present counts. Raises
    RuleError when the campaign is closed or sends nothing yet.
    """
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if campaign.state not in ("running", "paused", "ended"):
            raise RuleError("not_sent_yet", "報告を取り込めるのは、送信を始めてから終了するまでです。")
        keyring = keyring_of(campaign)
        found = [(name, _take(actor, campaign, keyring, (name, data, at), channel)) for name, data, at in mails]
        counts = dict(Counter(word for _, word in found))
        if channel != "mailbox" or "credited" in counts:  # else every spam in the mailbox would be a row for each drill
            record(actor, "take_reports", "drill_campaign", key_of(campaign), {}, dict(counts))
    return Taken(counts, tuple(one for one in found if one[1] not in ("credited", "again")))


def _take(
    actor: Actor, campaign: DrillCampaign, keyring: Keyring, mail: tuple[str, bytes, datetime | None], channel: str
) -> str:
    name, data, at = mail
    try:
        report = read_report(data, name)
    except InputError:
        return "no_mail"
    ours = found_in(actor, report.signs)
    if ours is None or ours.campaign.pk != campaign.pk:
        return "not_ours"
    token = reporter_of(campaign, keyring, report)
    if token is None:
        return "not_listed"
    now = timezone.now()
    is_likely = report.sent_at is not None and campaign.opens_at <= report.sent_at <= now
    moment = at or (report.sent_at if is_likely else None) or now
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk, "event_token": token}
    if DrillHit.objects.filter(**own, kind="reported", channel=channel, at=moment).exists():
        return "again"
    DrillHit.objects.create(**own, kind="reported", channel=channel, at=moment)
    return "credited"


def reporter_of(campaign: DrillCampaign, keyring: Keyring, report: ReportedMail) -> str | None:
    """The event token of whoever sent the report; None when that person is not on the list."""
    rows = DrillIdentity.objects.filter(
        municipality_id=campaign.municipality_id,
        campaign_id=campaign.pk,
        address_token=keyring.address_token(report.reporter),
    )
    found: str | None = rows.values_list("event_token", flat=True).first()
    return found


def count_calls(actor: Actor, campaign_id: int, counted_on: date, call_count: int, note_ja: str = "") -> HelpDeskTally:
    """Calls at the help desk on a day; typed again they replace. Never added to the people who reported."""
    require(actor, "manage_drills")
    if call_count < 0:
        raise InputError(Refusal("bad_count", "件数は0以上にしてください。", Place(column="件数")))
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        row, _ = HelpDeskTally.objects.update_or_create(
            municipality_id=campaign.municipality_id,
            campaign=campaign,
            counted_on=counted_on,
            defaults={"call_count": call_count, "note_ja": note_ja[:200]},
        )
        after: dict[str, object] = {"day": counted_on.isoformat(), "calls": call_count}
        record(actor, "count_calls", "drill_campaign", key_of(campaign), {}, after)
    return row
