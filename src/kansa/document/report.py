"""How does a frozen year become the finished outputs and the bundle that proves them?

The same frozen bytes, draft mark and formats always give the same bundle: no clock, no chance, no database.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.year import YearData
from kansa.document.blocks import Document
from kansa.document.figure import Figure, FigureBook
from kansa.document.figures import build_figures
from kansa.document.frozen import canonical, load, sha256
from kansa.document.glyphs import missing_glyphs, replace_glyphs
from kansa.document.outline import build_document
from kansa.document.render import RENDERERS, Attachments

PREDICATE = "urn:kansa:annual-report:1"
STATEMENT = "https://in-toto.io/Statement/v1"
FROZEN_NAME = "frozen.json"
FIGURES_NAME = "figures.json"
STATEMENT_NAME = "statement.json"
FORMATS = ("pdf", "docx", "html", "xlsx", "csv", "json")
GETA = "〓"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """A frozen year with everything made from it."""

    frozen: bytes
    year: YearData
    book: FigureBook
    document: Document
    is_draft: bool
    glyph_substitute: str

    @property
    def frozen_sha256(self) -> str:
        return self.document.frozen_sha256


def read_report(frozen: bytes, *, is_draft: bool, glyph_substitute: str = "") -> Report:
    """Figures and document of frozen bytes. Raises InputError when the bytes are not a frozen year."""
    year = load(frozen)
    book = build_figures(year)
    digest = sha256(frozen)
    document = build_document(year, book, frozen_sha256=digest, is_draft=is_draft)
    if glyph_substitute:
        book = _substituted(book, {character for character, _where in missing_glyphs(document)}, glyph_substitute)
        document = build_document(year, book, frozen_sha256=digest, is_draft=is_draft)
        document = replace_glyphs(document, glyph_substitute)
    return Report(frozen, year, book, document, is_draft, glyph_substitute)


def _substituted(book: FigureBook, missing: set[str], substitute: str) -> FigureBook:
    """The book as it can be printed, so that figures on paper and in the list stay the same words."""
    table = str.maketrans(dict.fromkeys(missing, substitute))
    return FigureBook(
        {name: replace(figure, shown=figure.shown.translate(table)) for name, figure in book.figures.items()}
    )


def figures_json(book: FigureBook) -> bytes:
    """All figures as canonical JSON, in the order they were made."""
    return canonical([_plain(figure) for figure in book.figures.values()])


def _plain(figure: Figure) -> dict[str, object]:
    value = figure.value
    return {
        "id": figure.id,
        "label": figure.label_ja,
        "value": f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value,
        "shown": figure.shown,
        "unit": figure.unit,
        "places": figure.places,
        "n": figure.n,
        "formula": figure.formula,
        "inputs": list(figure.inputs),
        "missing": figure.missing_ja,
        "note": figure.note_ja,
        "published": figure.is_published,
    }


def render(report: Report, formats: Iterable[str], progress: Progress = lambda _name: None) -> dict[str, bytes]:
    """The outputs by file name. Raises InputError for an unknown format or characters that no font can print."""
    chosen = list(dict.fromkeys(formats))
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown:
        accepted = "、".join(FORMATS)
        raise InputError(Refusal("unknown_format", f"出力形式「{'、'.join(unknown)}」はありません（{accepted}）。"))
    if "pdf" in chosen or "docx" in chosen:
        refuse_missing_glyphs(report.document)
    figures = figures_json(report.book)
    attachments = attached(figures)
    outputs: dict[str, bytes] = {}
    for name in chosen:
        progress(name)
        data = figures if name == "json" else RENDERERS[name](report.document, report.book, attachments)
        outputs[output_name(report, name)] = data
    return outputs


def attached(figures: bytes) -> Attachments:
    """What travels inside an output: the figures. The frozen records hold small cells and stay in the bundle."""
    return Attachments(frozen_json=b"", figures_json=figures)


def output_name(report: Report, kind: str) -> str:
    """The ASCII file name of one output; it travels through every zip tool and mail gateway."""
    return f"kansa-report-{report.document.fiscal_year}.{kind}"


def bundle_name(report: Report) -> str:
    """The file name of the bundle. It holds department-level records: for the office, not for publication."""
    return f"kansa-bundle-{report.document.fiscal_year}-internal.zip"


def refuse_missing_glyphs(document: Document) -> None:
    """Raises InputError naming each character outside the fonts, where it stands, and the ways on."""
    places: dict[str, list[str]] = {}
    for character, where_ja in missing_glyphs(document):
        places.setdefault(character, []).append(where_ja)
    if places:
        raise InputError(
            *(
                Refusal(
                    "missing_glyph",
                    f"文字「{character}」（U+{ord(character[0]):04X}）は報告書のフォントにありません。元の記録の文字を"
                    f"直すか、--substitute-glyph を付けて「{GETA}」に置き換えて出力してください。",
                    Place(column="、".join(dict.fromkeys(where))),
                )
                for character, where in places.items()
            )
        )


def make_bundle(report: Report, outputs: dict[str, bytes], version: str) -> bytes:
    """A zip of frozen records, figures, outputs and the statement that binds them by hash."""
    figures = figures_json(report.book)
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": sha256(data)}} for name, data in sorted(outputs.items())],
        "predicateType": PREDICATE,
        "predicate": {
            "inputs": {FROZEN_NAME: sha256(report.frozen), FIGURES_NAME: sha256(figures)},
            "software": {"kansa": version},
            "fiscal_year": report.document.fiscal_year,
            "draft": report.is_draft,
            "glyph_substitute": report.glyph_substitute,
        },
    }
    files = {FROZEN_NAME: report.frozen, FIGURES_NAME: figures, STATEMENT_NAME: canonical(statement), **outputs}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def parse_json(data: bytes, name: str) -> object:
    """JSON of a bundle's member. Raises InputError naming the file."""
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise InputError(Refusal("not_json", f"JSON として読めません（{fault}）。", Place(file=name))) from fault
