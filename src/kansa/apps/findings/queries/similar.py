"""Which findings were made before on the same item, and what may this person read of them?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kansa.apps.controls.models import ControlItem
from kansa.apps.findings import models
from kansa.apps.findings.queries.standing import Standing, detected_on, loaded, standings
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.people.queries import lineage_of
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import roles_in
from kansa.core import improvement
from kansa.core.anonymity import Names, anonymised
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import AUDITORS, Actor

YEARS_BACK = 6  # two laps of three years
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier finding on the same item. `finding` is None when the person may read its anonymised title only."""

    year_ja: str
    title_ja: str
    finding: models.Finding | None


def item_chain(item: ControlItem) -> list[int]:
    """Keys of the item and of those it came from, newest first; one query a year back."""
    checklist = item.checklist
    chain, code, position = [item.pk], item.prior_code, checklist.fiscal_year
    for fiscal_year in range(position - 1, position - 1 - YEARS_BACK, -1):
        earlier = (
            ControlItem.objects.filter(
                municipality_id=item.municipality_id,
                checklist__fiscal_year=fiscal_year,
                checklist__stream=checklist.stream,
                code=code,
            )
            .exclude(lineage="dropped")
            .values_list("pk", "prior_code")
            .first()
        )
        if not code or earlier is None:
            break
        chain.append(earlier[0])
        code = earlier[1]
    return chain


def item_of(engagement: Engagement, code: str) -> ControlItem | None:
    """The item of the engagement's checklist; None for another code."""
    found: ControlItem | None = (
        ControlItem.objects.filter(
            municipality_id=engagement.municipality_id,
            checklist__fiscal_year=engagement.fiscal_year,
            checklist__stream=engagement.stream,
            code=code,
        )
        .exclude(lineage="dropped")
        .select_related("checklist")
        .first()
    )
    return found


def similar(actor: Actor, item: ControlItem, besides: int | None = None) -> list[Similar]:
    """Findings on the item and those it came from, newest first, at most SHOWN.

    What the person may not see has its title without names, and neither its department nor its number.
    """
    rows = models.Finding.objects.filter(
        municipality_id=actor.municipality_id, item__in=item_chain(item), is_withdrawn=False
    ).exclude(pk=besides or 0)
    chosen = list(loaded(rows).order_by("-fiscal_year", "-pk")[:SHOWN])
    seen = set(
        models.Finding.objects.visible_to(actor).filter(pk__in=[one.pk for one in chosen]).values_list("pk", flat=True)
    )
    hidden = {one.pk: one.title_ja for one in chosen if one.pk not in seen}
    titles = without_names(actor.municipality_id, hidden)
    return [
        Similar(era_year_ja(one.fiscal_year), titles.get(one.pk, one.title_ja), one if one.pk in seen else None)
        for one in chosen
    ]


def without_names(municipality_id: int, titles: dict[int, str]) -> dict[int, str]:
    """The titles with the names of departments, bureaus and people replaced. Two queries; none without titles."""
    if not titles:
        return {}
    rows = list(Department.objects.filter(municipality_id=municipality_id).values_list("name_ja", "bureau_ja"))
    people = StaffMember.objects.filter(municipality_id=municipality_id).values_list("name_ja", flat=True).distinct()
    names = Names(
        departments=tuple(sorted({name for name, _ in rows})),
        bureaus=tuple(sorted({bureau for _, bureau in rows if bureau})),
        staff=tuple(sorted(people)),
    )
    return {pk: anonymised([title], names).texts[0] for pk, title in titles.items()}


def earlier_of(actor: Actor, engagement: Engagement, item: ControlItem, today: date) -> list[Standing]:
    """What this department was told about this item before this engagement, newest first, with its plan.

    Auditors of the engagement read it also when the earlier audit was another firm's, but not one that still goes on.
    """
    if engagement.department_id is None:
        return []
    is_told = (
        Q(fiscal_year__lt=engagement.fiscal_year)
        | Q(engagement__isnull=True)
        | Q(engagement__state__in=models.TOLD_STATES)
    )
    is_auditor = not roles_in(actor, engagement).isdisjoint(AUDITORS)
    known = models.Finding.objects.filter(
        models.finding_scope(actor) | is_told if is_auditor else models.finding_scope(actor),
        municipality_id=actor.municipality_id,
        item__in=item_chain(item),
        department__in=lineage_of(actor.municipality_id, [engagement.department_id]),
        is_withdrawn=False,
        fiscal_year__lte=engagement.fiscal_year,
    )
    earlier = known.exclude(engagement=engagement).order_by("-fiscal_year", "-pk")
    return standings(loaded(earlier)[:5], today)


def suggested_recurrence(actor: Actor, finding: models.Finding, today: date) -> str:
    """Code of the earlier finding that this one seems to repeat, by core.improvement.recurrences; "" for none."""
    if finding.item is None or finding.engagement is None:
        return ""
    found = [one.finding for one in earlier_of(actor, finding.engagement, finding.item, today)]
    detections = [one for one in (finding, *found) if one.classification == "detection"]
    links = improvement.recurrences(
        improvement.Detected(
            one.code,
            str(one.engagement_id or f"{one.fiscal_year}/{one.code}"),
            "item",
            "department",
            min(detected_on(one), today),
        )
        for one in detections
    )
    return links.get(finding.code, "")
