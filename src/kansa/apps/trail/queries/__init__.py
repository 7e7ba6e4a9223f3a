"""What lives here. Reads of the trail: the check of its hash chain, the original files, the keys of tokens.
Who comes here. Whoever verifies the record or needs the bytes a row was read from.
May import. trail.models, Django and the pure packages.
Must not. Write.
To add one. A read is one function in the module whose question it shares.
"""

from kansa.apps.trail.queries.chain import ChainReport, chain_head, event_line, unsealed_count, verify_chain
from kansa.apps.trail.queries.events import Change, EventFilter, changes_of, events_found, told_codes
from kansa.apps.trail.queries.keys import WORKSHEET_KEY, derived_key, opened, person_token, sealed
from kansa.apps.trail.queries.originals import original_bytes
from kansa.apps.trail.queries.reading import streamed
from kansa.apps.trail.queries.sources import SOURCE_VALUES, many_rows, one_row, positioned_rows, sourced

__all__ = [
    "SOURCE_VALUES",
    "WORKSHEET_KEY",
    "ChainReport",
    "Change",
    "EventFilter",
    "chain_head",
    "changes_of",
    "derived_key",
    "event_line",
    "events_found",
    "many_rows",
    "one_row",
    "opened",
    "original_bytes",
    "person_token",
    "positioned_rows",
    "sealed",
    "sourced",
    "streamed",
    "told_codes",
    "unsealed_count",
    "verify_chain",
]
