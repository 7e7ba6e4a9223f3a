"""How does the filled-in sheet of a workplace become answers, each person once? Looked at first, then taken whole.

An unnamed sheet is taken once, in an order by chance, and the people are marked in a transaction before that of the
answers (docs/adr/0028).
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions.answering import comment_words, new_comment
from kansa.apps.self_inspection.actions.campaigns import campaign_of
from kansa.apps.self_inspection.actions.looking import (
    SHEET_KEY,
    SheetGiven,
    SheetLook,
    check_no_slips,
    looked,
    masks_of,
    new_words,
    workplace,
)
from kansa.apps.self_inspection.actions.mixing import KEY_RANGE, hold_answers
from kansa.apps.self_inspection.actions.papers import keep_comments
from kansa.apps.self_inspection.models import (
    Campaign,
    CampaignMember,
    Comment,
    PaperEntry,
    Response,
    SheetAnswer,
    SheetIntake,
)
from kansa.apps.self_inspection.queries.campaigns import asked_items
from kansa.apps.self_inspection.queries.respondents import identified_token, own_rows
from kansa.apps.self_inspection.queries.sheets import (
    cells_of,
    job_type_of,
    members_of,
    sheet_plan,
)
from kansa.apps.trail.actions import Upload, keep_originals, record, require
from kansa.apps.trail.models import SourceFile
from kansa.apps.trail.queries import derived_key
from kansa.core.errors import InputError, RuleError
from kansa.core.inspection import Masks
from kansa.core.permission import Actor
from kansa.formats.answer_sheets import FilledLine, write_answer_sheet


def make_sheet(actor: Actor, campaign_id: int, department_id: int) -> tuple[Department, bytes]:
    """The sheet of a workplace for those who have not answered, with its trail. Raises RuleError."""
    require(actor, "enter_paper")
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        department = workplace(actor, campaign, department_id)
        if campaign.state != "open":
            raise RuleError("not_open", "回答用紙は、実施中の自己点検でだけ作れます。")
        check_no_slips(campaign, department_id)
        serial = secrets.token_hex(8)
        plan = sheet_plan(campaign, department, serial)
        if not plan.lines:
            raise RuleError("nobody_left", "この所属には、まだ回答していない人がいません。")
        told = {"department": department.code, "serial": serial, "lines": len(plan.lines)}
        record(actor, "make_sheet", "campaign", str(campaign.checklist.fiscal_year), {}, told)
    return department, write_answer_sheet(plan, derived_key(SHEET_KEY))


def look_at_sheet(actor: Actor, campaign_id: int, department_id: int, given: SheetGiven) -> SheetLook:
    """What the sheet would do; nothing is written. Raises RuleError when no sheet may be brought at all."""
    require(actor, "enter_paper")
    campaign = Campaign.objects.visible_to(actor).filter(pk=campaign_id).select_related("checklist").first()
    if campaign is None:
        raise RuleError("no_such_campaign", "この自己点検はありません。")
    workplace(actor, campaign, department_id)
    return looked(campaign, department_id, given)


def take_sheet(actor: Actor, campaign_id: int, department_id: int, given: SheetGiven) -> SheetLook:
    """Takes a sheet whole or not at all. Raises InputError with its refusals, RuleError when it may not be brought."""
    require(actor, "enter_paper")
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        department = workplace(actor, campaign, department_id)
        hold_answers()
        look = looked(campaign, department_id, given)
        if look.refusals:
            raise InputError(*look.refusals)
        if look.is_named:
            take_named(actor, campaign, department, look, given.upload)
        elif not look.is_resumed:
            mark_people(campaign, department_id, look, given.people)
            note_intake(actor, campaign, department, look, is_finished=False)
    if not look.is_named:
        with transaction.atomic():
            campaign = campaign_of(actor, campaign_id)
            hold_answers()
            take_unnamed(campaign, department_id, look)
    return look


def take_named(
    actor: Actor, campaign: Campaign, department: Department, look: SheetLook, upload: Upload | None
) -> None:
    """Writes the persons of a named sheet; the original is kept."""
    taken = [one for one in look.lines if one.is_taken]
    if not taken:
        return
    files = keep_originals(actor.municipality_id, "self_inspection", [upload]) if upload else {}
    file = files[upload.sha256] if upload else None
    items = {one.code: one for one in asked_items(campaign)}
    for one in taken:
        member = one.member
        if member is None:
            continue
        write_person(campaign, member, one.masks, is_late=look.is_late)
        PaperEntry.objects.update_or_create(
            municipality_id=campaign.municipality_id,
            campaign=campaign,
            member=member,
            defaults={"entered_by": actor.name, "entered_at": timezone.now()},
        )
        if not look.is_late:
            keep_comments(campaign, member, new_words(campaign, member, one.line, items))
    note_intake(actor, campaign, department, look, file=file)


def write_person(campaign: Campaign, member: CampaignMember, masks: Masks, *, is_late: bool) -> None:
    """The answer row of a person, unless late; and what the sheet said."""
    own: dict[str, Any] = {"municipality_id": campaign.municipality_id}
    if not is_late:
        token = identified_token(campaign, member.staff_number)
        if not own_rows(campaign, token).update(**masks._asdict()):
            Response.objects.create(
                pk=secrets.randbelow(KEY_RANGE),
                checklist_id=campaign.checklist_id,
                respondent_token=token,
                department_id=member.counted_in_id,
                job_type=member.counted_as,
                **own,
                **masks._asdict(),
            )
    values: dict[str, Any] = {"department_id": member.counted_in_id, "is_late": is_late, **masks._asdict()}
    SheetAnswer.objects.update_or_create(**own, campaign=campaign, member=member, defaults=values)


def note_intake(
    actor: Actor,
    campaign: Campaign,
    department: Department,
    look: SheetLook,
    *,
    file: SourceFile | None = None,
    is_finished: bool = True,
) -> None:
    """The sheet and its number of people, with the trail; never an answer."""
    row, is_new = SheetIntake.objects.get_or_create(
        municipality_id=campaign.municipality_id,
        campaign=campaign,
        serial=look.filled.serial,
        is_late=look.is_late,
        defaults={
            "department": department,
            "line_count": 0,
            "entered_by": actor.name,
            "entered_at": timezone.now(),
        },
    )
    row.line_count += sum(one.how == "new" for one in look.lines) if look.is_named else look.taken_count
    row.entered_by, row.entered_at = actor.name, timezone.now()
    row.is_finished, row.source_file = is_finished, file or row.source_file
    row.save()
    told = {"department": department.code, "serial": look.filled.serial, "people": look.taken_count}
    told |= {"late": look.is_late, "again": not is_new}
    record(actor, "take_sheet", "campaign", str(campaign.checklist.fiscal_year), {}, told)


def mark_people(campaign: Campaign, department_id: int, look: SheetLook, people: Collection[int]) -> None:
    """Marks those who are on a confidential sheet as begun. Raises RuleError when they are not as many as its lines.

    After closing nobody is marked any more.
    """
    if campaign.privacy != "confidential" or campaign.state == "closed":
        return
    chosen = members_of(campaign, department_id).filter(pk__in=people, has_begun=False)
    job_types = Counter(chosen.values_list("counted_as", flat=True))
    wanted = Counter(job_type_of(one.key) for one in look.filled.lines)
    if job_types.total() != wanted.total():
        reason = f"用紙には{wanted.total()}人分の回答があります。用紙で回答した人を{wanted.total()}人選んでください"
        raise RuleError("people_differ", f"{reason}（今は{job_types.total()}人）。")
    if job_types != wanted:
        listed = "、".join(f"{name or '職種なし'}{count}人" for name, count in sorted(wanted.items()))
        raise RuleError("people_differ", f"選んだ人の職種が用紙（{listed}）と合いません。")
    chosen.update(has_begun=True)


def take_unnamed(campaign: Campaign, department_id: int, look: SheetLook) -> None:
    """The answers of a sheet without names, in an order by chance, under keys by chance."""
    rows = SheetIntake.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    if not rows.filter(serial=look.filled.serial, is_finished=False).update(is_finished=True):
        return  # somebody finished it meanwhile
    lines = list(look.filled.lines)
    random.SystemRandom().shuffle(lines)
    items = {one.code: one for one in asked_items(campaign)}
    cells = cells_of(campaign, department_id)
    given = [(job_type_of(one.key), masks_of(one, items)) for one in lines]
    own = {"municipality_id": campaign.municipality_id}
    if look.is_late:
        SheetAnswer.objects.bulk_create(
            SheetAnswer(
                pk=secrets.randbelow(KEY_RANGE),
                campaign=campaign,
                department_id=cells[job_type],
                is_late=True,
                **own,
                **masks._asdict(),
            )
            for job_type, masks in given
            if cells[job_type] in look.kept_groups
        )
        return
    Response.objects.bulk_create(
        Response(
            pk=secrets.randbelow(KEY_RANGE),
            checklist_id=campaign.checklist_id,
            respondent_token=secrets.token_hex(32),
            department_id=cells[job_type],
            job_type=job_type,
            **own,
            **masks._asdict(),
        )
        for job_type, masks in given
    )
    keep_words(campaign, items, lines)


def keep_words(campaign: Campaign, items: dict[str, ControlItem], lines: Sequence[FilledLine]) -> None:
    """What was written in own words, under tokens by chance."""
    made = [
        new_comment(campaign, items[code], secrets.token_hex(32), comment_words(text))
        for line in lines
        for code, text in line.answers
        if items[code].answer_kind == "comment"
    ]
    random.SystemRandom().shuffle(made)
    Comment.objects.bulk_create(made)
