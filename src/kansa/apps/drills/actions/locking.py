"""How does an act get hold of one campaign, and leave its approval void when something changed?"""

from __future__ import annotations

from kansa.apps.drills.models import DrillCampaign
from kansa.core.errors import RuleError
from kansa.core.mail_drill.flow import STATES_JA
from kansa.core.permission import Actor


def locked(actor: Actor, campaign_id: int) -> DrillCampaign:
    """A campaign of the own municipality, locked; inside a transaction. Raises RuleError."""
    rows = DrillCampaign.objects.visible_to(actor).select_related("drill").select_for_update(of=("self",))
    found: DrillCampaign | None = rows.filter(pk=campaign_id).first()
    if found is None:
        raise RuleError("no_such_drill", "この訓練はありません。")
    return found


def must_be_draft(campaign: DrillCampaign) -> None:
    """Raises RuleError once approval was asked for: what is signed does not change under the pen."""
    if campaign.state != "draft":
        state = STATES_JA[campaign.state]
        raise RuleError("drill_not_draft", f"「{state}」の訓練は直せません。取り下げてから直してください。")


def key_of(campaign: DrillCampaign) -> str:
    """How the trail names a campaign."""
    return f"{campaign.drill.fiscal_year}/{campaign.drill.code}"
