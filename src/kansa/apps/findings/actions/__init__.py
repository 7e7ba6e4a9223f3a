"""What lives here. Acts on findings: importing, raising, fact check, improvement, verification, rollout.
Who comes here. The pages of this app, the import, and whoever carries an engagement over.
May import. This app's queries and models, the apps below, Django and the pure packages.
Must not. Let auditors write or order the fix; let one person report and verify.
To add one. One act is one function in the module of its subject, with its permission, its trail row, and a line below.
"""

from kansa.apps.findings.actions.checking import answer_fact_check, decide
from kansa.apps.findings.actions.files import remove_file
from kansa.apps.findings.actions.following import (
    AcceptanceWords,
    ask_acceptance,
    ask_plans,
    carry_over,
    carry_over_open,
    record_acceptance,
)
from kansa.apps.findings.actions.holding import CHANGED
from kansa.apps.findings.actions.importing import plan_findings
from kansa.apps.findings.actions.improving import PlanWords, report_done, send_back, verify, write_plan
from kansa.apps.findings.actions.measuring import add_measure, raise_by_measure, remove_measure
from kansa.apps.findings.actions.raising import (
    FindingWords,
    assurance_warnings,
    edit_finding,
    mark_recurrence,
    raise_finding,
)
from kansa.apps.findings.actions.rolling_out import (
    RolloutWords,
    answer_rollout,
    askable,
    close_rollout,
    order_rollout,
)

__all__ = [
    "CHANGED",
    "AcceptanceWords",
    "FindingWords",
    "PlanWords",
    "RolloutWords",
    "add_measure",
    "answer_fact_check",
    "answer_rollout",
    "ask_acceptance",
    "ask_plans",
    "askable",
    "assurance_warnings",
    "carry_over",
    "carry_over_open",
    "close_rollout",
    "decide",
    "edit_finding",
    "mark_recurrence",
    "order_rollout",
    "plan_findings",
    "raise_by_measure",
    "raise_finding",
    "record_acceptance",
    "remove_file",
    "remove_measure",
    "report_done",
    "send_back",
    "verify",
    "write_plan",
]
