"""How far is the improvement of each finding today, who has which role towards it, and when was it detected?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kansa.apps.controls.queries import audit_rules
from kansa.apps.findings import models
from kansa.apps.findings.queries.measured import Measured, measured
from kansa.apps.plan.models import EngagementAuditor
from kansa.core import improvement
from kansa.core.fiscal import fiscal_year_end, fiscal_year_of
from kansa.core.permission import Actor, roles_towards

BATCH = 500  # keys in one query; SQLite has a limit


@dataclass(frozen=True)
class Standing:
    """One finding on one day: its plan, what is derived from it, how long it has been known."""

    finding: models.Finding
    plan: models.ImprovementPlan | None
    acceptance: models.RiskAcceptance | None
    carried_to: int | None
    facts: improvement.ImprovementFacts
    rules: improvement.ReminderRules
    today: date
    measured: Measured | None = None  # a finding of a diagnosis: plan and acceptance are its measures'

    @cached_property
    def state(self) -> str:
        """One of core.improvement.STATES_JA; "" for a 改善提言 and for what was withdrawn."""
        is_followed = self.finding.classification == "detection" and not self.finding.is_withdrawn
        return improvement.state_on(self.facts, self.today) if is_followed else ""

    @cached_property
    def state_ja(self) -> str:
        """The state in words."""
        if self.finding.is_withdrawn:
            return "取下げ"
        return improvement.STATES_JA.get(self.state, "改善提言")

    @cached_property
    def urgency(self) -> improvement.Urgency | None:
        """How urgent the next deadline is; None when nobody is waited for."""
        return improvement.urgency(self.facts, self.today, self.rules) if self.state else None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.state in improvement.OPEN_STATES

    @cached_property
    def detected_on(self) -> date:
        """The day of detection, never after today."""
        return min(detected_on(self.finding), self.today)

    @property
    def age_band(self) -> str:
        """The band of core.improvement.AGE_BANDS_JA."""
        return improvement.age_band(self.detected_on, self.today)


def detected_on(finding: models.Finding) -> date:
    """The day it was raised; of an imported one the end of its audit, and lacking that the end of its year."""
    if finding.raised_at is not None:
        return timezone.localtime(finding.raised_at).date()
    engagement = finding.engagement
    days = (engagement.ended_on, engagement.started_on) if engagement else ()
    return next((day for day in days if day), fiscal_year_end(finding.fiscal_year))


def standings(findings: Iterable[models.Finding], today: date) -> list[Standing]:
    """The findings with their state, in the order given; their engagements should be loaded. Five queries for 500."""
    rows = list(findings)
    found: list[Standing] = []
    if not rows:
        return found
    rules = reminder_rules(rows[0].municipality_id, today)
    for start in range(0, len(rows), BATCH):
        found += _batch(rows[start : start + BATCH], rules, today)
    return found


def reminder_rules(municipality_id: int, today: date) -> improvement.ReminderRules:
    """Whom a delay is told to, by the rules of the year that runs; one query."""
    rules = audit_rules(municipality_id, fiscal_year_of(today))
    return improvement.ReminderRules(rules.due_soon_days, rules.head_after_days, rules.top_after_days)


def _batch(rows: Sequence[models.Finding], rules: improvement.ReminderRules, today: date) -> list[Standing]:
    keys: dict[str, Any] = {"municipality_id": rows[0].municipality_id, "finding__in": [row.pk for row in rows]}
    plans = {plan.finding_id: plan for plan in models.ImprovementPlan.objects.filter(**keys)}
    accepted = {
        one.finding_id: one for one in models.RiskAcceptance.objects.filter(**keys).order_by("accepted_on", "pk")
    }
    carried = dict(models.CarryOver.objects.filter(**keys).order_by("to_year").values_list("finding_id", "to_year"))
    again = recurred_days(rows)
    through = measured(rows[0].municipality_id, keys["finding__in"], today)
    plans |= {pk: one.plan for pk, one in through.items()}
    accepted = {pk: one for pk, one in accepted.items() if pk not in through}
    accepted |= {pk: one.acceptance for pk, one in through.items() if one.acceptance is not None}
    return [
        Standing(
            row,
            plans.get(row.pk),
            accepted.get(row.pk),
            carried.get(row.pk),
            facts_of(row, plans.get(row.pk), accepted.get(row.pk), again.get(row.pk)),
            rules,
            today,
            through.get(row.pk),
        )
        for row in rows
    ]


def recurred_days(rows: Sequence[models.Finding]) -> dict[int, date]:
    """Key of a finding -> the first day on which a later one was marked as its recurrence. One query."""
    codes: dict[str, list[models.Finding]] = {}
    for row in rows:
        codes.setdefault(row.code, []).append(row)
    later = models.Finding.objects.filter(
        municipality_id=rows[0].municipality_id, recurrence_of__in=list(codes), is_withdrawn=False
    ).select_related("engagement")
    days: dict[int, date] = {}
    for one in later:
        for earlier in codes[one.recurrence_of]:
            day = detected_on(one)
            if earlier.fiscal_year <= one.fiscal_year and earlier.pk != one.pk:
                days[earlier.pk] = min(day, days.get(earlier.pk, day))
    return days


def facts_of(
    finding: models.Finding,
    plan: models.ImprovementPlan | None,
    acceptance: models.RiskAcceptance | None,
    recurred_on: date | None,
) -> improvement.ImprovementFacts:
    """The facts that core.improvement derives everything from."""
    accepted = acceptance and improvement.RiskAcceptance(
        acceptance.approver_ja, acceptance.reason_ja, acceptance.accepted_on, acceptance.review_on
    )
    return improvement.ImprovementFacts(
        planned_on=plan.planned_on if plan else None,
        due_on=plan.due_on if plan else None,
        promised_fiscal_year=plan.promised_fiscal_year if plan else None,
        improved_on=plan.improved_on if plan else None,
        verified_on=plan.verified_on if plan else None,
        acceptance=accepted or None,
        recurred_on=recurred_on,
        plan_due_on=finding.plan_due_on,
    )


def loaded(rows: QuerySet[models.Finding]) -> QuerySet[models.Finding]:
    """The findings with what `standings` and the pages look at, in one query."""
    return rows.select_related("engagement", "engagement__department", "engagement__firm", "department", "item")


def standing_of(finding: models.Finding, today: date) -> Standing:
    """One finding on the day."""
    return standings([finding], today)[0]


def roles_for(actor: Actor, finding: models.Finding) -> frozenset[str]:
    """The roles that the actor has towards one finding: of its department, or as auditor of its engagement."""
    engagement = finding.engagement
    if engagement is None:
        return roles_towards(actor, department=finding.department_id, firm=None, auditor_numbers=frozenset())
    numbers = EngagementAuditor.objects.filter(
        municipality_id=finding.municipality_id, engagement=engagement, staff__isnull=False
    ).values_list("staff__staff_number", flat=True)
    return roles_towards(
        actor,
        department=finding.department_id or engagement.department_id,
        firm=engagement.firm_id,
        auditor_numbers=frozenset(numbers),
    )


def is_promised_later(standing: Standing) -> bool:
    """Whether the department promised a fiscal year after the finding's that has not passed yet."""
    promised = improvement.promised_year(standing.facts)
    return promised is not None and promised >= max(standing.finding.fiscal_year + 1, fiscal_year_of(standing.today))
