"""How many people of each department did what in a mail drill, as frozen values? A person counts once.

The first moment of each kind of event is the earlier of the delivery's own column and the raw events. Whoever typed
something into the linked page had clicked. Sent is everybody with a sign that the mail left (a moment of sending, a
known delivery or bounce, any event); somebody still waiting for the mail stands in no number, nor does an excluded
person. Delivered is sent minus those marked undelivered or with a failed event; whoever opened, clicked, submitted or
reported had it delivered. An act of which a firm's table says no time counts in every number of people; who was first
is then not known, so no minutes are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from kansa.apps.drills import models
from kansa.apps.drills.queries.results import city_counts
from kansa.apps.trail.queries import SOURCE_VALUES, many_rows, streamed
from kansa.core import year
from kansa.core.permission import Actor
from kansa.formats.drill_tables import DrillMapping, drill_mapping_from_json

# event kind -> column of Delivery that may hold the same moment
FIRST_TIMES = {
    "sent": "sent_at",
    "opened": "opened_at",
    "clicked": "clicked_at",
    "submitted": "submitted_at",
    "reported": "reported_at",
}


@dataclass(slots=True)
class Person:
    """What became of one delivery: the first moment of each kind of event."""

    department: str
    is_delivered: bool | None  # None = nothing says so
    first: dict[str, datetime] = field(default_factory=dict)
    undated: set[str] = field(default_factory=set)
    rows: list[tuple[str | None, str, int]] = field(default_factory=list)

    def saw(self, kind: str, at: datetime | None) -> None:
        """Takes a moment into account; the earliest of its kind stays."""
        if at is not None and (kind not in self.first or at < self.first[kind]):
            self.first[kind] = at

    def did(self, kind: str) -> bool:
        """Whether the person did it at least once."""
        return kind in self.first or kind in self.undated

    def first_at(self, kind: str) -> datetime | None:
        """When the person did it first; None when that is not known."""
        return self.first.get(kind)

    def settle(self) -> bool:
        """Draws the conclusions named at the head of this file; False when no mail was sent."""
        self.saw("clicked", self.first.get("submitted"))
        if "submitted" in self.undated:
            self.undated.add("clicked")
        self.undated -= self.first.keys()
        if any(self.did(kind) for kind in FIRST_TIMES if kind != "sent"):
            self.is_delivered = True
        if self.is_delivered is None and not self.first and not self.undated:
            return False
        self.is_delivered = self.is_delivered is not False
        return True


def people_of(municipality_id: int, drill_id: int) -> list[Person]:
    """The people of one drill to whom a mail was sent, excluded ones left out. Two queries."""
    people: dict[str, Person] = {}
    rows = models.Delivery.objects.filter(
        municipality_id=municipality_id, drill_id=drill_id, excluded_reason_ja=""
    ).values_list(
        "recipient_token", "department__code", "is_delivered", "undated", *FIRST_TIMES.values(), *SOURCE_VALUES
    )
    with streamed(rows, 5000) as deliveries:
        for token, department, is_delivered, undated, *rest in deliveries:
            person = people[token] = Person(department, is_delivered, undated=set(filter(None, undated.split(","))))
            for kind, at in zip(FIRST_TIMES, rest, strict=False):
                person.saw(kind, at)
            person.rows.append((rest[-3], rest[-2], rest[-1]))
    events = models.DrillEvent.objects.filter(municipality_id=municipality_id, drill_id=drill_id).values_list(
        "recipient_token", "kind", "at", *SOURCE_VALUES
    )
    with streamed(events, 5000) as noted:
        for token, kind, at, *source in noted:
            if token not in people:
                continue
            person = people[token]
            if kind == "failed":
                person.is_delivered = False
            else:
                person.saw(kind, at)
            person.rows.append((source[0], source[1], source[2]))
    return [person for person in people.values() if person.settle()]


def drill_row(department: str, people: Iterable[Person], *, is_ordered: bool = True) -> year.DrillRow:
    """The numbers of one department; `is_ordered`: whether the drill's records tell what came after what."""
    group = list(people)

    def count(kind: str) -> int:
        return sum(person.did(kind) for person in group)

    return year.DrillRow(
        department_code=department,
        sent=len(group),
        delivered=sum(person.is_delivered is True for person in group),
        opened=count("opened"),
        clicked=count("clicked"),
        submitted=count("submitted"),
        reported=count("reported"),
        reported_after_click=sum(
            is_ordered and clicked is not None and reported is not None and clicked <= reported
            for clicked, reported in ((person.first_at("clicked"), person.first_at("reported")) for person in group)
        ),
        sources=many_rows(row for person in group for row in person.rows),
    )


def minutes_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes; None when either moment is unknown or the end lies before the start."""
    return (end - start) // timedelta(minutes=1) if start and end and end >= start else None


def drill_value(code: str, name_ja: str, questionnaire_ja: str, people: list[Person]) -> year.Drill:
    """One drill with its departments and its first moments."""
    undated = {kind for person in people for kind in person.undated}
    moments = {kind: [at for person in people if (at := person.first_at(kind)) is not None] for kind in FIRST_TIMES}
    first: Mapping[str, datetime | None] = {
        kind: None if kind in undated else min(found, default=None) for kind, found in moments.items()
    }
    groups: dict[str, list[Person]] = {}
    for person in people:
        groups.setdefault(person.department, []).append(person)
    sent, clicked = first["sent"], first["clicked"]
    before = None
    if first["reported"] is not None and "clicked" not in undated:
        before = sum(clicked is None or at < clicked for at in moments["reported"])
    return year.Drill(
        code=code,
        name_ja=name_ja,
        sent_on=timezone.localtime(sent).date().isoformat() if sent else "",
        rows=tuple(
            drill_row(department, groups[department], is_ordered=not undated & {"clicked", "reported"})
            for department in sorted(groups)
        ),
        first_click_minutes=minutes_between(sent, clicked),
        first_report_minutes=minutes_between(sent, first["reported"]),
        reports_before_first_click=before,
        questionnaire_ja=questionnaire_ja,
    )


def drills(municipality_id: int, fiscal_year: int) -> tuple[year.Drill, ...]:
    """The drills of a year, by code: imported ones, and own ones from the end of their sending."""
    rows = models.Drill.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year).order_by("code")
    own = {
        campaign.drill_id: campaign
        for campaign in models.DrillCampaign.objects.filter(
            municipality_id=municipality_id, drill__fiscal_year=fiscal_year
        )
    }
    found = []
    for drill in rows:
        campaign = own.get(drill.pk)
        if campaign is None:
            people = people_of(municipality_id, drill.pk)
            found.append(drill_value(drill.code, drill.name_ja, drill.questionnaire_ja, people))
        elif campaign.state in ("ended", "closed"):
            found.append(own_drill(drill, campaign))
    return tuple(found)


def drill_mappings(actor: Actor) -> QuerySet[models.DrillMapping]:
    """The kept mappings of firms' tables, by name."""
    return models.DrillMapping.objects.visible_to(actor).order_by("name_ja")


def drill_mapping_named(actor: Actor, name_ja: str) -> DrillMapping | None:
    """A kept mapping of a firm's table; None when there is none of this name."""
    found = drill_mappings(actor).filter(name_ja=name_ja).first()
    return drill_mapping_from_json(found.mapping) if found else None


def own_drill(drill: models.Drill, campaign: models.DrillCampaign) -> year.Drill:
    """The whole city's numbers of a drill that kansa carried out; departments stay with the drill's own pages."""
    city = city_counts(campaign)
    day = timezone.localtime(campaign.opens_at).date()
    row = year.DrillRow(
        department_code="",
        sent=city["sent"] or 0,
        delivered=city["delivered"] or 0,
        opened=city["opened"] or 0,
        clicked=city["clicked"] or 0,
        submitted=0,  # nothing can be typed into a page of kansa
        reported=city["reported"] or 0,
        reported_after_click=city["reported_after_click"] or 0,
    )
    return year.Drill(
        code=drill.code,
        name_ja=drill.name_ja,
        sent_on=day.isoformat() if row.sent else "",
        rows=(row,),
        first_click_minutes=city["first_click_minutes"],
        first_report_minutes=city["first_report_minutes"],
        reports_before_first_click=city["reports_before_first_click"] if row.reported else None,
        questionnaire_ja=drill.questionnaire_ja,
    )
