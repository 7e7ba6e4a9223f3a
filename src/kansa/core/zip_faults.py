"""What does Python raise for a file that is no zip, is cut off, or was changed anywhere? It has no one word for it."""

from __future__ import annotations

import struct
import zipfile
import zlib

# RuntimeError: parts behind a password, unknown packings (NotImplementedError).
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
