"""How does an answer on paper come in? Typed by the head of the department or the office, once, with who typed it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from kansa.apps.self_inspection.actions.campaigns import campaign_of
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE, hold_answers
from kansa.apps.self_inspection.models import CampaignMember, PaperEntry, Response
from kansa.apps.self_inspection.queries.campaigns import asked_items
from kansa.apps.self_inspection.queries.respondents import identified_token, own_rows
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.inspection import answer_bits
from kansa.core.permission import Actor, can


def enter_paper(actor: Actor, campaign_id: int, member_id: int, answers: Mapping[int, str]) -> PaperEntry:
    """Keeps the sheet of one person; `answers`: place of the item from 1 -> answer, blanks left out.

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
        bits = [
            answer_bits(answers[place], item.bit or 0)
            for place, item in enumerate(asked_items(campaign), 1)
            if answers.get(place)
        ]
        if not bits:
            raise RuleError("empty_sheet", "回答が一つもありません。")
        Response.objects.create(
            pk=secrets.randbelow(KEY_RANGE),
            municipality_id=actor.municipality_id,
            checklist_id=campaign.checklist_id,
            respondent_token=token,
            department_id=member.counted_in_id,
            **{
                name: sum(column)
                for name, column in zip(("met", "applicable", "answered"), zip(*bits, strict=True), strict=True)
            },
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
