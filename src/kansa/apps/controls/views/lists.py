"""Which checklists are there, and how does one stand beside last year's?"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kansa.apps.controls.actions import Holds, ListKey, copy_last_year, take_over
from kansa.apps.controls.models import STREAMS
from kansa.apps.controls.queries import LineageLine, checklist_records, lineage_counts, lineage_view
from kansa.apps.people.models import YEARS
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.formats.words import STREAMS as STREAM_WORDS
from kansa.formats.writers import export_csv, export_xlsx

ITEMS_ON_PAGE = 50
LONGEST_REASON = 1000  # characters
ASKED = ("carried", "editorial", "revised", "added")
KIND_WORDS = {
    "carried": gettext_lazy("継続"),
    "editorial": gettext_lazy("字句修正"),
    "revised": gettext_lazy("見直し"),
    "added": gettext_lazy("追加"),
    "dropped": gettext_lazy("廃止"),
}
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a bar whose whole width is the number of items."""

    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class ListLine:
    """A checklist in the list of checklists."""

    fiscal_year: int
    stream: str
    stream_ja: str
    counts: dict[str, int]
    is_frozen: bool
    can_copy: bool

    @property
    def item_count(self) -> int:
        """Items that are asked."""
        return sum(self.counts.get(kind, 0) for kind in ASKED)

    @property
    def bars(self) -> list[Bar]:
        """The parts of the picture."""
        return bars(self.counts)

    @property
    def shares(self) -> list[tuple[object, int]]:
        """What the picture says, in words."""
        return [(KIND_WORDS[kind], count) for kind, count in self.counts.items() if count]


def bars(counts: Mapping[str, int]) -> list[Bar]:
    """carried, editorial, revised, added side by side."""
    found, start = [], 0
    for kind in ASKED:
        if counts.get(kind):
            found.append(Bar(kind, start, counts[kind]))
            start += counts[kind]
    return found


def key_of(fiscal_year: int, stream: str, holds: Holds) -> ListKey:
    """The checklist of an address. Raises Http404 for a stream or year that there cannot be."""
    if stream not in STREAMS or not YEARS[0] < fiscal_year <= YEARS[1]:
        raise Http404(_("このチェックリストはありません。"))
    return ListKey(fiscal_year, stream, holds.is_frozen, holds.is_asked)


def frame_of(key: ListKey, municipality_id: int) -> dict[str, object]:
    """What every page of one checklist prints."""
    return {
        "key": key,
        "year_ja": era_year_ja(key.fiscal_year),
        "stream_ja": STREAM_WORDS.ja[key.stream],
        "is_frozen": key.is_frozen(municipality_id, key.fiscal_year),
        "is_asked": key.is_asked(municipality_id, key.fiscal_year, key.stream),
        "kinds": KIND_WORDS,
    }


@require_safe
def checklist_list(request: HttpRequest, holds: Holds) -> HttpResponse:
    """Every year from the first recorded one to the next, newest first, with its three streams."""
    actor = permitted(request, "manage_checklist")
    counts = lineage_counts(actor.municipality_id)
    this_year = fiscal_year_of(timezone.localdate())
    first = min([this_year, *(fiscal_year for fiscal_year, _stream in counts)])
    last = max([this_year + 1, *(fiscal_year for fiscal_year, _stream in counts)])
    years = []
    for fiscal_year in range(last, first - 1, -1):
        closed = holds.is_frozen(actor.municipality_id, fiscal_year)
        lines = [
            ListLine(
                fiscal_year,
                stream,
                STREAM_WORDS.ja[stream],
                counts.get((fiscal_year, stream), {}),
                closed,
                (fiscal_year, stream) not in counts and (fiscal_year - 1, stream) in counts and not closed,
            )
            for stream in STREAMS
        ]
        years.append({"fiscal_year": fiscal_year, "year_ja": era_year_ja(fiscal_year), "lines": lines})
    return render(request, "controls/lists.html", {"years": years, "kinds": KIND_WORDS, "is_empty": not counts})


@require_safe
def checklist_page(request: HttpRequest, fiscal_year: int, stream: str, holds: Holds) -> HttpResponse:
    """The list beside last year's: what each item is to it, with the words that changed."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    view = lineage_view(actor.municipality_id, fiscal_year, stream)
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    numbered = list(enumerate(view.lines, 1))
    chosen = [(place, line) for place, line in numbered if is_wanted(line, show, words)]
    page = Paginator(chosen, ITEMS_ON_PAGE).get_page(request.GET.get("page"))
    context = frame_of(key, actor.municipality_id) | {
        "view": view,
        "counts": [(kind, KIND_WORDS[kind], count) for kind, count in view.counts.items()],
        "bars": bars(view.counts),
        "fault_count": sum(1 for line in view.lines if line.fault),
        "page": page,
        "show": show,
        "words": words,
    }
    return render(request, "controls/list.html", context)


def is_wanted(line: LineageLine, show: str, words: str) -> bool:
    """Whether the filters leave an item."""
    item = line.item
    kind = "editorial" if item.is_editorial else item.lineage
    is_shown = not show or show == kind or (show == "faults" and bool(line.fault))
    return is_shown and (not words or words in "\n".join((item.code, item.domain_ja, item.text_ja, item.criteria_ja)))


@require_safe
def print_page(request: HttpRequest, fiscal_year: int, stream: str, holds: Holds) -> HttpResponse:
    """The list as it is printed: all items by domain, nothing to press."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    view = lineage_view(actor.municipality_id, fiscal_year, stream)
    return render(request, "controls/print.html", frame_of(key, actor.municipality_id) | {"view": view})


@require_safe
def export_file(request: HttpRequest, fiscal_year: int, stream: str, kind: str, holds: Holds) -> FileResponse:
    """The list in the form in which it can be imported again."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    if kind not in ("csv", "xlsx"):
        raise Http404(_("この形式はありません。"))
    records = checklist_records(actor.municipality_id, fiscal_year, stream)
    data = export_csv("checklist", records) if kind == "csv" else export_xlsx("checklist", records)
    name = f"チェックリスト_{key.ja()}.{kind}"
    content_type = "text/csv; charset=utf-8" if kind == "csv" else XLSX_TYPE
    return FileResponse(io.BytesIO(data), as_attachment=True, filename=name, content_type=content_type)


@require_POST
def copy_page(request: HttpRequest, fiscal_year: int, stream: str, holds: Holds) -> HttpResponse:
    """Begins the list with last year's."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    attempt(request, lambda: copy_last_year(actor, key), _("前年度の項目を全て「継続」として複製しました。"))
    return redirect("controls:checklist", fiscal_year, stream)


@require_POST
def take_over_page(request: HttpRequest, fiscal_year: int, stream: str, holds: Holds) -> HttpResponse:
    """Says what becomes of an item of last year that the list does not tell of."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    code, lineage = request.POST.get("code", ""), request.POST.get("lineage", "")
    reason_ja = request.POST.get("reason_ja", "")[:LONGEST_REASON]
    attempt(request, lambda: take_over(actor, key, code, lineage, reason_ja), _("前年度の項目の扱いを登録しました。"))
    return redirect("controls:checklist", fiscal_year, stream)
