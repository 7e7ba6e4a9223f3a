"""What do the findings of an engagement say about whether it may be moved on?"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from django.utils import timezone

from kansa.apps.findings.models import CarryOver, FactCheck, Finding, RiskAcceptance
from kansa.apps.findings.queries import finding_facts
from kansa.apps.findings.queries.frozen import findings
from kansa.core.fiscal import fiscal_year_end
from kansa.core.flow import EngagementFacts
from tests.apps.findings.scene import COMPLETE, YEAR, a_finding, build_scene, the_engagement
from tests.builders import finding, imported
from tests.cast import CITY

pytestmark = [pytest.mark.django_db]
TODAY = date(YEAR, 11, 20)


def facts(today: date = TODAY) -> dict[str, int]:
    return finding_facts(the_engagement(), today)


def test_the_names_are_those_of_the_flow() -> None:
    build_scene()
    assert set(facts()) <= {field.name for field in fields(EngagementFacts)}


def test_a_judgement_below_the_conforming_level_waits_for_its_finding() -> None:
    build_scene()
    assert (facts()["unraised_count"], facts()["finding_count"]) == (1, 0)
    raised = a_finding()
    assert (facts()["unraised_count"], facts()["finding_count"], facts()["detection_count"]) == (0, 1, 1)
    Finding.objects.filter(pk=raised.pk).update(is_withdrawn=True)
    assert (facts()["unraised_count"], facts()["finding_count"]) == (1, 0)


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_finding_without_one_of_its_texts_is_incomplete(name: str) -> None:
    build_scene()
    raised = a_finding()
    assert facts()["incomplete_finding_count"] == 0
    Finding.objects.filter(pk=raised.pk).update(**{name: " 　"})
    assert facts()["incomplete_finding_count"] == 1


def test_a_draft_is_no_answer_and_a_disagreement_waits_for_a_decision() -> None:
    build_scene("fact_check")
    check = FactCheck.objects.create(municipality_id=CITY, finding=a_finding(), answer="disagreement_of_fact")
    assert (facts()["unanswered_count"], facts()["undecided_count"]) == (1, 0)
    check.answered_at = timezone.now()
    check.save()
    assert (facts()["unanswered_count"], facts()["undecided_count"]) == (0, 1)
    check.decision, check.decision_ja = "upheld", "現地の写真で確かめた。"
    check.save()
    assert facts()["undecided_count"] == 0


def test_a_recommendation_needs_no_plan() -> None:
    build_scene("improvement")
    a_finding(classification="recommendation")
    counts = facts()
    assert (counts["finding_count"], counts["unplanned_count"], counts["open_count"]) == (1, 0, 0)


def test_a_planned_finding_is_unsettled_until_it_is_verified_accepted_or_carried_over() -> None:
    build_scene("improvement")
    raised = a_finding()
    assert [facts()[name] for name in ("unplanned_count", "unsettled_count", "unsettled_due_count")] == [1, 1, 1]
    planned = {"measure_ja": "鍵を替える", "planned_on": date(YEAR, 10, 1), "promised_fiscal_year": YEAR + 1}
    imported("findings", [finding("F1", fiscal_year=YEAR, **planned)])
    assert [facts()[name] for name in ("unplanned_count", "unsettled_count", "unsettled_due_count")] == [0, 1, 0]
    carried = CarryOver.objects.create(
        municipality_id=CITY,
        finding=raised,
        from_year=YEAR,
        to_year=YEAR + 1,
        reason_ja="予算",
        carried_at=timezone.now(),
    )
    assert (facts()["unsettled_count"], facts()["open_count"]) == (0, 1)
    assert facts(fiscal_year_end(YEAR + 1) + timedelta(days=1))["unsettled_due_count"] == 1
    carried.delete()
    RiskAcceptance.objects.create(
        municipality_id=CITY,
        finding=raised,
        approver_ja="副市長",
        reason_ja="費用",
        accepted_on=date(YEAR, 11, 1),
        review_on=date(YEAR, 12, 1),
        recorded_at=timezone.now(),
    )
    assert (facts()["unsettled_count"], facts()["open_count"]) == (0, 0)
    assert facts(date(YEAR, 12, 2))["open_count"] == 1


def test_improved_and_verified_is_settled() -> None:
    build_scene("improvement")
    days = {"planned_on": date(YEAR, 10, 1), "improved_on": date(YEAR, 10, 2), "verified_on": date(YEAR, 10, 3)}
    a_finding(**days)
    assert facts()["open_count"] == 0
    assert facts(date(YEAR, 10, 2))["open_count"] == 1


def test_a_withdrawn_finding_is_not_in_the_report() -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert [one.code for one in findings(CITY, YEAR)] == ["F1"]
    Finding.objects.filter(pk=raised.pk).update(is_withdrawn=True)
    assert findings(CITY, YEAR) == ()
