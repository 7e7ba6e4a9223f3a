"""What lives here. Writes about drills: imports, plans, texts, the frozen list, hits, reports, answers, the closing.
Who comes here. The pages and commands of drills; the import; the sending engine, which notes what became of each mail.
May import. drills.models, drills.queries, people, trail, Django and the pure packages.
Must not. Write a name or an address anywhere but sealed; change or remove a raw hit before the campaign is closed.
To add one. An act is one function in the module of its subject, with `require` in its first line.
"""

from kansa.apps.drills.actions.closing import FollowUp, close_now, follow_up_list
from kansa.apps.drills.actions.dividing import (
    Division,
    change_plan,
    divide,
    leave_out,
    listed_people,
    set_texts,
)
from kansa.apps.drills.actions.exporting import export_gophish
from kansa.apps.drills.actions.importing import (
    describe_drill,
    plan_drill,
    remove_drill_mapping,
    save_drill_mapping,
)
from kansa.apps.drills.actions.landing import Request, note_answer, note_hit
from kansa.apps.drills.actions.listing import ListedPerson, freeze_list, set_absent
from kansa.apps.drills.actions.mailbox import fetch_reports, read_reports
from kansa.apps.drills.actions.moving import SendNote, move_campaign, note_sending
from kansa.apps.drills.actions.planning import (
    CampaignWords,
    GroupChoice,
    close_questionnaire,
    note_trial,
    open_questionnaire,
    save_campaign,
    save_rules,
    set_groups,
)
from kansa.apps.drills.actions.posting import note_drill_mails, take_fates, take_step
from kansa.apps.drills.actions.preflight import note_preflight, send_preflight
from kansa.apps.drills.actions.reports import Taken, count_calls, take_reports
from kansa.apps.drills.actions.scenarios import agree_rating, rate_scenario, rating_of, save_scenario

__all__ = [
    "CampaignWords",
    "Division",
    "FollowUp",
    "GroupChoice",
    "ListedPerson",
    "Request",
    "SendNote",
    "Taken",
    "agree_rating",
    "change_plan",
    "close_now",
    "close_questionnaire",
    "count_calls",
    "describe_drill",
    "divide",
    "export_gophish",
    "fetch_reports",
    "follow_up_list",
    "freeze_list",
    "leave_out",
    "listed_people",
    "move_campaign",
    "note_answer",
    "note_drill_mails",
    "note_hit",
    "note_preflight",
    "note_sending",
    "note_trial",
    "open_questionnaire",
    "plan_drill",
    "rate_scenario",
    "rating_of",
    "read_reports",
    "remove_drill_mapping",
    "save_campaign",
    "save_drill_mapping",
    "save_rules",
    "save_scenario",
    "send_preflight",
    "set_absent",
    "set_groups",
    "set_texts",
    "take_fates",
    "take_reports",
    "take_step",
]
