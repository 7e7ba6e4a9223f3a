"""What lives here. Reads of audits under way: the list, one audit's facts, what waits for whom, the words of letters.
Who comes here. The pages of this app, the moves, and the first page.
May import. This app's models, the apps below, Django and the pure packages.
Must not. Write.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.audits.queries.auditors import AuditorLine, auditor_concerns, auditor_lines, candidates
from kansa.apps.audits.queries.engagements import (
    EngagementLine,
    Filters,
    engagement_facts,
    engagement_lines,
    next_code,
    recorded_only,
    years_of_engagements,
)
from kansa.apps.audits.queries.letters import (
    LetterForm,
    LetterSubject,
    engagement_subject,
    letter_form,
    saved_letter,
    template_of,
)
from kansa.apps.audits.queries.rollout_letters import rollout_subject
from kansa.apps.audits.queries.training_letters import training_subject

__all__ = [
    "AuditorLine",
    "EngagementLine",
    "Filters",
    "LetterForm",
    "LetterSubject",
    "auditor_concerns",
    "auditor_lines",
    "candidates",
    "engagement_facts",
    "engagement_lines",
    "engagement_subject",
    "letter_form",
    "next_code",
    "recorded_only",
    "rollout_subject",
    "saved_letter",
    "template_of",
    "training_subject",
    "years_of_engagements",
]
