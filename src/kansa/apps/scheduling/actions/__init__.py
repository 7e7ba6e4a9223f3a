"""What lives here. Acts of planning: rules of a lap, computing a draft in the background, accepting it, cells by hand.
Who comes here. The views of this app and the command line.
May import. The models and queries of this app, plan.actions, trail.actions, jobs.actions, kansa.planning.
Must not. Accept what the checker refuses; solve within a request.
To add one. One act is one function in the module whose question it shares, with its trail row and a line below.
"""

from kansa.apps.scheduling.actions.accepting import accept_draft, discard_draft
from kansa.apps.scheduling.actions.by_hand import set_cell
from kansa.apps.scheduling.actions.drafting import (
    Answer,
    Wanted,
    answer_of,
    asked_task,
    begin_rotation,
    keep_rotation,
    solve_rotation_draft,
    stop_draft,
)
from kansa.apps.scheduling.actions.papers import PAPER_WRITERS, save_paper, write_paper
from kansa.apps.scheduling.actions.rules import (
    NewRule,
    add_rule,
    drop_rule,
    lap_for_change,
    set_fact,
    set_limits,
    set_weights,
)

__all__ = [
    "PAPER_WRITERS",
    "Answer",
    "NewRule",
    "Wanted",
    "accept_draft",
    "add_rule",
    "answer_of",
    "asked_task",
    "begin_rotation",
    "discard_draft",
    "drop_rule",
    "keep_rotation",
    "lap_for_change",
    "save_paper",
    "set_cell",
    "set_fact",
    "set_limits",
    "set_weights",
    "solve_rotation_draft",
    "stop_draft",
    "write_paper",
]
