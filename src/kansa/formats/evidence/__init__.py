"""What lives here. May an uploaded file be kept as audit evidence, as what kind, and under which name?
Who comes here. Whoever adds a kind of evidence, or meets a file that was refused or let in wrongly.
May import. The standard library, kansa.core, kansa.formats.unsafe.
Must not. Believe a file's name or header, unpack without a limit, keep a picture's metadata, open a picture.
To add one. A line in KINDS of kinds.py, its look inside in a module of its own, and samples.
"""

from kansa.formats.evidence.inspect import EvidenceFile, EvidenceLimits, inspect
from kansa.formats.evidence.kinds import ACCEPTED_JA, EXTENSIONS, KINDS, EvidenceKind
from kansa.formats.evidence.names import safe_name

__all__ = [
    "ACCEPTED_JA",
    "EXTENSIONS",
    "KINDS",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceLimits",
    "inspect",
    "safe_name",
]
