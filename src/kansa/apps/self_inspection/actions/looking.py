"""What would a sheet of a workplace do? Named ones person by person, unnamed ones by their numbers.

Of a named sheet every person is decided: new, added to, or the own answers stay (docs/adr/0028).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions.importing import answer_bits_of
from kansa.apps.self_inspection.models import (
    Campaign,
    CampaignMember,
    Comment,
    SheetAnswer,
    SheetIntake,
)
from kansa.apps.self_inspection.queries.campaigns import asked_items
from kansa.apps.self_inspection.queries.keys import comment_token
from kansa.apps.self_inspection.queries.respondents import identified_token, own_rows
from kansa.apps.self_inspection.queries.sheets import (
    cells_of,
    expected_sheet,
    has_slips,
    job_type_of,
    members_of,
    not_asked,
    room_by_job_type,
    workplace_for,
)
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.queries import derived_key
from kansa.core.errors import Refusal, RuleError
from kansa.core.inspection import NO_ANSWERS, Masks, answer_of
from kansa.core.permission import Actor
from kansa.formats.answer_sheets import FilledLine, FilledSheet, read_answer_sheet

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
    kept_groups: frozenset[int] = frozenset()  # of an unnamed late sheet: where so many count that answers are kept
    keeps_late_answers: bool = True  # False: of some or all only their number is kept

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
        given = LineLook(member, "new", line, masks_of(line, items))
        one = decided(campaign, given, earlier.get(member.pk), is_late=look.is_late)
        has_words = one.how == "same" and not look.is_late and new_words(campaign, member, line, items)
        lines.append(replace(one, how="added") if has_words else one)
    job_types = [(one.line, one.member.counted_as) for one in lines if one.member]
    return replace(look, lines=tuple(lines), refusals=not_asked_faults(job_types, items))


def decided(campaign: Campaign, given: LineLook, earlier: SheetAnswer | None, *, is_late: bool) -> LineLook:
    """What happens for one person: of an item that the person changed after the sheet, the person's answer stays."""
    member, line, new = given.member, given.line, given.masks
    if member is None:
        return given
    row = own_rows(campaign, identified_token(campaign, member.staff_number)).filter(answered__gt=0)
    own = row.values_list(*Masks._fields).first()
    if is_late:
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


def new_words(
    campaign: Campaign, member: CampaignMember, line: FilledLine, items: Mapping[str, ControlItem]
) -> list[tuple[ControlItem, str]]:
    """What a person of a named sheet wrote to items without own words so far; those that stand are not written over."""
    given = [(items[code], text) for code, text in line.answers if items[code].answer_kind == "comment"]
    tokens = {comment_token(campaign, item.pk, member.staff_number): (item, text) for item, text in given}
    known = Comment.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, comment_token__in=list(tokens)
    )
    standing = set(known.values_list("comment_token", flat=True))
    return [pair for token, pair in tokens.items() if token not in standing]


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
    groups = counted_groups(campaign, department_id, look.filled.lines)
    look = replace(look, kept_groups=frozenset(key for key, lines in groups.items() if lines >= campaign.small_cell_k))
    keeps = not look.is_late or look.kept_groups == groups.keys()
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
    refusals: tuple[Refusal, ...] = (Refusal("too_many_lines", reason),) if reason else ()
    items = {one.code: one for one in asked_items(campaign)}
    refusals += not_asked_faults([(one, job_type_of(one.key)) for one in look.filled.lines], items)
    return replace(look, refusals=refusals, keeps_late_answers=keeps)


def counted_groups(campaign: Campaign, department_id: int, lines: Sequence[FilledLine]) -> Counter[int]:
    """Department that answers count in -> lines of the sheet: one alone there is that of the one such person here."""
    cells = cells_of(campaign, department_id)
    return Counter(cells[job_type_of(one.key)] for one in lines if job_type_of(one.key) in cells)


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
