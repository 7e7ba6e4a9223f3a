"""What lives here. A firm's table of a mail drill done elsewhere: a mapping of its columns and words, and the records.
Who comes here. Whoever brings such a table in, and whoever proposes what its columns are.
May import. kansa.core, kansa.formats.{past_answers,readers,records,tables,words,folding}.
Must not. Guess: a word that the mapping does not know is refused with its place; a time not there stays unknown.
To add one. A field of the drill is a column of readers.drill and a line in mapping.USUAL.
"""

from kansa.formats.drill_tables.mapping import (
    FIELDS_JA,
    MEANINGS_JA,
    DrillMapping,
    drill_mapping_from_json,
    drill_mapping_to_json,
    proposed_drill_mapping,
    usual_meaning,
    words_in,
)
from kansa.formats.drill_tables.read import MappedDrill, read_mapped

__all__ = [
    "FIELDS_JA",
    "MEANINGS_JA",
    "DrillMapping",
    "MappedDrill",
    "drill_mapping_from_json",
    "drill_mapping_to_json",
    "proposed_drill_mapping",
    "read_mapped",
    "usual_meaning",
    "words_in",
]
