"""What is waiting for this person about findings and rollouts?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from kansa.apps.findings import models
from kansa.apps.findings.queries.standing import Standing, loaded, standings
from kansa.core.permission import AUDITEES, AUDITORS, OFFICE, Actor, can

FOLLOWED = ("improvement", "followed_up")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do.

    `kind`: fact_check, decision, plan, due_soon, overdue, verification, acceptance, review, returned or rollout.
    """

    kind: str
    title_ja: str
    url_name: str
    kwargs: dict[str, Any]
    due_on: date | None = None


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Everything that waits for the person, the nearest day first, what has no day last. About twelve queries."""
    found = [*_fact_checks(actor), *_decisions(actor), *_improvement(actor, today), *_rollouts(actor)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.kind, one.title_ja))


def _of(kind: str, finding: models.Finding, due_on: date | None = None) -> Waiting:
    return Waiting(kind, f"{finding.code}　{finding.title_ja}", "findings:finding", {"pk": finding.pk}, due_on)


def _fact_checks(actor: Actor) -> Iterator[Waiting]:
    if actor.roles.isdisjoint(AUDITEES):
        return
    rows = models.Finding.objects.visible_to(actor).filter(engagement__state="fact_check", is_withdrawn=False)
    answered = models.FactCheck.objects.visible_to(actor).filter(answered_at__isnull=False)
    for finding in rows.exclude(pk__in=answered.values("finding_id")).select_related("engagement").order_by("code"):
        if is_of_own_department(actor, finding):
            yield _of("fact_check", finding)


def is_of_own_department(actor: Actor, finding: models.Finding) -> bool:
    """Whether the finding is of a department that the person answers for, not only audited by the person."""
    engagement = finding.engagement
    department = finding.department_id or (engagement.department_id if engagement else None)
    return department in actor.departments


def _decisions(actor: Actor) -> Iterator[Waiting]:
    if not can(actor, "decide_disagreement"):
        return
    rows = models.FactCheck.objects.visible_to(actor).filter(
        finding__engagement__state="fact_check", answered_at__isnull=False, decision=""
    )
    for check in rows.exclude(answer="agreement").select_related("finding").order_by("finding__code"):
        yield _of("decision", check.finding)


def _improvement(actor: Actor, today: date) -> Iterator[Waiting]:
    concerned = AUDITEES | AUDITORS | OFFICE | {"ciso", "operator"}
    if actor.roles.isdisjoint(concerned):
        return
    rows = models.Finding.objects.visible_to(actor).filter(classification="detection", is_withdrawn=False)
    # What a scan finds again is told also after its audit was closed.
    is_followed = Q(engagement__state__in=FOLLOWED) | Q(engagement__isnull=True)
    by_measures = models.FindingMeasure.objects.filter(municipality_id=actor.municipality_id)
    followed = rows.filter(is_followed | Q(pk__in=by_measures.values("finding_id")))
    for standing in standings(loaded(followed).order_by("code"), today):
        own = is_of_own_department(actor, standing.finding) and not actor.roles.isdisjoint(AUDITEES)
        if standing.measured is not None:
            yield from _through_measures(actor, standing)
        else:
            yield from _for_department(standing) if own else _for_others(actor, standing)


def _for_department(standing: Standing) -> Iterator[Waiting]:
    urgency = standing.urgency
    if standing.state == "no_plan":
        yield _of("plan", standing.finding, standing.finding.plan_due_on)
    elif standing.facts.improved_on is None and urgency is not None and urgency.code:
        yield _of("due_soon" if urgency.code == "due_soon" else "overdue", standing.finding, standing.facts.due_on)


def _through_measures(actor: Actor, standing: Standing) -> Iterator[Waiting]:
    """The measures themselves wait for the department and the CISO; here is what the office and the auditors miss."""
    through = standing.measured
    if through is None or actor.roles.isdisjoint(OFFICE | AUDITORS | {"operator"}):
        return
    if through.returned_on is not None and standing.is_open:
        yield _of("returned", standing.finding, through.returned_on)
    elif standing.urgency is not None and standing.urgency.code == "escalated":
        yield _of("overdue", standing.finding, standing.facts.due_on or standing.facts.plan_due_on)


def _for_others(actor: Actor, standing: Standing) -> Iterator[Waiting]:
    plan, facts = standing.plan, standing.facts
    is_reported = plan is not None and facts.improved_on is not None and standing.is_open
    is_reporter = plan is not None and plan.done_by_id is not None and plan.done_by_id == actor.account_id
    if is_reported and not is_reporter and not actor.roles.isdisjoint(OFFICE | AUDITORS | {"operator"}):
        yield _of("verification", standing.finding)
    urgency = standing.urgency
    if urgency is not None and urgency.code == "escalated" and not actor.roles.isdisjoint(urgency.roles):
        yield _of("overdue", standing.finding, facts.due_on or facts.plan_due_on)
    if actor.roles.isdisjoint(OFFICE | {"ciso"}):
        return
    if standing.state == "review_due" and standing.acceptance is not None:
        yield _of("review", standing.finding, standing.acceptance.review_on)
    elif plan is not None and plan.acceptance_asked_ja and standing.state in ("no_plan", "planned", "carried_over"):
        yield _of("acceptance", standing.finding)


def _rollouts(actor: Actor) -> Iterator[Waiting]:
    if actor.roles.isdisjoint(AUDITEES):
        return
    rows = models.RolloutTarget.objects.visible_to(actor).filter(
        department__in=sorted(actor.departments), answer="", rollout__closed_at__isnull=True
    )
    for target in rows.select_related("rollout").order_by("rollout__due_on", "pk"):
        rollout = target.rollout
        yield Waiting("rollout", rollout.title_ja, "findings:answer", {"pk": target.pk}, rollout.due_on)
