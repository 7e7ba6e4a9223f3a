"""What lives here. Readers of advisories carried in as files: what is fixed in which version, what is exploited.
Who comes here. Whoever adds a source of advisories, or asks why one of its rows was not read.
May import. kansa.core, kansa.formats.scans (opening, markup, objects, rows, fields) and kansa.formats.unsafe.
Must not. Compare versions, fetch anything, leave out a row because it seems unimportant.
To add one. A module with a FORMAT, one line in READERS, samples good_* and bad_* in tests/formats/advisories.
"""

from kansa.formats.advisories.reading import READERS, AdvisoryFormat, kind_of, read_advisories
from kansa.formats.advisories.records import Advisory, AdvisoryRecord, Build, CveFact, Stamp, Update

__all__ = [
    "READERS",
    "Advisory",
    "AdvisoryFormat",
    "AdvisoryRecord",
    "Build",
    "CveFact",
    "Stamp",
    "Update",
    "kind_of",
    "read_advisories",
]
