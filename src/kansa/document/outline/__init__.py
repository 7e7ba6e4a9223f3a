"""The words of the annual report.

What lives here. chapters, sentences, tables and charts, chosen by rules from the figures; `build_document` is the door.
Who comes here. apps.annual_report and document.bundle, which hand the result to document.render.
May import. core, document.figure, document.figures, document.blocks, document.charts.
Must not. type a numeral into a sentence, compute a figure, know an output format.
To add one. a sentence or block in the chapter's module, with its figure by id and a test for the case it is said in.
"""

from __future__ import annotations

from kansa.core.year import YearData
from kansa.document.blocks import Block, Document
from kansa.document.figure import FigureBook
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.figures.stated_rules import with_stated_rules
from kansa.document.outline.appendix import appendix
from kansa.document.outline.external import external
from kansa.document.outline.front import criteria, front
from kansa.document.outline.inspection import inspection
from kansa.document.outline.internal import internal
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.sentences import para

DEFAULT_TITLE = "情報セキュリティ監査実施報告書"


def build_document(year: YearData, book: FigureBook, *, frozen_sha256: str, is_draft: bool) -> Document:
    """The report of the year as a tree of blocks; the same year and book always give the same tree."""
    year = with_stated_rules(year)
    title = year.settings.title_ja or DEFAULT_TITLE
    numbering = Numbering()
    external_facts, internal_facts = AuditFacts(year, "external_audit"), AuditFacts(year, "internal_audit")
    blocks: list[Block] = [
        *front(book, title, year.settings.contract_ja),
        *criteria(book, numbering),
        *external(year, external_facts, book, numbering),
        *internal(year, internal_facts, book, numbering),
        *inspection(year, book, numbering),
        para(book, "以上", style="closing"),
        *appendix(year, book, numbering),
    ]
    return Document(
        title=title,
        subject=book["year.name"].shown,
        municipality_ja=year.settings.municipality_ja,
        fiscal_year=year.this.fiscal_year,
        frozen_sha256=frozen_sha256,
        is_draft=is_draft,
        blocks=tuple(blocks),
    )


__all__ = ["DEFAULT_TITLE", "build_document"]
