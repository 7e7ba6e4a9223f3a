"""How is a filled Word file packed so that the same letter has the same bytes, and names nobody by accident?"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kansa.document.letters.opening import WordParts

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_DAY = "2000-01-01T00:00:00Z"

# The template's author, its last editor and their days say nothing about the letter.
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
    "<dc:language>ja-JP</dc:language></cp:coreProperties>"
)


def closed(word: WordParts, changed: Mapping[str, bytes], title: str, creator: str) -> bytes:
    """The file with the changed parts and its own properties, zipped with fixed dates."""
    parts = {**word.parts, **changed}
    for relation in word.relations.get("", {}).values():
        if relation.kind == "core-properties" and relation.target in parts:
            words = _PROPERTIES.format(title=escape(title), creator=escape(_one_line(creator)), day=_DAY)
            parts[relation.target] = words.encode()
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, part in parts.items():
            info = ZipInfo(name, _ZIP_DATE)
            info.create_system = _UNIX
            archive.writestr(info, part, ZIP_DEFLATED)
    return packed.getvalue()


def _one_line(words: str) -> str:
    return "".join(char for char in " ".join(words.split()) if char.isprintable())
