"""How is one item of a checklist added, edited, dropped and brought back?"""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.controls.actions import Holds, ItemEdit, ListKey, add_items, drop_item, edit_item, restore_item
from kansa.apps.controls.forms import ANSWERING, REFERENCES, ItemForm, first_values
from kansa.apps.controls.models import ControlItem, GuidelineItem
from kansa.apps.controls.queries import (
    LineageLine,
    guideline_editions,
    guideline_items,
    guideline_numbers,
    item_record,
    item_stamp,
    lineage_view,
    used_items,
)
from kansa.apps.controls.views.lists import LONGEST_REASON, frame_of, key_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor
from kansa.core.text_diff import Segment, text_diff

GUIDELINE_ON_PAGE = 50


def line_of(actor: Actor, key: ListKey, pk: int) -> tuple[int, LineageLine]:
    """An item beside last year's and its place among those asked (0: dropped). Raises Http404."""
    view = lineage_view(actor.municipality_id, key.fiscal_year, key.stream)
    for place, line in enumerate(view.lines, 1):
        if line.item.pk == pk:
            return place, line
    for line in view.dropped:
        if line.item.pk == pk:
            return 0, line
    raise Http404(_("この項目はありません。"))


def typed_difference(form: ItemForm, prior: ControlItem | None, name: str) -> tuple[Segment, ...]:
    """Last year's words beside those in the form, as they were typed or as they stand."""
    if prior is None:
        return ()
    return text_diff(str(getattr(prior, name)), str(form[name].value() or "").replace("\r\n", "\n"))


def parts_of(form: ItemForm) -> dict[str, object]:
    """The fields in the two groups of the page."""
    return {
        "form": form,
        "word_fields": [form[name] for name in form.fields if name not in (*REFERENCES, *ANSWERING)],
        "answering_fields": [form[name] for name in ANSWERING if name in form.fields],
        "reference_fields": [form[name] for name in REFERENCES if name in form.fields],
    }


@require_http_methods(["GET", "POST"])
def add_page(request: HttpRequest, fiscal_year: int, stream: str, holds: Holds) -> HttpResponse:
    """A new item."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    form = ItemForm(request.POST or None, stream=stream, item=None)
    if request.method == "POST" and submit(form, lambda: add_items(actor, key, [form.edit()])) is not None:
        messages.success(request, _("項目「%(code)s」を加えました。") % {"code": form.cleaned_data["code"]})
        return redirect("controls:checklist", fiscal_year, stream)
    return render(request, "controls/add.html", frame_of(key, actor.municipality_id) | parts_of(form))


@require_http_methods(["GET", "POST"])
def guideline_page(request: HttpRequest, fiscal_year: int, stream: str, holds: Holds) -> HttpResponse:
    """The items of the national guideline; those that are ticked become added items."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    editions = guideline_editions(actor.municipality_id)
    asked = request.GET.get("edition", "")
    edition = asked if asked in editions else next(iter(editions), "")
    words = request.GET.get("q", "").strip()
    rows = guideline_items(actor.municipality_id, edition, words)
    if request.method == "POST":
        ticked = [number for number in request.POST.getlist("item") if number.isdecimal() and len(number) < 10]
        wanted = [from_guideline(one) for one in rows.filter(pk__in=ticked)]
        done = _("%(count)s項目を加えました。") % {"count": len(wanted)}
        if wanted and attempt(request, lambda: add_items(actor, key, wanted), done) is not None:
            return redirect("controls:checklist", fiscal_year, stream)
    context = frame_of(key, actor.municipality_id) | {
        "editions": editions,
        "edition": edition,
        "words": words,
        "page": Paginator(rows, GUIDELINE_ON_PAGE).get_page(request.GET.get("page")),
        "taken": guideline_numbers(actor.municipality_id, fiscal_year, stream, edition),
    }
    return render(request, "controls/guideline.html", context)


def from_guideline(item: GuidelineItem) -> ItemEdit:
    """An item of the guideline as an item of the checklist: its code says where it is from."""
    looked_at = [text for text in (item.documents_ja, item.procedure_ja) if text]
    return ItemEdit(
        domain_ja=(item.chapter_ja.partition("／")[0] or item.edition_ja)[:120],
        text_ja=item.text_ja,
        criteria_ja="\n".join(looked_at),
        code=f"G{item.number}"[:40],
        mic_number=item.number,
        jis_number=item.jis_number[:200],
        edition_ja=item.edition_ja,
    )


@require_http_methods(["GET", "POST"])
def item_page(request: HttpRequest, fiscal_year: int, stream: str, pk: int, holds: Holds) -> HttpResponse:
    """An item, what it was last year, and the form to change it."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    place, line = line_of(actor, key, pk)
    stamp, seen = item_stamp(item_record(line.item)), request.POST.get("stamp", "")
    form = ItemForm(request.POST or None, stream=stream, item=line.item, initial=first_values(line.item, place))
    if request.method == "POST" and submit(form, lambda: edit_item(actor, key, pk, form.edit(), seen)) is not None:
        messages.success(request, _("項目「%(code)s」を保存しました。") % {"code": line.item.code})
        return redirect("controls:checklist", fiscal_year, stream)
    context = frame_of(key, actor.municipality_id) | parts_of(form) | differences(form, line)
    context |= {
        "line": line,
        "stamp": stamp,  # the next press saves over what the page now shows
        "is_used": bool(used_items([line.item])),
        "is_conflict": seen not in ("", stamp),
    }
    return render(request, "controls/item.html", context)


def differences(form: ItemForm, line: LineageLine) -> dict[str, object]:
    """What the words in the form change against last year."""
    return {name: typed_difference(form, line.prior, name) for name in ("text_ja", "criteria_ja")}


@require_POST
def drop_page(request: HttpRequest, fiscal_year: int, stream: str, pk: int, holds: Holds) -> HttpResponse:
    """Takes an item off the list."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    line_of(actor, key, pk)
    reason_ja = request.POST.get("reason_ja", "")[:LONGEST_REASON]
    if attempt(request, lambda: drop_item(actor, key, pk, reason_ja), _("項目を外しました。")) is None:
        return redirect("controls:item", fiscal_year, stream, pk)
    return redirect("controls:checklist", fiscal_year, stream)


@require_POST
def restore_page(request: HttpRequest, fiscal_year: int, stream: str, pk: int, holds: Holds) -> HttpResponse:
    """Brings last year's words back."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, holds)
    line_of(actor, key, pk)
    attempt(request, lambda: restore_item(actor, key, pk), _("前年度の内容に戻しました。"))
    return redirect("controls:checklist", fiscal_year, stream)
