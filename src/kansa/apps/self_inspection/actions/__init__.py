"""What lives here. Writes of self-inspection: imports and the tally, campaigns and their slips, answers.
Who comes here. The imports and the pages.
May import. self_inspection.models, self_inspection.queries, controls, people, trail, formats and core.
Must not. Write a person and an answer in one transaction, unless the campaign is identified; tell the trail an answer.
To add one. An act is one function in the module of its subject; acts of the office begin with `require`.
"""

from kansa.apps.self_inspection.actions.answering import begin, check_open, save_answer, save_comment
from kansa.apps.self_inspection.actions.campaigns import CampaignWords, move_campaign, save_campaign
from kansa.apps.self_inspection.actions.importing import erase_responses, masks, plan_self_inspection
from kansa.apps.self_inspection.actions.looking import SheetGiven, SheetLook
from kansa.apps.self_inspection.actions.mixing import mix, mix_answers
from kansa.apps.self_inspection.actions.papers import enter_paper
from kansa.apps.self_inspection.actions.past import plan_past_answers, plan_past_counts, save_mapping
from kansa.apps.self_inspection.actions.sheets import look_at_sheet, make_sheet, take_sheet
from kansa.apps.self_inspection.actions.slips import PrintedSlip, print_slips

__all__ = [
    "CampaignWords",
    "PrintedSlip",
    "SheetGiven",
    "SheetLook",
    "begin",
    "check_open",
    "enter_paper",
    "erase_responses",
    "look_at_sheet",
    "make_sheet",
    "masks",
    "mix",
    "mix_answers",
    "move_campaign",
    "plan_past_answers",
    "plan_past_counts",
    "plan_self_inspection",
    "print_slips",
    "save_answer",
    "save_campaign",
    "save_comment",
    "save_mapping",
    "take_sheet",
]
