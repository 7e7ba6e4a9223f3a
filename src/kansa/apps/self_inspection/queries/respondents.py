"""As whom does somebody answer? By a key of answers, by the code of a slip, or as the person who signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, Response, Slip
from kansa.apps.self_inspection.queries.keys import (
    ANSWER_KEY,
    cell_of_key,
    comment_token,
    folded_code,
    is_void,
    row_token,
    slip_token,
)
from kansa.apps.self_inspection.queries.rows import row_of
from kansa.apps.trail.models import TenantQuerySet
from kansa.apps.trail.queries import person_token
from kansa.core.cover import Cell
from kansa.core.errors import RuleError
from kansa.core.inspection import NO_ANSWERS, Masks
from kansa.core.job_types import is_asked_of
from kansa.core.permission import Actor

RESTORED_JA = (
    "機器の故障などのため、記録を控えから戻しました。このリンクの回答は、その控えに入っていません。"
    "お手数ですが、サインインした画面又は名前入りの回答票から、もう一度「回答を始める」を押して回答してください。"
)


@dataclass(frozen=True, slots=True)
class Respondent:
    """Whoever may read and write one answer row. `secret`: what they hold, or the staff number; kept nowhere."""

    campaign: Campaign
    cell: Cell
    token: str
    secret: str = field(repr=False)

    @property
    def job_type(self) -> str:
        """The job type whose items are asked."""
        return self.cell[1]

    def is_asked(self, item: ControlItem) -> bool:
        """Whether an item is for this respondent."""
        return is_asked_of(item.asked_of, self.job_type)

    def comment_token(self, item_id: int) -> str:
        """What the own comment to an item is found by."""
        return comment_token(self.campaign, item_id, self.secret)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person of a confidential campaign, who has to begin first and then answers by a key that names nobody."""

    campaign: Campaign
    member: CampaignMember


def campaign_of_key(key: str) -> Campaign | None:
    """The campaign, of any municipality, that a key or code belongs to. One query for each opened campaign."""
    found = ANSWER_KEY.fullmatch(key)
    opened = Campaign.objects.filter(state__in=("open", "closed")).order_by("-pk")
    if found is not None:
        campaign = opened.filter(pk=int(found[1])).select_related("checklist").first()
        return campaign if campaign and cell_of_key(campaign, key) is not None else None
    code = folded_code(key)
    for campaign in opened.select_related("checklist") if code else ():
        if slip_of(campaign, code) is not None or has_row(campaign, row_token(campaign, code)):
            return campaign
    return None


def slip_of(campaign: Campaign, code: str) -> Slip | None:
    """The slip with this code."""
    token = slip_token(campaign.municipality_id, code)
    rows = Slip.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign, code_token=token)
    return rows.select_related("member").first()


def has_row(campaign: Campaign, token: str) -> bool:
    """Whether somebody answered under this token."""
    return own_rows(campaign, token).exists()


def has_answered(campaign: Campaign, staff_number: str) -> bool:
    """Whether a person of an identified campaign has answered anything."""
    return own_rows(campaign, identified_token(campaign, staff_number)).filter(answered__gt=0).exists()


def own_rows(campaign: Campaign, token: str) -> TenantQuerySet:
    """The answer row of a token."""
    return Response.objects.filter(
        municipality_id=campaign.municipality_id, checklist=campaign.checklist_id, respondent_token=token
    )


def own_answers(respondent: Respondent) -> Masks:
    """What the respondent has answered so far."""
    campaign = respondent.campaign
    whose = {"municipality_id": campaign.municipality_id, "checklist_id": campaign.checklist_id}
    row = row_of(Response, Masks._fields, **whose, respondent_token=respondent.token)
    return Masks(*row) if row else NO_ANSWERS


def own_comments(respondent: Respondent, items: Iterable[ControlItem]) -> dict[int, str]:
    """Item key -> what the respondent wrote to it. No query when no item asks for words."""
    tokens = {one.pk: respondent.comment_token(one.pk) for one in items if one.answer_kind == "comment"}
    if not tokens:
        return {}
    rows = Comment.objects.filter(
        municipality_id=respondent.campaign.municipality_id,
        campaign=respondent.campaign,
        item__in=list(tokens),
        comment_token__in=list(tokens.values()),
    )
    return dict(rows.values_list("item_id", "text_ja"))


def respondent_of(campaign: Campaign, actor: Actor | None, key: str) -> Respondent | Invitation | None:
    """As whom somebody with this key ("" for none) answers; None when the campaign does not ask them.

    Raises RuleError when a person who signed in holds the slip of another one, and for a key that a restored copy of
    the database does not know, unless the person is known otherwise and can begin again.
    """
    if key and is_void(campaign, key):
        again = respondent_of(campaign, actor, "")
        if again is not None:
            return again
        raise RuleError("restored", RESTORED_JA)
    if key:
        cell = cell_of_key(campaign, key)
        if cell is not None:
            return Respondent(campaign, cell, row_token(campaign, key), key)
        return by_code(campaign, actor, folded_code(key))
    if actor is None or not actor.staff_number or actor.municipality_id != campaign.municipality_id:
        return None
    if campaign.privacy == "anonymous":
        return None
    whose: dict[str, int | str] = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    whose |= {"staff_number": actor.staff_number, "excluded_reason_ja": ""}
    if campaign.privacy == "identified":
        cell = row_of(CampaignMember, ("counted_in_id", "counted_as"), **whose)
        return identified(campaign, actor.staff_number, (cell[0], cell[1])) if cell else None
    member = CampaignMember.objects.filter(**whose).first()
    return by_member(campaign, member) if member else None


def by_code(campaign: Campaign, actor: Actor | None, code: str) -> Respondent | Invitation | None:
    """As whom the holder of a slip answers."""
    slip = slip_of(campaign, code) if code else None
    if slip is not None and slip.member is not None:
        if actor is not None and actor.staff_number and actor.staff_number != slip.member.staff_number:
            reason = "この回答票はほかの方のものです。ご自分の回答票を使うか、サインインした画面から回答してください。"
            raise RuleError("slip_of_another", reason)
        return by_member(campaign, slip.member)
    if slip is not None:
        return Respondent(campaign, (slip.department_id, slip.job_type), row_token(campaign, code), code)
    # A slip that was replaced after its holder had begun still opens the answers it began.
    token = row_token(campaign, code)
    found = own_rows(campaign, token).values_list("department_id", "job_type").first() if code else None
    return Respondent(campaign, found, token, code) if found else None


def by_member(campaign: Campaign, member: CampaignMember) -> Respondent | Invitation:
    """The person, or in a confidential campaign the invitation to begin."""
    if campaign.privacy == "confidential":
        return Invitation(campaign, member)
    return identified(campaign, member.staff_number, (member.counted_in_id, member.counted_as))


def identified(campaign: Campaign, staff_number: str, cell: Cell) -> Respondent:
    """The person of an identified campaign.

    The token is that of imported answers: a person who also handed in a sheet counts once.
    """
    return Respondent(campaign, cell, identified_token(campaign, staff_number), staff_number)


def identified_token(campaign: Campaign, staff_number: str, key: bytes | None = None) -> str:
    """The token of a person in an identified campaign."""
    purpose = f"respondent/{campaign.checklist.fiscal_year}"
    return person_token(campaign.municipality_id, purpose, staff_number, key=key)
