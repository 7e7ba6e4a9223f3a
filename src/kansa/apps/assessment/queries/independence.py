"""Does anything stand against this person judging this department, on the day of judging?"""

from __future__ import annotations

from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import concerns_about
from kansa.core.audit_rules import AuditRules
from kansa.core.independence import Concern
from kansa.core.permission import Actor


def independence_concerns(
    actor: Actor, engagement: Engagement, rules: AuditRules | None = None, *, only_blocking: bool = False
) -> tuple[Concern, ...]:
    """What stands against it by the rules of the year; empty for the whole city. Six queries at most.

    Training is asked for when somebody is assigned, not here. `only_blocking` spares the look at mutual audits in a
    year in which they only warn.
    """
    if engagement.department is None:
        return ()
    rules = rules or audit_rules(engagement.municipality_id, engagement.fiscal_year)
    asks_mutual = rules.mutual_audit_rule == "block" or not only_blocking
    people = {actor.staff_number: "staff_auditor" in actor.roles}
    return concerns_about(engagement, people, rules, asks_mutual=asks_mutual)[actor.staff_number]
