"""Which kinds of files are taken as evidence, and what do the first bytes of a file show to be none of them?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kansa.formats.unsafe import OLE, UnsafeFile, is_encrypted_office


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One kind. The first of `extensions` is given to a file that has none; `is_inline`: a browser may show it."""

    name: str
    title_ja: str
    content_type: str
    extensions: tuple[str, ...]
    is_inline: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, EvidenceKind] = {
    kind.name: kind
    for kind in (
        EvidenceKind("png", "PNG の画像", "image/png", (".png",), True),
        EvidenceKind("jpeg", "JPEG の画像", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), True),
        EvidenceKind("webp", "WebP の画像", "image/webp", (".webp",), True),
        EvidenceKind("pdf", "PDF", "application/pdf", (".pdf",)),
        EvidenceKind("docx", "Word", f"{_OFFICE}.wordprocessingml.document", (".docx",)),
        EvidenceKind("xlsx", "Excel", f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",)),
        EvidenceKind("pptx", "PowerPoint", f"{_OFFICE}.presentationml.presentation", (".pptx",)),
        EvidenceKind("text", "テキスト", "text/plain", (".txt", ".log")),
        EvidenceKind("csv", "CSV", "text/csv", (".csv", ".tsv")),
    )
}
EXTENSIONS = tuple(extension for kind in KINDS.values() for extension in kind.extensions)
ACCEPTED_JA = (
    "画像（PNG、JPEG、WebP）、PDF、Word・Excel・PowerPoint（.docx、.xlsx、.pptx）、テキスト（.txt、.log、.csv、.tsv）"
)
SCRIPT_EXTENSIONS = frozenset((".svg", ".svgz", ".html", ".htm", ".xhtml", ".mht", ".mhtml", ".xml"))

_PICTURES: tuple[tuple[int, tuple[bytes, ...], str], ...] = (
    (0, (b"GIF87a", b"GIF89a"), "GIF"),
    (0, (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"), "TIFF"),
    (4, (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftyphevc", b"ftypmif1", b"ftypmsf1"), "HEIC"),
    (4, (b"ftypavif", b"ftypavis"), "AVIF"),
    (0, (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51"), "JPEG 2000"),
    (0, (b"\x00\x00\x00\x0cJXL ", b"\xff\x0a"), "JPEG XL"),
    (0, (b"8BPS",), "Photoshop "),
    (0, (b"\x00\x00\x01\x00",), "アイコン"),
)
_PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"#!",
)
_ARCHIVES: tuple[tuple[int, tuple[bytes, ...]], ...] = (
    (0, (b"Rar!\x1a\x07", b"7z\xbc\xaf'\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF", b"\x28\xb5\x2f\xfd")),
    (0, (b"PK\x05\x06", b"PK\x07\x08")),
    (2, (b"-lh",)),
    (257, (b"ustar",)),
)
# What a browser takes for a page or a drawing that may run scripts; a CSV with such text in a cell is none.
_SCRIPT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|\?xml|html|head|body|script|svg|iframe|object|embed|img|link|meta|style)[\s>/?-]",
    re.IGNORECASE,
)


def is_program(data: bytes) -> bool:
    """Whether the first bytes are those of something that runs."""
    return data.startswith(_PROGRAMS) or (data.startswith(b"MZ") and b"\x00" in data[:64])


def not_accepted(what_ja: str) -> UnsafeFile:
    """The refusal of a kind that is not taken, with what is."""
    return UnsafeFile("not_accepted", f"{what_ja}は受け付けていません。受け付けるのは、{ACCEPTED_JA}です。")


def script_refused() -> UnsafeFile:
    """The refusal of what a browser would run."""
    return UnsafeFile(
        "script_file",
        "SVG や HTML などのファイルは、中のプログラムが動くおそれがあるため受け付けていません。"
        "画面の写し（PNG・JPEG の画像）又は PDF にしてください。",
    )


def refuse_by_first_bytes(data: bytes) -> None:
    """Raises UnsafeFile for everything that its first bytes show to be of a kind that is not taken."""
    if is_program(data):
        raise UnsafeFile("program", "実行できるファイル（プログラム）は、証拠として受け付けていません。")
    for place, marks, name_ja in _PICTURES:
        if data.startswith(marks, place):
            raise _picture_refused(name_ja)
    if data.startswith(b"BM") and data[6:10] == b"\x00\x00\x00\x00":
        raise _picture_refused("BMP")
    if data.startswith((OLE, b"{\\rtf")):
        raise _old_office(data)
    if any(data.startswith(marks, place) for place, marks in _ARCHIVES):
        raise archive_refused()
    if _SCRIPT.match(data):
        raise script_refused()


def archive_refused() -> UnsafeFile:
    """The refusal of a zip and its like."""
    return UnsafeFile(
        "archive", "圧縮ファイル（zip など）は受け付けていません。展開して、中のファイルを一つずつ選んでください。"
    )


def _picture_refused(name_ja: str) -> UnsafeFile:
    more = "iPhone では、設定の「カメラ」の「フォーマット」で「互換性優先」を選びます。" if name_ja == "HEIC" else ""
    return UnsafeFile(
        "unsupported_picture",
        f"{name_ja}の画像は受け付けていません。PNG 又は JPEG の画像に保存し直してください。{more}",
    )


def _old_office(data: bytes) -> UnsafeFile:
    if is_encrypted_office(data):
        return UnsafeFile("encrypted", "パスワード付きのファイルは受け付けていません。パスワードを外してください。")
    return UnsafeFile(
        "old_office",
        "古い形式（.doc、.xls、.ppt、.msg、.rtf など）のファイルは、中にマクロがあるか確かめられないため"
        "受け付けていません。.docx、.xlsx、.pptx 又は PDF に保存し直してください。",
    )
