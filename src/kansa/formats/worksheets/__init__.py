"""What lives here. The locked Excel file of one audit: written for an engagement, filled in by hand, read back.
Who comes here. Whoever changes what auditors see and fill in, or what proves that nothing else was changed.
May import. kansa.core, kansa.formats.{records,readers,tables,writers,words,folding}, xlsxwriter.
Must not. Find a row by its position; take the sheet protection for security (the seal is what counts).
To add one. A column is a line in layout.COLUMNS and its cell in write.py and read.py; raise layout.SCHEMA.
"""

from kansa.formats.worksheets.plan import WorksheetItem, WorksheetPlan, checklist_digest
from kansa.formats.worksheets.read import read_worksheet
from kansa.formats.worksheets.write import write_worksheet
from kansa.formats.worksheets.written import Written, read_base

__all__ = [
    "WorksheetItem",
    "WorksheetPlan",
    "Written",
    "checklist_digest",
    "read_base",
    "read_worksheet",
    "write_worksheet",
]
