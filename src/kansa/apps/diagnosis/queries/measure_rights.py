"""What may a person do about a measure: weigh and propose, approve, report, verify?

The department in charge weighs and proposes; the office may do so for it. Its head approves; the CISO does where a risk
of the city stays (core.measures.approver_role). Whoever reported a measure done does not verify it.
"""

from __future__ import annotations

from kansa.apps.diagnosis.models import Decision, Measure
from kansa.core.measures import approver_role
from kansa.core.permission import AUDITEES, Actor, can


def is_in_charge(actor: Actor, department: int | None) -> bool:
    """Whether the person is head or contact of the department."""
    return any(one.role in AUDITEES and department in one.departments for one in actor.appointments)


def is_head(actor: Actor, department: int | None) -> bool:
    """Whether the person is the head of the department."""
    return any(one.role == "auditee_head" and department in one.departments for one in actor.appointments)


def may_propose(actor: Actor, department: int | None) -> bool:
    """The office for everybody, a department for itself."""
    return can(actor, "manage_diagnosis") or is_in_charge(actor, department)


def may_approve(actor: Actor, measure: Measure, decision: Decision) -> bool:
    """The head of the department in charge, or the CISO where the rule says so; a measure of several: the CISO."""
    role = approver_role(decision.treatment, decision.residual_priority)
    if role == "ciso" or measure.owning_department_id is None:
        return can(actor, "accept_risk")
    return is_head(actor, measure.owning_department_id)


def may_verify(actor: Actor, measure: Measure) -> bool:
    """The office or the head, but not whoever reported it done."""
    is_other = actor.account_id is None or actor.account_id != measure.done_by_id
    return is_other and (can(actor, "manage_diagnosis") or is_head(actor, measure.owning_department_id))
