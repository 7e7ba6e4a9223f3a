"""What lives here. The tables of findings, of what became of them, and of their rollout to other departments.
Who comes here. The queries and actions of this app, and the export of the year.
May import. plan, controls, people and trail models, Django and the pure packages.
Must not. Store a state that `core.improvement` derives.
To add one. A table in the module of its subject and a line below.
"""

from kansa.apps.findings.models.finding import (
    CAUSE_KINDS,
    FINDING_STREAMS,
    SEVERITIES_JA,
    TEXTS_JA,
    TOLD_STATES,
    FactCheck,
    Finding,
    FindingSecrecy,
    OfFindingQuerySet,
    finding_scope,
)
from kansa.apps.findings.models.improvement import CarryOver, ImprovementEvidence, ImprovementPlan, RiskAcceptance
from kansa.apps.findings.models.measured import FindingMeasure
from kansa.apps.findings.models.rollout import ANSWERS_JA, LateralRollout, RolloutTarget

__all__ = [
    "ANSWERS_JA",
    "CAUSE_KINDS",
    "FINDING_STREAMS",
    "SEVERITIES_JA",
    "TEXTS_JA",
    "TOLD_STATES",
    "CarryOver",
    "FactCheck",
    "Finding",
    "FindingMeasure",
    "FindingSecrecy",
    "ImprovementEvidence",
    "ImprovementPlan",
    "LateralRollout",
    "OfFindingQuerySet",
    "RiskAcceptance",
    "RolloutTarget",
    "finding_scope",
]
