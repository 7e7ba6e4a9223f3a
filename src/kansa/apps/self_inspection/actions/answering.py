"""How is one answer kept? One row, one statement; refused once the campaign is over.

No act here leaves an event in the trail: an event has a name and a time, and answers have neither.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Exists, F, QuerySet
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.actions.importing import answer_bits_of
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, Response
from kansa.apps.self_inspection.queries.keys import answer_key
from kansa.apps.self_inspection.queries.respondents import Invitation, Respondent, own_rows
from kansa.core.errors import RuleError
from kansa.core.inspection import COMMENT_LENGTH, NO_ANSWERS, Masks
from kansa.formats.folding import fold_prose


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
    return answer_key(invitation.campaign, invitation.member.counted_in_id, invitation.member.counted_as)


def save_answer(respondent: Respondent, item: ControlItem, answer: str) -> None:
    """Keeps one answer over whatever was answered before; another device's answers to other items stay.

    Raises RuleError for an answer that there is not, an item of another job type, or once the campaign is over.
    """
    campaign = respondent.campaign
    check_open(campaign)
    if item.answer_kind == "comment" or not respondent.is_asked(item):
        raise RuleError("not_asked", "この項目は、あなたの職種にはお尋ねしていません。")
    bits = answer_bits_of(answer, item)
    with transaction.atomic():
        if set_bits(respondent, item, bits):
            return
        blank = Response(
            pk=secrets.randbelow(KEY_RANGE),
            municipality_id=campaign.municipality_id,
            checklist_id=campaign.checklist_id,
            respondent_token=respondent.token,
            department_id=respondent.cell[0],
            job_type=respondent.job_type,
            **NO_ANSWERS._asdict(),
        )
        Response.objects.bulk_create([blank], ignore_conflicts=True)  # the other device may have come first
        if not set_bits(respondent, item, bits):
            raise RuleError("closed", "この自己点検は締め切りました。回答は変えられません。")


def set_bits(respondent: Respondent, item: ControlItem, bits: Masks) -> bool:
    """Writes the answer into the masks while the campaign is open; False when there is no row or it is over."""
    keep = ~(1 << (item.bit or 0))
    # The planes of other items are not touched, so an answer without a level leaves them out.
    names = Masks._fields if item.answer_kind == "scale" else Masks._fields[:3]
    changed: int = (
        own_rows(respondent.campaign, respondent.token)
        .filter(Exists(opened(respondent.campaign)))
        .update(**{name: F(name).bitand(keep).bitor(getattr(bits, name)) for name in names})
    )
    return changed == 1


def opened(campaign: Campaign) -> QuerySet[Campaign]:
    """The campaign while it is open, asked in the statement that writes: closing may have come between."""
    return Campaign.objects.filter(pk=campaign.pk, state="open")


def save_comment(respondent: Respondent, item: ControlItem, text: str) -> None:
    """Keeps the respondent's words to an item in place of earlier ones; no words take them back.

    Raises RuleError for a text that is too long, an item that takes no words or is for another job type, or once the
    campaign is over.
    """
    campaign = respondent.campaign
    check_open(campaign)
    if item.answer_kind != "comment" or not respondent.is_asked(item):
        raise RuleError("not_asked", "この項目は、あなたの職種にはお尋ねしていません。")
    words = comment_words(text)
    with transaction.atomic():
        token = respondent.comment_token(item.pk)
        rows = Comment.objects.filter(
            municipality_id=campaign.municipality_id, campaign=campaign, item=item, comment_token=token
        )
        if not words:
            rows.filter(Exists(opened(campaign))).delete()
            return
        Comment.objects.bulk_create([new_comment(campaign, item, token, words)], ignore_conflicts=True)
        if not rows.filter(Exists(opened(campaign))).update(text_ja=words):
            raise RuleError("closed", "この自己点検は締め切りました。回答は変えられません。")


def comment_words(text: str) -> str:
    """A comment as it is kept. Raises RuleError when it is too long."""
    words = fold_prose(text)
    if len(words) > COMMENT_LENGTH:
        raise RuleError("too_long", f"自由記述は{COMMENT_LENGTH}文字以内で入力してください（今は{len(words)}文字）。")
    return words


def new_comment(campaign: Campaign, item: ControlItem, token: str, words: str) -> Comment:
    """A comment with a key by chance, not saved yet."""
    return Comment(
        pk=secrets.randbelow(KEY_RANGE),
        municipality_id=campaign.municipality_id,
        campaign=campaign,
        item=item,
        comment_token=token,
        text_ja=words,
    )
