"""How does an answer on paper come in? Typed by the head of the department or the office, once, with who typed it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.actions.answering import comment_words, new_comment
from kansa.apps.self_inspection.actions.campaigns import campaign_of
from kansa.apps.self_inspection.actions.importing import answer_bits_of
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE, hold_answers
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, PaperEntry, Response
from kansa.apps.self_inspection.queries.campaigns import asked_items
from kansa.apps.self_inspection.queries.keys import comment_token
from kansa.apps.self_inspection.queries.respondents import identified_token, own_rows
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.inspection import Masks
from kansa.core.job_types import is_asked_of
from kansa.core.permission import Actor, can


def enter_paper(actor: Actor, campaign_id: int, member_id: int, answers: Mapping[int, str]) -> PaperEntry:
    """Keeps the sheet of one person; `answers`: place of the item from 1 -> answer or words, blanks left out.

    Until the campaign is closed, since a sheet handed in by the deadline is typed later. Raises RuleError for another
    department's person, an unnamed campaign, an empty sheet, or a person who has answered already: nothing is written
    over, and nobody counts twice.
    """
    require(actor, "enter_paper")
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        if campaign.state != "open" or campaign.privacy != "identified":
            raise RuleError("no_paper", "紙の回答は、実施中の記名の自己点検でだけ入力できます。")
        rows = CampaignMember.objects.visible_to(actor).filter(campaign=campaign, excluded_reason_ja="")
        if not can(actor, "manage_inspection"):
            rows = rows.filter(department__in=actor.departments)
        member = rows.filter(pk=member_id).select_related("department").first()
        if member is None:
            raise RuleError("no_such_member", "この人は対象者ではないか、別の所属の人です。")
        hold_answers()
        token = identified_token(campaign, member.staff_number)
        if own_rows(campaign, token).filter(answered__gt=0).exists():
            raise RuleError("answered_already", f"{member.name_ja}さんは既に回答しています。上書きはできません。")
        own_rows(campaign, token).delete()
        given = given_of(campaign, member, answers)
        bits = [answer_bits_of(answer, item) for item, answer in given if item.answer_kind != "comment"]
        if not bits:
            raise RuleError("empty_sheet", "回答が一つもありません。")
        keep_comments(campaign, member, [(item, text) for item, text in given if item.answer_kind == "comment"])
        Response.objects.create(
            pk=secrets.randbelow(KEY_RANGE),
            municipality_id=actor.municipality_id,
            checklist_id=campaign.checklist_id,
            respondent_token=token,
            department_id=member.counted_in_id,
            job_type=member.counted_as,
            **Masks(*(sum(column) for column in zip(*bits, strict=True)))._asdict(),
        )
        told = {"department": member.department.code}
        record(actor, "enter_paper", "campaign", str(campaign.checklist.fiscal_year), {}, told)
        return PaperEntry.objects.create(
            municipality_id=actor.municipality_id,
            campaign=campaign,
            member=member,
            entered_by=actor.name,
            entered_at=timezone.now(),
        )


def given_of(campaign: Campaign, member: CampaignMember, answers: Mapping[int, str]) -> list[tuple[ControlItem, str]]:
    """The items that were answered. Raises RuleError for one that the person is not asked."""
    items = enumerate(asked_items(campaign), 1)
    given = [(item, answers[place]) for place, item in items if answers.get(place, "").strip()]
    others = "、".join(item.code for item, _answer in given if not is_asked_of(item.asked_of, member.counted_as))
    if others:
        reason = f"項目「{others}」は、{member.name_ja}さんの職種には尋ねていません。"
        raise RuleError("not_asked", f"{reason}その項目の回答を外してください。")
    return given


def keep_comments(campaign: Campaign, member: CampaignMember, given: Sequence[tuple[ControlItem, str]]) -> None:
    """The words of a sheet, under tokens that lead the same person back to them until closing."""
    made = [
        new_comment(campaign, item, comment_token(campaign, item.pk, member.staff_number), comment_words(text))
        for item, text in given
    ]
    tokens = [one.comment_token for one in made]
    Comment.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, comment_token__in=tokens
    ).delete()
    Comment.objects.bulk_create(one for one in made if one.text_ja)
