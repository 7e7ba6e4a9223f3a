"""How is one answer kept? One row, one statement; refused once the campaign is over.

No act here leaves an event in the trail: an event has a name and a time, and answers have neither.
"""

from __future__ import annotations

import secrets

from django.db import connection, transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.actions.importing import answer_bits_of
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment
from kansa.apps.self_inspection.queries.keys import answer_key
from kansa.apps.self_inspection.queries.respondents import Invitation, Respondent
from kansa.core.errors import RuleError
from kansa.core.inspection import COMMENT_LENGTH, Masks
from kansa.formats.folding import fold_prose

# One statement for the first answer and for every other: in the last hour before the deadline, half of a city presses a
# button, and building the same in the ORM took longer than the database did. Both databases read it alike.
NAMES = Masks._fields
KEEP_ANSWER = f"""
    INSERT INTO self_inspection_response AS kept
        (id, municipality_id, checklist_id, respondent_token, department_id, job_type, {", ".join(NAMES)}, sheet, row)
    SELECT %s, %s, %s, %s, %s, %s, {", ".join("%s" for _ in NAMES)}, '', 0
    FROM self_inspection_campaign WHERE id = %s AND state = 'open'
    ON CONFLICT (municipality_id, checklist_id, respondent_token) DO UPDATE SET
        {", ".join(f"{name} = (kept.{name} & %s) | excluded.{name}" for name in NAMES)}
    RETURNING {", ".join(NAMES)}
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
    campaign = invitation.campaign
    with transaction.atomic():
        # Held until the mark is written: a copy of the database is begun before both or after both.
        held = Campaign.objects.filter(municipality_id=campaign.municipality_id, pk=campaign.pk)
        copy_number = held.select_for_update(no_key=True).values_list("copy_number", flat=True).get()
        rows = CampaignMember.objects.filter(
            municipality_id=campaign.municipality_id, pk=invitation.member.pk, has_begun=False
        )
        if not rows.update(has_begun=True):
            raise RuleError(
                "begun",
                "既に回答を始めています。始めたときに表示された「回答を続けるためのリンク」から続けてください。"
                "どの回答がどなたのものかは記録していないため、リンクを再発行することはできません。",
            )
    return answer_key(campaign, invitation.member.counted_in_id, invitation.member.counted_as, copy_number)


def save_answer(respondent: Respondent, item: ControlItem, answer: str) -> Masks:
    """Keeps one answer over whatever was answered before, and tells all that is kept now.

    Another device's answers to other items stay. Raises RuleError for an answer that there is not, an item of another
    job type, or once the campaign is over: the statement itself looks, so that nothing slips in behind the closing.
    """
    campaign = respondent.campaign
    check_open(campaign)
    if item.answer_kind == "comment" or not respondent.is_asked(item):
        raise RuleError("not_asked", "この項目は、あなたの職種にはお尋ねしていません。")
    bits, keep = answer_bits_of(answer, item), ~(1 << (item.bit or 0))
    department, job_type = respondent.cell
    whose: tuple[int | str, ...] = (
        campaign.municipality_id,
        campaign.checklist_id,
        respondent.token,
        department,
        job_type,
    )
    values: list[int | str] = [secrets.randbelow(KEY_RANGE), *whose, *bits, campaign.pk, *(keep for _ in bits)]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_ANSWER, values)
        kept = cursor.fetchall()  # to the end, where SQLite commits
    if not kept:
        raise RuleError("closed", "この自己点検は締め切りました。回答は変えられません。")
    return Masks(*kept[0])


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
