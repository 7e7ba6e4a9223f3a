"""What lives here. Reads of judgements: for the report, for the worksheet on the screen and in Excel, for the matrix.
Who comes here. The pages of the judging room, and every app above that asks what was judged.
May import. assessment.models, plan and what lies below it, and the pure packages.
Must not. Write; show a department what its auditors have not told it yet (see access).
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.assessment.queries.access import may_read_judgements, worksheet_for
from kansa.apps.assessment.queries.facts import judging_facts
from kansa.apps.assessment.queries.independence import independence_concerns
from kansa.apps.assessment.queries.levels import JUDGED_METHOD, engagements, judged_rows
from kansa.apps.assessment.queries.prior import prior_judgements, prior_levels
from kansa.apps.assessment.queries.worksheets import digest_of, worksheet_file, worksheet_plan

__all__ = [
    "JUDGED_METHOD",
    "digest_of",
    "engagements",
    "independence_concerns",
    "judged_rows",
    "judging_facts",
    "may_read_judgements",
    "prior_judgements",
    "prior_levels",
    "worksheet_file",
    "worksheet_for",
    "worksheet_plan",
]
