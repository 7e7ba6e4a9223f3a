"""Which way up is a photo? The one thing of its EXIF that is kept, because without it the picture lies on its side.

Source: CIPA DC-008 (Exif 3.0), 4.6.2 (TIFF header, image file directory) and tag 274 (Orientation).
"""

from __future__ import annotations

import struct

UPRIGHT = 1
_TAG = 0x0112
_SHORT = 3


def orientation_of(tiff: bytes) -> int:
    """1 to 8; 1 when the EXIF does not say or cannot be read. `tiff` begins with the byte order."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(min(count, 200)):
            tag, kind, _length, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == _TAG:
                return value if kind == _SHORT and 1 <= value <= 8 else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def orientation_exif(orientation: int) -> bytes:
    """EXIF that says the orientation and nothing else: one directory of one entry."""
    return b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, _TAG, _SHORT, 1, orientation, 0, 0)
