"""How does the plan of a lap stand today: which years are open, what is asked, what is accepted?"""

from __future__ import annotations

from kansa.apps.scheduling.queries.laps import LapFrame
from kansa.apps.scheduling.queries.tasks import cells_of_lap, first_open_year, rotation_task
from kansa.planning.rotation.values import PlanCell, RotationTask


def open_years_of(municipality_id: int, frame: LapFrame, this_year: int) -> list[int]:
    """The years of the lap that can still be planned."""
    first = first_open_year(municipality_id, frame, this_year)
    return [year for year in frame.years if year >= first]


def standing_plan(municipality_id: int, frame: LapFrame, this_year: int) -> tuple[RotationTask, tuple[PlanCell, ...]]:
    """The question and the accepted plan as both are now."""
    years = open_years_of(municipality_id, frame, this_year)
    task = rotation_task(municipality_id, frame, years[0] if years else frame.years[-1] + 1)
    return task, cells_of_lap(municipality_id, frame)
