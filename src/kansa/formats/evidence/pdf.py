"""Does a PDF hold anything that runs, anything attached, or anything behind a password?

A search for the marks of it, among the objects and inside compressed ones; the PDF is not interpreted. Somebody who
hides a mark in a way that only some software reads gets past it, so a PDF is only ever handed out as a download.
Source: ISO 32000-2, 7.3.5 (names), 7.5.7 (object streams), 7.11.4 (embedded files), 12.6 (actions).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kansa.formats.evidence.pictures import broken
from kansa.formats.unsafe import UnsafeFile

PDF = b"%PDF-"
OBJECT_BYTES = 60 * 1024 * 1024  # of all compressed objects together
READ_BYTES = 100 * 1024 * 1024
ESCAPES = 200_000
_PIECE = 1024 * 1024
_MOST_OPENINGS = 10

_STREAM = re.compile(rb"stream\r?\n")
_ESCAPE = re.compile(rb"#([4-7][0-9A-Fa-f])")  # letters; the marks consist of nothing else
_LONG = (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData", b"/RichMedia", b"/Rendition", b"/EmbeddedFile")
_END = rb"(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
# The value of a key (/S/Launch, /S /Launch) or an object of its own; a path in a link (.../docs/Launch) is neither.
_ACTION = re.compile(
    rb"(?:/S|[\x00\t\n\f\r >\])]|\A)/(?:JavaScript|Launch|SubmitForm|ImportData|RichMediaExecute|Rendition)" + _END
)
_ATTACHED = re.compile(rb"/(?:EmbeddedFiles?|RichMedia)" + _END)
# Short marks would turn up in pictures by chance, so they are looked for among objects only.
_SHORT_ACTION = re.compile(rb"/JS[\x00\t\n\f\r ]*[(<\d]|/(?:XFA|GoToE|GoToR)" + _END)
_SHORT_ATTACHED = re.compile(rb"/EF[\x00\t\n\f\r ]*(?:<<|\d)")
_ENCRYPTED = re.compile(rb"/Encrypt[\x00\t\n\f\r ]*(?:<<|\d)")
_AT_OPENING = re.compile(rb"/OpenAction[\x00\t\n\f\r ]*(?:(\d{1,10})[\x00\t\n\f\r ]+\d{1,5}[\x00\t\n\f\r ]+R|<<)")
_RARE = re.compile(rb"/(?:DecodeParms|LZWDecode|LZW|ASCIIHex|ASCII85|A85|AHx|RunLength|RL|Crypt)")
_WEB_PAGE = re.compile(rb"/URI[\x00\t\n\f\r ]*[(<]")


def check_pdf(data: bytes) -> None:
    """Raises UnsafeFile when the PDF must not be kept, and when it is cut off."""
    if b"%%EOF" not in data[-4096:]:
        raise broken("PDF")
    budget = _Budget()
    _check_long_marks(budget.named(data))
    objects: list[bytes] = []
    for text, begin, end in _pieces(data):
        objects.append(budget.named(text))
        if begin and _holds_objects(objects[-1]):
            objects.append(budget.named(b"".join(_inflated(data, begin, end, budget))))
    _check_objects(b"\n".join(objects))


@dataclass(slots=True)
class _Budget:
    """How much may still be read, unpacked and respelled."""

    read: int = READ_BYTES
    objects: int = OBJECT_BYTES
    escapes: int = 2 * ESCAPES  # every name is met twice

    def take(self, read: int, unpacked: int) -> None:
        """Raises UnsafeFile when it is used up."""
        self.read -= read
        self.objects -= unpacked
        if self.read < 0 or self.objects < 0:
            raise UnsafeFile("zip_bomb", "展開すると異常に大きくなるファイルのため読み込みません。")

    def named(self, text: bytes) -> bytes:
        """Names as they are meant: /J#61vaScript is /JavaScript."""
        if b"#" not in text:
            return text
        named, count = _ESCAPE.subn(lambda match: bytes([int(match[1], 16)]), text, self.escapes + 1)
        self.escapes -= count
        if self.escapes < 0:
            raise _unreadable()
        return named


def _pieces(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The text before each stream with the stream's begin and end, and the text after the last one with 0 and 0."""
    place = 0
    while (match := _STREAM.search(data, place)) is not None:
        end = data.find(b"endstream", match.end())
        if end < 0:
            raise broken("PDF")
        yield data[place : match.start()], match.end(), end
        place = end + len(b"endstream")
    yield data[place:], 0, 0


def _holds_objects(text: bytes) -> bool:
    """Whether the stream after this text holds compressed objects. Raises UnsafeFile when it cannot be looked into."""
    dictionary = text[text.rfind(b"obj") + 3 :]
    if b"/ObjStm" not in dictionary and b"/First" not in dictionary:
        return False
    if _RARE.search(dictionary):
        raise _unreadable()
    return True


def _inflated(data: bytes, begin: int, end: int, budget: _Budget) -> Iterator[bytes]:
    """The stream's content piece by piece, as it is when it is not Deflate.

    It may run on beyond `end`, because compressed bytes may happen to say endstream.
    """
    if data[begin] & 0x0F != 8 or int.from_bytes(data[begin : begin + 2], "big") % 31:
        yield data[begin:end]
        return
    unpacker = zlib.decompressobj()
    place = begin
    try:
        while not unpacker.eof and place < len(data):
            stop = min(place + _PIECE, end if place < end else len(data))
            budget.take(stop - place, 0)
            piece = unpacker.decompress(data[place:stop], _PIECE)
            place = stop
            while piece:
                budget.take(0, len(piece))
                yield piece
                piece = unpacker.decompress(unpacker.unconsumed_tail, _PIECE) if unpacker.unconsumed_tail else b""
    except zlib.error:
        return


def _check_long_marks(text: bytes) -> None:
    if not any(mark in text for mark in _LONG):
        return
    if _ACTION.search(text):
        raise _active()
    if _ATTACHED.search(text):
        raise _attached()


def _check_objects(text: bytes) -> None:
    _check_long_marks(text)
    if _ENCRYPTED.search(text):
        raise UnsafeFile(
            "encrypted", "パスワード又は制限付きの PDF は受け付けていません。制限を外して保存し直してください。"
        )
    openings = list(islice(_AT_OPENING.finditer(text), _MOST_OPENINGS))
    if len(openings) == _MOST_OPENINGS or any(_opens_a_page(text, match) for match in openings):
        raise _active()
    if _SHORT_ACTION.search(text):
        raise _active()
    if _SHORT_ATTACHED.search(text):
        raise _attached()


def _opens_a_page(text: bytes, match: re.Match[bytes]) -> bool:
    """Whether the action at opening goes to the web; going to a page of the PDF itself is what most of them do."""
    start = match.end()
    if match[1] is not None:
        found = re.search(rb"(?<!\d)" + match[1] + rb"[\x00\t\n\f\r ]+\d{1,5}[\x00\t\n\f\r ]+obj", text)
        if found is None:
            return False
        start = found.end()
    return _WEB_PAGE.search(text, start, start + 500) is not None


def _active() -> UnsafeFile:
    return UnsafeFile(
        "active_pdf",
        "開いたときにプログラム（JavaScript など）を動かしたり、外部へつないだりする PDF のため受け付けていません。"
        "「Microsoft Print to PDF」などで印刷し直した PDF にしてください。",
    )


def _attached() -> UnsafeFile:
    return UnsafeFile(
        "embedded_file",
        "ほかのファイルが添付された PDF のため受け付けていません。添付を取り除き、別のファイルとして選んでください。",
    )


def _unreadable() -> UnsafeFile:
    return UnsafeFile(
        "unreadable_pdf",
        "特殊な作りで中を確かめられない PDF のため受け付けていません。印刷し直した PDF にしてください。",
    )
