"""Which sheet does a workplace get, what must a sheet that comes back be, and how many people may still be on one?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Response, SheetAnswer, SheetIntake, Slip
from kansa.apps.self_inspection.queries.campaigns import asked_items, silent_members
from kansa.core.fiscal import era_year_ja
from kansa.core.inspection import ANSWERS_JA, PRIVACIES_JA, Masks
from kansa.core.job_types import is_asked_of
from kansa.core.permission import Actor, can
from kansa.core.suppression import may_be_shown
from kansa.formats.answer_sheets import Expected, SheetItem, SheetLine, SheetPlan

WITHOUT_LABEL = "職種なし"


@dataclass(frozen=True, slots=True)
class Workplace:
    """A department whose people may answer on sheets: how many, how many did in time, and how many too late."""

    department: Department
    member_count: int
    sheet_count: int
    late_count: int

    @property
    def percent(self) -> int:
        """Whole percent of the people whose answers came on sheets, rounded down."""
        return self.sheet_count * 100 // self.member_count if self.member_count else 0


def workplace_for(actor: Actor, campaign: Campaign, department_id: int) -> Department | None:
    """A department that the actor may bring sheets of: any for the office, the own ones for a head."""
    if not can(actor, "manage_inspection") and department_id not in actor.departments:
        return None
    asked = members_of(campaign, department_id).exists()
    return Department.objects.visible_to(actor).filter(pk=department_id).first() if asked else None


def members_of(campaign: Campaign, department_id: int) -> QuerySet[CampaignMember]:
    """Who of a department is asked."""
    return CampaignMember.objects.filter(
        municipality_id=campaign.municipality_id,
        campaign=campaign,
        department_id=department_id,
        excluded_reason_ja="",
    )


def sheet_items(items: Sequence[ControlItem]) -> tuple[SheetItem, ...]:
    """The items as a sheet prints them."""
    return tuple(SheetItem(one.code, one.text_ja, one.policy_clause, choices_of(one)) for one in items)


def choices_of(item: ControlItem) -> tuple[tuple[str, str], ...]:
    """What may be answered to an item; nothing to choose for one that asks for words."""
    if item.answer_kind == "comment":
        return ()
    if item.answer_kind == "scale":
        levels = ((str(level), label) for level, label in enumerate(item.levels_ja.splitlines(), 1))
        return (*levels, ("not_applicable", ANSWERS_JA["not_applicable"]))
    return tuple(ANSWERS_JA.items())


def expected_sheet(campaign: Campaign, department_id: int) -> Expected:
    """What a sheet that comes back must have been made for."""
    return Expected(campaign.pk, department_id, campaign.privacy, sheet_items(asked_items(campaign)))


def sheet_plan(campaign: Campaign, department: Department, serial: str) -> SheetPlan:
    """The sheet that a workplace gets now: those who have not answered, without names unless the campaign names."""
    items = asked_items(campaign)
    return SheetPlan(
        title_ja=campaign.title_ja,
        year_ja=era_year_ja(campaign.checklist.fiscal_year),
        fiscal_year=campaign.checklist.fiscal_year,
        campaign=campaign.pk,
        department=department.pk,
        department_ja=department.name_ja,
        privacy=campaign.privacy,
        privacy_ja=PRIVACIES_JA[campaign.privacy].partition("（")[0],
        closes_ja=campaign.closes_on.isoformat(),
        serial=serial,
        items=sheet_items(items),
        lines=tuple(named_lines(campaign, department, items) or unnamed_lines(campaign, department, items)),
    )


def named_lines(campaign: Campaign, department: Department, items: Sequence[ControlItem]) -> list[SheetLine]:
    """One line for each person who has not answered, of an identified campaign."""
    if campaign.privacy != "identified":
        return []
    return [
        SheetLine(one.staff_number, one.name_ja, not_asked(items, one.counted_as))
        for one in silent_members(campaign, {department.pk})
    ]


def unnamed_lines(campaign: Campaign, department: Department, items: Sequence[ControlItem]) -> list[SheetLine]:
    """As many lines as people may still be on a sheet; those of a job type stand together, in no other order."""
    if campaign.privacy == "identified":
        return []
    room = room_by_job_type(campaign, department.pk)
    job_types = [job_type for job_type in sorted(room) for _ in range(room[job_type])]
    has_several = len(room) > 1
    return [
        SheetLine(
            f"{number}:{job_type}",
            (job_type or WITHOUT_LABEL) if has_several else "",
            not_asked(items, job_type),
        )
        for number, job_type in enumerate(job_types, 1)
    ]


def job_type_of(line_key: str) -> str:
    """The job type that a line without a name is for."""
    return line_key.partition(":")[2]


def not_asked(items: Sequence[ControlItem], job_type: str) -> frozenset[str]:
    """Codes of the items that this job type is not asked."""
    return frozenset(one.code for one in items if not is_asked_of(one.asked_of, job_type))


def room_by_job_type(campaign: Campaign, department_id: int) -> Counter[str]:
    """Job type -> people who may still be on a sheet of a workplace. Confidential: who has not begun.

    Anonymous, and after closing: nobody knows who answered, so all who are not on an earlier sheet, and never more
    than the answers that their cell (where they are counted) may still have.
    """
    members = members_of(campaign, department_id)
    if campaign.privacy == "confidential" and campaign.state != "closed":
        return Counter(members.filter(has_begun=False).values_list("counted_as", flat=True))
    people = Counter(members.values_list("counted_as", flat=True))
    cells = cells_of(campaign, department_id)
    room = {job_type: min(count, cell_room(campaign, cells[job_type], job_type)) for job_type, count in people.items()}
    left = max(0, people.total() - lines_taken(campaign, department_id))
    found = [job_type for job_type in sorted(room) for _one in range(room[job_type])]
    return Counter(found[:left])


def lines_taken(campaign: Campaign, department_id: int) -> int:
    """People of a workplace who are on sheets taken in, late ones included."""
    rows = SheetIntake.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    return rows.filter(department_id=department_id).aggregate(total=Sum("line_count"))["total"] or 0


def cells_of(campaign: Campaign, department_id: int) -> dict[str, int]:
    """Job type -> the department that answers of a workplace's people of this job type count in (core.cover)."""
    return dict(members_of(campaign, department_id).values_list("counted_as", "counted_in_id").distinct())


def cell_room(campaign: Campaign, department_id: int, job_type: str) -> int:
    """How many answers a cell may still have: its people without those who answered."""
    own = {"municipality_id": campaign.municipality_id}
    people = CampaignMember.objects.filter(**own, campaign=campaign, excluded_reason_ja="")
    answers = Response.objects.filter(**own, checklist=campaign.checklist_id, answered__gt=0)
    asked = people.filter(counted_in_id=department_id, counted_as=job_type).count()
    return max(0, int(asked - answers.filter(department_id=department_id, job_type=job_type).count()))


def has_slips(campaign: Campaign, department_id: int) -> bool:
    """Whether slips without names were printed where a workplace counts: then nobody of it gets a sheet."""
    slips = Slip.objects.filter(
        municipality_id=campaign.municipality_id,
        campaign=campaign,
        department__in=set(cells_of(campaign, department_id).values()),
        member__isnull=True,
    )
    return campaign.privacy == "anonymous" and slips.exists()


def intakes_of(campaign: Campaign, department_id: int) -> list[SheetIntake]:
    """The sheets of a workplace that were taken in, newest first."""
    rows = SheetIntake.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    return list(rows.filter(department_id=department_id, is_finished=True).order_by("-entered_at"))


def workplaces(campaign: Campaign) -> list[Workplace]:
    """Every department where somebody is asked, by code. Three queries."""
    own = {"municipality_id": campaign.municipality_id, "campaign": campaign}
    members = Counter(
        CampaignMember.objects.filter(**own, excluded_reason_ja="").values_list("department_id", flat=True)
    )
    sheets: Counter[tuple[int, bool]] = Counter()
    for department, is_late, count in SheetIntake.objects.filter(**own).values_list(
        "department_id", "is_late", "line_count"
    ):
        sheets[department, is_late] += count
    departments = Department.objects.filter(pk__in=list(members)).order_by("code")
    return [Workplace(one, members[one.pk], sheets[one.pk, False], sheets[one.pk, True]) for one in departments]


def late_item_counts(campaign: Campaign) -> list[tuple[ControlItem, tuple[int, int, int, int]]]:
    """For each item はい, いいえ, 該当なし, blank of those who were late.

    Without names only where k or more said はい or いいえ, and 20 or more when all said the same. Scales and words are
    left out: they have no such counts.
    """
    rows = SheetAnswer.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign, is_late=True)
    given = [Masks(*values) for values in rows.values_list(*Masks._fields)]
    items = [one for one in asked_items(campaign) if one.answer_kind == "yes_no"] if given else []
    found = [(one, counts_of(given, one.bit or 0)) for one in items]
    if campaign.privacy == "identified":
        return found
    return [(one, counts) for one, counts in found if may_be_shown(counts[:2], campaign.small_cell_k)]


def counts_of(given: list[Masks], bit: int) -> tuple[int, int, int, int]:
    """はい, いいえ, 該当なし, blank of one item."""
    yes = sum(one.met >> bit & 1 for one in given)
    applicable = sum(one.applicable >> bit & 1 for one in given)
    answered = sum(one.answered >> bit & 1 for one in given)
    return yes, applicable - yes, answered - applicable, len(given) - answered
