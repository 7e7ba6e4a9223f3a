"""How are Word files made for these tests: small ones from the XML of a body, and how are they read again?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
ROOT_RELATIONS = RELATIONS.format(
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Target="docProps/core.xml"'
    ' Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"/>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>作成した人</dc:creator></cp:coreProperties>'
)


def types(main: str = _MAIN_TYPE) -> str:
    """The list of content types."""
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def relation(key: str, kind: str, target: str, mode: str = "") -> str:
    """One relationship of the main part."""
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{outside}/>'


def word(body: str, parts: Mapping[str, str | bytes] | None = None, relations: str = "") -> bytes:
    """A Word file with this body; `parts` adds or replaces parts, `relations` belong to the main part."""
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": types(),
        "_rels/.rels": ROOT_RELATIONS,
        "docProps/core.xml": CORE,
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": RELATIONS.format(relations),
        **(parts or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in found.items():
            archive.writestr(name, part)
    return packed.getvalue()


def p(*runs: str, shape: str = "") -> str:
    """A paragraph of runs."""
    return f"<w:p>{f'<w:pPr>{shape}</w:pPr>' if shape else ''}{''.join(runs)}</w:p>"


def r(words: str, shape: str = "") -> str:
    """A run of words."""
    return f'<w:r>{f"<w:rPr>{shape}</w:rPr>" if shape else ""}<w:t xml:space="preserve">{words}</w:t></w:r>'


def cell(*blocks: str, shape: str = "") -> str:
    """A table cell."""
    return f"<w:tc><w:tcPr>{shape}</w:tcPr>{''.join(blocks)}</w:tc>"


def row(*words: str) -> str:
    """A table row of cells with one paragraph each."""
    return f"<w:tr>{''.join(cell(p(r(one))) for one in words)}</w:tr>"


BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def table(*rows: str, columns: int = 2) -> str:
    """A ruled table."""
    grid = '<w:gridCol w:w="2000"/>' * columns
    lines_of_it = f"<w:tblPr><w:tblBorders>{BORDERS}</w:tblBorders></w:tblPr>"
    return f"<w:tbl>{lines_of_it}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def part(data: bytes, name: str = "word/document.xml") -> ElementTree.Element:
    """A part of a Word file as a tree."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(name))


def lines(node: ElementTree.Element) -> list[str]:
    """The words of each paragraph that has any; line ends and tabs as Python writes them."""
    signs = {f"{W}br": "\n", f"{W}tab": "\t"}
    found = []
    for paragraph in node.iter(f"{W}p"):
        words = "".join(
            (one.text or "") if one.tag == f"{W}t" else signs[one.tag]
            for run in paragraph.iter(f"{W}r")
            for one in run
            if one.tag == f"{W}t" or one.tag in signs
        )
        found.append(words)
    return [words for words in found if words]
