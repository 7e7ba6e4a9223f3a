"""How large is a picture, and what is left of its file without where, when and by which device it was taken?

Nothing is decoded: the parts that make the picture are copied byte by byte, all others are left out, whatever they are.
Source: ITU-T T.81 annex B (JPEG), ISO/IEC 15948 (PNG), RFC 9649 (WebP).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from kansa.formats.evidence.orientation import UPRIGHT, orientation_exif, orientation_of
from kansa.formats.unsafe import UnsafeFile

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
SEGMENTS = 10_000  # of a JPEG; a large one has some hundred
_EXIF = b"Exif\x00\x00"

_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FILL = re.compile(rb"\xff+")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND acTL fcTL fdAT bKGD cHRM cICP cLLI gAMA hIST iCCP mDCV pHYs sBIT sPLT sRGB tRNS".split()
)
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's size in pixels and its bytes without metadata."""

    width: int
    height: int
    data: bytes


def broken(what_ja: str) -> UnsafeFile:
    """The refusal of a file that ends too early or contradicts itself."""
    return UnsafeFile(
        "broken_file", f"{what_ja}のファイルが壊れているか、途中で切れています。元のファイルを選び直してください。"
    )


def stripped_jpeg(data: bytes) -> Picture:
    """The JPEG with its colour profile and orientation as only side information. Raises UnsafeFile when broken."""
    kept: list[bytes] = []
    size = (0, 0)
    orientation = UPRIGHT
    scans = 0
    for marker, segment in _segments(data):
        body = segment[4:]
        if marker in _FRAMES and len(body) >= 5:
            height, width = struct.unpack_from(">HH", body, 1)
            size = max(size, (width, height), key=_area)
        if marker == 0xE1 and body.startswith(_EXIF):
            orientation = orientation_of(body[len(_EXIF) :])
        scans += marker == 0xDA
        if _belongs_to_jpeg(marker, body):
            kept.append(segment)
    if not scans or not _area(size):
        raise broken("JPEG の画像")
    if orientation != UPRIGHT:
        exif = _EXIF + orientation_exif(orientation)
        first = 1 if kept[0].startswith(b"\xff\xe0") else 0  # JFIF stands first
        kept.insert(first, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return Picture(*size, b"\xff\xd8" + b"".join(kept) + b"\xff\xd9")


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]


def _belongs_to_jpeg(marker: int, body: bytes) -> bool:
    """Comments and application data go, but for JFIF, the colour profile and Adobe's colour transform."""
    if marker == 0xFE:
        return False
    if not 0xE0 <= marker <= 0xEF:
        return True
    wanted = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}.get(marker)
    return wanted is not None and body.startswith(wanted)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) of each segment up to the end mark; a scan comes with its compressed data."""
    place = 2
    for _ in range(SEGMENTS):
        fill = _FILL.match(data, place)
        place = fill.end() - 1 if fill else place
        if len(data) < place + 2 or data[place] != 0xFF:
            raise broken("JPEG の画像")
        marker = data[place + 1]
        if marker == 0xD9:
            return
        if marker in _ALONE:
            yield marker, data[place : place + 2]
            place += 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        end = place + 2 + length
        if length < 2 or end > len(data):
            raise broken("JPEG の画像")
        if marker == 0xDA:
            found = _SCAN_END.search(data, end)
            if found is None:
                raise broken("JPEG の画像")
            end = found.start()
        yield marker, data[place:end]
        place = end
    raise broken("JPEG の画像")


def stripped_png(data: bytes) -> Picture:
    """The PNG without texts, times and EXIF but for the orientation. Raises UnsafeFile when broken."""
    kept: list[bytes] = []
    names: list[bytes] = []
    size = (0, 0)
    for name, body, chunk in _chunks(data):
        if name == b"IHDR" and not names and len(body) == 13:
            size = struct.unpack_from(">II", body)
        if name == b"eXIf" and orientation_of(body) != UPRIGHT:
            kept.append(_png_chunk(name, orientation_exif(orientation_of(body))))
        elif name in _PNG_KEPT:
            kept.append(chunk)
        elif not name[0] & 0x20:  # a part without which the picture cannot be shown, and that no standard knows
            raise broken("PNG の画像")
        names.append(name)
    if not _area(size) or b"IDAT" not in names or names[-1] != b"IEND":
        raise broken("PNG の画像")
    return Picture(*size, PNG + b"".join(kept))


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(name, content, whole chunk) up to the end mark; what follows it belongs to no picture."""
    place = len(PNG)
    name = b""
    while name != b"IEND":
        length = int.from_bytes(data[place : place + 4], "big")
        end = place + 12 + length
        name, body = data[place + 4 : place + 8], data[place + 8 : end - 4]
        if end > len(data) or zlib.crc32(name + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise broken("PNG の画像")
        yield name, body, data[place:end]
        place = end


def is_webp(data: bytes) -> bool:
    """Whether the first bytes are those of WebP."""
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def stripped_webp(data: bytes) -> Picture:
    """The WebP without XMP, and EXIF but for the orientation. Raises UnsafeFile when broken."""
    kept: list[bytes] = []
    size = (0, 0)
    orientation = UPRIGHT
    has_frame = False
    for name, body in _riff_chunks(data):
        size = max(size, _webp_size(name, body), key=_area)
        has_frame = has_frame or name in (b"VP8 ", b"VP8L", b"ANMF")
        if name == b"EXIF":
            orientation = orientation_of(body.removeprefix(_EXIF))
        elif name == b"VP8X":
            kept.append(_riff_chunk(name, bytes([body[0] & ~(_WEBP_EXIF | _WEBP_XMP)]) + body[1:]))
        elif name in _WEBP_KEPT:
            kept.append(_riff_chunk(name, body))
    if not has_frame or not _area(size):
        raise broken("WebP の画像")
    if orientation != UPRIGHT and kept[0].startswith(b"VP8X"):
        kept[0] = kept[0][:8] + bytes([kept[0][8] | _WEBP_EXIF]) + kept[0][9:]
        kept.append(_riff_chunk(b"EXIF", orientation_exif(orientation)))
    content = b"WEBP" + b"".join(kept)
    return Picture(*size, b"RIFF" + struct.pack("<I", len(content)) + content)


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    stop = 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise broken("WebP の画像")
    place = 12
    while place < stop:
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if place + 8 + length > stop:
            raise broken("WebP の画像")
        name, body = data[place : place + 4], data[place + 8 : place + 8 + length]
        if name in (b"VP8X", b"VP8 ", b"VP8L", b"ANMF") and length < 10:
            raise broken("WebP の画像")
        yield name, body
        place += 8 + length + length % 2


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    """Width and height that a part says; nothing for parts that say none."""
    if name == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return 0, 0
