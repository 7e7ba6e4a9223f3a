"""Is a Word file safe to take in, and what are its parts?

Nothing is run and nothing outside is read. The sizes written in the zip are not believed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from docx.oxml.parser import parse_xml

from kansa.core.errors import InputError, Refusal
from kansa.core.zip_faults import ZIP_FAULTS

FILE_BYTES = 5 * 1024 * 1024
UNPACKED_BYTES = 40 * 1024 * 1024
XML_BYTES = 8 * 1024 * 1024  # all parts in XML together; a letter has about a tenth of a megabyte
XML_TAGS = 600_000  # likewise; a letter has about 20,000
ENTRIES = 500

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"
_TEMPLATE_TYPE = b"wordprocessingml.template"
_MACRO_MARKS = (b"macroenabled", b"vbaproject", b"ms-word.vbadata")
_EMBEDDED = {
    *("oleObject", "package", "control", "activeXControlBinary", "aFChunk", "attachedToolbars", "subDocument"),
    *("frame", "origin"),  # frames of web pages; a digital signature, which filling would break
}
_RESAVE_JA = "Word で開き、「Word 文書（.docx）」として保存し直してください。"

Element = Any


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part says about another: the last word of the relation's type, and the other part's name."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class WordParts:
    """The parts of a Word file that was found safe, in the file's order."""

    parts: Mapping[str, bytes]
    main: str
    relations: Mapping[str, Mapping[str, Relation]]

    def related(self, kind: str) -> tuple[str, ...]:
        """The parts that the main part names as its header, styles and so on."""
        found = (one.target for one in self.relations.get(self.main, {}).values() if one.kind == kind)
        return tuple(dict.fromkeys(name for name in found if name in self.parts))

    def tree(self, name: str) -> Element:
        """A part as a new tree. Raises InputError for XML that is broken or declares a document type."""
        return _tree(self.parts[name])


def open_word(data: bytes) -> WordParts:
    """The parts of a .docx. Raises InputError with every reason found for not taking it."""
    parts = dict(_unpacked(data))
    if _TYPES not in parts:
        raise InputError(_not_word())
    texts = [part for name, part in parts.items() if _is_xml(name)]
    if sum(map(len, texts)) > XML_BYTES or sum(part.count(b"<") for part in texts) > XML_TAGS:
        raise InputError(_bomb())
    relations, faults = _relations(parts)
    main = next((one.target for one in relations.get("", {}).values() if one.kind == "officeDocument"), "")
    if main not in parts:
        raise InputError(_not_word())
    faults += list(_hidden_programs(parts))
    if faults:
        raise InputError(*dict.fromkeys(faults))
    root = _tree(parts[main])
    if root.tag != f"{W}document" or root.find(f"{W}body") is None:
        raise InputError(_not_word())
    return WordParts(parts, main, relations)


def _refusal_of_container(data: bytes) -> Refusal | None:
    if not data:
        return Refusal("template_not_word", f"ファイルの中身がありません。{_RESAVE_JA}")
    if len(data) > FILE_BYTES:
        return Refusal("template_too_large", "ファイルが大きすぎます（5MBまで）。画像を減らしてください。")
    if not data.startswith(_OLE):
        return None
    if _ENCRYPTED in data:
        words = "パスワードで保護された文書は使えません。保護を解除して保存し直してください。"
        return Refusal("template_encrypted", words)
    return Refusal("template_old_word", f"古い形式（.doc など）の文書は使えません。{_RESAVE_JA}")


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    refusal = _refusal_of_container(data)
    if refusal is not None:
        raise InputError(refusal)
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries)
            budget = UNPACKED_BYTES
            for entry in entries:
                with archive.open(entry) as opened:
                    part = opened.read(budget + 1)
                budget -= len(part)
                if budget < 0:
                    raise InputError(_bomb())
                yield entry.filename, part
    except ZIP_FAULTS:
        raise InputError(_not_word()) from None


def _check_entries(entries: list[ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > ENTRIES:
        raise InputError(_bomb())
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise InputError(Refusal("template_encrypted", "暗号化された部品を含む文書は使えません。"))
    odd = any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries)
    if odd or len({name.lower() for name in names}) != len(names):
        raise InputError(_not_word())


def _bomb() -> Refusal:
    return Refusal("template_zip_bomb", "展開すると異常に大きくなる文書のため使えません。")


def _not_word() -> Refusal:
    return Refusal("template_not_word", f"Word の文書（.docx）として読めません。{_RESAVE_JA}")


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _hidden_programs(parts: Mapping[str, bytes]) -> Iterator[Refusal]:
    """Macros, a template's content type, document types."""
    types = parts[_TYPES].lower()
    if any(mark in types for mark in _MACRO_MARKS) or any("vbaproject" in name.lower() for name in parts):
        words = "マクロを含む文書は使えません。マクロのない「Word 文書（.docx）」として保存し直してください。"
        yield Refusal("template_macro", words)
    elif _TEMPLATE_TYPE in types:
        yield Refusal("template_not_word", f"Word のテンプレート（.dotx）は使えません。{_RESAVE_JA}")
    if any(_is_xml(name) and (b"<!DOCTYPE" in part or b"<!ENTITY" in part) for name, part in parts.items()):
        yield _unsafe_xml()


def _unsafe_xml() -> Refusal:
    return Refusal("template_unsafe_xml", f"文書の中の XML が壊れているか、文書型宣言を含みます。{_RESAVE_JA}")


def _tree(part: bytes) -> Element:
    try:
        root: Element = parse_xml(part)
    except (SyntaxError, ValueError):  # lxml's fault for broken XML is a SyntaxError
        raise InputError(_unsafe_xml()) from None
    if root.getroottree().docinfo.doctype:
        raise InputError(_unsafe_xml())
    return root


def _relations(parts: Mapping[str, bytes]) -> tuple[dict[str, dict[str, Relation]], list[Refusal]]:
    """The relations of each part (of the package: ""), and the refusals of links and foreign objects."""
    found: dict[str, dict[str, Relation]] = {}
    faults: list[Refusal] = []
    for name, part in parts.items():
        folder, _, file = name.rpartition("_rels/")
        if not (name.endswith(".rels") and (not folder or folder.endswith("/"))):
            continue
        source = folder + file.removesuffix(".rels")
        for node in _tree(part).iter("{*}Relationship"):
            kind = node.get("Type", "").rpartition("/")[2]
            target = node.get("Target", "")
            if node.get("TargetMode", "").lower() == "external" or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", target):
                faults.append(_external(kind, target))
            elif kind in _EMBEDDED:
                words = "埋め込みのファイル、部品又は電子署名を含む文書は使えません。取り除いて保存し直してください。"
                faults.append(Refusal("template_embedded_object", words))
            else:
                base = "" if target.startswith("/") else folder
                path = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
                found.setdefault(source, {})[node.get("Id", "")] = Relation(kind, path)
    return found, faults


def _external(kind: str, target: str) -> Refusal:
    shown = target if len(target) <= 60 else f"{target[:60]}…"
    if kind == "hyperlink":
        way = "リンクの文字を右クリックし、「ハイパーリンクの削除」を選んでください。"
    elif kind == "attachedTemplate":
        way = "「開発」タブの「文書テンプレート」で、テンプレートを Normal に戻してください。"
    else:
        way = "リンクを解除し、図は文書に埋め込んでください。"
    return Refusal("template_external_link", f"外部へのリンク（{shown}）を含む文書は使えません。{way}")
