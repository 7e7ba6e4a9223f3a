"""What lives here. Writes about an audit under way: its planning, its auditors, its moves, its letters and templates.
Who comes here. The pages of this app.
May import. This app's models and queries, the apps below, Django and the pure packages.
Must not. Move an engagement except through core.flow.step.
To add one. An act is one function in the module of its subject, permission in the first line, one event in the trail.
"""

from kansa.apps.audits.actions.letters import Written, replace_template, save_letter, withdraw_template, write_letter
from kansa.apps.audits.actions.moving import close_recorded, move
from kansa.apps.audits.actions.planning import Planned, assign, create_engagement, edit_engagement, set_lead, unassign

__all__ = [
    "Planned",
    "Written",
    "assign",
    "close_recorded",
    "create_engagement",
    "edit_engagement",
    "move",
    "replace_template",
    "save_letter",
    "set_lead",
    "unassign",
    "withdraw_template",
    "write_letter",
]
