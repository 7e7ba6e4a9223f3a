"""What may this person do about this finding now?"""

from __future__ import annotations

from kansa.apps.findings.models import Finding
from kansa.core.flow import STATES, may_edit
from kansa.core.permission import AUDITEES, OFFICE

# A finding without an engagement, such as one of a diagnosis, has no state that closes it and no fact check.
_WITHOUT_ENGAGEMENT = {"finding": OFFICE, "improvement_plan": AUDITEES, "verification": OFFICE}


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
