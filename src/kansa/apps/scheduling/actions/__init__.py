"""What lives here. Acts of planning: rules, computing drafts in the background, accepting them, changes by hand.
Who comes here. The views of this app and the command line.
May import. The models and queries of this app, audits.actions, trail.actions, jobs.actions, kansa.planning.
Must not. Accept what the checker refuses; solve within a request.
To add one. One act is one function in the module whose question it shares, with its trail row and a line below.
"""

from kansa.apps.scheduling.actions.accepting import accept_draft, discard_draft
from kansa.apps.scheduling.actions.assigning import (
    WantedTeams,
    asked_case,
    begin_assignment,
    keep_assignment,
    solve_assignment_draft,
    solved_teams,
)
from kansa.apps.scheduling.actions.auditors import (
    REMOVABLE,
    SaidOfAuditor,
    add_busy,
    add_day,
    add_department_busy,
    add_team_rule,
    add_wish,
    copy_auditors,
    facts_to_copy,
    import_busy,
    remove_row,
    set_auditors,
)
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
from kansa.apps.scheduling.actions.engaging import create_engagements
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
from kansa.apps.scheduling.actions.teams import TeamByHand, accept_assignment, broken_by_hand, set_team
from kansa.apps.scheduling.actions.year_rules import YearRules, set_year_rules

__all__ = [
    "PAPER_WRITERS",
    "REMOVABLE",
    "Answer",
    "NewRule",
    "SaidOfAuditor",
    "TeamByHand",
    "Wanted",
    "WantedTeams",
    "YearRules",
    "accept_assignment",
    "accept_draft",
    "add_busy",
    "add_day",
    "add_department_busy",
    "add_rule",
    "add_team_rule",
    "add_wish",
    "answer_of",
    "asked_case",
    "asked_task",
    "begin_assignment",
    "begin_rotation",
    "broken_by_hand",
    "copy_auditors",
    "create_engagements",
    "discard_draft",
    "drop_rule",
    "facts_to_copy",
    "import_busy",
    "keep_assignment",
    "keep_rotation",
    "lap_for_change",
    "remove_row",
    "save_paper",
    "set_auditors",
    "set_cell",
    "set_fact",
    "set_limits",
    "set_team",
    "set_weights",
    "set_year_rules",
    "solve_assignment_draft",
    "solve_rotation_draft",
    "solved_teams",
    "stop_draft",
    "write_paper",
]
