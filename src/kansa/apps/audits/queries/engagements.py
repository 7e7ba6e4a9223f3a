"""Which audits are there, how far is each, and what does its next step still lack?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kansa.apps.assessment.models import Judgement
from kansa.apps.assessment.queries import JUDGED_METHOD, judging_facts
from kansa.apps.controls.queries import active_items
from kansa.apps.findings.queries import finding_facts
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.core.flow import STATES, STATES_JA, EngagementFacts
from kansa.core.permission import Actor

PREFIXES = {
    ("external_audit", "control_check"): "EX",
    ("internal_audit", "control_check"): "IN",
    ("external_audit", "technical_diagnosis"): "TD",
    ("external_audit", "mail_drill"): "MD",
    ("internal_audit", "technical_diagnosis"): "IT",
    ("internal_audit", "mail_drill"): "IM",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; "" leaves a column alone."""

    stream: str = ""
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """One row of the list. `judged_count` of `item_count` items; both 0 where nothing is judged by items."""

    engagement: Engagement
    auditor_count: int
    item_count: int
    judged_count: int

    @property
    def state_ja(self) -> str:
        """The state in words."""
        return STATES_JA[self.engagement.state]

    @property
    def step(self) -> int:
        """The place of the state among all, from 1."""
        return STATES.index(self.engagement.state) + 1

    @property
    def percent(self) -> int:
        """How much is judged, in whole per cent, rounded down so that 100 means all."""
        return 100 * self.judged_count // self.item_count if self.item_count else 0


def years_of_engagements(actor: Actor) -> list[int]:
    """Fiscal years with an engagement that the person may see, newest first."""
    years = Engagement.objects.visible_to(actor).order_by("-fiscal_year").values_list("fiscal_year", flat=True)
    return list(years.distinct())


def narrowed(actor: Actor, fiscal_year: int, filters: Filters) -> QuerySet[Engagement]:
    """The visible engagements of a year that fit the filters, in order of the code."""
    rows = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year)
    if filters.stream:
        rows = rows.filter(stream=filters.stream)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.words:
        rows = rows.filter(Q(code__icontains=filters.words) | Q(department__name_ja__icontains=filters.words))
    return rows.select_related("department", "firm").order_by("code")


def engagement_lines(actor: Actor, fiscal_year: int, engagements: Iterable[Engagement]) -> list[EngagementLine]:
    """These engagements with their progress; three queries however many there are."""
    shown = list(engagements)
    keys = [one.pk for one in shown]
    people = Counter(
        EngagementAuditor.objects.filter(municipality_id=actor.municipality_id, engagement__in=keys).values_list(
            "engagement_id", flat=True
        )
    )
    counts = {
        row["engagement"]: (row["all"], row["done"])
        for row in Judgement.objects.filter(municipality_id=actor.municipality_id, engagement__in=keys)
        .values("engagement")
        .annotate(all=Count("pk"), done=Count("pk", filter=~Q(state="not_judged")))
    }
    items = {stream: len(found) for (_, stream), found in active_items(actor.municipality_id, [fiscal_year]).items()}
    lines = []
    for one in shown:
        all_count, done = counts.get(one.pk, (items.get(one.stream, 0) if one.method == JUDGED_METHOD else 0, 0))
        lines.append(EngagementLine(one, people[one.pk], all_count, done))
    return lines


def recorded_only(actor: Actor, fiscal_year: int) -> list[Engagement]:
    """Engagements still called planned though they are over: imported with all judgements, or without items and over.

    They were carried out before kansa, or beside it; the office may close them together.
    """
    rows = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year, state="planned")
    judged = Judgement.objects.filter(municipality_id=actor.municipality_id, engagement__fiscal_year=fiscal_year)
    full = set(judged.values_list("engagement_id", flat=True))
    full -= set(judged.filter(state="not_judged").values_list("engagement_id", flat=True))
    return [
        one
        for one in rows.select_related("department").order_by("code")
        if one.pk in full or (one.method != JUDGED_METHOD and one.ended_on is not None)
    ]


def next_code(municipality_id: int, fiscal_year: int, stream: str, method: str) -> str:
    """A free number for a new engagement, such as IN25-07."""
    stem = f"{PREFIXES[stream, method]}{fiscal_year % 100:02d}-"
    taken = Engagement.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, code__startswith=stem
    ).values_list("code", flat=True)
    numbers = [int(code.removeprefix(stem)) for code in taken if code.removeprefix(stem).isdecimal()]
    return f"{stem}{max(numbers, default=0) + 1:02d}"


def engagement_facts(engagement: Engagement) -> EngagementFacts:
    """Everything the needs of core.flow are decided from."""
    auditors = list(
        EngagementAuditor.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement).values_list(
            "is_lead", flat=True
        )
    )
    return EngagementFacts(
        has_department=engagement.department_id is not None or engagement.method != JUDGED_METHOD,
        auditor_count=len(auditors),
        has_lead=any(auditors) or len(auditors) == 1,
        has_day=engagement.started_on is not None,
        has_notice_document=bool(engagement.notice_number) and engagement.noticed_on is not None,
        preliminary_waived=bool(engagement.preliminary_waived_ja),
        has_result_document=bool(engagement.result_number) and engagement.result_on is not None,
        **judging_facts(engagement),  # type: ignore[arg-type]
        **finding_facts(engagement),  # type: ignore[arg-type]
    )
