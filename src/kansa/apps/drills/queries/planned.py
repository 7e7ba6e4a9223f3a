"""How far is the plan of a drill, how long will the sending take, and how is it going?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from kansa.apps.drills.models import DrillCampaign, DrillGroup, DrillRecipient, PreflightMail
from kansa.apps.drills.queries.mailing import window_of_plan
from kansa.apps.mail.models import MailBatch
from kansa.apps.mail.queries import counts_of, is_open_day
from kansa.core.mail.pace import SendWindow
from kansa.core.mail.states import STATES, BatchCounts
from kansa.core.mail_drill.phish_scale import DIFFICULTIES_JA
from kansa.core.mail_drill.scenario import Scenario, from_json

STEPS = ("basics", "sender", "groups", "texts", "exclusions", "window", "notices", "preflight", "summary")
QUIET_MINUTES = 30  # a scanner that has not come by then seldom comes
LONGEST_DAYS = 70


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A group with its text and its people."""

    group: DrillGroup
    scenario: Scenario
    difficulty_ja: str
    people_count: int
    excluded_count: int


def planned_groups(campaign: DrillCampaign) -> list[PlannedGroup]:
    """The groups in the order of their codes."""
    rows = DrillGroup.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    out = Count("recipients", filter=Q(recipients__state="excluded"))
    return [
        PlannedGroup(one, from_json(one.content), DIFFICULTIES_JA[one.difficulty], one.people, one.left_out)
        for one in rows.annotate(people=Count("recipients"), left_out=out).order_by("code")
    ]


def steps_done(campaign: DrillCampaign) -> frozenset[str]:
    """The steps of the plan in which nothing is missing."""
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    has_people = DrillRecipient.objects.filter(**own, state="waiting").exists()
    done = {
        "basics": bool(campaign.purpose_ja and campaign.use_of_results_ja),
        "sender": bool(campaign.sender_address and campaign.relay_id and campaign.landing_address and campaign.domains),
        "groups": has_people,
        "texts": has_people,
        "exclusions": has_people,
        "window": campaign.closes_at > timezone.now() and estimate_of(campaign).fits,
        "notices": bool(campaign.how_to_report_ja and campaign.help_desk_ja),
        "preflight": PreflightMail.objects.filter(**own).exists(),
        "summary": campaign.state not in ("draft", "submitted"),
    }
    return frozenset(step for step, is_done in done.items() if is_done)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many minutes the mails need at the plan's pace, and how many the window has."""

    mail_count: int
    needed_minutes: int
    open_minutes: int

    @property
    def fits(self) -> bool:
        """Whether all mails can leave in time."""
        return 0 < self.needed_minutes <= self.open_minutes or (not self.mail_count and self.open_minutes > 0)


def estimate_of(campaign: DrillCampaign) -> Estimate:
    """By the slower of the two paces; retries and troubles come on top."""
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    count = DrillRecipient.objects.filter(**own, state="waiting").count()
    pace = campaign.pace_per_minute
    if len(campaign.domains.split()) == 1:
        pace = min(pace, campaign.pace_per_domain)
    if campaign.relay is not None:
        pace = min(pace, campaign.relay.per_minute, max(1, campaign.relay.per_hour // 60))
    return Estimate(count, -(-count // pace), open_minutes(window_of_plan(campaign)))


def open_minutes(window: SendWindow) -> int:
    """Minutes of the window in which mails may leave."""
    minutes, day = 0, window.begins_at.date()
    while day <= window.ends_at.date() and (day - window.begins_at.date()).days < LONGEST_DAYS:
        if day not in window.closed_days and (window.any_day or is_open_day(day)):
            midnight = datetime.combine(day, datetime.min.time(), window.begins_at.tzinfo)
            spans = [
                (datetime.combine(day, begin, midnight.tzinfo), datetime.combine(day, end, midnight.tzinfo))
                for begin, end in window.hours
            ] or [(midnight, midnight + timedelta(days=1))]
            for begin, end in spans:
                length = min(end, window.ends_at) - max(begin, window.begins_at)
                minutes += max(0, int(length.total_seconds()) // 60)
        day += timedelta(days=1)
    return minutes


def batches_of_groups(campaign: DrillCampaign) -> list[MailBatch]:
    """The batches of the groups as they stand; none while the plan is a draft."""
    groups = DrillGroup.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    keys = [key for key in groups.values_list("batch_id", flat=True) if key]
    rows = MailBatch.objects.filter(municipality_id=campaign.municipality_id, pk__in=keys)
    return list(rows.select_related("relay").order_by("pk"))


def sending_counts(campaign: DrillCampaign) -> BatchCounts:
    """How many mails are in each state over all groups; the sum is the frozen list.

    From the engine while it knows, from the drill's own rows before there are batches.
    """
    batches = batches_of_groups(campaign)
    states: Counter[str] = Counter(dict.fromkeys(STATES, 0))
    bounced = 0
    for batch in batches:
        counts = counts_of(batch)
        states.update(counts.states)
        bounced += counts.bounced
    if not batches:
        own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
        rows = DrillRecipient.objects.filter(**own).values_list("state").annotate(Count("pk"), Count("bounced_at"))
        for state, count, back in rows:
            states[state] += count
            bounced += back
    return BatchCounts(dict(states), bounced)


@dataclass(frozen=True, slots=True)
class PreflightLine:
    """What machines did with one test mail."""

    mail: PreflightMail
    fetches: tuple[tuple[str, int, str, str], ...]

    @property
    def kinds(self) -> frozenset[str]:
        """What was asked for."""
        return frozenset(fetch[0] for fetch in self.fetches)


def preflight_lines(campaign: DrillCampaign) -> list[PreflightLine]:
    """The test mails with what asked for their links, in the order in which they were sent."""
    rows = PreflightMail.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    return [
        PreflightLine(row, tuple((kind, seconds, address, agent) for kind, seconds, address, agent in row.fetched))
        for row in rows.select_related("group").order_by("pk")
    ]
