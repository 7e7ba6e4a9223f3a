"""What does the Word file hold besides its body, and how are its bytes made the same every time?"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.section import Section
from docx.shared import Twips

from kansa.document.blocks import Document, Theme
from kansa.document.render.docx.numbering import set_numbering
from kansa.document.render.docx.styles import set_styles
from kansa.document.render.docx.xml import Element, field, made
from kansa.document.render.words import DRAFT_JA, title_words

# Constant, so that the same records give the same bytes; the zip's is the earliest that format knows.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3

# What the template brings of its own: a picture of an empty page, a bibliography, a second set of styles that goes
# stale as soon as the first changes, the name of the program that made it.
_NOT_OURS = {
    RELATIONSHIP_TYPE.THUMBNAIL,
    RELATIONSHIP_TYPE.CUSTOM_XML,
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
}
_PROGRAM = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>kansa</Application></Properties>"
)

_A4_WIDTH, _A4_HEIGHT, _HEADER_FROM_EDGE = 11906, 16838, 680

# As Word makes its own watermarks.
_WATERMARK = (
    '<w:pict xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="none"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="draft" type="#_x0000_t136" fillcolor="#f3f3f3" stroked="f" style="position:absolute;margin-left:0;'
    "margin-top:0;width:260pt;height:260pt;rotation:330;z-index:-251658752;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin"><v:textpath/></v:shape></w:pict>'
)


def empty_file(document: Document) -> WordFile:
    """A Word file with everything but the blocks of the document."""
    file = docx.Document()
    clear_template(file)
    set_styles(file, document.theme)
    set_numbering(file)
    set_settings(file)
    _set_properties(file, document)
    section = file.sections[0]
    _set_page(section, document.theme)
    _set_footer(section, document)
    if document.is_draft:
        _set_header(section, document.theme)
    return file


def text_width(theme: Theme) -> int:
    """The width of a line on A4 between the theme's margins, in twips."""
    return _A4_WIDTH - 2 * _twips(theme.margin_side_mm)


def saved(file: WordFile) -> bytes:
    """The bytes of the file, zipped anew with fixed dates."""
    written, fixed = BytesIO(), BytesIO()
    file.save(written)
    with ZipFile(written) as old, ZipFile(fixed, "w") as new:
        for name in old.namelist():
            info = ZipInfo(name, _ZIP_DATE)
            info.create_system = _UNIX
            new.writestr(info, old.read(name), ZIP_DEFLATED)
    return fixed.getvalue()


def _twips(millimetres: int) -> int:
    return millimetres * 1440 * 10 // 254


def clear_template(file: WordFile) -> None:
    """Takes out what the library's own empty file brings along."""
    package = file.part.package
    for relations in (file.part.rels, package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype in _NOT_OURS]:
            del relations[key]
    program = Part(PackURI("/docProps/app.xml"), CONTENT_TYPE.OFC_EXTENDED_PROPERTIES, _PROGRAM, package)
    package.relate_to(program, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)


def set_settings(file: WordFile) -> None:
    """Layout rules of a present-day Word; Japanese punctuation closed up."""
    settings = file.settings.element
    settings.clear()
    office = "http://schemas.microsoft.com/office/word"
    settings.extend(
        (
            made("w:zoom", percent=100),
            made("w:defaultTabStop", val=840),
            made("w:characterSpacingControl", val="compressPunctuation"),
            made("w:compat", made("w:compatSetting", name="compatibilityMode", uri=office, val=15)),
            made("w:themeFontLang", val="ja-JP", eastAsia="ja-JP"),
        )
    )


def _set_properties(file: WordFile, document: Document) -> None:
    """Title, author, the hash of the frozen records as identifier; a constant date."""
    properties = file.core_properties
    properties.title = title_words(document)
    properties.author = document.municipality_ja
    properties.identifier = document.frozen_sha256
    properties.language = "ja-JP"
    properties.comments = ""
    properties.created = properties.modified = _CREATED


def _set_page(section: Section, theme: Theme) -> None:
    """A4 portrait with the theme's margins; a line grid as Japanese office documents have it."""
    section.page_width, section.page_height = Twips(_A4_WIDTH), Twips(_A4_HEIGHT)
    section.top_margin = Twips(_twips(theme.margin_top_mm))
    section.bottom_margin = Twips(_twips(theme.margin_bottom_mm))
    section.left_margin = section.right_margin = Twips(_twips(theme.margin_side_mm))
    section.header_distance = section.footer_distance = Twips(_HEADER_FROM_EDGE)
    properties: Element = section._sectPr
    properties.find(qn("w:docGrid")).set(qn("w:type"), "lines")


def _set_footer(section: Section, document: Document) -> None:
    """Municipality at the left, page x / y in the middle, the first digits of the records' hash at the right."""
    paragraph = section.footer.paragraphs[0]
    width = text_width(document.theme)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Twips(width // 2), WD_TAB_ALIGNMENT.CENTER)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Twips(width), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{document.municipality_ja}\t")
    paragraph._p.append(field("PAGE", "1"))
    paragraph.add_run(" / ")
    paragraph._p.append(field("NUMPAGES", "1"))
    paragraph.add_run(f"\t記録番号 {document.frozen_sha256[:12]}")


def _set_header(section: Section, theme: Theme) -> None:
    """（案） at the right, and behind the text the large 案."""
    watermark: Element = parse_xml(_WATERMARK)
    shape = watermark[-1]
    shape.set("alt", DRAFT_JA)
    shape[0].set("string", DRAFT_JA)
    shape[0].set("style", f'font-family:"{theme.sans_word}";font-size:1pt')
    paragraph = section.header.paragraphs[0]
    paragraph.add_run()._r.append(watermark)
    paragraph.add_run(f"（{DRAFT_JA}）")
