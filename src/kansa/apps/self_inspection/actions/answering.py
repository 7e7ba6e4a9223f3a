"""How is one answer kept? One row, one statement; refused once the campaign is over.

No act here leaves an event in the trail: an event has a name and a time, and answers have neither.
"""

from __future__ import annotations

import secrets

from django.db import connection, transaction
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE
from kansa.apps.self_inspection.models import Campaign, CampaignMember
from kansa.apps.self_inspection.queries.keys import answer_key
from kansa.apps.self_inspection.queries.respondents import Invitation, Masks, Respondent
from kansa.core.errors import RuleError
from kansa.core.inspection import answer_bits

# One statement for the first answer and for every other: in the last hour before the deadline, half of a city presses a
# button, and building the same in the ORM took longer than the database did. Both databases read it alike.
KEEP_ANSWER = """
    INSERT INTO self_inspection_response AS kept
        (id, municipality_id, checklist_id, respondent_token, department_id, met, applicable, answered, sheet, row)
    SELECT %s, %s, %s, %s, %s, %s, %s, %s, '', 0
    FROM self_inspection_campaign WHERE id = %s AND state = 'open'
    ON CONFLICT (municipality_id, checklist_id, respondent_token) DO UPDATE SET
        met = (kept.met & %s) | excluded.met,
        applicable = (kept.applicable & %s) | excluded.applicable,
        answered = kept.answered | excluded.answered
    RETURNING met, applicable, answered
"""


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


def save_answer(respondent: Respondent, item: ControlItem, answer: str) -> Masks:
    """Keeps one answer over whatever was answered before, and tells all that is kept now.

    Another device's answers to other items stay. Raises RuleError for an answer that there is not, or once the campaign
    is over: the statement itself looks, so that nothing slips in behind the closing.
    """
    campaign = respondent.campaign
    check_open(campaign)
    bit = item.bit or 0
    met, applicable, answered = answer_bits(answer, bit)
    keep = ~(1 << bit)
    whose = (campaign.municipality_id, campaign.checklist_id, respondent.token)
    where = (respondent.department_id, met, applicable, answered, campaign.pk, keep, keep)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_ANSWER, (secrets.randbelow(KEY_RANGE), *whose, *where))
        kept: list[Masks] = cursor.fetchall()  # to the end, where SQLite commits
    if not kept:
        raise RuleError("closed", "この自己点検は締め切りました。回答は変えられません。")
    return kept[0]
