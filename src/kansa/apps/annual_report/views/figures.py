"""Which numbers does the report print, and where does each of them come from?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from kansa.apps.annual_report.views.shown import Number, Shown, shown_report
from kansa.apps.trail.forms import permitted
from kansa.document.figure import Figure
from kansa.document.trace import trace
from kansa.formats.folding import matching_key

FIGURES_A_PAGE = 100
RECORDS_A_PAGE = 100
LONGEST_SEARCH = 100  # characters

# First word of a figure id -> stream; what is not named belongs to the year itself.
STREAM_OF = {
    "external": "external",
    "diagnosis": "diagnosis",
    "drill": "drill",
    "internal": "internal",
    "training": "internal",
    "self": "self",
}
STREAMS: dict[str, str | Promise] = {
    "year": gettext_lazy("年度と規則"),
    "external": gettext_lazy("外部監査"),
    "diagnosis": gettext_lazy("技術的セキュリティ診断"),
    "drill": gettext_lazy("メール訓練"),
    "internal": gettext_lazy("内部監査"),
    "self": gettext_lazy("自己点検"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one stream on one page of the list."""

    stream: str
    title: str | Promise
    numbers: tuple[Number, ...]


class HtmxRequest(HttpRequest):
    """What HtmxMiddleware makes of a request."""

    htmx: HtmxDetails


def stream_of(figure: Figure) -> str:
    """The stream that a figure belongs to."""
    return STREAM_OF.get(figure.id.split(".", 1)[0], "year")


def found(figures: Iterable[Figure], words: str, stream: str) -> list[Figure]:
    """The figures that hold every word in id, name or printed form, by stream and then in the order of the report."""
    wanted = [matching_key(word) for word in words.split()]
    chosen = []
    for figure in figures:
        text = matching_key(f"{figure.id} {figure.label_ja} {figure.shown}")
        if (not stream or stream_of(figure) == stream) and all(word in text for word in wanted):
            chosen.append(figure)
    order = list(STREAMS)
    return sorted(chosen, key=lambda figure: order.index(stream_of(figure)))


def groups(shown: Shown, figures: Iterable[Figure]) -> list[Group]:
    """The figures of a page under the names of their streams."""
    made = []
    for stream, members in groupby(figures, key=stream_of):
        numbers = tuple(number for one in members if (number := shown.number(one.id)) is not None)
        made.append(Group(stream, STREAMS[stream], numbers))
    return made


def exact_ja(figure: Figure) -> str:
    """The value before rounding, as p/q; "" for words and for what could not be computed."""
    if figure.value is None or isinstance(figure.value, str):
        return ""
    value = Fraction(figure.value)
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def used_by(shown: Shown, figure_id: str) -> list[Number]:
    """The figures that are computed from this one."""
    users = (figure.id for figure in shown.report.book.figures.values() if figure_id in figure.inputs)
    return [number for one in users if (number := shown.number(one)) is not None]


def numbers_of(shown: Shown, figures: Iterable[Figure]) -> list[Number]:
    """Figures as linked numbers."""
    return [number for one in figures if (number := shown.number(one.id)) is not None]


def page_of(items: list[Figure] | tuple[object, ...], number: str | None, size: int) -> Page:
    """One page; a number that is none, or beyond the end, gives the nearest page."""
    return Paginator(items, size).get_page(number)


@require_safe
@vary_on_headers("HX-Request")
def figure_list(request: HtmxRequest, fiscal_year: int) -> HttpResponse:
    """All figures of a version, with search; htmx takes only the list."""
    shown = shown_report(request, permitted(request, "read_trace"), fiscal_year)
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    stream = request.GET.get("stream", "")
    stream = stream if stream in STREAMS else ""
    matches = found(shown.report.book.figures.values(), words, stream)
    page = page_of(matches, request.GET.get("page"), FIGURES_A_PAGE)
    context = {
        "shown": shown,
        "words": words,
        "stream": stream,
        "streams": STREAMS,
        "page": page,
        "groups": groups(shown, page.object_list),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    return render(request, f"annual_report/{'figure_rows' if is_part else 'figures'}.html", context)


@require_safe
def figure_page(request: HttpRequest, fiscal_year: int, figure_id: str) -> HttpResponse:
    """この数値はどこから来たか: value, formula, the figures it is made of, its records with file, sheet and row."""
    shown = shown_report(request, permitted(request, "read_trace"), fiscal_year)
    number = shown.number(figure_id)
    if number is None:
        context = {"shown": shown, "figure_id": figure_id[:LONGEST_SEARCH]}
        return render(request, "annual_report/no_figure.html", context, status=404)
    way = trace(shown.report.year, shown.report.book, figure_id)
    context = {
        "shown": shown,
        "number": number,
        "figure": number.figure,
        "stream": STREAMS[stream_of(number.figure)],
        "exact": exact_ja(number.figure),
        "formula": way.formula_ja,
        "inputs": numbers_of(shown, way.inputs),
        "users": used_by(shown, figure_id),
        "page": page_of(way.rows, request.GET.get("page"), RECORDS_A_PAGE),
    }
    return render(request, "annual_report/figure.html", context)
