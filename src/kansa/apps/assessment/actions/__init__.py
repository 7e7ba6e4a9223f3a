"""What lives here. The acts of the judging room: judging, reviewing, reconciling, answering first, keeping evidence.
Who comes here. The pages of the judging room, and the imports of annual_report.
May import. assessment.{models,queries}, plan and what lies below it, and the pure packages.
Must not. Move an engagement on; raise a finding.
To add one. An act is one function: engagement_for, the rules, one transaction, one row in the trail; a line below.
"""

from kansa.apps.assessment.actions.importing import plan_judgements
from kansa.apps.assessment.actions.judging import ChangedMeanwhile, judge, review
from kansa.apps.assessment.actions.wording import keep_wordings, revised_wordings, wording_faults

__all__ = [
    "ChangedMeanwhile",
    "judge",
    "keep_wordings",
    "plan_judgements",
    "review",
    "revised_wordings",
    "wording_faults",
]
