"""May this uploaded file be kept as audit evidence, and what exactly is kept?"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from kansa.core.errors import InputError, Place, Refusal
from kansa.formats.evidence.kinds import (
    EXTENSIONS,
    KINDS,
    SCRIPT_EXTENSIONS,
    EvidenceKind,
    not_accepted,
    refuse_by_first_bytes,
    script_refused,
)
from kansa.formats.evidence.names import safe_name, split_name
from kansa.formats.evidence.office import ZIP, office_kind
from kansa.formats.evidence.pdf import PDF, check_pdf
from kansa.formats.evidence.pictures import JPEG, PNG, Picture, is_webp, stripped_jpeg, stripped_png, stripped_webp
from kansa.formats.unsafe import UnsafeFile, ZipLimits

_MEGABYTE = 1024 * 1024
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_ENCODINGS = (("utf-8-sig", "utf-8"), ("cp932", "shift_jis"))  # Python's name, and the one of HTTP


@dataclass(frozen=True, slots=True)
class EvidenceLimits:
    """How large evidence may be. `pixels` is width x height of a picture, which a viewer will hold in memory."""

    file_bytes: int = 20 * _MEGABYTE
    pixels: int = 100_000_000
    office: ZipLimits = field(default_factory=lambda: ZipLimits(unpacked_bytes=200 * _MEGABYTE))


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """What is kept: `data` is the file as it came, a picture without its metadata.

    `name` is safe to store and to hand out, `content_type` follows from the content, never from the name.
    """

    name: str
    kind: EvidenceKind
    content_type: str
    data: bytes
    original_sha256: str
    stored_sha256: str

    @property
    def is_inline(self) -> bool:
        """Whether a browser may show it in the page; everything else is only downloaded."""
        return self.kind.is_inline

    @property
    def is_stripped(self) -> bool:
        """Whether metadata (place, device, author) was taken out of a picture."""
        return self.stored_sha256 != self.original_sha256


def inspect(data: bytes, file_name: str, limits: EvidenceLimits | None = None) -> EvidenceFile:
    """What is kept of an uploaded file. Raises InputError with the one reason why it is not kept."""
    limits = limits or EvidenceLimits()
    name = safe_name(file_name)
    try:
        _check_size(data, limits)
        kind, charset, stored = _decided(data, _extension(name), limits)
        name = _with_extension(name, kind)
    except UnsafeFile as fault:
        raise InputError(Refusal(fault.code, fault.reason_ja, Place(name))) from None
    original = hashlib.sha256(data).hexdigest()
    sha256 = original if stored is data else hashlib.sha256(stored).hexdigest()
    content_type = f"{kind.content_type}; charset={charset}" if charset else kind.content_type
    return EvidenceFile(name, kind, content_type, stored, original, sha256)


def _check_size(data: bytes, limits: EvidenceLimits) -> None:
    if not data:
        raise UnsafeFile("empty_file", "ファイルの中身がありません。")
    if len(data) > limits.file_bytes:
        most = limits.file_bytes // _MEGABYTE
        raise UnsafeFile(
            "too_large",
            f"ファイルが大きすぎます（{most}MBまで）。画像は小さくし、文書は分けてから選び直してください。",
        )


def _decided(data: bytes, extension: str, limits: EvidenceLimits) -> tuple[EvidenceKind, str, bytes]:
    """The kind by content, the charset of a text, and the bytes to keep."""
    if data.startswith(PNG):
        return KINDS["png"], "", _shown(stripped_png(data), limits)
    if data.startswith(JPEG):
        return KINDS["jpeg"], "", _shown(stripped_jpeg(data), limits)
    if is_webp(data):
        return KINDS["webp"], "", _shown(stripped_webp(data), limits)
    if data.startswith(PDF):
        check_pdf(data)
        return KINDS["pdf"], "", data
    if data.startswith(ZIP):
        return KINDS[office_kind(data, limits.office)], "", data
    refuse_by_first_bytes(data)
    if extension in SCRIPT_EXTENSIONS:
        raise script_refused()
    charset = _charset(data)
    return KINDS["csv" if extension in KINDS["csv"].extensions else "text"], charset, data


def _shown(picture: Picture, limits: EvidenceLimits) -> bytes:
    if picture.width * picture.height > limits.pixels:
        raise UnsafeFile(
            "too_many_pixels",
            f"画像の縦横が大きすぎます（{picture.width:,}×{picture.height:,}画素。"
            f"掛けて{limits.pixels // 10_000:,}万画素まで）。縮小してから選び直してください。",
        )
    return picture.data


def _charset(data: bytes) -> str:
    """The charset of a text. Raises UnsafeFile for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnsafeFile("utf16", "UTF-16 の文字コードのテキストは受け付けていません。UTF-8 で保存し直してください。")
    for encoding, charset in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NO_TEXT.search(text) is None:
            return charset
        break
    raise not_accepted("この形式のファイル")


def _extension(name: str) -> str:
    return split_name(name)[1].lower()


def _with_extension(name: str, kind: EvidenceKind) -> str:
    """The name as it is when its extension is one of the kind's; a name without any gets one."""
    extension = _extension(name)
    if extension in kind.extensions:
        return name
    if not extension:
        return safe_name(f"{name}{kind.extensions[0]}")
    if kind.name == "text" and extension not in EXTENSIONS:
        raise not_accepted(f"「{extension}」のファイル")
    raise UnsafeFile(
        "wrong_extension",
        f"名前は「{extension}」ですが、中身は{kind.title_ja}です。"
        f"元のファイルを確かめ、正しい名前（{'、'.join(kind.extensions)}）に直してください。",
    )
