"""Which reports does an uploaded file hold: itself, or those of an archive?"""

from __future__ import annotations

import gzip
import re
import stat
import zipfile
from collections.abc import Iterator
from typing import IO

from kansa.core.zip_faults import ZIP_FAULTS
from kansa.formats.scans.limits import Clock, Deadline, ScanLimits
from kansa.formats.scans.opening import CHUNK, Report, Store, open_text, size_of
from kansa.formats.unsafe import UnsafeFile

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP = b"\x1f\x8b"
_OTHER_ARCHIVES = (b"7z\xbc\xaf'\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"MSCF")
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
_PACKED = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))


def open_reports(
    stream: IO[bytes], file_name: str, limits: ScanLimits | None = None, clock: Clock | None = None
) -> Iterator[Report]:
    """Each report of a seekable stream. Raises UnsafeFile for what must not be opened.

    What an archive holds is unpacked one after the other, when it is asked for; each stays readable.
    """
    limits = limits or ScanLimits()
    deadline, store = Deadline(limits.seconds, clock), Store()
    size = size_of(stream)
    if size > limits.file_bytes:
        most = limits.file_bytes // (1024 * 1024)
        raise UnsafeFile(
            "too_large", f"ファイルが大きすぎます（{most:,}MBまで読み込めます）。対象を分けて出力し直してください。"
        )
    stream.seek(0)
    first = stream.read(8)
    if first.startswith(ZIP):
        yield from _of_zip(stream, file_name, size, limits, deadline, store)
    elif first.startswith(GZIP):
        unpacked = _of_gzip(stream, size, limits, deadline, store)
        yield _inner(unpacked, file_name.removesuffix(".gz"), limits, deadline, store)
    elif first.startswith(_OTHER_ARCHIVES):
        raise UnsafeFile(
            "unknown_packing", "7z、RAR などの圧縮ファイルは読み込めません。zip にするか、展開してから選んでください。"
        )
    else:
        yield open_text(stream, file_name, limits, deadline, store)


def _of_zip(
    stream: IO[bytes], file_name: str, size: int, limits: ScanLimits, deadline: Deadline, store: Store
) -> Iterator[Report]:
    try:
        archive = zipfile.ZipFile(stream)
    except ZIP_FAULTS:
        raise _broken() from None
    with archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if len(entries) > limits.members:
            raise UnsafeFile("too_many_parts", f"圧縮ファイルの中のファイルが多すぎます（{limits.members:,}個まで）。")
        if {"xl/workbook.xml", "xl/workbook.bin"} & names:
            yield Report(file_name, stream, size, limits, deadline, is_workbook=True)
            return
        for entry in entries:
            _check_entry(entry)
        left = limits.file_bytes
        kept = [entry for entry in entries if not _is_ignored(entry)]
        if not kept:
            raise UnsafeFile("empty_file", "圧縮ファイルの中にファイルがありません。")
        for entry in kept:
            try:
                with archive.open(entry) as packed:
                    most = min(limits.member_bytes, left)
                    copy, size = store.keep(_unpacked(packed, entry.compress_size, most, limits, deadline))
            except ZIP_FAULTS as fault:
                if isinstance(fault, UnsafeFile):
                    raise
                raise _broken() from None
            left -= size
            yield _inner(copy, f"{file_name}/{entry.filename}", limits, deadline, store)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise UnsafeFile(
            "encrypted", "パスワード付きの圧縮ファイルは読み込めません。展開してから、中のファイルを選んでください。"
        )
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if is_link or _OUTSIDE.search(entry.orig_filename):
        raise UnsafeFile("outside_path", "圧縮ファイルの外を指す名前のファイルが入っているため読み込みません。")
    if entry.compress_type not in _PACKED:
        raise UnsafeFile(
            "unknown_packing", "対応していない圧縮方式のファイルです。作成したソフトで保存し直してください。"
        )


def _is_ignored(entry: zipfile.ZipInfo) -> bool:
    """Folders (their names end with a slash), and what a Mac or Windows puts beside the files."""
    name = entry.filename.rpartition("/")[2]
    return not name or entry.filename.startswith("__MACOSX/") or name in (".DS_Store", "Thumbs.db", "desktop.ini")


def _of_gzip(stream: IO[bytes], size: int, limits: ScanLimits, deadline: Deadline, store: Store) -> IO[bytes]:
    stream.seek(0)
    try:
        with gzip.GzipFile(fileobj=stream) as packed:
            return store.keep(_unpacked(packed, size, limits.member_bytes, limits, deadline))[0]
    except ZIP_FAULTS as fault:
        if isinstance(fault, UnsafeFile):
            raise
        raise _broken() from None


def _unpacked(
    packed: IO[bytes] | gzip.GzipFile, packed_bytes: int, most: int, limits: ScanLimits, deadline: Deadline
) -> Iterator[bytes]:
    """The real bytes of one packed file, counted as they come: what its header says of their number is not believed."""
    allowed = min(most, max(limits.ratio_from, packed_bytes * limits.ratio))
    size = 0
    while chunk := packed.read(CHUNK):
        deadline.check()
        size += len(chunk)
        if size > allowed:
            raise UnsafeFile("zip_bomb", "展開すると異常に大きくなるファイルのため読み込みません。")
        yield chunk


def _inner(copy: IO[bytes], name: str, limits: ScanLimits, deadline: Deadline, store: Store) -> Report:
    copy.seek(0)
    first = copy.read(512)
    if first.startswith(ZIP):
        return _inner_workbook(copy, name, limits, deadline)
    if first.startswith((GZIP, *_OTHER_ARCHIVES)) or first[257:262] == b"ustar":
        raise _nested()
    return open_text(copy, name, limits, deadline, store)


def _inner_workbook(copy: IO[bytes], name: str, limits: ScanLimits, deadline: Deadline) -> Report:
    """An Excel file is a zip, too; whatever other zip lies inside an archive is refused."""
    try:
        with zipfile.ZipFile(copy) as archive:
            is_workbook = "xl/workbook.xml" in archive.namelist()
    except ZIP_FAULTS:
        raise _broken() from None
    if not is_workbook:
        raise _nested()
    return Report(name, copy, size_of(copy), limits, deadline, is_workbook=True)


def _nested() -> UnsafeFile:
    return UnsafeFile(
        "nested_archive",
        "圧縮ファイルの中に圧縮ファイルがあるため読み込めません。中の圧縮ファイルを展開してから選んでください。",
    )


def _broken() -> UnsafeFile:
    return UnsafeFile(
        "broken_archive",
        "圧縮ファイルが壊れているか、途中で切れているため読み込めません。元のファイルを選び直してください。",
    )
