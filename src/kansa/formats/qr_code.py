"""How is a link drawn so that a phone reads it from a page or from paper?"""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M


@dataclass(frozen=True, slots=True)
class Drawn:
    """A QR code: the side of its square in modules, quiet zone included, and the path of its dark modules."""

    side: int
    path: str


def qr_path(text: str) -> Drawn:
    """The QR code of a text as one path, so that the page needs neither a picture file nor a style."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    marks = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Drawn(len(rows), "".join(marks))
