"""What does a campaign ask against last year, and what was answered besides はい and いいえ?"""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.controls.queries import lineage_view
from kansa.apps.self_inspection.queries import comment_views, level_views
from kansa.apps.self_inspection.views.campaigns import campaign_for, frame_of
from kansa.apps.trail.forms import permitted
from kansa.formats.writers import OutColumn, write_csv, write_table

COLUMNS = (OutColumn("項目コード"), OutColumn("項目", is_wrapped=True), OutColumn("記入された内容", is_wrapped=True))
FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def items_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every item with what it is to last year's: the words that changed, the rule behind it, and who is asked."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    view = lineage_view(actor.municipality_id, campaign.checklist.fiscal_year, campaign.checklist.stream)
    return render(request, "self_inspection/items.html", frame_of(campaign) | {"view": view})


@require_safe
def levels_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How the levels of each scale are spread, and what was written; after closing only."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    context = {"scales": level_views(campaign), "comments": comment_views(campaign)}
    return render(request, "self_inspection/levels.html", frame_of(campaign) | context)


@require_safe
def comments_file(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """What was written, as a file; in the order by chance in which it is kept."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    if kind not in FILE_TYPES:
        raise Http404(_("この形式はありません。"))
    rows = [(one.item.code, one.item.text_ja, text) for one in comment_views(campaign) for text in one.texts_ja]
    data = write_csv(COLUMNS, rows) if kind == "csv" else write_table(COLUMNS, rows, "自由記述")
    name = f"自由記述_{campaign.title_ja}.{kind}"
    return FileResponse(io.BytesIO(data), as_attachment=True, filename=name, content_type=FILE_TYPES[kind])
