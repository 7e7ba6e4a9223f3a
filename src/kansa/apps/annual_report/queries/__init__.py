"""What lives here. Live rows as YearData, frozen years as bytes, rows for export, and the plan of a worksheet.
Who comes here. Freezing, the command line and the pages.
May import. Queries of every app and the pure packages.
Must not. Write; compute a figure.
To add one. A kind of export is one line in exports.EXPORTS.
"""

from kansa.apps.annual_report.queries.changes import ChangeLine, change_lines
from kansa.apps.annual_report.queries.contradictions import CONTRADICTION_FILES, Disagreements, disagreements
from kansa.apps.annual_report.queries.dashboard import (
    AgeBand,
    LiveMean,
    StreamLine,
    live_means,
    open_ages,
    timeline,
)
from kansa.apps.annual_report.queries.department import DepartmentView, department_view, own_departments
from kansa.apps.annual_report.queries.exports import EXPORTS, export_records
from kansa.apps.annual_report.queries.frozen import (
    FrozenForm,
    confirmation_of,
    frozen_bytes,
    frozen_year,
    frozen_years,
    is_frozen,
    latest_frozen,
)
from kansa.apps.annual_report.queries.start import Step, first_steps, is_begun
from kansa.apps.annual_report.queries.waiting import Waiting, waiting
from kansa.apps.annual_report.queries.year_data import year_data, years_recorded
from kansa.apps.assessment.queries import worksheet_file, worksheet_plan

__all__ = [
    "CONTRADICTION_FILES",
    "EXPORTS",
    "AgeBand",
    "ChangeLine",
    "DepartmentView",
    "Disagreements",
    "FrozenForm",
    "LiveMean",
    "Step",
    "StreamLine",
    "Waiting",
    "change_lines",
    "confirmation_of",
    "department_view",
    "disagreements",
    "export_records",
    "first_steps",
    "frozen_bytes",
    "frozen_year",
    "frozen_years",
    "is_begun",
    "is_frozen",
    "latest_frozen",
    "live_means",
    "open_ages",
    "own_departments",
    "timeline",
    "waiting",
    "worksheet_file",
    "worksheet_plan",
    "year_data",
    "years_recorded",
]
