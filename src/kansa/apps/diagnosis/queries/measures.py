"""Which measures are there for a person, how far is each, and what could become one?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from kansa.apps.diagnosis.models import Asset, Decision, Measure, MeasureTarget, Vulnerability, VulnerabilityYear
from kansa.apps.diagnosis.queries.assets import successors_in
from kansa.apps.diagnosis.queries.conditions import ProposedCondition, proposed_conditions
from kansa.apps.diagnosis.queries.figures import decisions_now, with_state
from kansa.core.fiscal import fiscal_year_of
from kansa.core.measures import (
    ACTING,
    STANDINGS_JA,
    Course,
    OpenWeakness,
    ProposedMeasure,
    Weighing,
    first_year_cost,
    grouped,
    queue_key,
    side_effect_points,
    standing,
)
from kansa.core.permission import Actor
from kansa.core.ssvc import PRIORITIES_JA
from kansa.core.vulnerability import OPEN_STATES, state_later
from kansa.core.weaknesses import COUNTED_KINDS

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MeasureFilter:
    """What the queue is asked for. `stage`: "acting", "undecided", "late", "soon", "all", or "" for what is open."""

    zone: int | None = None
    department: int | None = None
    stage: str = ""


@dataclass(slots=True)
class TargetTally:
    """What the vulnerabilities of a measure come to.

    `cleared`: scans that showed some gone; `ended_in`: the last year of those that no scan, but their asset's end, did.
    """

    total: int = 0
    open_count: int = 0
    assets: set[int] = field(default_factory=set)
    zones: dict[int, str] = field(default_factory=dict)
    seen_at: datetime | None = None
    cleared: set[int] = field(default_factory=set)
    ended_in: int | None = None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure in the queue. `latest`: the last step; `in_force`: the approved decision that holds."""

    measure: Measure
    latest: Decision | None
    in_force: Decision | None
    tally: TargetTally
    proposed: ProposedCondition | None
    standing: str

    @property
    def shown(self) -> Decision | None:
        """The decision that the line tells of."""
        return None if self.latest is None or self.latest.step == "withdrawn" else self.latest

    @property
    def priority(self) -> str:
        """As it was decided, else as the evidence proposes."""
        if self.shown is not None and self.shown.priority:
            return self.shown.priority
        return self.proposed.priority if self.proposed else ""

    @property
    def priority_ja(self) -> str:
        """The priority in words."""
        return PRIORITIES_JA.get(self.priority, "－")

    @property
    def standing_ja(self) -> str:
        """How far it is, in words."""
        return STANDINGS_JA[self.standing]

    @property
    def weighing(self) -> Weighing:
        """What orders it inside its priority."""
        one = self.shown
        if one is None:
            return Weighing(self.priority)
        return Weighing(
            self.priority,
            one.testing,
            one.vendor_support,
            one.has_way_back,
            one.downtime_minutes,
            one.cost_once,
            one.cost_yearly,
            one.work_minutes,
        )

    @property
    def points(self) -> int:
        """How much a fix may break."""
        return side_effect_points(self.weighing)

    @property
    def cost(self) -> int | None:
        """Yen in the first year."""
        return first_year_cost(self.weighing)

    @property
    def due_on(self) -> date | None:
        """By when: the due day, or the day at which a kept risk comes back."""
        if self.shown is None:
            return None
        is_kept = self.standing in ("kept", "review")
        return self.shown.review_on if is_kept else self.shown.due_on

    @property
    def is_late(self) -> bool:
        """Whether it has to be marked."""
        return self.standing in ("overdue", "review", "returned")


def measure_of(actor: Actor, pk: int) -> Measure:
    """One measure that the person may see. Raises Http404."""
    rows = Measure.objects.visible_to(actor).select_related("owning_department", "done_by", "verified_by")
    found: Measure | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(f"対策{pk}はありません。")
    return found


def targets_of(measure: Measure, fiscal_year: int) -> QuerySet[Any]:
    """The vulnerabilities of a measure with their state of the year, by asset."""
    rows = Vulnerability.objects.filter(
        municipality_id=measure.municipality_id, targets__measure=measure, targets__removed_at__isnull=True
    )
    return (
        with_state(rows, fiscal_year)
        .select_related("asset__network_zone", "weakness")
        .order_by("asset__asset_number", "weakness__title", "pk")
    )


def steps_of(measure: Measure) -> list[Decision]:
    """Every step that was taken about a measure, newest first."""
    rows = Decision.objects.filter(municipality_id=measure.municipality_id, measure=measure)
    return list(rows.select_related("decided_by").order_by("-decided_at", "-pk"))


def latest_steps(municipality_id: int, measures: Iterable[int]) -> dict[int, Decision]:
    """Measure -> its last step."""
    return decisions_now(municipality_id, measures)[0]


def tallies(municipality_id: int, measures: Iterable[int], fiscal_year: int) -> dict[int, TargetTally]:
    """Measure -> how many vulnerabilities it has, how many are open, on what, and when one was last seen open."""
    targets = MeasureTarget.objects.filter(
        municipality_id=municipality_id, measure__in=list(measures), removed_at__isnull=True
    )
    told = targets.values_list(
        "measure_id",
        "vulnerability_id",
        "vulnerability__asset_id",
        "vulnerability__last_year",
        "vulnerability__last_state",
        "vulnerability__cleared_by_id",
    )
    # When it was last seen matters only for what was reported done.
    reported = targets.filter(measure__done_on__isnull=False)
    seen = dict(reported.values_list("vulnerability_id", "vulnerability__latest_at"))
    own = VulnerabilityYear.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    states = dict(own.values_list("vulnerability_id", "state"))
    found: dict[int, TargetTally] = defaultdict(TargetTally)
    places = {pk: place for pk, *place in _places(municipality_id)}
    for measure, pk, asset, last_year, last_state, cleared in told:
        one, (zone, zone_ja, retired_in) = found[measure], places[asset]
        one.total += 1
        one.assets.add(asset)
        one.zones[zone] = zone_ja
        if (states.get(pk) or state_later(last_year, last_state, fiscal_year, retired_in)) in OPEN_STATES:
            one.open_count += 1
            if pk in seen:
                one.seen_at = max(one.seen_at or seen[pk], seen[pk])
        elif cleared is not None:
            one.cleared.add(cleared)
        else:
            one.ended_in = max(one.ended_in or last_year, last_year)
    return found


def _places(municipality_id: int) -> QuerySet[Any, Any]:
    """(asset, zone, its name, year of its end) of all assets: once, not beside each of their vulnerabilities."""
    assets = Asset.objects.filter(municipality_id=municipality_id)
    return assets.values_list("pk", "network_zone_id", "network_zone__name_ja", "retired_in")


def measure_lines(
    actor: Actor, today: date, asked: MeasureFilter | None = None, *, is_whole: bool = True
) -> list[MeasureLine]:
    """The measures that a person may see, in the order in which they are to be taken (core.measures.queue_key).

    `is_whole` False: what the evidence proposes is worked out only where nothing is weighed yet.
    """
    has_targets = MeasureTarget.objects.filter(
        municipality_id=OuterRef("municipality_id"), measure=OuterRef("pk"), removed_at__isnull=True
    )
    rows = Measure.objects.visible_to(actor).filter(Exists(has_targets))
    lines = lines_of(actor.municipality_id, list(rows.order_by("pk")), today, is_whole=is_whole)
    return lines if asked is None else fitting(lines, asked, today)


def fitting(lines: Iterable[MeasureLine], asked: MeasureFilter, today: date) -> list[MeasureLine]:
    """The lines that are asked for, in their order."""
    return [one for one in lines if _fits(one, asked, today)]


def lines_of(
    municipality_id: int, measures: Sequence[Measure], today: date, *, is_whole: bool = True
) -> list[MeasureLine]:
    """These measures as lines of the queue, in order."""
    keys = [one.pk for one in measures]
    year = fiscal_year_of(today)
    latest, held = decisions_now(municipality_id, keys)
    counted = tallies(municipality_id, keys, year)
    weighed = set() if is_whole else {pk for pk, one in latest.items() if one.step != "withdrawn" and one.priority}
    proposed = proposed_conditions(municipality_id, [pk for pk in keys if pk not in weighed], year)
    lines = [
        MeasureLine(
            one,
            latest.get(one.pk),
            held.get(one.pk),
            tally := counted.get(one.pk, TargetTally()),
            proposed.get(one.pk),
            standing(course_of(one, latest.get(one.pk), held.get(one.pk), tally), today),
        )
        for one in measures
    ]
    return sorted(lines, key=lambda one: (queue_key(one.weighing), one.measure.pk))


def course_of(measure: Measure, latest: Decision | None, held: Decision | None, tally: TargetTally) -> Course:
    """How far a measure is, as core.measures.standing wants it."""
    return Course(
        latest.step if latest else "",
        held.treatment if held else "",
        held is not None,
        held.due_on if held else None,
        held.review_on if held else None,
        measure.done_on,
        measure.verified_on,
        tally.open_count > 0,
        timezone.localtime(tally.seen_at).date() if tally.seen_at else None,
    )


def _fits(line: MeasureLine, asked: MeasureFilter, today: date) -> bool:
    is_asked = {
        "acting": line.standing in ACTING,
        "undecided": line.standing in ("undecided", "sent_back", "proposed"),
        "late": line.is_late,
        "soon": line.standing != "verified" and line.due_on is not None and line.due_on <= today + SOON,
        "all": True,
    }.get(asked.stage, line.standing != "verified")
    is_owners = asked.department in (None, line.measure.owning_department_id)
    return is_asked and is_owners and (asked.zone is None or asked.zone in line.tally.zones)


def measure_for(actor: Actor, vulnerability: Vulnerability) -> Measure | None:
    """The measure that settles a vulnerability, if there is one that the person may see."""
    rows = Measure.objects.visible_to(actor).filter(
        targets__vulnerability=vulnerability, targets__removed_at__isnull=True
    )
    found: Measure | None = rows.first()
    return found


def without_measure(actor: Actor, fiscal_year: int) -> QuerySet[Any]:
    """The open vulnerabilities that a person may see and that no measure has."""
    taken = MeasureTarget.objects.filter(
        municipality_id=OuterRef("municipality_id"), vulnerability=OuterRef("pk"), removed_at__isnull=True
    )
    rows = Vulnerability.objects.visible_to(actor).filter(
        asset__is_confirmed=True, asset__owning_department__isnull=False, weakness__kind__in=COUNTED_KINDS
    )
    return with_state(rows.filter(~Exists(taken)), fiscal_year).filter(state__in=OPEN_STATES)


def owner_now(department: int, moved: dict[int, tuple[int, ...]]) -> int:
    """Who is in charge: the department, or the only one that stands for it now."""
    now = moved.get(department, (department,))
    return now[0] if len(now) == 1 else department


def proposed_measures(actor: Actor, fiscal_year: int) -> tuple[ProposedMeasure, ...]:
    """What could become a measure each: by owning department and what would settle it."""
    moved = successors_in(actor.municipality_id, fiscal_year)
    rows = without_measure(actor, fiscal_year).values_list(
        "pk",
        "asset__owning_department_id",
        "asset_id",
        "weakness__kind",
        "weakness__tool",
        "weakness__rule",
        "weakness__component",
        "weakness__title",
        "weakness__solution",
        "weakness__cves",
    )
    return grouped(
        OpenWeakness(pk, owner_now(owner, moved), asset, kind, tool, rule, component, title, solution, cves.split())
        for pk, owner, asset, kind, tool, rule, component, title, solution, cves in rows.order_by("pk")
    )


def same_elsewhere(actor: Actor, measure: Measure, fiscal_year: int) -> list[Any]:
    """水平展開: open vulnerabilities of other departments with the same component, rule or CVE, without a measure."""
    own = Vulnerability.objects.filter(targets__measure=measure, targets__removed_at__isnull=True)
    told = list(own.values_list("weakness_id", "weakness__component", "weakness__cves"))
    components = {component for _weakness, component, _cves in told if component}
    cves = {cve for _weakness, _component, text in told for cve in text.split()}
    same = Q(weakness__in={weakness for weakness, _component, _cves in told})
    same |= Q(weakness__component__in=components) | Q(weakness__cve_links__cve__in=cves)
    rows = without_measure(actor, fiscal_year).filter(same).distinct()
    if measure.owning_department_id is not None:
        rows = rows.exclude(asset__owning_department=measure.owning_department_id)
    return list(rows.select_related("asset__owning_department", "weakness").order_by("asset__asset_number", "pk")[:500])
