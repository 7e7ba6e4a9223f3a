"""What may this person do about this finding now?"""

from __future__ import annotations

from kansa.apps.findings.models import FactCheck, Finding
from kansa.apps.findings.queries.standing import Standing, is_promised_later
from kansa.core.flow import STATES, may_edit
from kansa.core.improvement import may_do
from kansa.core.permission import AUDITEES, OFFICE, Actor, can

# A finding without an engagement, such as one of a diagnosis, has no state that closes it and no fact check.
_WITHOUT_ENGAGEMENT = {"finding": OFFICE, "improvement_plan": AUDITEES, "verification": OFFICE}

# An audit under way; one that is only recorded is still called planned.
BEFORE_RESULT = ("fieldwork", "working_paper", "fact_check")


def may_about(finding: Finding, what: str, roles: frozenset[str]) -> bool:
    """Whether a person with these roles may edit `what` (one of core.flow.EDITABLE) of the finding now."""
    if finding.engagement is None:
        return not roles.isdisjoint(_WITHOUT_ENGAGEMENT.get(what, frozenset()))
    return may_edit(finding.engagement.state, what, roles)


def may_ever_about(finding: Finding, what: str, roles: frozenset[str]) -> bool:
    """Whether a person with these roles may edit `what` in some state of the engagement."""
    if finding.engagement is None:
        return may_about(finding, what, roles)
    return any(may_edit(state, what, roles) for state in STATES)


def is_followed(finding: Finding) -> bool:
    """Whether its improvement is being followed: the result was notified and the audit is not closed."""
    return may_about(finding, "verification", OFFICE)


def is_before_result(standing: Standing) -> bool:
    """Whether nobody can have planned an improvement yet: the result has still to be notified."""
    engagement = standing.finding.engagement
    return engagement is not None and engagement.state in BEFORE_RESULT and standing.state == "no_plan"


# What a finding with measures has no page for: it is done about the measures, and follows from them.
OF_MEASURES = ("plan", "done", "ask-acceptance", "verification", "send-back", "acceptance")

# Act of a page -> what it edits (core.flow), the act of core.improvement, and the verb; "" where there is none.
ACTS: dict[str, tuple[str, str, str]] = {
    "edit": ("finding", "", ""),
    "fact-check": ("fact_check_answer", "", ""),
    "decision": ("fact_check_decision", "", "decide_disagreement"),
    "plan": ("improvement_plan", "write_plan", ""),
    "done": ("improvement_plan", "report_done", ""),
    "ask-acceptance": ("improvement_plan", "ask_acceptance", ""),
    "verification": ("verification", "verify", ""),
    "send-back": ("verification", "verify", ""),
    "acceptance": ("", "record_acceptance", ""),
    "carry-over": ("verification", "", "manage_engagements"),
    "rollout": ("", "", "order_rollout"),
}


def may_ever_act(act: str, actor: Actor, finding: Finding, roles: frozenset[str]) -> bool:
    """Whether the act is one of this person's, in whatever state."""
    what, improving, verb = ACTS[act]
    if verb and not can(actor, verb):
        return False
    if improving and not may_do(improving, roles):
        return False
    return not what or may_ever_about(finding, what, roles)


def open_acts(actor: Actor, standing: Standing, check: FactCheck | None, roles: frozenset[str]) -> tuple[str, ...]:
    """The acts that the person may do now, in the order of ACTS."""
    finding = standing.finding
    return tuple(
        act
        for act, (what, _improving, _verb) in ACTS.items()
        if may_ever_act(act, actor, finding, roles)
        and (not what or may_about(finding, what, roles))
        and _makes_sense(act, actor, standing, check, roles)
    )


def _makes_sense(act: str, actor: Actor, standing: Standing, check: FactCheck | None, roles: frozenset[str]) -> bool:
    finding, plan = standing.finding, standing.plan
    if act == "decision":
        return check is not None and check.answered_at is not None and check.answer != "agreement"
    if finding.is_withdrawn:
        return False
    if act == "fact-check":
        return check is None or (not check.decision and (check.answered_at is None or "auditee_head" in roles))
    if act in ("edit", "rollout"):
        return True
    if standing.measured is not None and act in OF_MEASURES:
        return False
    if finding.classification != "detection" or (plan is not None and plan.verified_on is not None):
        return False
    is_reported = plan is not None and plan.improved_on is not None
    if act in ("verification", "send-back"):
        return is_reported and (plan is None or plan.done_by_id is None or plan.done_by_id != actor.account_id)
    if act == "done":
        return not is_reported and plan is not None and plan.planned_on is not None
    if act == "acceptance":
        return is_followed(finding)
    if act == "carry-over":
        return standing.is_open and is_promised_later(standing)
    return not is_reported
