"""Which harmless document hangs on a training mail? Word, Excel or HTML, with one picture or link of our server.

No macro, no field that computes, nothing to fill in: the document asks our server for a picture when it is opened (Word
and HTML, where the program allows it) and holds one link. The same call gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

import docx
import xlsxwriter
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kansa.core.mail_drill.scenario import Scenario, filled

_LONG_AGO = datetime(2020, 1, 1)  # noqa: DTZ001 (a fixed stamp, so that bytes do not depend on the clock)
_SMALLEST = 9525  # one pixel in the unit of Office
OPEN_JA = "詳細はこちら"


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be attached."""

    name: str
    content_type: str
    data: bytes


def document(scenario: Scenario, values: Mapping[str, str], link: str, picture: str) -> Document:
    """The attachment of a scenario for one recipient. Raises KeyError for a scenario without one."""
    content_type, make = _MAKERS[scenario.attachment]
    title = filled(scenario.attachment_name_ja, values)
    lines = filled(scenario.attachment_text_ja, values).splitlines()
    name = title if title.endswith(f".{scenario.attachment}") else f"{title}.{scenario.attachment}"
    return Document(name, content_type, make(title, lines, link, picture))


def _docx(title: str, lines: list[str], link: str, picture: str) -> bytes:
    page = docx.Document()
    page.core_properties.title, page.core_properties.author = title, ""
    page.core_properties.created = page.core_properties.modified = _LONG_AGO
    page.add_heading(title, level=1)
    for line in lines:
        page.add_paragraph(line)
    shown = page.part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    page.add_paragraph().add_run()._r.append(parse_xml(_drawing(shown)))
    where = page.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run = f'<w:r><w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr><w:t>{OPEN_JA}</w:t></w:r>'
    anchor = f'<w:hyperlink {nsdecls("w", "r")} r:id="{where}">{run}</w:hyperlink>'
    page.add_paragraph()._p.append(parse_xml(anchor))
    out = io.BytesIO()
    page.save(out)
    return _unstamped(out.getvalue())


def _drawing(relation: str) -> str:
    """A picture of one pixel that is linked, not embedded."""
    return (
        f"<w:drawing {nsdecls('w', 'wp', 'a', 'pic', 'r')}><wp:inline>"
        f'<wp:extent cx="{_SMALLEST}" cy="{_SMALLEST}"/><wp:docPr id="1" name="p"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        '<pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:link="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{_SMALLEST}" cy="{_SMALLEST}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _unstamped(data: bytes) -> bytes:
    """The same archive with a fixed time on every entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            stamp = zipfile.ZipInfo(entry.filename, _LONG_AGO.timetuple()[:6])
            stamp.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(stamp, old.read(entry))
    return out.getvalue()


def _xlsx(title: str, lines: list[str], link: str, picture: str) -> bytes:
    del picture  # Excel has no linked picture that opens without a question; the link alone is counted
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": _LONG_AGO})
    sheet = book.add_worksheet("Sheet1")
    sheet.set_column(0, 0, 60)
    bold = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, title, bold)
    for row, line in enumerate(lines, 2):
        sheet.write_string(row, 0, line)
    sheet.write_url(len(lines) + 3, 0, link, string=OPEN_JA)
    book.close()
    return out.getvalue()


def _html(title: str, lines: list[str], link: str, picture: str) -> bytes:
    text = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>\n'
        f'<h1>{escape(title)}</h1>\n{text}\n<p><a href="{escape(link)}">{OPEN_JA}</a></p>\n'
        f'<img src="{escape(picture)}" width="1" height="1" alt="">\n</body></html>\n'
    ).encode()


_MAKERS: dict[str, tuple[str, Callable[[str, list[str], str, str], bytes]]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "html": ("text/html", _html),
}
