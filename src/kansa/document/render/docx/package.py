"""Which parts make up a Word file besides its body, and how are they zipped so that the bytes never vary?"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kansa.document.blocks import Document, Theme
from kansa.document.render.docx.numbering import LEVELS
from kansa.document.render.docx.styles import styles_xml
from kansa.document.render.docx.theme import font_table_xml, theme_xml
from kansa.document.render.words import DRAFT_JA, title_words

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_OFFICE}/relationships" xmlns:wp="{_DRAWING}/wordprocessingDrawing"'
    f' xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture"'
    ' xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Zip entries carry this date; it is the earliest the format knows.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3

Picture = tuple[str, bytes]  # SVG text, PNG bytes


def text_width_twips(theme: Theme) -> int:
    """The width of a line on A4 between the theme's margins."""
    return 11906 - 2 * (theme.margin_side_mm * 1440 * 10 // 254)


def parts(document: Document, body_xml: str, pictures: Sequence[Picture]) -> dict[str, bytes]:
    """Every part of the file by name, in the order they are zipped."""
    texts = {
        "[Content_Types].xml": _content_types(document),
        "_rels/.rels": _package_relations(),
        "docProps/core.xml": _core(document),
        "docProps/app.xml": _app(),
        "word/document.xml": body_xml,
        "word/_rels/document.xml.rels": _document_relations(document, len(pictures)),
        "word/styles.xml": _HEAD + styles_xml(document.theme, f'xmlns:w="{_W}"'),
        "word/theme/theme1.xml": _HEAD + theme_xml(document.theme, f'xmlns:a="{_DRAWING}/main"'),
        "word/fontTable.xml": _HEAD + font_table_xml(document.theme, f'xmlns:w="{_W}"'),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": _settings(),
        "word/footer1.xml": _footer(document),
    }
    if document.is_draft:
        texts["word/header1.xml"] = _header(document)
    made = {name: text.encode() for name, text in texts.items()}
    for number, (svg, png) in enumerate(pictures, start=1):
        made[f"word/media/chart-{number}.png"] = png
        made[f"word/media/chart-{number}.svg"] = svg.encode()
    return made


def zipped(files: dict[str, bytes]) -> bytes:
    """The parts as one zip with fixed dates."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = ZipInfo(name, _ZIP_DATE)
            info.create_system = _UNIX
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _content_types(document: Document) -> str:
    overrides = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/word/styles.xml": f"{_WORD}.styles+xml",
        "/word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/word/fontTable.xml": f"{_WORD}.fontTable+xml",
        "/word/numbering.xml": f"{_WORD}.numbering+xml",
        "/word/settings.xml": f"{_WORD}.settings+xml",
        "/word/footer1.xml": f"{_WORD}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    if document.is_draft:
        overrides["/word/header1.xml"] = f"{_WORD}.header+xml"
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "svg": "image/svg+xml",
    }
    inner = "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in defaults.items())
    inner += "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{inner}</Types>'


def _relations(rows: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in rows)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _package_relations() -> str:
    return _relations(
        [
            ("rId1", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ("rId3", f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ]
    )


def _document_relations(document: Document, picture_count: int) -> str:
    rows = [
        ("rIdStyles", f"{_OFFICE}/relationships/styles", "styles.xml"),
        ("rIdTheme", f"{_OFFICE}/relationships/theme", "theme/theme1.xml"),
        ("rIdFonts", f"{_OFFICE}/relationships/fontTable", "fontTable.xml"),
        ("rIdNumbering", f"{_OFFICE}/relationships/numbering", "numbering.xml"),
        ("rIdSettings", f"{_OFFICE}/relationships/settings", "settings.xml"),
        ("rIdFooter", f"{_OFFICE}/relationships/footer", "footer1.xml"),
    ]
    if document.is_draft:
        rows.append(("rIdHeader", f"{_OFFICE}/relationships/header", "header1.xml"))
    for number in range(1, picture_count + 1):
        rows.append((f"rIdPng{number}", f"{_OFFICE}/relationships/image", f"media/chart-{number}.png"))
        rows.append((f"rIdSvg{number}", f"{_OFFICE}/relationships/image", f"media/chart-{number}.svg"))
    return _relations(rows)


def _core(document: Document) -> str:
    """Title, author, the hash of the frozen records as identifier; a constant date."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
        f"<dc:creator>{escape(document.municipality_ja)}</dc:creator>"
        f"<dc:identifier>{escape(document.frozen_sha256)}</dc:identifier><dc:language>ja-JP</dc:language>"
        f"<dc:title>{escape(title_words(document))}</dc:title></cp:coreProperties>"
    )


def _app() -> str:
    return f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties"><Application>kansa</Application></Properties>'


def _numbering() -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="Heading{at + 1}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
        for at, (form, text, indent) in enumerate(LEVELS)
    )
    return (
        f'{_HEAD}<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="1">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )


def _settings() -> str:
    return (
        f'{_HEAD}<w:settings xmlns:w="{_W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="840"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="ja-JP" w:eastAsia="ja-JP"/></w:settings>'
    )


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _footer(document: Document) -> str:
    """Municipality at the left, page x / y in the middle, the first digits of the records' hash at the right."""
    width = text_width_twips(document.theme)
    tabs = f'<w:tabs><w:tab w:val="center" w:pos="{width // 2}"/><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    return (
        f'{_HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{tabs}</w:pPr>'
        f"<w:r><w:t>{escape(document.municipality_ja)}</w:t></w:r><w:r><w:tab/></w:r>"
        f'{_field("PAGE")}<w:r><w:t xml:space="preserve"> / </w:t></w:r>{_field("NUMPAGES")}'
        f"<w:r><w:tab/><w:t>記録番号 {escape(document.frozen_sha256[:12])}</w:t></w:r></w:p></w:ftr>"
    )


def _header(document: Document) -> str:
    """（案） at the right, and behind the text the large 案 as Word makes its own watermarks."""
    font = quoteattr(f'font-family:"{document.theme.sans_word}";font-size:1pt', {'"': "&quot;"})
    where = (
        "position:absolute;margin-left:0;margin-top:0;width:260pt;height:260pt;rotation:330;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return (
        f'{_HEAD}<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:pict>'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
        ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="none"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="draft" type="#_x0000_t136" alt="{DRAFT_JA}" style="{where}" fillcolor="#f3f3f3" stroked="f">'
        f'<v:textpath style={font} string="{DRAFT_JA}"/></v:shape></w:pict></w:r>'
        f"<w:r><w:t>（{DRAFT_JA}）</w:t></w:r></w:p></w:hdr>"
    )
