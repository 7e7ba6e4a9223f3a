"""Every printed number of a report, once, by id.

What lives here. the functions that turn the frozen year into figures; `build_figures` is the door.
Who comes here. document.outline (words), document.trace and document.bundle (proof), apps.annual_report.
May import. core, document.figure.
Must not. know Django, files, a clock; print a number that is not a figure.
To add one. the formula in core with its spec, an id here, its words in document/formulas.py, its place in the outline.
"""

from __future__ import annotations

from kansa.core.year import YearData
from kansa.document.figure import FigureBook
from kansa.document.figures.activities import drill_figures, finding_figures, training_figures
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.figures.audits import audit_figures
from kansa.document.figures.changes import change_figures
from kansa.document.figures.diagnosis import diagnosis_figures
from kansa.document.figures.frame import frame_figures
from kansa.document.figures.maker import Maker
from kansa.document.figures.self_inspection import inspection_figures
from kansa.document.figures.special import special_figures
from kansa.document.figures.stated_rules import with_stated_rules


def build_figures(year: YearData) -> FigureBook:
    """All figures of the year, from its frozen values only."""
    year = with_stated_rules(year)
    maker = Maker(year)
    frame_figures(maker)
    for stream in ("external_audit", "internal_audit"):
        facts = AuditFacts(year, stream)
        audit_figures(maker, facts)
        change_figures(maker, facts)
    inspection_figures(maker)
    drill_figures(maker)
    finding_figures(maker)
    diagnosis_figures(maker)
    special_figures(maker)
    training_figures(maker)
    maker.remaining_published()
    return maker.book


__all__ = ["build_figures"]
