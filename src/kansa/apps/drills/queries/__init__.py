"""What lives here. Reads of drills: imported ones, own campaigns, whose link it is, results, whether a mail is ours.
Who comes here. The pages of drills, the landing pages, the annual report.
May import. drills.models, people, trail, Django and the pure packages.
Must not. Write; give out who did what, except to the follow-up that the approval allowed.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.drills.queries.campaigns import campaign_for, campaigns, is_voided, scenario_named, signed_plan
from kansa.apps.drills.queries.checking import Found, found_in
from kansa.apps.drills.queries.keys import (
    Keyring,
    campaign_key,
    link_hash,
    mail_hash,
    new_key,
    opened,
    questionnaire_hash,
)
from kansa.apps.drills.queries.landing import Target, questionnaire_of, reveal_page, target_of
from kansa.apps.drills.queries.outgoing import Outgoing, outgoing
from kansa.apps.drills.queries.recorded import drill_mapping_named, drill_mappings, drills
from kansa.apps.drills.queries.results import (
    DrillResult,
    gophish_people,
    judged_outcomes,
    questionnaire_counts,
    result_of,
)

__all__ = [
    "DrillResult",
    "Found",
    "Keyring",
    "Outgoing",
    "Target",
    "campaign_for",
    "campaign_key",
    "campaigns",
    "drill_mapping_named",
    "drill_mappings",
    "drills",
    "found_in",
    "gophish_people",
    "is_voided",
    "judged_outcomes",
    "link_hash",
    "mail_hash",
    "new_key",
    "opened",
    "outgoing",
    "questionnaire_counts",
    "questionnaire_hash",
    "questionnaire_of",
    "result_of",
    "reveal_page",
    "scenario_named",
    "signed_plan",
    "target_of",
]
