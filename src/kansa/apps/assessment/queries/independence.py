"""Does anything stand against this person judging this department, on the day of judging?"""

from __future__ import annotations

from kansa.apps.controls.queries import audit_rules
from kansa.apps.people.models import Succession
from kansa.apps.people.queries import posts_of
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.core import year
from kansa.core.audit_rules import AuditRules
from kansa.core.independence import Assignment, AuditorFacts, Concern, IndependenceRules, Post, concerns
from kansa.core.permission import Actor


def independence_concerns(
    actor: Actor, engagement: Engagement, rules: AuditRules | None = None, *, only_blocking: bool = False
) -> tuple[Concern, ...]:
    """What stands against it by the rules of the year; empty for the whole city. Five queries at most.

    Training is asked for when somebody is assigned, not here. `only_blocking` spares the look at mutual audits in a
    year in which they only warn.
    """
    if engagement.department is None:
        return ()
    municipality_id, fiscal_year = engagement.municipality_id, engagement.fiscal_year
    rules = rules or audit_rules(municipality_id, fiscal_year)
    asks_mutual = rules.mutual_audit_rule == "block" or not only_blocking
    number = actor.staff_number
    first = fiscal_year - max(rules.former_post_years, 1)
    posts = posts_of(municipality_id, [number], first).get(number, []) if number else []
    is_staff = "staff_auditor" in actor.roles
    if not posts and not is_staff:
        return ()
    return concerns(
        AuditorFacts(tuple(Post(*post) for post in posts), is_staff=is_staff, is_trained=True),
        engagement.department.code,
        fiscal_year,
        IndependenceRules(
            former_post_years=rules.former_post_years,
            former_post_rule=rules.former_post_rule,
            mutual_audit_rule=rules.mutual_audit_rule,
        ),
        renamings(municipality_id, first, fiscal_year + 1),
        mutual(engagement) if is_staff and asks_mutual else (),
        {engagement.department.code: engagement.department.name_ja},
    )


def renamings(municipality_id: int, first_year: int, last_year: int) -> tuple[year.Succession, ...]:
    """Who stands for whom by what took effect in these fiscal years; closings lead nowhere. One query."""
    rows = Succession.objects.filter(municipality_id=municipality_id, fiscal_year__range=(first_year, last_year))
    found = rows.values_list("fiscal_year", "kind", "predecessor__code", "successor__code")
    return tuple(year.Succession(*row) for row in found)


def mutual(engagement: Engagement) -> tuple[Assignment, ...]:
    """Whom the staff of the audited department audit this year."""
    rows = EngagementAuditor.objects.filter(
        municipality_id=engagement.municipality_id,
        engagement__fiscal_year=engagement.fiscal_year,
        engagement__department__isnull=False,
        staff__department=engagement.department_id,
    )
    pairs = rows.values_list("staff__department__code", "engagement__department__code")
    return tuple(Assignment(str(own), str(auditee)) for own, auditee in pairs)
