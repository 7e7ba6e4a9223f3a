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
from kansa.apps.audits.queries.letters import LetterForm, letter_form, letter_lists, template_of, typed_form

__all__ = [
    "AuditorLine",
    "EngagementLine",
    "Filters",
    "LetterForm",
    "auditor_concerns",
    "auditor_lines",
    "candidates",
    "engagement_facts",
    "engagement_lines",
    "letter_form",
    "letter_lists",
    "next_code",
    "recorded_only",
    "template_of",
    "typed_form",
    "years_of_engagements",
]
