"""How are a fixed template and its data set into pages, with nothing read from outside and nothing by chance?"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast

import typst

from kansa.core.errors import InputError, Refusal
from kansa.document.glyphs import fonts

# Constant, so that the same records give the same bytes: 1 January 2000, 00:00 UTC. PDF/A demands a date.
TIMESTAMP = 946_684_800

_PNG_PPI = 192


def typeset(
    files: Mapping[str, bytes],
    output: Literal["pdf", "png"],
    font_directory: Path | None = None,
    standards: list[typst.PDFStandard] | None = None,
) -> list[bytes]:
    """Compiles `main.typ` among `files` (name -> bytes); one element for a PDF, one a page for PNG.

    The only folder the typesetter can see is an empty one, made for the call. Raises InputError for a font
    family that is not there; `typst.TypstError` for anything the PDF standards refuse.
    """
    with tempfile.TemporaryDirectory() as root:
        result = typst.compile_with_warnings(
            cast(str, dict(files)),  # a dict of files is documented, but missing in the package's types
            root=root,
            font_paths=fonts(font_directory),
            format=output,
            ppi=_PNG_PPI if output == "png" else None,
            pdf_standards=standards or [],
            timestamp=TIMESTAMP,
        )
    made = cast(bytes | list[bytes] | None, result[0])  # the types leave out the list of pages
    for warning in result[1]:
        if "unknown font family" in warning.message:
            family = warning.message.rpartition(":")[2].strip()
            raise InputError(Refusal("font_missing", f"書体「{family}」が見つからない。設定の書体名を確認すること。"))
    if made is None:
        return []
    return [made] if isinstance(made, bytes) else made
