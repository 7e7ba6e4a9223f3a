"""Where does what stand on an answer sheet? Writer and reader agree here and nowhere else.

An item is a row and a person is a column, as on the paper form: whoever types a pile of forms goes down a column.
"""

from __future__ import annotations

SCHEMA = 1
SHEET = "回答入力"
PAPER_SHEET = "回答用紙"
META_SHEET = "_meta"
CODE_HEADER = "kansa-item"  # marks the row of the hidden line keys; stands in the hidden first column

# Columns of the grid (0-based); people follow.
CODE, NUMBER, TEXT, FIRST_LINE = 0, 1, 2, 3
# Rows of the grid (0-based) as written; read by the mark, never by number.
KEY_ROW, NAME_ROW, FIRST_ITEM = 4, 5, 6

NOT_ASKED = "／"  # an item that this person is not asked
CODES_A_CELL = 200  # codes in one cell of the meta sheet (a cell holds 32,767 characters)
META_KEYS = (
    "schema",
    "campaign",
    "fiscal_year",
    "department",
    "privacy",
    "serial",
    "items_sha256",
    "item_codes",
    "line_keys",
)
MANY = ("item_codes", "line_keys")  # lists, one entry a line
FILE_BYTES = 1_000_000  # a sheet of 300 people and 60 items has a fifth of it
MOST_LINES = 300
