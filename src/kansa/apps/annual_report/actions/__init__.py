"""What lives here. The acts on a whole year: bringing files in, freezing, recording the approval.
Who comes here. The command line and the pages.
May import. Actions and queries of every app, and the pure packages.
Must not. Change a frozen year; import a file in part.
To add one. A kind of file is one line in importing.KINDS.
"""

from kansa.apps.annual_report.actions.drill_tables import KIND as DRILL_TABLE_KIND
from kansa.apps.annual_report.actions.drill_tables import DrillTableOutcome, import_drill_table
from kansa.apps.annual_report.actions.freezing import Freezable, Frozen, confirm, freezable, freeze
from kansa.apps.annual_report.actions.holding import Held, forget, forget_expired, hold, take_held
from kansa.apps.annual_report.actions.importing import (
    KINDS,
    ImportOutcome,
    import_file,
    import_files,
    import_records,
)
from kansa.apps.annual_report.actions.past import KIND as PAST_KIND
from kansa.apps.annual_report.actions.past import PastOutcome, import_past, make_past_checklist
from kansa.apps.annual_report.actions.starting import begin_year, usual_year

__all__ = [
    "DRILL_TABLE_KIND",
    "KINDS",
    "PAST_KIND",
    "DrillTableOutcome",
    "Freezable",
    "Frozen",
    "Held",
    "ImportOutcome",
    "PastOutcome",
    "begin_year",
    "confirm",
    "forget",
    "forget_expired",
    "freezable",
    "freeze",
    "hold",
    "import_drill_table",
    "import_file",
    "import_files",
    "import_past",
    "import_records",
    "make_past_checklist",
    "take_held",
    "usual_year",
]
