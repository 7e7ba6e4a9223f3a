"""What lives here. Live rows as YearData, frozen years as bytes, rows for export, and the plan of a worksheet.
Who comes here. Freezing, the command line and the pages.
May import. Queries of every app and the pure packages.
Must not. Write; compute a figure.
To add one. A kind of export is one line in exports.EXPORTS.
"""

from kansa.apps.annual_report.queries.changes import ChangeLine, change_lines
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
from kansa.apps.annual_report.queries.year_data import year_data, years_recorded
from kansa.apps.assessment.queries import worksheet_file, worksheet_plan

__all__ = [
    "EXPORTS",
    "ChangeLine",
    "FrozenForm",
    "change_lines",
    "confirmation_of",
    "export_records",
    "frozen_bytes",
    "frozen_year",
    "frozen_years",
    "is_frozen",
    "latest_frozen",
    "worksheet_file",
    "worksheet_plan",
    "year_data",
    "years_recorded",
]
