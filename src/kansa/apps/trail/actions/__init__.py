"""What lives here. Writing an event, sealing events, keeping original files, and applying a planned import.
Who comes here. The actions of every app; nobody else writes to the trail.
May import. trail.models, trail.queries, Django and the pure packages.
Must not. Know what a department or a judgement is.
To add one. A step that every act needs is one module here; a step of one act belongs to that act's app.
"""

from kansa.apps.trail.actions.applying import ChangeSummary, Typed, apply_plan
from kansa.apps.trail.actions.mappings import keep_mapping
from kansa.apps.trail.actions.originals import Upload, erase_expired, keep_originals
from kansa.apps.trail.actions.planning import (
    ImportOptions,
    ImportPlan,
    Row,
    TablePlan,
    ToldAct,
    compare_table,
    place_of,
)
from kansa.apps.trail.actions.reading import export_events, note_reading, seal_now
from kansa.apps.trail.actions.recording import record, require, seal, seal_trail

__all__ = [
    "ChangeSummary",
    "ImportOptions",
    "ImportPlan",
    "Row",
    "TablePlan",
    "ToldAct",
    "Typed",
    "Upload",
    "apply_plan",
    "compare_table",
    "erase_expired",
    "export_events",
    "keep_mapping",
    "keep_originals",
    "note_reading",
    "place_of",
    "record",
    "require",
    "seal",
    "seal_now",
    "seal_trail",
]
