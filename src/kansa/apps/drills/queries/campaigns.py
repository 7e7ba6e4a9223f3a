"""Which campaigns are there, and what exactly would be signed?"""

from __future__ import annotations

from django.db.models import QuerySet

from kansa.apps.drills.models import DrillCampaign, DrillIdentity, DrillRecipient, Scenario
from kansa.core.errors import RuleError
from kansa.core.mail_drill.flow import SignedPlan, approval_sha256
from kansa.core.mail_drill.scenario import Scenario as Text
from kansa.core.mail_drill.scenario import from_json
from kansa.core.permission import Actor
from kansa.formats.mail_drill import SCENARIOS


def campaigns(actor: Actor) -> QuerySet[DrillCampaign]:
    """The drills that kansa itself carries out, the latest first."""
    rows: QuerySet[DrillCampaign] = DrillCampaign.objects.visible_to(actor)
    return rows.select_related("drill").order_by("-drill__fiscal_year", "-opens_at", "-pk")


def campaign_for(actor: Actor, campaign_id: int) -> DrillCampaign:
    """A campaign of the own municipality. Raises RuleError when there is none."""
    found = campaigns(actor).filter(pk=campaign_id).first()
    if found is None:
        raise RuleError("no_such_drill", "この訓練はありません。")
    return found


def scenario_named(municipality_id: int, code: str) -> Text:
    """A text of the city's own, else of the library. Raises RuleError when neither has it."""
    row = Scenario.objects.filter(municipality_id=municipality_id, code=code).first()
    if row is not None:
        return from_json(row.content)
    if code not in SCENARIOS:
        raise RuleError("no_such_scenario", "この文案はありません。")
    return SCENARIOS[code]


def signed_plan(campaign: DrillCampaign) -> SignedPlan:
    """What the approval is about, as it stands now. Three queries."""
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    addresses = dict(DrillIdentity.objects.filter(**own).values_list("event_token", "address_token"))
    rows = DrillRecipient.objects.filter(**own).values_list("event_token", "group__code", "excluded_reason_ja")
    texts = {group.code: group.content for group in campaign.groups.filter(municipality_id=campaign.municipality_id)}
    schedule: dict[str, str | int] = {
        name: getattr(campaign, name)
        for name in ("day_begins_minute", "day_ends_minute", "pace_per_minute", "pace_per_domain", "seed")
    }
    schedule |= {"any_day": int(campaign.any_day), "closed_days": campaign.closed_days, "relay": campaign.relay_id or 0}
    schedule |= {name: getattr(campaign, name).isoformat() for name in ("opens_at", "closes_at", "reveals_until")}
    words: dict[str, str | bool] = {
        name: getattr(campaign, name)
        for name in (
            *("purpose_ja", "use_of_results_ja", "sender_address", "landing_address", "report_address"),
            *("how_to_report_ja", "notice_before_ja", "notice_after_ja", "help_desk_ja", "may_follow_up"),
        )
    }
    words["follow_up_until"] = campaign.follow_up_until.isoformat() if campaign.follow_up_until else ""
    return SignedPlan(
        recipients=tuple((addresses.get(token, ""), group, reason) for token, group, reason in rows),
        texts=texts,
        schedule=schedule,
        domains=tuple(campaign.domains.split()),
        words=words,
    )


def is_voided(campaign: DrillCampaign) -> bool:
    """Whether an approval was given for something else than what stands here now."""
    return bool(campaign.approval_sha256) and approval_sha256(signed_plan(campaign)) != campaign.approval_sha256
