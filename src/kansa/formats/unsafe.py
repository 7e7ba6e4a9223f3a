"""Is a foreign file safe to open? For a zip: how many parts it has, and how large they really become."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kansa.core.zip_faults import ZIP_FAULTS

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and encrypted new ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DOCTYPE = (b"<!DOCTYPE", b"<!ENTITY")


class UnsafeFile(ValueError):
    """The bytes are not opened: a stable code and the reason in Japanese."""

    def __init__(self, code: str, reason_ja: str) -> None:
        self.code = code
        self.reason_ja = reason_ja
        super().__init__(reason_ja)


class BrokenZip(ValueError):
    """The bytes are no zip, or a damaged one. What that means to the person, the caller knows."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What a zip may become. `ratio` is unpacked / packed; Office files are packed about 10 to 30 times."""

    entries: int = 2_000
    unpacked_bytes: int = 300 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 20 * 1024 * 1024  # below this size a high ratio does no harm

    def budget(self, packed_bytes: int) -> int:
        """The bytes that all parts together may have."""
        return min(self.unpacked_bytes, max(self.ratio_from, packed_bytes * self.ratio))


def is_encrypted_office(data: bytes) -> bool:
    """Whether the bytes are an Office file behind a password."""
    return data.startswith(OLE) and _ENCRYPTED in data


def zip_entries(data: bytes, limits: ZipLimits) -> list[zipfile.ZipInfo]:
    """The parts a zip names. Raises BrokenZip, and UnsafeFile when there are too many."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except ZIP_FAULTS:
        raise BrokenZip from None
    if len(entries) > limits.entries:
        raise UnsafeFile("too_many_parts", "ファイルの中の部品が多すぎるため読み込めません。")
    return entries


def unpacked_parts(
    data: bytes, entries: Sequence[zipfile.ZipInfo], limits: ZipLimits
) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Each part with its real bytes. Raises BrokenZip, and UnsafeFile for a bomb, encryption or a document type."""
    budget = limits.budget(len(data))
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UnsafeFile("encrypted", "暗号化された部品を含むファイルは読み込めません。")
        part = _unpacked(data, entry, budget)
        budget -= len(part)
        if is_xml(entry) and b"!" in part and any(mark in part for mark in _DOCTYPE):
            raise UnsafeFile("unsafe_xml", "文書型宣言（DOCTYPE）を含むファイルは、安全のため読み込みません。")
        yield entry, part


def is_xml(entry: zipfile.ZipInfo) -> bool:
    """Whether a part is XML by its name, which is how Office reads it."""
    return entry.filename.lower().endswith((".xml", ".rels"))


def _unpacked(data: bytes, entry: zipfile.ZipInfo, budget: int) -> bytes:
    """The part's real bytes, never more than `budget`: the size written in the zip is not believed."""
    start = entry.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise BrokenZip
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    begin = start + 30 + name_length + extra_length
    packed = data[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-15)
        try:
            part = unpacker.decompress(packed, budget + 1)
        except zlib.error:
            raise BrokenZip from None
    else:
        raise UnsafeFile(
            "unknown_packing", "対応していない圧縮方式のファイルです。作成したソフトで保存し直してください。"
        )
    if len(part) > budget:
        raise UnsafeFile("zip_bomb", "展開すると異常に大きくなるファイルのため読み込みません。")
    return part
