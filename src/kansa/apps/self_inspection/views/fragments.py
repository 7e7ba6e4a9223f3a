"""How is a questionnaire shown to half a city in one hour? Each item is drawn once a process, not once a person.

What an item looks like depends on its place, its answer and the language alone: a few hundred pieces a campaign. The
token of the form (CSRF) is the reader's own and is put in at the end.
"""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kansa.apps.self_inspection.forms import ANSWER_CHOICES
from kansa.apps.self_inspection.models import Campaign
from kansa.apps.self_inspection.queries import asked_items
from kansa.apps.self_inspection.views.shown import ShownItem

ON_LONG_PAGE, ON_OWN_PAGE = "self_inspection/item.html", "self_inspection/question.html"
TOKEN_PLACE = "@csrf@"
PIECES = 4000  # kept at most: 40 items in all answers and both languages, of ten campaigns


def drawn_item(request: HttpRequest, template: str, campaign: Campaign, position: int, answer: str) -> SafeString:
    """An item of an opened campaign as it looks with this answer; its form is the reader's own."""
    piece = drawn_piece(template, campaign, position, answer, get_language() or "")
    return mark_safe(piece.replace(TOKEN_PLACE, get_token(request)))  # both are ours: a template and a token


@lru_cache(maxsize=PIECES)
def drawn_piece(template: str, campaign: Campaign, position: int, answer: str, language: str) -> str:
    """The item without the reader's token. `language`: the one that is active, since a piece of each is kept."""
    del language
    shown = ShownItem(position, asked_items(campaign)[position - 1])
    context = {"campaign": campaign, "shown": shown, "answer": answer, "choices": ANSWER_CHOICES}
    return render_to_string(template, context | {"csrf_token": TOKEN_PLACE})


@lru_cache(maxsize=100)
def item_paths(campaign_id: int, count: int) -> tuple[str, ...]:
    """The addresses of the items' own pages."""
    return tuple(reverse("self_inspection:answer_item", args=[campaign_id, place]) for place in range(1, count + 1))
