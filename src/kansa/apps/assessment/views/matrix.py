"""How was the whole city judged, on one page?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kansa.apps.assessment.queries.matrix import Matrix, matrix_of, mean_of, picture_of
from kansa.apps.plan.models import AUDIT_STREAMS
from kansa.apps.trail.forms import permitted
from kansa.core.fiscal import era_year_ja
from kansa.core.rounding import printed
from kansa.formats.words import AUDIT_STREAMS as STREAM_WORDS

MEAN_PLACES = 2
SHOWN_CELL = 16  # pixels of a square on the screen; a long checklist is drawn smaller, to the width of the page


def asked_stream(request: HttpRequest) -> str:
    """The stream that was asked for; the external audit when none was."""
    stream = request.GET.get("stream", "")
    return stream if stream in AUDIT_STREAMS else AUDIT_STREAMS[0]


def mean_ja(levels: str) -> str:
    """A mean as it is printed; "—" without a judgement."""
    mean = mean_of(levels)
    return "—" if mean is None else printed(mean, MEAN_PLACES)


def table_rows(matrix: Matrix) -> list[tuple[str, str, list[str], str, str]]:
    """Code, department, mean of each domain, mean of all, and the judgements themselves."""
    return [
        (
            row.code,
            row.department_ja,
            [mean_ja("".join([row.levels[place] for place in places])) for _name, places in matrix.domains],
            mean_ja(row.levels),
            row.levels,
        )
        for row in matrix.rows
    ]


@require_safe
def matrix(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Departments against items: as a picture, as means by domain, and sign by sign."""
    actor = permitted(request, "read_all")
    stream = asked_stream(request)
    found = matrix_of(actor.municipality_id, fiscal_year, stream)
    context = {
        "fiscal_year": fiscal_year,
        "year_ja": era_year_ja(fiscal_year),
        "stream": stream,
        "streams": {name: STREAM_WORDS.ja[name] for name in AUDIT_STREAMS},
        "matrix": found,
        "rows": table_rows(found),
        "domains": [name for name, _places in found.domains],
        "width": len(found.items) * SHOWN_CELL,
        "height": len(found.rows) * SHOWN_CELL,
    }
    return render(request, "assessment/matrix.html", context)


@require_safe
def picture(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The matrix as a picture."""
    actor = permitted(request, "read_all")
    found = matrix_of(actor.municipality_id, fiscal_year, asked_stream(request))
    return HttpResponse(picture_of(found), content_type="image/png")
