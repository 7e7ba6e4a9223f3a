"""Which years are there, and how does one of them stand?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.annual_report.queries import (
    FrozenForm,
    confirmation_of,
    frozen_years,
    year_data,
    years_recorded,
)
from kansa.apps.annual_report.views.cards import cards, finding_rows
from kansa.apps.annual_report.views.downloads import download_kinds
from kansa.apps.annual_report.views.shown import Shown, asked_version, shown_report
from kansa.apps.self_inspection.queries import years_counted
from kansa.apps.trail.forms import permitted
from kansa.core.checks import SEVERITIES, SEVERITIES_JA, Notice, run_checks
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can
from kansa.core.year import YearData
from kansa.document.blocks import Chart
from kansa.document.render.html import body_html

NOTICES_SHOWN = 3  # of one check
NOTICES_FOLDED = 50
# One picture of each kind that the dashboard shows, in this order; those that a year does not have are left out.
CHARTS = (
    "external_levels_chart",
    "internal_levels_chart",
    "external_change_chart",
    "internal_change_chart",
    "self_items_chart",
    "rotation_chart",
)


@dataclass(frozen=True, slots=True)
class YearLine:
    """A fiscal year in the list. `newest` is None while nothing is frozen."""

    fiscal_year: int
    year_ja: str
    newest: FrozenForm | None
    version_count: int


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """What one check says: the first few, those to unfold, and how many more the command would list."""

    first: tuple[Notice, ...]
    folded: tuple[Notice, ...]
    left_out_count: int


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """What the checks say with one severity."""

    severity: str
    title_ja: str
    count: int
    kinds: tuple[NoticeKind, ...]


def year_lines(actor: Actor) -> list[YearLine]:
    """Every year that has records or a frozen version, newest first."""
    by_year: dict[int, list[FrozenForm]] = {}
    for form in frozen_years(actor):
        by_year.setdefault(form.fiscal_year, []).append(form)
    found = sorted({*by_year, *years_recorded(actor.municipality_id)}, reverse=True)
    lines = ((fiscal_year, by_year.get(fiscal_year, [])) for fiscal_year in found)
    return [YearLine(one, era_year_ja(one), forms[0] if forms else None, len(forms)) for one, forms in lines]


def notice_groups(notices: tuple[Notice, ...]) -> list[NoticeGroup]:
    """The notices by severity, gravest first, and in it by check."""
    groups = []
    for severity in SEVERITIES:
        by_code: dict[str, list[Notice]] = {}
        for notice in notices:
            if notice.severity == severity:
                by_code.setdefault(notice.code, []).append(notice)
        if by_code:
            kinds = tuple(notice_kind(tuple(found)) for found in by_code.values())
            groups.append(NoticeGroup(severity, SEVERITIES_JA[severity], sum(map(len, by_code.values())), kinds))
    return groups


def notice_kind(found: tuple[Notice, ...]) -> NoticeKind:
    """The notices of one check, so that a hundred of one kind do not hide the one of another."""
    end = NOTICES_SHOWN + NOTICES_FOLDED
    return NoticeKind(found[:NOTICES_SHOWN], found[NOTICES_SHOWN:end], max(0, len(found) - end))


def chart_parts(shown: Shown) -> list[SafeString]:
    """The pictures of the report that the dashboard repeats, with their data and linked numbers."""
    document = shown.report.document
    charts = {block.id: block for block in document.blocks if isinstance(block, Chart)}
    chosen = (replace(document, blocks=(charts[name],)) for name in CHARTS if name in charts)
    # body_html escapes every text it prints; the pictures are our own.
    return [mark_safe(body_html(one, shown.report.book, trace_url=shown.trace_url)) for one in chosen]


def is_changed(live: YearData, frozen: YearData) -> bool:
    """Whether the records of today differ from those of the frozen version."""
    return replace(live, accepted=()) != replace(frozen, accepted=())


@require_safe
def year_list(request: HttpRequest) -> HttpResponse:
    """Every fiscal year with its state; an empty installation explains how to begin."""
    actor = permitted(request, "read_report")
    context = {"lines": year_lines(actor), "may_begin": can(actor, "import")}
    return render(request, "annual_report/years.html", context)


@require_safe
def year_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The dashboard of a year."""
    actor = permitted(request, "read_report")
    line = next((one for one in year_lines(actor) if one.fiscal_year == fiscal_year), None)
    if line is None:
        year_ja = era_year_ja(fiscal_year)
        raise Http404(_("%(year)sの記録はありません。") % {"year": year_ja})
    asked_version(request)
    live = year_data(actor.municipality_id, fiscal_year)
    shown = shown_report(request, actor, fiscal_year) if line.newest else None
    context = {
        "line": line,
        "groups": notice_groups(run_checks(live)),
        "shown": shown,
        "may_freeze": can(actor, "freeze"),
        "has_results": can(actor, "read_inspection") and fiscal_year in years_counted(actor.municipality_id),
        "may_confirm": can(actor, "confirm") and line.newest is not None and line.newest.is_draft,
    }
    if shown is not None:
        context |= {
            "cards": cards(shown),
            "findings": finding_rows(shown),
            "charts": chart_parts(shown),
            "kinds": download_kinds(),
            "confirmation": confirmation_of(actor, fiscal_year, shown.form.version),
            "is_changed": shown.is_newest and is_changed(live, shown.report.year),
        }
    return render(request, "annual_report/year.html", context)
