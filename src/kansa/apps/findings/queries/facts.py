"""What do the findings of an engagement say about whether it may be moved on? (core.flow.EngagementFacts)"""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.queries import year_rules, year_settings
from kansa.apps.findings import models
from kansa.apps.findings.queries.standing import Standing, is_promised_later, standings
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import fiscal_year_of
from kansa.core.improvement import is_accepted

# What has to be written before the department is asked; the cause may stay open.
COMPLETE_FIELDS = ("criterion_ja", "fact_ja", "evidence_ja", "effect_ja", "recommendation_ja")


def is_complete(finding: models.Finding) -> bool:
    """Whether every text is there that the fact check needs."""
    return all(getattr(finding, name).strip() for name in COMPLETE_FIELDS)


def unraised(engagement: Engagement) -> list[Judgement]:
    """Judgements of the engagement that do not conform and have no finding, in checklist order. Four queries."""
    municipality_id, fiscal_year = engagement.municipality_id, engagement.fiscal_year
    rules = year_rules(municipality_id, fiscal_year, year_settings(municipality_id, fiscal_year))
    raised = models.Finding.objects.filter(
        municipality_id=municipality_id, engagement=engagement, item__isnull=False, is_withdrawn=False
    )
    short = Judgement.objects.filter(
        municipality_id=municipality_id, engagement=engagement, state="judged", level__lt=rules.conforms_from
    ).exclude(item__in=raised.values("item_id"))
    return list(short.select_related("item").order_by("item__position", "pk"))


def finding_facts(engagement: Engagement, today: date | None = None) -> dict[str, int]:
    """The fields of EngagementFacts that concern findings. Withdrawn findings count nowhere; about ten queries."""
    today = today or timezone.localdate()
    rows = models.Finding.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, is_withdrawn=False
    ).select_related("engagement")
    found = standings(rows, today)
    detections = [one for one in found if one.finding.classification == "detection"]
    unsettled = [one for one in detections if is_unsettled(one)]
    checks = models.FactCheck.objects.filter(
        municipality_id=engagement.municipality_id, finding__engagement=engagement, answered_at__isnull=False
    )
    answers = {check.finding_id: check for check in checks}
    return {
        "finding_count": len(found),
        "detection_count": len(detections),
        "unraised_count": len(unraised(engagement)),
        "incomplete_finding_count": sum(not is_complete(one.finding) for one in found),
        "unanswered_count": sum(one.finding.pk not in answers for one in found),
        "undecided_count": sum(is_undecided(answers.get(one.finding.pk)) for one in found),
        "unplanned_count": sum(is_unplanned(one) for one in detections),
        "unsettled_count": len(unsettled),
        "unsettled_due_count": sum(not is_promised_later(one) for one in unsettled),
        "open_count": sum(one.is_open for one in detections),
    }


def is_undecided(check: models.FactCheck | None) -> bool:
    """Whether an answer disagrees and nobody has decided about it."""
    return check is not None and check.answer != "agreement" and not check.decision


def is_unplanned(standing: Standing) -> bool:
    """Whether a detection has neither a plan nor a risk acceptance; one that is verified needs no plan any more."""
    if standing.state in ("verified", "recurred"):
        return False
    planned_on = standing.facts.planned_on
    has_plan = planned_on is not None and planned_on <= standing.today
    return not has_plan and not is_accepted(standing.facts.acceptance, standing.today)


def is_unsettled(standing: Standing) -> bool:
    """Whether a detection is neither verified, accepted nor carried over into this year or a later one."""
    is_carried = standing.carried_to is not None and standing.carried_to >= fiscal_year_of(standing.today)
    return standing.is_open and not is_carried
