"""How many people of each department did what in a mail drill, as frozen values? A person counts once.

The first moment of each kind of event is the earlier of the delivery's own column and the raw events. Whoever typed
something into the linked page had clicked. Sent is everybody with a sign that the mail left (a moment of sending, a
known delivery or bounce, any event); somebody still waiting for the mail stands in no number, nor does an excluded
person. Delivered is sent minus those marked undelivered or with a failed event; whoever opened, clicked, submitted or
reported had it delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from kansa.apps.drills import models
from kansa.apps.drills.queries.results import city_counts
from kansa.apps.trail.queries import SOURCE_VALUES, many_rows, streamed
from kansa.core import year

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
    rows: list[tuple[str | None, str, int]] = field(default_factory=list)

    def saw(self, kind: str, at: datetime | None) -> None:
        """Takes a moment into account; the earliest of its kind stays."""
        if at is not None and (kind not in self.first or at < self.first[kind]):
            self.first[kind] = at

    def did(self, kind: str) -> bool:
        """Whether the person did it at least once."""
        return kind in self.first

    def settle(self) -> bool:
        """Draws the conclusions named at the head of this file; False when no mail was sent."""
        self.saw("clicked", self.first.get("submitted"))
        if any(self.did(kind) for kind in FIRST_TIMES if kind != "sent"):
            self.is_delivered = True
        if self.is_delivered is None and not self.first:
            return False
        self.is_delivered = self.is_delivered is not False
        return True


def people_of(municipality_id: int, drill_id: int) -> list[Person]:
    """The people of one drill to whom a mail was sent, excluded ones left out. Two queries."""
    people: dict[str, Person] = {}
    rows = models.Delivery.objects.filter(
        municipality_id=municipality_id, drill_id=drill_id, excluded_reason_ja=""
    ).values_list("recipient_token", "department__code", "is_delivered", *FIRST_TIMES.values(), *SOURCE_VALUES)
    with streamed(rows, 5000) as deliveries:
        for token, department, is_delivered, *rest in deliveries:
            person = people[token] = Person(department, is_delivered)
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


def drill_row(department: str, people: Iterable[Person]) -> year.DrillRow:
    """The numbers of one department."""
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
            person.did("clicked") and person.did("reported") and person.first["clicked"] <= person.first["reported"]
            for person in group
        ),
        sources=many_rows(row for person in group for row in person.rows),
    )


def minutes_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes; None when either moment is unknown or the end lies before the start."""
    return (end - start) // timedelta(minutes=1) if start and end and end >= start else None


def drill_value(code: str, name_ja: str, questionnaire_ja: str, people: list[Person]) -> year.Drill:
    """One drill with its departments and its first moments."""
    first: Mapping[str, datetime | None] = {
        kind: min((person.first[kind] for person in people if person.did(kind)), default=None) for kind in FIRST_TIMES
    }
    groups: dict[str, list[Person]] = {}
    for person in people:
        groups.setdefault(person.department, []).append(person)
    sent, clicked = first["sent"], first["clicked"]
    before = None
    if first["reported"] is not None:
        before = sum(
            person.did("reported") and (clicked is None or person.first["reported"] < clicked) for person in people
        )
    return year.Drill(
        code=code,
        name_ja=name_ja,
        sent_on=timezone.localtime(sent).date().isoformat() if sent else "",
        rows=tuple(drill_row(department, groups[department]) for department in sorted(groups)),
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
