"""How is one item of a checklist added, edited, dropped and brought back?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.controls.actions import IsFrozen, ListKey, add_items, drop_item, edit_item, restore_item
from kansa.apps.controls.forms import REFERENCES, ItemForm, first_values
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import LineageLine, item_record, item_stamp, lineage_view, used_items
from kansa.apps.controls.views.lists import frame_of, key_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor
from kansa.core.text_diff import Segment, text_diff


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
        "word_fields": [form[name] for name in form.fields if name not in REFERENCES],
        "reference_fields": [form[name] for name in REFERENCES if name in form.fields],
    }


@require_http_methods(["GET", "POST"])
def add_page(request: HttpRequest, fiscal_year: int, stream: str, is_frozen: IsFrozen) -> HttpResponse:
    """A new item."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, is_frozen)
    form = ItemForm(request.POST or None, stream=stream, item=None)
    if request.method == "POST" and submit(form, lambda: add_items(actor, key, [form.edit()])) is not None:
        messages.success(request, _("項目「%(code)s」を加えました。") % {"code": form.cleaned_data["code"]})
        return redirect("controls:checklist", fiscal_year, stream)
    return render(request, "controls/add.html", frame_of(key, actor.municipality_id) | parts_of(form))


@require_http_methods(["GET", "POST"])
def item_page(request: HttpRequest, fiscal_year: int, stream: str, pk: int, is_frozen: IsFrozen) -> HttpResponse:
    """An item, what it was last year, and the form to change it."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, is_frozen)
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
def drop_page(request: HttpRequest, fiscal_year: int, stream: str, pk: int, is_frozen: IsFrozen) -> HttpResponse:
    """Takes an item off the list."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, is_frozen)
    line_of(actor, key, pk)
    attempt(request, lambda: drop_item(actor, key, pk), _("項目を外しました。"))
    return redirect("controls:checklist", fiscal_year, stream)


@require_POST
def restore_page(request: HttpRequest, fiscal_year: int, stream: str, pk: int, is_frozen: IsFrozen) -> HttpResponse:
    """Brings last year's words back."""
    actor = permitted(request, "manage_checklist")
    key = key_of(fiscal_year, stream, is_frozen)
    line_of(actor, key, pk)
    attempt(request, lambda: restore_item(actor, key, pk), _("前年度の内容に戻しました。"))
    return redirect("controls:checklist", fiscal_year, stream)
