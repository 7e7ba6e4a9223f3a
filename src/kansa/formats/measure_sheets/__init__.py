"""What lives here. The Excel list of a department's measures: written, its decision columns filled in, read back.
Who comes here. Whoever changes what a system-owning department fills in, or what proves that the list is ours.
May import. kansa.core, kansa.formats.{tables,words,worksheets,writers,folding,unsafe}, xlsxwriter.
Must not. Decide anything; find a measure by its place; take a cell that was locked.
To add one. A decision column is one EntryColumn in layout.py; writer and reader follow it.
"""

from kansa.formats.measure_sheets.layout import ENTRIES, FILE_BYTES
from kansa.formats.measure_sheets.plan import DetailRow, MeasureRow, MeasureSheetPlan
from kansa.formats.measure_sheets.read import FilledMeasure, FilledSheet, read_measure_sheet
from kansa.formats.measure_sheets.write import write_measure_sheet

__all__ = [
    "ENTRIES",
    "FILE_BYTES",
    "DetailRow",
    "FilledMeasure",
    "FilledSheet",
    "MeasureRow",
    "MeasureSheetPlan",
    "read_measure_sheet",
    "write_measure_sheet",
]
