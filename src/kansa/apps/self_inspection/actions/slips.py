"""How are printed slips made? Their codes are shown once, on the page to be printed, and kept as keyed hashes only."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from kansa.apps.people.models import Account
from kansa.apps.self_inspection.actions.campaigns import campaign_of
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Response, Slip
from kansa.apps.self_inspection.queries.keys import new_code, slip_token
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One slip on the printed page; without a name in an anonymous campaign."""

    code: str
    name_ja: str = ""
    job_type: str = ""


def print_slips(actor: Actor, campaign_id: int, department_id: int, *, is_for_all: bool) -> list[PrintedSlip]:
    """New slips of a department, for all or for those without an account; earlier ones that nobody used are void.

    Raises RuleError when the campaign is not open or nobody of the department is asked.
    """
    require(actor, "manage_inspection")
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        if campaign.state != "open":
            raise RuleError("not_open", "回答票は、実施中の自己点検でだけ印刷できます。")
        is_unnamed = campaign.privacy == "anonymous"
        asked = CampaignMember.objects.filter(
            municipality_id=actor.municipality_id,
            campaign=campaign,
            excluded_reason_ja="",
            **{"counted_in_id" if is_unnamed else "department_id": department_id},
        ).order_by("staff_number")
        members = list(asked.select_related("department", "counted_in"))
        if not members:
            raise RuleError("nobody_asked", "この所属には対象者がいません。")
        if is_unnamed:
            slips = unnamed_slips(campaign, department_id)
        else:
            slips = named_slips(campaign, members if is_for_all else without_account(members))
        code = (members[0].counted_in if is_unnamed else members[0].department).code
        record(actor, "print_slips", "campaign", str(campaign.checklist.fiscal_year), {}, told(code, len(slips)))
    return slips


def told(department: str, count: int) -> dict[str, object]:
    """What the trail keeps of a printing."""
    return {"department": department, "count": count}


def without_account(members: list[CampaignMember]) -> list[CampaignMember]:
    """Those who cannot sign in."""
    numbers = {one.staff_number for one in members}
    rows = Account.objects.filter(municipality_id=members[0].municipality_id, is_active=True)
    known = set(rows.filter(staff_number__in=numbers).values_list("staff_number", flat=True))
    return [one for one in members if one.staff_number not in known]


def named_slips(campaign: Campaign, members: list[CampaignMember]) -> list[PrintedSlip]:
    """A slip with a name for each person."""
    Slip.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign, member__in=members).delete()
    codes = [new_code() for _ in members]
    Slip.objects.bulk_create(
        Slip(
            municipality_id=campaign.municipality_id,
            campaign=campaign,
            department_id=member.counted_in_id,
            job_type=member.counted_as,
            member=member,
            code_token=slip_token(campaign.municipality_id, code),
        )
        for member, code in zip(members, codes, strict=True)
    )
    return [PrintedSlip(code, member.name_ja) for member, code in zip(members, codes, strict=True)]


def unnamed_slips(campaign: Campaign, counted_in: int) -> list[PrintedSlip]:
    """As many slips as people whose answers count there and are not on sheets, to be handed out by chance.

    Raises RuleError once some were used: by whom is not known, so another printing could give somebody two answers.
    """
    slips = Slip.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign, department_id=counted_in)
    rows = Response.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    if slips.exists() and rows.filter(department_id=counted_in).exists():
        reason = "無記名の回答票は、回答が始まった所属では印刷し直せません（一人が二度回答できてしまうため）。"
        raise RuleError("slips_used", reason)
    together = CampaignMember.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, counted_in_id=counted_in, excluded_reason_ja=""
    )
    slips.delete()
    left = Counter(together.values_list("counted_as", flat=True))
    left -= Counter(rows.filter(department_id=counted_in).values_list("job_type", flat=True))  # they answered on sheets
    job_types = sorted(left.elements())
    made = [(new_code(), job_type) for job_type in job_types]
    Slip.objects.bulk_create(
        Slip(
            pk=secrets.randbelow(KEY_RANGE),
            municipality_id=campaign.municipality_id,
            campaign=campaign,
            department_id=counted_in,
            job_type=job_type,
            code_token=slip_token(campaign.municipality_id, code),
        )
        for code, job_type in random.SystemRandom().sample(made, len(made))
    )
    return [PrintedSlip(code, job_type=job_type) for code, job_type in made]
