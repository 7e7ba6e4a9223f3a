"""Which frozen version does a page show, and where does each of its numbers lead?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kansa.apps.annual_report.queries import FrozenForm, frozen_bytes, frozen_years
from kansa.apps.annual_report.views.kept import Kept
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.document.figure import Figure
from kansa.document.render.html import FIGURE_SLOT
from kansa.document.render.words import unit_words
from kansa.document.report import Report, read_report

REPORTS: Kept[Report] = Kept(4)


@dataclass(frozen=True, slots=True)
class Number:
    """A figure as a page prints it: its words, its unit, and the address that explains it."""

    figure: Figure
    unit_ja: str
    url: str

    @property
    def amount(self) -> Fraction | None:
        """The exact value; None for words and for what could not be computed."""
        value = self.figure.value
        return None if value is None or isinstance(value, str) else Fraction(value)


@dataclass(frozen=True, slots=True)
class Shown:
    """The version of a year that was asked for, with everything made from it."""

    form: FrozenForm
    versions: tuple[FrozenForm, ...]  # of the year, newest first
    report: Report
    is_asked: bool  # the address names the version

    @property
    def year_ja(self) -> str:
        """令和６年度."""
        return era_year_ja(self.form.fiscal_year)

    @property
    def is_newest(self) -> bool:
        """Whether there is no later version."""
        return self.form.version == self.versions[0].version

    @property
    def query(self) -> str:
        """What every link of the page carries, so that an old version stays in sight."""
        return f"?version={self.form.version}" if self.is_asked else ""

    def number(self, figure_id: str) -> Number | None:
        """The figure for a page; None when this report has no such figure."""
        if figure_id not in self.report.book:
            return None
        figure = self.report.book[figure_id]
        unit = unit_words(figure.unit)
        # A unit without Japanese words (level, ratio) is part of the figure's name and is not printed after it.
        return Number(figure, "" if figure.value is None or unit.isascii() else unit, self.figure_url(figure_id))

    def figure_url(self, figure_id: str) -> str:
        """The address that explains a figure."""
        names = {"fiscal_year": self.form.fiscal_year, "figure_id": figure_id}
        return reverse("annual_report:figure", kwargs=names) + self.query

    @property
    def trace_url(self) -> str:
        """The pattern of those addresses, with the slot that the renderer fills."""
        mark = "figure-slot"
        return self.figure_url(mark).replace(mark, FIGURE_SLOT)


def asked_version(request: HttpRequest) -> int | None:
    """The number in `?version=`; None when there is none. Raises Http404 for anything else."""
    text = request.GET.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Http404(_("指定された版はありません。"))
    return int(text)


def shown_report(request: HttpRequest, actor: Actor, fiscal_year: int) -> Shown:
    """The version that the address asks for, the newest by default. Raises Http404 when there is none."""
    version = asked_version(request)
    versions = tuple(form for form in frozen_years(actor) if form.fiscal_year == fiscal_year)
    if not versions:
        raise Http404(
            _("%(year)sの記録はまだ凍結されていないため、報告書はありません。") % {"year": era_year_ja(fiscal_year)}
        )
    form = versions[0] if version is None else next((one for one in versions if one.version == version), None)
    if form is None:
        raise Http404(_("指定された版はありません。"))
    return Shown(form, versions, report_of(actor, form), version is not None)


def report_of(actor: Actor, form: FrozenForm) -> Report:
    """Figures and document of a version; read once while it is in use."""
    key = (form.sha256, form.is_draft)
    return REPORTS.get(
        key, lambda: read_report(frozen_bytes(actor, form.fiscal_year, form.version), is_draft=form.is_draft)
    )
