"""What lives here. The Excel sheet of a workplace for a self-inspection: written, filled in by hand, read back.
Who comes here. Whoever changes what people without a PC see and fill in, or what proves that the sheet is ours.
May import. kansa.core, kansa.formats.{tables,words,worksheets,writers,folding,unsafe}, xlsxwriter.
Must not. Find an item or a person by place; put a name beside an answer unless the campaign is identified.
To add one. A kind of answer is a tuple of choices in plan.SheetItem; a mark of the sheet is a key of layout.META_KEYS.
"""

from kansa.formats.answer_sheets.plan import YES_NO_CHOICES, SheetItem, SheetLine, SheetPlan, items_digest
from kansa.formats.answer_sheets.read import Expected, FilledLine, FilledSheet, read_answer_sheet, read_typed
from kansa.formats.answer_sheets.write import write_answer_sheet

__all__ = [
    "YES_NO_CHOICES",
    "Expected",
    "FilledLine",
    "FilledSheet",
    "SheetItem",
    "SheetLine",
    "SheetPlan",
    "items_digest",
    "read_answer_sheet",
    "read_typed",
    "write_answer_sheet",
]
