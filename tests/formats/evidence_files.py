"""How do the tests make the files that auditors hand in as evidence, and those that an attacker would?"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import docx
import pikepdf
import typst
from PIL import Image, PngImagePlugin

from tests.formats.workbooks import with_parts, workbook

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLACE = b"35.6895N 139.6917E"  # stands for what a camera writes about a photo


def picture(size: tuple[int, int] = (40, 30)) -> Image.Image:
    """A picture of which every corner is different, so that a turned or cut one is noticed."""
    made = Image.new("RGB", size)
    for x in range(size[0]):
        for y in range(size[1]):
            made.putpixel((x, y), (x * 5 % 256, y * 7 % 256, (x + y) * 3 % 256))
    return made


def photo(kind: str = "JPEG", orientation: int = 1, **options: Any) -> bytes:
    """A picture as a phone writes it: EXIF with GPS, device and author, XMP, a comment, a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera Maker"
    exif[0x013B] = "監査 太郎".encode()
    exif.get_ifd(0x8825)[29] = PLACE.decode()
    out = io.BytesIO()
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", PLACE.decode())
        texts.add_itxt("XML:com.adobe.xmp", PLACE.decode())
        texts.add_text("Description", PLACE.decode() * 50, zip=True)
        options["pnginfo"] = texts
    elif kind == "JPEG":
        options["comment"] = PLACE
        options["xmp"] = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    else:
        options |= {"lossless": True, "xmp": b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"}
    picture().save(out, kind, exif=exif, icc_profile=b"colour profile of 128 bytes".ljust(128), **options)
    return out.getvalue()


def pixels(data: bytes) -> bytes:
    """What a viewer shows, before it is turned."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says this size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def printed_pdf() -> bytes:
    """A PDF as kansa and others print it, with a link to a page whose address names JavaScript."""
    page = b'= Log\n#link("https://example.lg.jp/docs/Web/JavaScript/Launch")[guide]'
    return typst.compile(page, format="pdf", ignore_system_fonts=True)


def pdf_with(change: Callable[[pikepdf.Pdf], object], *, compressed: bool = False) -> bytes:
    """A PDF changed by pikepdf; `compressed` puts its objects into object streams, as Acrobat does."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed_pdf())) as pdf:
        change(pdf)
        mode = pikepdf.ObjectStreamMode.generate if compressed else pikepdf.ObjectStreamMode.disable
        pdf.save(out, object_stream_mode=mode)
    return out.getvalue()


def action(pdf: pikepdf.Pdf, key: str, **entries: object) -> None:
    """An action in the root of the PDF, as an object of its own."""
    pdf.Root[key] = pdf.make_indirect(pikepdf.Dictionary(**entries))


def document() -> bytes:
    """A Word file with a link to click."""
    made = docx.Document()
    made.add_paragraph("入退室記録")
    made.part.relate_to("https://example.lg.jp/", f"{OFFICE}/hyperlink", is_external=True)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def slides() -> bytes:
    """The parts that make a PowerPoint file one."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/ppt/presentation.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="ppt/presentation.xml"/></Relationships>'
    )
    main = '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'
    return zipped({"[Content_Types].xml": types, "_rels/.rels": relations, "ppt/presentation.xml": main})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def unpacked_bytes(data: bytes) -> int:
    """What the parts of a zip have together."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def sheet() -> bytes:
    """An Excel file."""
    return workbook([["日付", "件数"], ["2024-10-05", 3]])


def with_relation(kind: str, target: str) -> bytes:
    """A Word file that points outside."""
    mark = b"</Relationships>"
    relation = f'<Relationship Id="r99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'.encode()
    return with_parts(document(), {"word/_rels/document.xml.rels": lambda part: part.replace(mark, relation + mark)})


def with_type(content_type: str) -> bytes:
    """A Word file that names a part of this type."""
    mark = b"</Types>"
    named = f'<Override PartName="/word/x.bin" ContentType="{content_type}"/>'.encode()
    return with_parts(document(), {"[Content_Types].xml": lambda part: part.replace(mark, named + mark)})
