"""Is a zip a Word, Excel or PowerPoint file with nothing that runs, nothing foreign inside, nothing fetched?

Source: ISO/IEC 29500-2 (packages: content types, relationships).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from kansa.formats.evidence.kinds import archive_refused, is_program, not_accepted
from kansa.formats.evidence.pictures import broken
from kansa.formats.unsafe import OLE, BrokenZip, UnsafeFile, ZipLimits, unpacked_parts, zip_entries

ZIP = b"PK\x03\x04"
CONTENT_TYPES = "[content_types].xml"
PARSED_BYTES = 8 * 1024 * 1024  # of the lists of parts and links together
_MAIN = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_PROGRAM_NAME = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/|macrosheets/)")
_PROGRAM_TYPE = re.compile(r"macro|vbaproject|activex", re.IGNORECASE)
_REMOTE = re.compile(r"(https?|ftp):", re.IGNORECASE)
_LINKED = ("oleObject", "package", "frame", "subDocument")  # content that Office fetches from another file


def office_kind(data: bytes, limits: ZipLimits) -> str:
    """docx, xlsx or pptx. Raises UnsafeFile for any other zip, and for an Office file that must not be kept."""
    return _looked_through(data, limits, may_nest=True)[0]


def _looked_through(data: bytes, limits: ZipLimits, *, may_nest: bool) -> tuple[str, int]:
    """The kind, and how many bytes its parts have. An Office file may hold Office files, those none."""
    try:
        entries = zip_entries(data, limits)
        _check_names(entries)
        kind = ""
        total = parsed = 0
        for entry, part in unpacked_parts(data, entries, limits):
            name = entry.filename.lower()
            parsed += len(part) if name == CONTENT_TYPES or name.endswith(".rels") else 0
            if parsed > PARSED_BYTES:
                raise UnsafeFile("too_many_parts", "ファイルの中の部品が多すぎるため読み込めません。")
            if name == CONTENT_TYPES:
                kind = _kind_of(part)
            elif name.endswith(".rels"):
                _check_relations(part)
            rest = replace(limits, unpacked_bytes=limits.unpacked_bytes - total)
            total += len(part) + _inside(name, part, rest if may_nest else None)
            if total > limits.unpacked_bytes:
                raise UnsafeFile("zip_bomb", "展開すると異常に大きくなるファイルのため読み込みません。")
    except BrokenZip:
        raise broken("Office") from None
    return kind, total


def _check_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Programs show in the names; two parts of one name would be read differently by different software."""
    names = [entry.filename.lower() for entry in entries]
    if any(_PROGRAM_NAME.search(name) for name in names):
        raise _macros()
    if CONTENT_TYPES not in names:
        raise not_accepted("OpenDocument（.odt、.ods、.odp）") if "mimetype" in names else archive_refused()
    if len(set(names)) < len(names):
        raise broken("Office")


def _kind_of(part: bytes) -> str:
    types = [element.get("ContentType", "") for element in _parsed(part).iter()]
    if any(_PROGRAM_TYPE.search(one) for one in types):
        raise _macros()
    kinds = [kind for one in types for ending, kind in _MAIN.items() if one.endswith(ending)]
    if len(kinds) != 1:
        raise not_accepted("この形式の Office ファイル")
    return kinds[0]


def _check_relations(part: bytes) -> None:
    """A link to click is fine; what Office would fetch by itself is not, nor what lies in another file."""
    for element in _parsed(part).iter():
        kind = element.get("Type", "").rpartition("/")[2]
        if element.get("TargetMode") != "External" or kind == "hyperlink":
            continue
        if kind in _LINKED or _REMOTE.match(element.get("Target", "").strip()):
            raise UnsafeFile(
                "external_link",
                "開いたときに外部のファイルを読みに行く Office ファイルのため受け付けていません。"
                "リンクを解除して（図は文書に埋め込んで）保存し直すか、PDF にしてください。",
            )


def _parsed(part: bytes) -> ElementTree.Element:
    if b"\x00" in part:  # UTF-16 would hide a document type from the search for one
        raise broken("Office")
    try:
        return ElementTree.fromstring(part)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise broken("Office") from None


def _inside(name: str, part: bytes, limits: ZipLimits | None) -> int:
    """Bytes that a file inside the file unpacks to. Raises UnsafeFile when it is none of the three kinds."""
    if b"<ddeLink" in part or b":ddeLink" in part:
        raise _macros()
    is_embedded = "/embeddings/" in name
    if part.startswith(ZIP) and is_embedded and limits is not None:
        return _looked_through(part, limits, may_nest=False)[1]
    if is_embedded or part.startswith((ZIP, OLE)) or is_program(part):
        raise UnsafeFile(
            "embedded_file",
            "ほかのファイルが埋め込まれた Office ファイルのため受け付けていません。"
            "埋め込みを取り除いて別のファイルとして選ぶか、PDF にしてください。",
        )
    return 0


def _macros() -> UnsafeFile:
    return UnsafeFile(
        "macros",
        "マクロ、ActiveX 又は DDE（プログラム）を含む Office ファイルは受け付けていません。"
        "マクロなしの形式（.docx、.xlsx、.pptx）又は PDF に保存し直してください。",
    )
