"""What does a campaign ask against last year, and what was answered besides はい and いいえ?"""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.controls.queries import lineage_view
from kansa.apps.self_inspection.queries import LevelView, comment_views, level_views
from kansa.apps.self_inspection.views.campaigns import campaign_for, frame_of
from kansa.apps.trail.forms import permitted
from kansa.core.results import HIDDEN_JA
from kansa.formats.writers import OutCell, OutColumn, write_csv, write_table

NOT_COUNTED_JA = "数えない"
LEVEL_COLUMNS = (
    *(OutColumn("項目コード"), OutColumn("項目", is_wrapped=True), OutColumn("段階"), OutColumn("段階の名前")),
    *(OutColumn("人数", is_text=False), OutColumn("割合"), OutColumn("遵守率での扱い")),
)
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


def level_rows(one: LevelView) -> list[list[OutCell]]:
    """The rows of a scale, 該当なし and 無回答 last; hidden: one row without a number."""
    names: list[OutCell] = [one.item.code, one.item.text_ja]
    if one.is_hidden:
        return [[*names, "", HIDDEN_JA, None, "", ""]]
    counted = {False: "「いいえ」と同じ", True: "「はい」と同じ"}
    rows: list[list[OutCell]] = []
    for level in one.levels:
        treated = counted[level.level >= one.item.met_from] if one.item.met_from else NOT_COUNTED_JA
        rows.append([*names, str(level.level), level.label_ja, level.level_count, level.percent, treated])
    rest = (("該当なし", one.not_applicable_count), ("無回答", one.blank_count))
    return rows + [[*names, "", words, count, "", NOT_COUNTED_JA] for words, count in rest]


@require_safe
def levels_file(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """How the levels are spread, as a file for print and for machines."""
    actor = permitted(request, "manage_inspection")
    campaign = campaign_for(actor, pk)
    if kind not in FILE_TYPES:
        raise Http404(_("この形式はありません。"))
    rows = [row for one in level_views(campaign) for row in level_rows(one)]
    data = write_csv(LEVEL_COLUMNS, rows) if kind == "csv" else write_table(LEVEL_COLUMNS, rows, "段階の分布")
    name = f"段階の分布_{campaign.title_ja}.{kind}"
    return FileResponse(io.BytesIO(data), as_attachment=True, filename=name, content_type=FILE_TYPES[kind])


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
