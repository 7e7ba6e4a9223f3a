"""What does a copy of the database hold of campaigns under way that promised names to nobody? What k people cover.

Everything here works on a copy, through whatever runs a statement there: a file of SQLite, or tables of a PostgreSQL
transaction that only that transaction sees. The rule is core.copies, the argument docs/adr/0041.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kansa.apps.self_inspection.actions.mixing import KEY_RANGE
from kansa.core.copies import GroupState, next_copy
from kansa.core.cover import Cell
from kansa.core.inspection import Masks
from kansa.core.job_types import is_asked_of

# Runs a statement with %s for its values on the copy, and gives the rows, if it has any.
Run = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]

AT_ONCE = 500
UNNAMED = "state = 'open' AND privacy <> 'identified'"
NAMES = ", ".join(Masks._fields)


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """A group as a copy holds it; `taken_number`: the copy that took people of it last, 0 when none has."""

    state: GroupState = field(default_factory=GroupState)
    taken_number: int = 0


@dataclass(frozen=True, slots=True)
class HeldCampaign:
    """A campaign under way as a copy holds it."""

    campaign: int
    number: int
    groups: Mapping[Cell, HeldGroup] = field(default_factory=dict)
    comments: Mapping[tuple[int, str], str] = field(default_factory=dict)  # (item, token) -> text
    serials: frozenset[str] = frozenset()  # of the sheets that it knows as taken


@dataclass(frozen=True, slots=True)
class Now:
    """A campaign under way as the copy has it before anything is left out."""

    campaign: int
    municipality: int
    checklist: int
    number: int
    small_cell_k: int
    is_marked: bool
    asked: Mapping[Cell, frozenset[int]]
    workplaces: Mapping[int, frozenset[Cell]]
    states: Mapping[Cell, GroupState]
    comments: Mapping[tuple[int, str], str]
    sheets: Mapping[str, int]  # serial -> workplace


def campaigns_now(run: Run) -> list[Now]:
    """The campaigns under way that name nobody, in the copy."""
    columns = "id, municipality_id, checklist_id, copy_number, small_cell_k, privacy = 'confidential'"
    rows = run(f"SELECT {columns} FROM self_inspection_campaign WHERE {UNNAMED} ORDER BY id", [])
    return [now_of(run, *row) for row in rows]


def now_of(
    run: Run, campaign: int, municipality: int, checklist: int, number: int, small_cell_k: int, is_marked: bool
) -> Now:
    """One of them."""
    asked: dict[Cell, set[int]] = {}
    begun: dict[Cell, set[int]] = {}
    workplaces: dict[int, set[Cell]] = {}
    columns = "id, department_id, counted_in_id, counted_as, has_begun"
    for member, workplace, department, job_type, has_begun in run(
        f"SELECT {columns} FROM self_inspection_campaignmember WHERE campaign_id = %s AND excluded_reason_ja = ''",
        [campaign],
    ):
        cell = (department, job_type)
        asked.setdefault(cell, set()).add(member)
        workplaces.setdefault(workplace, set()).add(cell)
        if has_begun:
            begun.setdefault(cell, set()).add(member)
    answers: dict[Cell, dict[str, tuple[int, ...]]] = {}
    for token, department, job_type, *masks in run(
        f"SELECT respondent_token, department_id, job_type, {NAMES} FROM self_inspection_response"
        " WHERE municipality_id = %s AND checklist_id = %s",
        [municipality, checklist],
    ):
        answers.setdefault((department, job_type), {})[token] = tuple(masks)
    mine = "WHERE campaign_id = %s"
    words = run(f"SELECT item_id, comment_token, text_ja FROM self_inspection_comment {mine}", [campaign])
    sheets = run(f"SELECT serial, department_id FROM self_inspection_sheetintake {mine} AND NOT is_late", [campaign])
    return Now(
        campaign,
        municipality,
        checklist,
        number,
        small_cell_k,
        bool(is_marked),
        {cell: frozenset(people) for cell, people in asked.items()},
        {workplace: frozenset(cells) for workplace, cells in workplaces.items()},
        {
            cell: GroupState(frozenset(begun.get(cell, ())), answers.get(cell, {}))
            for cell in sorted({*asked, *answers})
        },
        {(item, token): text for item, token, text in words},
        dict(sheets),
    )


def held_after(run: Run, now: Now, last: HeldCampaign | None) -> HeldCampaign:
    """What the copy is to hold after one that held `last`; None: no copy has held anything of this campaign."""
    last = last or HeldCampaign(now.campaign, 0)
    number = now.number + 1
    groups = {}
    for cell, state in now.states.items():
        before = last.groups.get(cell, HeldGroup())
        after = next_copy(before.state, state, len(now.asked.get(cell, ())), now.small_cell_k)
        has_new_people = after.begun != before.state.begun
        groups[cell] = HeldGroup(after, number if has_new_people else before.taken_number)
    new = {cell: new_people(last.groups.get(cell, HeldGroup()).state, one.state) for cell, one in groups.items()}
    whole = {cell for cell, one in groups.items() if one.state == now.states[cell]}
    serials = {serial for serial, workplace in now.sheets.items() if is_known(now, whole, workplace)}
    serials |= last.serials & {*now.sheets}
    return HeldCampaign(now.campaign, number, groups, words_after(run, now, last, new), frozenset(serials))


def is_known(now: Now, whole: Collection[Cell], workplace: int) -> bool:
    """Whether the copy knows a sheet of a workplace as taken; else it can be brought again after a restore.

    Where nobody is marked a sheet that is in the copy in part must not come again: nobody could tell who was on it.
    """
    cells = now.workplaces.get(workplace, frozenset())
    return cells <= {*whole} if now.is_marked else bool(cells & {*whole})


def new_people(before: GroupState, after: GroupState) -> int:
    """How many people a copy newly shows at work; where nobody is marked, how many rows."""
    return len(after.begun - before.begun) if after.begun else len({*after.answers} - {*before.answers})


def words_after(run: Run, now: Now, last: HeldCampaign, new: Mapping[Cell, int]) -> dict[tuple[int, str], str]:
    """The comments: those to an item are taken when k of all who are asked it are new in this copy."""
    items = run(
        "SELECT item.id, item.asked_of FROM self_inspection_campaignitem place"
        " JOIN controls_controlitem item ON item.id = place.item_id"
        " WHERE place.campaign_id = %s AND item.answer_kind = 'comment'",
        [now.campaign],
    )
    taken = {
        item
        for item, asked_of in items
        if sum(count for (_, job_type), count in new.items() if is_asked_of(asked_of, job_type)) >= now.small_cell_k
    }
    kept = {key: text for key, text in last.comments.items() if key[0] not in taken}
    return kept | {key: text for key, text in now.comments.items() if key[0] in taken}


def write_held(run: Run, now: Now, held: HeldCampaign) -> None:
    """Makes the copy say what it is to hold and nothing more."""
    write_people(run, now, held)
    write_answers(run, now, held)
    own = {key: text for key, text in now.comments.items() if held.comments.get(key) != text}
    for item, token in own:
        run(
            "DELETE FROM self_inspection_comment WHERE campaign_id = %s AND item_id = %s AND comment_token = %s",
            [now.campaign, item, token],
        )
    for (item, token), text in held.comments.items():
        if now.comments.get((item, token)) != text:
            run(
                "INSERT INTO self_inspection_comment"
                " (id, municipality_id, campaign_id, item_id, comment_token, text_ja) VALUES (%s, %s, %s, %s, %s, %s)",
                [secrets.randbelow(KEY_RANGE), now.municipality, now.campaign, item, token, text],
            )
    for some in parts(serial for serial in now.sheets if serial not in held.serials):
        run(
            "DELETE FROM self_inspection_sheetintake"
            f" WHERE campaign_id = %s AND NOT is_late AND serial IN ({places(some)})",
            [now.campaign, *some],
        )
    forget_reminded(run, now.campaign)
    forget_recipients(run, now.campaign)


def write_people(run: Run, now: Now, held: HeldCampaign) -> None:
    """The marks of who has begun."""
    standing = {member for state in now.states.values() for member in state.begun}
    wanted = {member for group in held.groups.values() for member in group.state.begun}
    for members, value in ((standing - wanted, "FALSE"), (wanted - standing, "TRUE")):
        for some in parts(members):
            run(f"UPDATE self_inspection_campaignmember SET has_begun = {value} WHERE id IN ({places(some)})", some)


def write_answers(run: Run, now: Now, held: HeldCampaign) -> None:
    """The rows of the answers; one that is written anew has a key by chance, as every row."""
    for cell in {*now.states, *held.groups}:
        standing = now.states.get(cell, GroupState()).answers
        wanted = held.groups.get(cell, HeldGroup()).state.answers
        for some in parts(token for token, row in standing.items() if wanted.get(token) != row):
            run(
                "DELETE FROM self_inspection_response WHERE municipality_id = %s AND checklist_id = %s"
                f" AND respondent_token IN ({places(some)})",
                [now.municipality, now.checklist, *some],
            )
        for token, row in wanted.items():
            if standing.get(token) != row:
                run(
                    "INSERT INTO self_inspection_response (id, municipality_id, checklist_id, respondent_token,"
                    f' department_id, job_type, {NAMES}, sheet, "row") VALUES'
                    f" ({', '.join(['%s'] * (6 + len(row)))}, '', 0)",
                    [secrets.randbelow(KEY_RANGE), now.municipality, now.checklist, token, *cell, *row],
                )


def forget_reminded(run: Run, campaign: int) -> None:
    """Whom a round of reminders was for says who had not begun by then: no copy holds that.

    Counts stay by the groups that answers are counted in: of a department they could tell the one who began.
    """
    mine = "reminder_id IN (SELECT id FROM self_inspection_reminder WHERE campaign_id = %s)"
    run(f"DELETE FROM self_inspection_remindermark WHERE {mine}", [campaign])
    cover: dict[Any, Any] = {}
    for own, counted_in, _count in run(
        "SELECT department_id, counted_in_id, count(*) FROM self_inspection_campaignmember"
        " WHERE campaign_id = %s AND excluded_reason_ja = '' GROUP BY department_id, counted_in_id ORDER BY 3",
        [campaign],
    ):
        cover[own] = counted_in  # that of most of its people
    columns = "reminded_count, mail_count, slip_count, head_count"
    table = "self_inspection_reminderdepartment"
    sums: dict[tuple[Any, ...], Counter[int]] = {}
    for municipality, reminder, department, *counts in run(
        f"SELECT municipality_id, reminder_id, department_id, {columns} FROM {table} WHERE {mine}", [campaign]
    ):
        key = (municipality, reminder, cover.get(department, department))
        sums.setdefault(key, Counter()).update(dict(enumerate(counts)))
    run(f"DELETE FROM {table} WHERE {mine}", [campaign])
    for key, counted in sums.items():
        run(
            f"INSERT INTO {table} (municipality_id, reminder_id, department_id, {columns})"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [*key, *(counted[at] for at in range(4))],
        )


def forget_recipients(run: Run, campaign: int) -> None:
    """Mails of reminders that had not left: the copy has no address of them, and they never leave from it."""
    mine = "purpose = %s AND key_sealed <> ''"
    purpose = [f"reminder/{campaign}"]
    within = f"batch_id IN (SELECT id FROM mail_mailbatch WHERE {mine})"
    run(
        "UPDATE mail_mailmessage SET sealed = '', message_id = '', bounce_code = '', next_at = NULL,"
        " state = CASE WHEN state IN ('waiting', 'deferred', 'claimed') THEN 'cancelled' ELSE state END"
        f" WHERE {within}",
        purpose,
    )
    run(
        "UPDATE mail_mailbatch SET key_sealed = '', identities_destroyed_at = created_at,"
        f" state = CASE WHEN state = 'finished' THEN state ELSE 'stopped' END WHERE {mine}",
        purpose,
    )


def parts(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Some values of a statement at a time."""
    rest = iter(values)
    while some := tuple(islice(rest, AT_ONCE)):
        yield some


def places(values: Sequence[object]) -> str:
    """As many places in a statement as there are values."""
    return ", ".join(["%s"] * len(values))
