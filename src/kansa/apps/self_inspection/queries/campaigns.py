"""Which campaigns are there, what do they ask, whom, and how many have answered?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from kansa.apps.controls.models import Checklist, ControlItem
from kansa.apps.controls.queries import active_items, year_rules, year_settings
from kansa.apps.jobs.models import Job
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.self_inspection.models import Campaign, CampaignItem, CampaignMember, Response
from kansa.apps.self_inspection.queries.respondents import identified_token
from kansa.apps.self_inspection.queries.rows import row_of
from kansa.apps.trail.queries import derived_key, streamed
from kansa.core.cover import Cell, cover_cells
from kansa.core.job_types import labels_of
from kansa.core.permission import Actor

STREAM = "self_inspection"


def campaigns_for(actor: Actor) -> QuerySet[Campaign]:
    """The campaigns of the actor's municipality, newest year first."""
    rows = Campaign.objects.visible_to(actor).select_related("checklist")
    return rows.order_by("-checklist__fiscal_year")


def opened_campaign(pk: int) -> Campaign | None:
    """A campaign that was opened, of any municipality; None when there is none. To be looked at only."""
    row = row_of(Campaign, ("state", "opens_on", "closes_on", "void_keys"), id=pk)
    return known_campaign(pk, row) if row and row[0] in ("open", "closed") else None


@lru_cache(maxsize=100)
def known_campaign(pk: int, row: tuple[object, ...]) -> Campaign:
    """The campaign as it is in this state and with these days and void keys, in which nothing else that is read of it
    there changes."""
    del row
    found: Campaign = Campaign.objects.select_related("checklist").get(pk=pk)
    return found


def campaigns_asking(actor: Actor | None, today: date) -> list[Campaign]:
    """The campaigns of today that ask the person who signed in; of confidential ones those that are not begun."""
    if actor is None or not actor.staff_number:
        return []
    rows = campaigns_for(actor).filter(state="open", opens_on__lte=today, closes_on__gte=today)
    rows = rows.exclude(privacy="anonymous").filter(
        Exists(
            CampaignMember.objects.filter(
                municipality_id=actor.municipality_id,
                campaign=OuterRef("pk"),
                staff_number=actor.staff_number,
                excluded_reason_ja="",
                has_begun=False,
            )
        )
    )
    return list(rows)


def is_asked(municipality_id: int, fiscal_year: int, stream: str) -> bool:
    """Whether a campaign with this checklist was approved or opened: its items stay as they were approved."""
    rows = Campaign.objects.filter(municipality_id=municipality_id).exclude(state="draft")
    return rows.filter(checklist__fiscal_year=fiscal_year, checklist__stream=stream).exists()


def asked_items(campaign: Campaign) -> Sequence[ControlItem]:
    """The items in their order: as opened, before that as the checklist stands."""
    if campaign.state in ("open", "closed"):
        return fixed_items(campaign.municipality_id, campaign.pk)
    fiscal_year = campaign.checklist.fiscal_year
    return list(active_items(campaign.municipality_id, {fiscal_year}).get((fiscal_year, STREAM), {}).values())


@lru_cache(maxsize=100)
def fixed_items(municipality_id: int, campaign_id: int) -> tuple[ControlItem, ...]:
    """The items of a campaign that was opened. Read once in a process: nothing changes them any more."""
    rows = CampaignItem.objects.filter(municipality_id=municipality_id, campaign=campaign_id)
    return tuple(one.item for one in rows.select_related("item").order_by("position"))


def asked_item(campaign: Campaign, position: int) -> ControlItem | None:
    """The item at a place of a campaign that was opened; None when there is none."""
    items = asked_items(campaign)
    return items[position - 1] if 1 <= position <= len(items) else None


@dataclass(frozen=True, slots=True)
class Moved:
    """A department and job type whose answers count in another department, as another job type, or both."""

    own: Department
    own_job_type: str
    other: Department
    other_job_type: str


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """What opening would fix: the roster, and the cell (department, job type) that each cell's answers count in."""

    asked: Mapping[Cell, int]
    counted: Mapping[Cell, Cell]
    excluded_count: int
    departments: Mapping[int, Department]
    small_cell_k: int

    @property
    def asked_count(self) -> int:
        """People who are asked."""
        return sum(self.asked.values())

    @property
    def together(self) -> list[Moved]:
        """Cells whose answers count in another one."""
        known = self.departments
        return [
            Moved(known[own[0]], own[1], known[other[0]], other[1])
            for own, other in self.counted.items()
            if own != other
        ]


def opening_plan(campaign: Campaign) -> OpeningPlan:
    """The roster of the year as opening would fix it. Raises RuleError when privacy cannot be kept.

    Answers may name their department when the campaign is identified; else small departments are counted together.
    """
    municipality_id, fiscal_year = campaign.municipality_id, campaign.checklist.fiscal_year
    people = year_roster(campaign)
    cells = people.filter(excluded_reason_ja="").order_by().values_list("department_id", "job_type")
    asked = {(department, job_type): count for department, job_type, count in cells.annotate(count=Count("pk"))}
    excluded = people.exclude(excluded_reason_ja="").count()
    departments = Department.objects.in_bulk({department for department, _job_type in asked})
    k = year_rules(municipality_id, fiscal_year, year_settings(municipality_id, fiscal_year)).small_cell_k
    if campaign.privacy == "identified":
        return OpeningPlan(asked, {cell: cell for cell in asked}, excluded, departments, k)
    bureaus = {key: one.bureau_ja for key, one in departments.items()}
    addressed = {label for item in asked_items(campaign) for label in labels_of(item.asked_of)}
    return OpeningPlan(asked, cover_cells(asked, bureaus, k, addressed), excluded, departments, k)


def year_roster(campaign: Campaign) -> QuerySet[StaffMember]:
    """Everybody on the roster of the year, those excluded too, by department."""
    rows = StaffMember.objects.filter(
        municipality_id=campaign.municipality_id, fiscal_year=campaign.checklist.fiscal_year
    )
    return rows.select_related("department").order_by("department__code", "staff_number")


def excluded_people(campaign: Campaign) -> list[StaffMember | CampaignMember]:
    """Who is not asked, each with the reason: as fixed at opening, before that as the roster stands."""
    keys = {"municipality_id": campaign.municipality_id}
    rows = (
        CampaignMember.objects.filter(**keys, campaign=campaign)
        if campaign.state in ("open", "closed")
        else StaffMember.objects.filter(**keys, fiscal_year=campaign.checklist.fiscal_year)
    )
    away = rows.exclude(excluded_reason_ja="").select_related("department")
    return list(away.order_by("department__code", "staff_number"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a department, or of departments counted together, have answered something."""

    department: Department
    member_count: int
    answered_count: int
    together: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 only when everybody has answered."""
        return self.answered_count * 100 // self.member_count if self.member_count else 0


def moving_job(campaign: Campaign) -> Job | None:
    """The latest job that opens or closes the campaign; None when none was asked for (any more)."""
    rows = Job.objects.filter(municipality_id=campaign.municipality_id, task__endswith=".move_large_campaign")
    found: Job | None = rows.filter(arguments__campaign_id=campaign.pk).order_by("-pk").first()
    return found


def progress_of(campaign: Campaign) -> list[Progress]:
    """One line for each department that answers count in, by code. Counts only, never of fewer than k people.

    Three queries.
    """
    asked = CampaignMember.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, excluded_reason_ja=""
    )
    members = counts_of(asked, "counted_in_id")
    names: dict[int, set[str]] = {}
    columns = ("department_id", "counted_in_id", "department__name_ja", "counted_as")
    for own, counted_in, name_ja, job_type in asked.order_by().values_list(*columns).distinct():
        if own != counted_in:
            names.setdefault(counted_in, set()).add(f"{name_ja}（{job_type}）" if job_type else name_ja)
    rows = Response.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    answered = counts_of(rows.filter(answered__gt=0), "department_id")
    departments = Department.objects.filter(pk__in={*members, *answered}).order_by("code")
    return [
        Progress(one, members[one.pk], answered[one.pk], tuple(sorted(names.get(one.pk, ())))) for one in departments
    ]


def counts_of(rows: QuerySet[Any], column: str) -> Counter[Any]:
    """How many rows have each value of a column, counted in the database."""
    return Counter(dict(rows.order_by().values_list(column).annotate(count=Count("pk"))))


def total_of(lines: list[Progress]) -> tuple[int, int]:
    """Answered and asked of all lines."""
    return sum(one.answered_count for one in lines), sum(one.member_count for one in lines)


def slip_departments(campaign: Campaign) -> QuerySet[Department]:
    """The departments that slips are printed for; of an anonymous campaign those that answers count in."""
    asked = CampaignMember.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, excluded_reason_ja=""
    )
    column = "counted_in" if campaign.privacy == "anonymous" else "department"
    return Department.objects.filter(pk__in=asked.values(column)).order_by("code")


def roster_of(municipality_id: int, fiscal_year: int) -> Counter[str] | None:
    """Department code -> people asked in the year's campaign; None when the year had none that was opened."""
    campaign = Campaign.objects.filter(
        municipality_id=municipality_id,
        checklist__fiscal_year=fiscal_year,
        checklist__stream=STREAM,
        state__in=("open", "closed"),
    ).first()
    if campaign is None:
        return None
    rows = CampaignMember.objects.filter(municipality_id=municipality_id, campaign=campaign, excluded_reason_ja="")
    return counts_of(rows, "counted_in__code")


def silent_members(campaign: Campaign, department_ids: Collection[int] | None = None) -> list[CampaignMember]:
    """Who has not answered yet, by department, of some departments or of all; of an anonymous campaign nobody knows.

    Identified: who has no answer row. Confidential: who has not begun, which is forgotten at closing.
    """
    rows = CampaignMember.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, excluded_reason_ja=""
    )
    rows = rows.select_related("department").order_by("department__code", "staff_number")
    if department_ids is not None:
        rows = rows.filter(department__in=department_ids)
    if campaign.privacy == "anonymous" or (campaign.privacy == "confidential" and campaign.state == "closed"):
        return []
    if campaign.privacy == "confidential":
        return list(rows.filter(has_begun=False))
    found = Response.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    if department_ids is not None:
        found = found.filter(department__in=department_ids)  # in this mode everybody counts in the own department
    answered = set(found.filter(answered__gt=0).values_list("respondent_token", flat=True))
    key = derived_key("person")
    with streamed(rows) as asked:
        return [one for one in asked if identified_token(campaign, one.staff_number, key) not in answered]


def checklist_of(municipality_id: int, fiscal_year: int) -> Checklist | None:
    """The year's checklist of the self-inspection."""
    return Checklist.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year, stream=STREAM).first()
