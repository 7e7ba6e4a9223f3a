"""What lives here. Bytes of a table file -> rows of checked values, with the row numbers Excel shows.
Who comes here. Whoever meets a file that is read wrongly before its meaning matters: encodings, headers, merged cells.
May import. kansa.core, kansa.formats.{folding,unsafe,words}, python-calamine.
Must not. Know any particular kind of table; that is what readers are for.
To add one. A kind of cell is a CellKind in kinds.py with its parse and its show, and a row in its test.
"""

from kansa.formats.tables.read import REFUSAL_LIMIT, Row, Table, at_most, place_of, read_sheet, read_table, read_tables
from kansa.formats.tables.spec import REMARKS, Cell, CellFault, CellKind, Column, ExtraColumns, TableSpec

__all__ = [
    "REFUSAL_LIMIT",
    "REMARKS",
    "Cell",
    "CellFault",
    "CellKind",
    "Column",
    "ExtraColumns",
    "Row",
    "Table",
    "TableSpec",
    "at_most",
    "place_of",
    "read_sheet",
    "read_table",
    "read_tables",
]
