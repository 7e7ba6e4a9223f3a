"""How does the filled-in sheet of a workplace become answers, each person once? Looked at first, then taken whole.

Named and unnamed sheets go different ways. Of a named one every person is decided: new, added to, or the person's own
answers stay. Of an unnamed one only the numbers can be checked; it is taken once, in an order by chance, and the people
are marked in a transaction before that of the answers (docs/adr/0028).
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions.answering import comment_words, new_comment
from kansa.apps.self_inspection.actions.campaigns import campaign_of
from kansa.apps.self_inspection.actions.importing import answer_bits_of
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
    expected_sheet,
    has_slips,
    job_type_of,
    members_of,
    not_asked,
    room_by_job_type,
    sheet_plan,
    workplace_for,
)
from kansa.apps.trail.actions import Upload, keep_originals, record, require
from kansa.apps.trail.models import SourceFile
from kansa.apps.trail.queries import derived_key
from kansa.core.errors import InputError, Refusal, RuleError
from kansa.core.inspection import NO_ANSWERS, Masks, answer_of
from kansa.core.permission import Actor
from kansa.formats.answer_sheets import FilledLine, FilledSheet, read_answer_sheet, write_answer_sheet

SHEET_KEY = "answer_sheet"
HOWS_JA = {
    "new": "取り込む",
    "added": "前の用紙に追加・訂正する",
    "same": "前の用紙と同じ",
    "own": "本人の回答を残す（用紙の回答は取り込まない）",
    "mixed": "本人が変えた項目を残し、ほかを取り込む",
    "gone": "対象者ではないため取り込まない",
}


@dataclass(frozen=True, slots=True)
class LineLook:
    """What a named sheet would do for one person."""

    member: CampaignMember | None
    how: str  # one of HOWS_JA
    line: FilledLine
    masks: Masks = NO_ANSWERS

    @property
    def how_ja(self) -> str:
        """In words."""
        return HOWS_JA[self.how]

    @property
    def is_taken(self) -> bool:
        """Whether anything would be written."""
        return self.how in ("new", "added", "mixed")


@dataclass(frozen=True, slots=True)
class SheetLook:
    """What taking a sheet would do. With refusals it cannot be taken. `lines` is empty for unnamed sheets."""

    filled: FilledSheet
    is_late: bool
    is_named: bool
    refusals: tuple[Refusal, ...]
    lines: tuple[LineLook, ...] = ()
    is_resumed: bool = False  # an unnamed sheet whose people were marked before the power failed
    keeps_late_answers: bool = True  # False: so few that only their number is kept

    @property
    def taken_count(self) -> int:
        """People whose answers would be written."""
        return sum(one.is_taken for one in self.lines) if self.is_named else len(self.filled.lines)


@dataclass(frozen=True, slots=True)
class SheetGiven:
    """A sheet as it is brought: the file or what was typed, when it was received, and who is on it."""

    upload: Upload | None = None
    typed: FilledSheet | None = None
    is_late: bool = False
    people: frozenset[int] = frozenset()  # keys of members, of confidential campaigns


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


def workplace(actor: Actor, campaign: Campaign, department_id: int) -> Department:
    """The department. Raises RuleError for another head's one and one where nobody is asked."""
    found = workplace_for(actor, campaign, department_id)
    if found is None:
        raise RuleError("no_such_workplace", "この所属は別の人の所属か、対象者がいません。")
    return found


def check_no_slips(campaign: Campaign, department_id: int) -> None:
    """Raises RuleError when the group answers by slips: somebody could answer by both, and nobody would know."""
    if has_slips(campaign, department_id):
        reason = (
            "この所属には無記名の回答票を印刷済みのため、回答用紙は使えません（一人が二度回答できてしまうため）。"
            "紙の回答は、回答票の番号を「回答票の番号」の画面に入れて入力してください。"
        )
        raise RuleError("slips_printed", reason)


def look_at_sheet(actor: Actor, campaign_id: int, department_id: int, given: SheetGiven) -> SheetLook:
    """What the sheet would do; nothing is written. Raises RuleError when no sheet may be brought at all."""
    require(actor, "enter_paper")
    campaign = Campaign.objects.visible_to(actor).filter(pk=campaign_id).select_related("checklist").first()
    if campaign is None:
        raise RuleError("no_such_campaign", "この自己点検はありません。")
    workplace(actor, campaign, department_id)
    return looked(campaign, department_id, given)


def looked(campaign: Campaign, department_id: int, given: SheetGiven) -> SheetLook:
    """The look, for the page and again inside the transaction that takes it."""
    is_late = lateness(campaign, is_late=given.is_late)
    check_no_slips(campaign, department_id)
    filled = given.typed or read_upload(campaign, department_id, given.upload)
    is_named = campaign.privacy == "identified"
    look = SheetLook(filled, is_late, is_named, filled.refusals)
    if look.refusals:
        return look
    if not filled.lines:
        return replace(look, refusals=(Refusal("empty_sheet", "回答が一つもありません。"),))
    return named_look(campaign, department_id, look) if is_named else unnamed_look(campaign, department_id, look, given)


def read_upload(campaign: Campaign, department_id: int, upload: Upload | None) -> FilledSheet:
    """The sheet of a file."""
    if upload is None:
        raise RuleError("no_file", "ファイルを選んでください。")
    key = derived_key(SHEET_KEY)
    return read_answer_sheet(upload.data, upload.name, expected_sheet(campaign, department_id), key)


def lateness(campaign: Campaign, *, is_late: bool) -> bool:
    """Whether a sheet counts as late. Raises RuleError before the start, and for one in time after closing."""
    if campaign.state == "closed":
        if not is_late:
            reason = "この自己点検は終了し、集計済みです。今からの回答は「締切後に届いた」としてだけ受け付けます。"
            raise RuleError("closed_late_only", reason)
        return True
    today = timezone.localdate()
    if campaign.state != "open" or today < campaign.opens_on:
        raise RuleError("not_open", "この自己点検はまだ始まっていません。")
    return is_late and today > campaign.closes_on


def named_look(campaign: Campaign, department_id: int, look: SheetLook) -> SheetLook:
    """Decides every person of a sheet with names."""
    items = {one.code: one for one in asked_items(campaign)}
    members = {one.staff_number: one for one in members_of(campaign, department_id).select_related("department")}
    earlier = {
        one.member_id: one
        for one in SheetAnswer.objects.filter(
            municipality_id=campaign.municipality_id, campaign=campaign, member__in=list(members.values())
        )
    }
    lines = []
    for line in look.filled.lines:
        member = members.get(line.key)
        if member is None:
            lines.append(LineLook(None, "gone", line))
            continue
        lines.append(decided(campaign, member, line, masks_of(line, items), earlier.get(member.pk), look))
    job_types = [(one.line, one.member.counted_as) for one in lines if one.member]
    return replace(look, lines=tuple(lines), refusals=not_asked_faults(job_types, items))


def decided(
    campaign: Campaign,
    member: CampaignMember,
    line: FilledLine,
    new: Masks,
    earlier: SheetAnswer | None,
    look: SheetLook,
) -> LineLook:
    """What happens for one person: of an item that the person changed after the sheet, the person's answer stays."""
    row = own_rows(campaign, identified_token(campaign, member.staff_number)).filter(answered__gt=0)
    own = row.values_list(*Masks._fields).first()
    if look.is_late:
        if own is not None:  # it counts, so a late sheet adds nothing
            return LineLook(member, "own", line)
        before = sheet_masks(earlier)
        after = merged(before, before, new)
        how = "new" if earlier is None else "same" if after == before else "added"
        return LineLook(member, how, line, after)
    if own is None:
        return LineLook(member, "new", line, new)
    if earlier is None:
        return LineLook(member, "own", line)
    standing, before = Masks(*own), sheet_masks(earlier)
    after = merged(standing, before, new)
    kept_own = any(
        answer_of(standing, bit) != answer_of(before, bit) and answer_of(new, bit) not in ("", answer_of(standing, bit))
        for bit in bits_of(new)
    )
    if kept_own:
        return LineLook(member, "mixed" if after != standing else "own", line, after)
    return LineLook(member, "same" if after == standing else "added", line, after)


def bits_of(masks: Masks) -> list[int]:
    """Places of the items answered."""
    return [bit for bit in range(masks.answered.bit_length()) if masks.answered >> bit & 1]


def merged(standing: Masks, before: Masks, new: Masks) -> Masks:
    """Standing answers with those of the new sheet where the person changed nothing since the earlier one."""
    free = sum(1 << bit for bit in bits_of(new) if answer_of(standing, bit) == answer_of(before, bit))
    return Masks(*(old & ~free | fresh & free for old, fresh in zip(standing, new, strict=True)))


def sheet_masks(earlier: SheetAnswer | None) -> Masks:
    """What the earlier sheet said."""
    return Masks(*(getattr(earlier, name) for name in Masks._fields)) if earlier else NO_ANSWERS


def masks_of(line: FilledLine, items: Mapping[str, ControlItem]) -> Masks:
    """The masks of a line; words are left out."""
    bits = [
        answer_bits_of(answer, items[code]) for code, answer in line.answers if items[code].answer_kind != "comment"
    ]
    return Masks(*(sum(column) for column in zip(NO_ANSWERS, *bits, strict=True)))


def unnamed_look(campaign: Campaign, department_id: int, look: SheetLook, given: SheetGiven) -> SheetLook:
    """Checks the numbers of a sheet without names."""
    count = len(look.filled.lines)
    keeps = not look.is_late or count >= campaign.small_cell_k
    known = SheetIntake.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, serial=look.filled.serial
    ).first()
    if known is not None and not known.is_finished and known.line_count == count:
        return replace(look, is_resumed=True, is_late=known.is_late, keeps_late_answers=keeps)
    if known is not None:
        when = f"{timezone.localtime(known.entered_at):%Y-%m-%d %H:%M}"
        reason = (
            f"この用紙は既に取り込みました（{when}、{known.line_count}人、{known.entered_by}）。"
            "どの回答が誰のものか記録していないため、直したり足したりはできません。"
            "残りの人の分は、新しい用紙を作って入力してください。"
        )
        return replace(look, refusals=(Refusal("sheet_taken", reason),))
    reason = too_many(campaign, department_id, look.filled.lines)
    refusals = (Refusal("too_many_lines", reason),) if reason else ()
    items = {one.code: one for one in asked_items(campaign)}
    refusals += not_asked_faults([(one, job_type_of(one.key)) for one in look.filled.lines], items)
    return replace(look, refusals=refusals, keeps_late_answers=keeps)


def too_many(campaign: Campaign, department_id: int, lines: Sequence[FilledLine]) -> str:
    """Why a sheet has more people than may still answer; "" when it has not."""
    room = room_by_job_type(campaign, department_id)
    beyond = Counter(job_type_of(one.key) for one in lines) - room
    if not beyond:
        return ""
    return f"{len(lines)}人分の回答がありますが、この所属でまだ回答していない人は{room.total()}人です。"


def not_asked_faults(lines: Sequence[tuple[FilledLine, str]], items: Mapping[str, ControlItem]) -> tuple[Refusal, ...]:
    """Answers to items that a person's job type is not asked: a cell that was locked, so something was moved."""
    found = []
    for line, job_type in lines:
        codes = not_asked(list(items.values()), job_type) & {code for code, _answer in line.answers}
        if codes:
            reason = f"項目「{'、'.join(sorted(codes))}」は、この人の職種には尋ねていません。その回答を消してください。"
            found.append(Refusal("not_asked", reason))
    return tuple(found)


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
        words = [(items[code], text) for code, text in one.line.answers if items[code].answer_kind == "comment"]
        if one.how == "new" and not look.is_late:
            keep_comments(campaign, member, words)
    note_intake(actor, campaign, department, look, file=file)


def write_person(campaign: Campaign, member: CampaignMember, masks: Masks, *, is_late: bool) -> None:
    """The answer row of a person, unless late; and what the sheet said."""
    own = {"municipality_id": campaign.municipality_id}
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
    values = {"department_id": member.counted_in_id, "is_late": is_late, **masks._asdict()}
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
    """Marks those who are on a confidential sheet as begun. Raises RuleError when they are not as many as its lines."""
    if campaign.privacy != "confidential":
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
        if look.keeps_late_answers:
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
