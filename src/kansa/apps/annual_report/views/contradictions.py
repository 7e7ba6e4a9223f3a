"""Which departments say of themselves what the audit of the same year did not find?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.annual_report.queries import CONTRADICTION_FILES, Disagreements, disagreements
from kansa.apps.annual_report.views.downloads import file_answer
from kansa.apps.self_inspection.forms import when_decided
from kansa.apps.self_inspection.queries import result_frame
from kansa.apps.trail.forms import permitted
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.core.results import AUDITED_AT_MOST, SAID_YES_FROM


def found_disagreements(actor: Actor, fiscal_year: int) -> Disagreements:
    """What the person may see of a counted year. Raises Http404."""
    found = disagreements(actor, fiscal_year)
    if found is None:
        raise Http404(_("この年度の自己点検の集計はありません。"))
    return found


@require_safe
@when_decided
def contradictions_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The list, for a head of the own departments only; both sides have to be looked at, neither is right by itself."""
    found = found_disagreements(permitted(request, "read_inspection"), fiscal_year)
    context = result_frame(found.results, found.scope, "contradictions") | {
        "lines": found.lines,
        "from_percent": int(SAID_YES_FROM * 100),
        "at_most": AUDITED_AT_MOST,
    }
    return render(request, "annual_report/contradictions.html", context)


@require_safe
@when_decided
def contradictions_file(request: HttpRequest, fiscal_year: int, form: str) -> HttpResponse:
    """The same list as a file, to whom the page is open."""
    found = found_disagreements(permitted(request, "read_inspection"), fiscal_year)
    if form not in CONTRADICTION_FILES:
        raise Http404(_("この形式のファイルはありません。"))
    media, write = CONTRADICTION_FILES[form]
    name_ja = f"監査との食い違い_{era_year_ja(fiscal_year)}_{form}"
    return file_answer(write(found), media, f"kansa-contradictions-{fiscal_year}-{form}", name_ja)
