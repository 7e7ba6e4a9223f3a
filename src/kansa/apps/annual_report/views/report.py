"""How does the report read on the screen, with every number linked to its records?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from kansa.apps.annual_report.views.downloads import download_kinds
from kansa.apps.annual_report.views.shown import shown_report
from kansa.apps.trail.forms import permitted
from kansa.document.blocks import Document, Heading, Para
from kansa.document.render.html import body_html
from kansa.document.render.words import heading_words


def contents(document: Document) -> list[tuple[Heading, str]]:
    """Chapters and sections with their words."""
    return [(one, heading_words(one)) for one in document.blocks if isinstance(one, Heading) and one.level <= 2]


@require_safe
def report_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The report of a version inside the frame of the site."""
    shown = shown_report(request, permitted(request, "read_report"), fiscal_year)
    document = shown.report.document
    context = {
        "shown": shown,
        "document": document,
        "contents": contents(document),
        "has_title": any(isinstance(block, Para) and block.style == "title" for block in document.blocks),
        # body_html escapes every text it prints; the pictures are our own.
        "body": mark_safe(body_html(document, shown.report.book, trace_url=shown.trace_url)),
        "kinds": download_kinds(),
    }
    return render(request, "annual_report/report.html", context)
