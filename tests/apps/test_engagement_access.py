"""Who gets an engagement by its address, and who may write in it in which state?"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.plan.queries import engagement_for
from kansa.core.errors import RuleError
from tests.builders import YEAR, build_audit, engagement, imported, staff
from tests.cast import CLERK, OTHER_CLERK, actor_named, firm_named, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def audits(city: Any) -> None:
    """E1 of the own department by the firm, I1 of the same department by S001; both in fieldwork."""
    build_audit()
    imported("staff", [staff("S001", "102"), staff("S002", "102")])
    internal = engagement("I1", stream="internal_audit", auditor_numbers=("S001",))
    assert imported("engagements", [engagement(), internal]).refusals == ()
    sign_up()
    Engagement.objects.update(state="fieldwork")
    Engagement.objects.filter(code="E1").update(firm=firm_named())


def roles_of(name: str, code: str) -> set[str] | None:
    """The roles towards an engagement; None for what the person must not see."""
    try:
        return set(engagement_for(actor_named(name), YEAR, code).roles)
    except Http404:
        return None


@pytest.mark.usefixtures("audits")
def test_each_person_meets_the_engagement_in_the_own_role() -> None:
    assert roles_of("external", "E1") == {"external_auditor"}
    assert roles_of("other_firm", "E1") is None
    assert roles_of("auditor", "E1") is None
    assert roles_of("auditor", "I1") == {"staff_auditor"}
    assert roles_of("other_auditor", "I1") is None
    assert roles_of("head", "I1") == {"auditee_head"}
    assert roles_of("other_head", "I1") is None
    assert roles_of("clerk", "E1") == {"audit_clerk"}
    assert roles_of("ciso", "E1") == {"ciso"}


@pytest.mark.usefixtures("audits")
@pytest.mark.parametrize("name", ["administrator", "staff", "outsider"])
def test_who_reads_no_engagements_is_refused(name: str) -> None:
    with pytest.raises(PermissionDenied):
        engagement_for(actor_named(name), YEAR, "E1")


@pytest.mark.usefixtures("audits")
def test_an_unknown_code_another_year_and_another_city_are_not_there() -> None:
    for actor, year, code in ((CLERK, YEAR, "E9"), (CLERK, YEAR - 1, "E1"), (OTHER_CLERK, YEAR, "E1")):
        with pytest.raises(Http404):
            engagement_for(actor, year, code)


@pytest.mark.usefixtures("audits")
def test_only_the_assigned_auditors_judge() -> None:
    assert engagement_for(actor_named("auditor"), YEAR, "I1", "judgement").may("judgement")
    for name in ("head", "clerk", "director", "ciso"):
        with pytest.raises(PermissionDenied):
            engagement_for(actor_named(name), YEAR, "I1", "judgement")


@pytest.mark.usefixtures("audits")
@pytest.mark.parametrize("state", ["notified", "working_paper", "closed"])
def test_in_another_state_nobody_judges_and_the_reason_is_told(state: str) -> None:
    Engagement.objects.update(state=state)
    with pytest.raises(RuleError) as caught:
        engagement_for(actor_named("auditor"), YEAR, "I1", "judgement")
    assert caught.value.code == "not_in_this_state"
    assert engagement_for(actor_named("auditor"), YEAR, "I1").engagement.state == state


@pytest.mark.usefixtures("audits")
def test_an_auditor_who_was_taken_off_does_not_find_it_any_more() -> None:
    EngagementAuditor.objects.filter(staff__staff_number="S001").delete()
    assert roles_of("auditor", "I1") is None


@pytest.mark.usefixtures("audits")
def test_finding_it_takes_two_queries(django_assert_num_queries: Any) -> None:
    actor = actor_named("auditor")
    with django_assert_num_queries(2):
        engagement_for(actor, YEAR, "I1", "judgement")
