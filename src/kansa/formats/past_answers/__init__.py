"""What lives here. Answers of past years in any layout: tables as they stand, a mapping of their columns, records.
Who comes here. Whoever brings in an Excel list or the CSV of a survey tool, and whoever proposes what its columns are.
May import. kansa.core, kansa.formats.{records,readers,tables,words,folding,unsafe}.
Must not. Guess an answer: what no mapping says is refused with its place.
To add one. A role of a column is a line in mapping.ROLES_JA and its branch in read.py.
"""

from kansa.formats.past_answers.mapping import (
    ANSWER_ROLES_JA,
    COUNT_ROLES_JA,
    ITEM,
    LAYOUTS_JA,
    ROLES_JA,
    Mapping,
    mapping_from_json,
    mapping_text,
    mapping_to_json,
    pairs_from_json,
)
from kansa.formats.past_answers.propose import (
    NewItem,
    Proposal,
    answer_of,
    answers_in,
    item_headings,
    new_items,
    propose,
)
from kansa.formats.past_answers.read import CountRecord, PastAnswers, read_past_answers
from kansa.formats.past_answers.tables import PastTable, heading_key, past_tables

__all__ = [
    "ANSWER_ROLES_JA",
    "COUNT_ROLES_JA",
    "ITEM",
    "LAYOUTS_JA",
    "ROLES_JA",
    "CountRecord",
    "Mapping",
    "NewItem",
    "PastAnswers",
    "PastTable",
    "Proposal",
    "answer_of",
    "answers_in",
    "heading_key",
    "item_headings",
    "mapping_from_json",
    "mapping_text",
    "mapping_to_json",
    "new_items",
    "pairs_from_json",
    "past_tables",
    "propose",
    "read_past_answers",
]
