"""Which text does an uploaded report hold, and may it be opened at all?

Everything behind this door is UTF-8 without a mark at its start and without NUL bytes, whatever the file was.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from kansa.formats.scans.limits import Deadline, ScanLimits
from kansa.formats.unsafe import OLE, UnsafeFile

CHUNK = 256 * 1024
SPOOLED = 16 * 1024 * 1024
HEAD = 256 * 1024

_DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# A declared name -> Python's codec. Others are not opened: some of them (UTF-7) hide marks from whoever looks for them.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-8"),  # declared so, but its bytes are single ones
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "cp932", "ms932"), "cp932"),
    **dict.fromkeys(("euc-jp", "eucjp"), "euc_jp"),
    **dict.fromkeys(("iso-8859-1", "latin1", "iso8859-1"), "latin-1"),
    "windows-1252": "cp1252",
}
_UTF8_JAPANESE = re.compile("[ぁ-ヿ一-鿿]{2}")


@dataclass(frozen=True)
class Report:
    """One report, readable from its start as often as needed. `text` is UTF-8; a workbook is left as it is."""

    name: str
    text: IO[bytes]
    size: int
    limits: ScanLimits
    deadline: Deadline
    is_workbook: bool = False

    def rewound(self) -> IO[bytes]:
        """The bytes from the start."""
        self.text.seek(0)
        return self.text

    def chunks(self) -> Iterator[bytes]:
        """All bytes in pieces, while there is time."""
        stream = self.rewound()
        while chunk := stream.read(CHUNK):
            self.deadline.check()
            yield chunk

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines with their numbers; each is at most as long as one item may be."""
        yield from limited_lines(self.rewound(), self.limits, self.deadline)

    @cached_property
    def head(self) -> str:
        """The beginning, to tell what kind of report it is."""
        return "" if self.is_workbook else self.rewound().read(HEAD).decode("utf-8", "ignore")


def limited_lines(stream: IO[bytes], limits: ScanLimits, deadline: Deadline) -> Iterator[tuple[int, bytes]]:
    """The lines of a stream with their numbers. Raises UnsafeFile for one that alone would fill the memory."""
    number = 0
    while line := stream.readline(limits.item_bytes + 1):
        number += 1
        if len(line) > limits.item_bytes:
            raise too_large_item(number)
        if number % 5_000 == 0:
            deadline.check()
        yield number, line


def open_text(stream: IO[bytes], name: str, limits: ScanLimits, deadline: Deadline) -> Report:
    """The report behind a seekable stream. Raises UnsafeFile for what is no text, or none that is sure."""
    stream.seek(0)
    first = stream.read(4096)
    if not first.strip():
        raise UnsafeFile("empty_file", "ファイルの中身がありません。")
    if first.startswith(OLE):
        raise UnsafeFile(
            "old_excel", "古い形式（.xls など）のファイルは読み込めません。.xlsx 又は .csv で保存し直してください。"
        )
    if first.startswith(b"%PDF"):
        raise UnsafeFile(
            "unknown_report", "PDF は読み込めません。診断ツールから XML、JSON 又は CSV で出力し直してください。"
        )
    encoding, mark = _encoding(first)
    if encoding == "utf-8":
        fault_line = _utf8_fault(stream, mark, limits, deadline)
        if fault_line == 0:
            return _from(stream, mark, name, limits, deadline)
        if first[mark:].lstrip().startswith(b"<"):
            raise _mixed(fault_line)
        encoding = _other_than_utf8(stream, limits, deadline)
    return _transcoded(stream, mark, encoding, name, limits, deadline)


def _encoding(first: bytes) -> tuple[str, int]:
    """The encoding that the first bytes show, and the length of the mark before the text."""
    if first.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise UnsafeFile("unknown_encoding", "UTF-32 の文字コードは読み込めません。UTF-8 で保存し直してください。")
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if first.startswith(mark):
            return encoding, len(mark)
    if len(first) >= 4 and first[1] == 0 and first[3] == 0 and first[0] != 0:
        return "utf-16-le", 0
    if len(first) >= 4 and first[0] == 0 and first[2] == 0 and first[1] != 0:
        return "utf-16-be", 0
    declared = _DECLARED.match(first)
    if declared is None:
        return "utf-8", 0
    encoding = _CODECS.get(declared[1].decode("ascii").lower(), "")
    if not encoding:
        raise UnsafeFile(
            "unknown_encoding",
            f"文字コード「{declared[1].decode('ascii')}」は読み込めません。UTF-8 で保存し直してください。",
        )
    return encoding, 0


def _raw(stream: IO[bytes], start: int, limits: ScanLimits, deadline: Deadline) -> Iterator[bytes]:
    stream.seek(start)
    size = 0
    while chunk := stream.read(CHUNK):
        deadline.check()
        size += len(chunk)
        if size > limits.file_bytes:
            most = limits.file_bytes // (1024 * 1024)
            raise UnsafeFile(
                "too_large", f"ファイルが大きすぎます（{most:,}MBまで読み込めます）。対象を分けて出力し直してください。"
            )
        yield chunk


def _utf8_fault(stream: IO[bytes], mark: int, limits: ScanLimits, deadline: Deadline) -> int:
    """The line of the first bytes that are not UTF-8; 0 when all are. Raises UnsafeFile for a NUL byte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    for chunk in _raw(stream, mark, limits, deadline):
        if b"\x00" in chunk:
            line += chunk.count(b"\n", 0, chunk.index(b"\x00"))
            raise UnsafeFile(
                "nul_bytes",
                f"{line:,}行目付近に文字ではないデータ（NUL）があるため読み込めません。"
                "壊れているか、途中で切れたファイルです。出力し直してください。",
            )
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as fault:
            return line + chunk.count(b"\n", 0, fault.start)
        line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return 0


def _other_than_utf8(stream: IO[bytes], limits: ScanLimits, deadline: Deadline) -> str:
    """cp932 when every line is; a file with lines of both is refused, since one of them would become other words."""
    stream.seek(0)
    for number, line in limited_lines(stream, limits, deadline):
        if line.isascii():
            continue
        try:
            line.decode("cp932")
        except UnicodeDecodeError:
            raise _mixed(number) from None
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if _UTF8_JAPANESE.search(text):
            raise _mixed(number)
    return "cp932"


def _mixed(line: int) -> UnsafeFile:
    return UnsafeFile(
        "mixed_encoding",
        f"{line:,}行目付近の文字コードが、ファイルのほかの部分と違うか、壊れているため読み込めません。"
        "診断ツールから UTF-8 で出力し直してください。",
    )


def too_large_item(line: int) -> UnsafeFile:
    """The refusal of one item that alone would fill the memory."""
    return UnsafeFile(
        "too_large_item", f"{line:,}行目付近の一件が大きすぎるため読み込めません。作成元を確かめてください。"
    )


def _from(stream: IO[bytes], mark: int, name: str, limits: ScanLimits, deadline: Deadline) -> Report:
    size = stream.seek(0, 2) - mark
    if mark == 0:
        return Report(name, stream, size, limits, deadline)
    return _copied(_raw(stream, mark, limits, deadline), name, limits, deadline)


def _transcoded(
    stream: IO[bytes], mark: int, encoding: str, name: str, limits: ScanLimits, deadline: Deadline
) -> Report:
    def pieces() -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        try:
            for chunk in _raw(stream, mark, limits, deadline):
                text = decoder.decode(chunk)
                if "\x00" in text:
                    raise UnsafeFile(
                        "nul_bytes", f"{line:,}行目付近に文字ではないデータ（NUL）があるため読み込めません。"
                    )
                line += text.count("\n")
                yield text.encode("utf-8")
            yield decoder.decode(b"", final=True).encode("utf-8")
        except UnicodeError:
            raise _mixed(line) from None

    return _copied(pieces(), name, limits, deadline)


def _copied(pieces: Iterator[bytes], name: str, limits: ScanLimits, deadline: Deadline) -> Report:
    copy = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - lives as long as its report
    size = sum(copy.write(piece) for piece in pieces)
    return Report(name, copy, size, limits, deadline)
