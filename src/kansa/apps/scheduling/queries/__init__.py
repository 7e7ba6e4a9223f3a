"""What lives here. Reads of laps and years, their rules, the questions plans answer, drafts, teams and days.
Who comes here. The views and actions of this app, the command line, the documents of the plan.
May import. The models of this app and of the apps below, the pure packages.
Must not. Write; solve.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.scheduling.queries.auditors import AuditorRow, auditor_rows
from kansa.apps.scheduling.queries.cases import assignment_case, present_team, present_teams
from kansa.apps.scheduling.queries.dates import DatedAudit, by_month, calendar_entries, dated_audits, notice_dates
from kansa.apps.scheduling.queries.drafts import draft_cells, draft_of, draft_task, drafts_of, job_of_draft
from kansa.apps.scheduling.queries.laps import LapFrame, frame_of, lap_frames, lap_of, lap_years
from kansa.apps.scheduling.queries.matrix import MatrixRow, lap_matrix, year_loads
from kansa.apps.scheduling.queries.papers import PlanPaper, annual_paper, lap_paper, template_for
from kansa.apps.scheduling.queries.standing import open_years_of, standing_plan
from kansa.apps.scheduling.queries.tasks import cells_of_lap, first_open_year, rotation_task
from kansa.apps.scheduling.queries.teams import (
    AuditorLoad,
    TeamLine,
    auditor_loads,
    draft_case,
    draft_plan,
    draft_teams,
    new_breaches,
    present_of,
    team_lines,
)
from kansa.apps.scheduling.queries.years import (
    YearAudit,
    audit_year,
    cells_without_engagement,
    day_rules,
    known_slots,
    slots_of,
    year_audits,
)

__all__ = [
    "AuditorLoad",
    "AuditorRow",
    "DatedAudit",
    "LapFrame",
    "MatrixRow",
    "PlanPaper",
    "TeamLine",
    "YearAudit",
    "annual_paper",
    "assignment_case",
    "audit_year",
    "auditor_loads",
    "auditor_rows",
    "by_month",
    "calendar_entries",
    "cells_of_lap",
    "cells_without_engagement",
    "dated_audits",
    "day_rules",
    "draft_case",
    "draft_cells",
    "draft_of",
    "draft_plan",
    "draft_task",
    "draft_teams",
    "drafts_of",
    "first_open_year",
    "frame_of",
    "job_of_draft",
    "known_slots",
    "lap_frames",
    "lap_matrix",
    "lap_of",
    "lap_paper",
    "lap_years",
    "new_breaches",
    "notice_dates",
    "open_years_of",
    "present_of",
    "present_team",
    "present_teams",
    "rotation_task",
    "slots_of",
    "standing_plan",
    "team_lines",
    "template_for",
    "year_audits",
    "year_loads",
]
