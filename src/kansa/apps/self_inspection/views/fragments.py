"""How is a questionnaire shown to half a city in one hour? Each item is drawn once a process, not once a person.

What an item looks like depends on its place, its answer and the language alone: a few hundred pieces a campaign. The
token of the form (CSRF) is the reader's own and is put in at the end. Words that somebody wrote are never kept here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypedDict

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kansa.apps.self_inspection.models import Campaign
from kansa.apps.self_inspection.views.shown import ShownItem

ON_LONG_PAGE, ON_OWN_PAGE = "self_inspection/item.html", "self_inspection/question.html"
TOKEN_PLACE = "@csrf@"
PIECES = 4000  # kept at most: 40 items in all answers and both languages, of ten campaigns


class Line(TypedDict):
    """An item with what the respondent has answered, as the templates want it."""

    shown: ShownItem
    answer: str
    words: str
    is_done: bool
    longest: int


def drawn(request: HttpRequest, template: str, campaign: Campaign, line: Line, *, is_kept: bool = False) -> SafeString:
    """An item of an opened campaign as this respondent sees it. `is_kept`: it was sent just now."""
    if line["shown"].is_comment:
        words = {"campaign": campaign, "is_kept": is_kept, "csrf_token": get_token(request)}
        return render_to_string(template, words | line)
    piece = drawn_piece(template, campaign, line["shown"], line["answer"], get_language() or "")
    return mark_safe(piece.replace(TOKEN_PLACE, get_token(request)))  # both are ours: a template and a token


@lru_cache(maxsize=PIECES)
def drawn_piece(template: str, campaign: Campaign, shown: ShownItem, answer: str, language: str) -> str:
    """An item without the reader's token. `language`: the one that is active, since a piece of each is kept."""
    del language
    return render_to_string(
        template, {"campaign": campaign, "shown": shown, "answer": answer, "csrf_token": TOKEN_PLACE}
    )


def ticks(campaign_id: int, lines: Iterable[Line], here: int) -> SafeString:
    """The items as numbers that lead to their pages, entries of a list. `here`: the number of this page's item."""
    language = get_language() or ""
    shown = ((one["shown"], one["is_done"]) for one in lines)
    pieces = (tick(campaign_id, one.position, one.number, done, one.number == here, language) for one, done in shown)
    return mark_safe("".join(pieces))  # each one is escaped


@lru_cache(maxsize=PIECES)
def tick(campaign_id: int, position: int, number: int, is_done: bool, is_here: bool, language: str) -> SafeString:
    """One of these numbers. `language`: the one that is active, since a piece of each is kept."""
    del language
    return format_html(
        '<li><a href="{}"{}{}>{}{}</a></li>',
        reverse("self_inspection:answer_item", args=[campaign_id, position]),
        mark_safe(' aria-current="step"' if is_here else ""),
        mark_safe(' class="is-done"' if is_done else ""),
        number,
        format_html('<span class="visually-hidden">（{}）</span>', _("回答済み")) if is_done else "",
    )
