"""What lives here. Reads of laps, their rules, the question a plan answers, drafts and the matrix of the page.
Who comes here. The views and actions of this app, the command line, the documents of the plan.
May import. The models of this app and of the apps below, the pure packages.
Must not. Write; solve.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.scheduling.queries.drafts import draft_cells, draft_of, draft_task, drafts_of
from kansa.apps.scheduling.queries.laps import LapFrame, frame_of, lap_frames, lap_of, lap_years
from kansa.apps.scheduling.queries.matrix import MatrixRow, lap_matrix, year_loads
from kansa.apps.scheduling.queries.papers import PlanPaper, annual_paper, lap_paper, template_for
from kansa.apps.scheduling.queries.standing import open_years_of, standing_plan
from kansa.apps.scheduling.queries.tasks import cells_of_lap, first_open_year, rotation_task

__all__ = [
    "LapFrame",
    "MatrixRow",
    "PlanPaper",
    "annual_paper",
    "cells_of_lap",
    "draft_cells",
    "draft_of",
    "draft_task",
    "drafts_of",
    "first_open_year",
    "frame_of",
    "lap_frames",
    "lap_matrix",
    "lap_of",
    "lap_paper",
    "lap_years",
    "open_years_of",
    "rotation_task",
    "standing_plan",
    "template_for",
    "year_loads",
]
