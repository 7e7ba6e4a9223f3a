"""How is one answer kept? One row, one statement; refused once the campaign is over.

No act here leaves an event in the trail: an event has a name and a time, and answers have neither.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Exists, F
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Response
from kansa.apps.self_inspection.queries.keys import answer_key
from kansa.apps.self_inspection.queries.respondents import Invitation, Respondent, own_rows
from kansa.core.errors import RuleError
from kansa.core.inspection import answer_bits


def check_open(campaign: Campaign) -> None:
    """Raises RuleError when nobody may answer today."""
    if campaign.state == "closed" or timezone.localdate() > campaign.closes_on:
        raise RuleError("closed", "この自己点検は締め切りました。回答は変えられません。")
    if campaign.state != "open" or timezone.localdate() < campaign.opens_on:
        raise RuleError("not_open", "この自己点検はまだ始まっていません。")


def begin(invitation: Invitation) -> str:
    """Gives a person of a confidential campaign the key of the own answers, once.

    Only that the person has begun is kept. The key is kept nowhere: the row of the answers is made by the first answer,
    in a transaction of its own. Raises RuleError the second time.
    """
    check_open(invitation.campaign)
    with transaction.atomic():
        rows = CampaignMember.objects.filter(
            municipality_id=invitation.campaign.municipality_id, pk=invitation.member.pk, has_begun=False
        )
        if not rows.update(has_begun=True):
            raise RuleError(
                "begun",
                "既に回答を始めています。始めたときに表示された「回答を続けるためのリンク」から続けてください。"
                "どの回答がどなたのものかは記録していないため、リンクを再発行することはできません。",
            )
    return answer_key(invitation.campaign, invitation.member.counted_in_id)


def save_answer(respondent: Respondent, item: ControlItem, answer: str) -> None:
    """Keeps one answer over whatever was answered before; another device's answers to other items stay.

    Raises RuleError for an answer that there is not, or once the campaign is over.
    """
    campaign = respondent.campaign
    check_open(campaign)
    bits = answer_bits(answer, item.bit or 0)
    with transaction.atomic():
        if set_bits(respondent, item.bit or 0, bits):
            return
        blank = Response(
            pk=secrets.randbelow(KEY_RANGE),
            municipality_id=campaign.municipality_id,
            checklist_id=campaign.checklist_id,
            respondent_token=respondent.token,
            department_id=respondent.department_id,
            met=0,
            applicable=0,
            answered=0,
        )
        Response.objects.bulk_create([blank], ignore_conflicts=True)  # the other device may have come first
        if not set_bits(respondent, item.bit or 0, bits):
            raise RuleError("closed", "この自己点検は締め切りました。回答は変えられません。")


def set_bits(respondent: Respondent, bit: int, bits: tuple[int, int, int]) -> bool:
    """Writes the answer into the masks while the campaign is open; False when there is no row or it is over."""
    keep = ~(1 << bit)
    met, applicable, answered = bits
    is_open = Campaign.objects.filter(pk=respondent.campaign.pk, state="open")
    changed: int = (
        own_rows(respondent.campaign, respondent.token)
        .filter(Exists(is_open))
        .update(
            met=F("met").bitand(keep).bitor(met),
            applicable=F("applicable").bitand(keep).bitor(applicable),
            answered=F("answered").bitor(answered),
        )
    )
    return changed == 1
