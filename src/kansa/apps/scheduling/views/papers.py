"""How do the papers of planning read, and how are they taken away as Word, PDF or Excel?"""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.audits.queries import LetterForm
from kansa.apps.scheduling import actions
from kansa.apps.scheduling.queries import PlanPaper, annual_paper, frame_of, lap_of, lap_paper
from kansa.apps.scheduling.views.laps import this_year
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import InputError
from kansa.core.permission import Actor, can
from kansa.document.letters.kinds import KINDS
from kansa.document.letters.lists import PLACES

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONG_FIELDS = ("基本方針", "監査の目的", "重点項目", "監査の方法", "確認の結果", "連絡先", "備考")


def paper_of(actor: Actor, kind: str, first: int, year: int | None) -> PlanPaper:
    """The paper that an address names. Raises Http404 where no lap begins, or for a year outside the lap."""
    frame = lap_of(actor.municipality_id, first)
    if kind == "medium_term_plan":
        return lap_paper(actor, frame, this_year())
    if year is None or year not in frame.years:
        raise Http404(f"{year}年度は、この巡の年度ではありません。")
    return annual_paper(actor, year)


def place_of_page(paper: PlanPaper, first: int) -> str:
    """The address of the page with the fields of a paper."""
    if paper.kind == "medium_term_plan":
        return reverse("scheduling:lap_paper", args=[first])
    return reverse("scheduling:annual_paper", args=[first, paper.fiscal_year])


def typed_paper(request: HttpRequest, known: LetterForm) -> tuple[int, dict[str, str]]:
    """The version the page was made from, and what was typed; a field left as the records say it follows them on."""
    version = request.POST.get("version", "")
    typed = {name: request.POST.get(name, "").strip().replace("\r\n", "\n") for name in known.kind.field_names}
    changed = {name: words for name, words in typed.items() if name not in known.given or words != known.values[name]}
    return (int(version) if version.isdecimal() and len(version) < 9 else 0), changed


@require_http_methods(["GET", "HEAD", "POST"])
def paper_page(request: HttpRequest, first: int, kind: str, year: int | None = None) -> HttpResponse:
    """The fields of a paper, filled from the records where they can be; saved, then taken away."""
    actor = permitted(request, "read_plan")
    paper = paper_of(actor, kind, first, year)
    known = paper.filled(actor)
    if request.method == "POST":
        if not can(actor, "manage_plan"):
            raise PermissionDenied
        version, typed = typed_paper(request, known)
        done = _("文書の内容を保存しました。")
        if attempt(request, lambda: actions.save_paper(actor, paper, version, typed), done):
            return redirect(place_of_page(paper, first))
    beyond = {f"{place}の年度" for place in PLACES[paper.years :]}  # years that this lap does not have
    context = {
        "frame": frame_of(actor.municipality_id, first),
        "first": first,
        "known": known,
        "page": place_of_page(paper, first),
        "rows": [
            (field, known.values[field.name], field.name in known.given, field.name in LONG_FIELDS)
            for field in known.kind.fields
            if field.name not in beyond
        ],
        "may_plan": can(actor, "manage_plan"),
    }
    return render(request, "scheduling/paper.html", context)


@require_safe
def paper_file(request: HttpRequest, first: int, kind: str, form: str, year: int | None = None) -> HttpResponse:
    """A paper as a file."""
    actor = permitted(request, "read_plan")
    paper = paper_of(actor, kind, first, year)
    if form not in TYPES:
        raise Http404
    try:
        made = actions.write_paper(actor, paper, form)
    except InputError as fault:
        for refusal in fault.refusals:
            messages.error(request, refusal.ja())
        return redirect(place_of_page(paper, first))
    answer = HttpResponse(made.data, content_type=TYPES[form])
    name_ja = quote(f"{KINDS[kind].title_ja}_{paper.fiscal_year}.{form}", safe="")
    ascii_name = f"kansa-{kind}-{paper.fiscal_year}.{form}"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{name_ja}"
    return answer
