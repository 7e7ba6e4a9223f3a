"""What lives here. Reads of self-inspection: the tally, campaigns and their progress, and who may answer as whom.
Who comes here. The pages, the actions and the annual report.
May import. self_inspection.models, the queries of the apps below, and the pure packages.
Must not. Write; give out single answers to anybody but the respondent.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.self_inspection.queries.campaigns import (
    OpeningPlan,
    Progress,
    asked_item,
    asked_items,
    campaigns_asking,
    campaigns_for,
    checklist_of,
    excluded_people,
    is_asked,
    moving_job,
    opened_campaign,
    opening_plan,
    progress_of,
    roster_of,
    silent_members,
    slip_departments,
    total_of,
)
from kansa.apps.self_inspection.queries.contents import CommentView, LevelLine, LevelView, comment_views, level_views
from kansa.apps.self_inspection.queries.decisions import NotDecided, deciding_job, results_of
from kansa.apps.self_inspection.queries.keys import answer_key, folded_code, new_code, row_token, slip_token
from kansa.apps.self_inspection.queries.mappings import mapping_named, saved_mappings
from kansa.apps.self_inspection.queries.reminders import (
    HeadAccount,
    ReminderGroup,
    heads_of,
    reminder_groups,
    reminders_of,
    rule_of,
    slip_people,
)
from kansa.apps.self_inspection.queries.respondents import (
    Invitation,
    Respondent,
    campaign_of_key,
    has_answered,
    own_answers,
    own_comments,
    respondent_of,
)
from kansa.apps.self_inspection.queries.result_lines import asked_results, result_frame
from kansa.apps.self_inspection.queries.results import answer_table, published_rules, years_counted
from kansa.apps.self_inspection.queries.sheets import (
    Workplace,
    has_slips,
    intakes_of,
    late_item_counts,
    members_of,
    room_by_job_type,
    sheet_items,
    sheet_plan,
    workplace_for,
    workplaces,
)
from kansa.apps.self_inspection.queries.tallies import tally_rows

__all__ = [
    "CommentView",
    "HeadAccount",
    "Invitation",
    "LevelLine",
    "LevelView",
    "NotDecided",
    "OpeningPlan",
    "Progress",
    "ReminderGroup",
    "Respondent",
    "Workplace",
    "answer_key",
    "answer_table",
    "asked_item",
    "asked_items",
    "asked_results",
    "campaign_of_key",
    "campaigns_asking",
    "campaigns_for",
    "checklist_of",
    "comment_views",
    "deciding_job",
    "excluded_people",
    "folded_code",
    "has_answered",
    "has_slips",
    "heads_of",
    "intakes_of",
    "is_asked",
    "late_item_counts",
    "level_views",
    "mapping_named",
    "members_of",
    "moving_job",
    "new_code",
    "opened_campaign",
    "opening_plan",
    "own_answers",
    "own_comments",
    "progress_of",
    "published_rules",
    "reminder_groups",
    "reminders_of",
    "respondent_of",
    "result_frame",
    "results_of",
    "room_by_job_type",
    "roster_of",
    "row_token",
    "rule_of",
    "saved_mappings",
    "sheet_items",
    "sheet_plan",
    "silent_members",
    "slip_departments",
    "slip_people",
    "slip_token",
    "tally_rows",
    "total_of",
    "workplace_for",
    "workplaces",
    "years_counted",
]
