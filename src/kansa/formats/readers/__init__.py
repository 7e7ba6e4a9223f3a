"""What lives here. One module for each kind of file: its columns, its checks within the file, its records.
Who comes here. Whoever adds a kind of file or a column, or asks why a row was refused.
May import. kansa.core, kansa.formats.{records,words,tables,folding}.
Must not. Look at a database or another file, fill in what the file does not say.
To add one. A module with SPEC, one line in SPECS, a folder of good_* and bad_* samples in tests/formats/samples.
"""

from kansa.formats.readers import (
    accounts,
    assets,
    checklist,
    departments,
    drill,
    engagements,
    findings,
    guideline,
    judgements,
    plan,
    published,
    self_inspection,
    staff,
    training,
    year,
)
from kansa.formats.readers.gophish import read_gophish
from kansa.formats.readers.simulation import read_simulation
from kansa.formats.readers.spec import Exported, Reader, ReaderSpec

# In the order in which an empty system takes them in.
SPECS: dict[str, ReaderSpec] = {
    "year": year.SPEC,
    "departments": departments.SPEC,
    "staff": staff.SPEC,
    "accounts": accounts.SPEC,
    "checklist": checklist.SPEC,
    "guideline": guideline.SPEC,
    "plan": plan.SPEC,
    "engagements": engagements.SPEC,
    "judgements": judgements.SPEC,
    "self_inspection": self_inspection.SPEC,
    "drill": drill.SPEC,
    "findings": findings.SPEC,
    "training": training.SPEC,
    "assets": assets.SPEC,
    "published": published.SPEC,
}
READERS: dict[str, Reader] = {name: spec.read for name, spec in SPECS.items()}

__all__ = [
    "READERS",
    "SPECS",
    "Exported",
    "Reader",
    "ReaderSpec",
    "read_gophish",
    "read_simulation",
]
