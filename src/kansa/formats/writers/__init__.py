"""What lives here. Tables, exports of every kind of record and empty forms, as Excel and CSV bytes.
Who comes here. Whoever changes how a downloaded table looks, or what keeps it safe to open.
May import. kansa.core, kansa.formats.{records,readers,tables,words}, xlsxwriter.
Must not. Use the clock or chance: the same rows give the same bytes; write any cell as a formula.
To add one. A new kind of record needs nothing here: its SPEC says how it is written.
"""

from kansa.formats.writers.print_form import PrintColumn, PrintForm, write_form
from kansa.formats.writers.tables import export_csv, export_rows, export_xlsx, template, write_csv, write_table
from kansa.formats.writers.text import guarded
from kansa.formats.writers.workbook import OutCell, OutColumn, OutSheet, write_workbook

__all__ = [
    "OutCell",
    "OutColumn",
    "OutSheet",
    "PrintColumn",
    "PrintForm",
    "export_csv",
    "export_rows",
    "export_xlsx",
    "guarded",
    "template",
    "write_csv",
    "write_form",
    "write_table",
    "write_workbook",
]
