"""What lives here. Writes of self-inspection: imports and the tally, campaigns and their slips, answers.
Who comes here. The imports and the pages.
May import. self_inspection.models, self_inspection.queries, controls, people, trail, formats and core.
Must not. Write a person and an answer in one transaction, unless the campaign is identified; tell the trail an answer.
To add one. An act is one function in the module of its subject; acts of the office begin with `require`.
"""

from kansa.apps.self_inspection.actions.answering import begin, check_open, save_answer, save_comment
from kansa.apps.self_inspection.actions.campaigns import CampaignWords, move_campaign, save_campaign
from kansa.apps.self_inspection.actions.copy_numbers import copy_begun, note_restored
from kansa.apps.self_inspection.actions.copying import (
    HeldCampaign,
    HeldGroup,
    Run,
    campaigns_now,
    held_after,
    write_held,
)
from kansa.apps.self_inspection.actions.deciding import ask_for_decision, decide_results
from kansa.apps.self_inspection.actions.importing import erase_responses, masks, plan_self_inspection
from kansa.apps.self_inspection.actions.looking import SheetGiven, SheetLook
from kansa.apps.self_inspection.actions.mixing import mix, mix_answers
from kansa.apps.self_inspection.actions.moving import Asked, ask_to_move, move_large_campaign
from kansa.apps.self_inspection.actions.papers import enter_paper
from kansa.apps.self_inspection.actions.past import plan_past_answers, plan_past_counts, save_mapping
from kansa.apps.self_inspection.actions.reminding import (
    Chosen,
    RuleWords,
    approve_rule,
    cancel_reminder,
    head_template,
    people_template,
    remind,
    rule_sha256,
    save_rule,
)
from kansa.apps.self_inspection.actions.reminding_by_clock import remind_by_clock, remind_what_is_due
from kansa.apps.self_inspection.actions.sheets import look_at_sheet, make_sheet, take_sheet
from kansa.apps.self_inspection.actions.slips import PrintedSlip, print_slips

__all__ = [
    "Asked",
    "CampaignWords",
    "Chosen",
    "HeldCampaign",
    "HeldGroup",
    "PrintedSlip",
    "RuleWords",
    "Run",
    "SheetGiven",
    "SheetLook",
    "approve_rule",
    "ask_for_decision",
    "ask_to_move",
    "begin",
    "campaigns_now",
    "cancel_reminder",
    "check_open",
    "copy_begun",
    "decide_results",
    "enter_paper",
    "erase_responses",
    "head_template",
    "held_after",
    "look_at_sheet",
    "make_sheet",
    "masks",
    "mix",
    "mix_answers",
    "move_campaign",
    "move_large_campaign",
    "note_restored",
    "people_template",
    "plan_past_answers",
    "plan_past_counts",
    "plan_self_inspection",
    "print_slips",
    "remind",
    "remind_by_clock",
    "remind_what_is_due",
    "rule_sha256",
    "save_answer",
    "save_campaign",
    "save_comment",
    "save_mapping",
    "save_rule",
    "take_sheet",
    "write_held",
]
