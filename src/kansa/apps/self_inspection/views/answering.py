"""How does a member of staff answer: with an account, by the code of a slip, or by the key of begun answers?

Pages without `permitted`: whoever holds a key or a code may answer by it and nothing else. The key stays in a cookie of
these pages, never in a session, so that nothing on the server stands between an account and an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.self_inspection.actions import begin, check_open, save_answer, save_comment
from kansa.apps.self_inspection.forms import CodeForm
from kansa.apps.self_inspection.models import Campaign
from kansa.apps.self_inspection.queries import (
    Invitation,
    Respondent,
    asked_item,
    asked_items,
    campaign_of_key,
    campaigns_asking,
    folded_code,
    opened_campaign,
    own_answers,
    own_comments,
    respondent_of,
)
from kansa.apps.self_inspection.views.fragments import ON_LONG_PAGE, ON_OWN_PAGE, Line, drawn, ticks
from kansa.apps.self_inspection.views.shown import ShownItem, shown_items
from kansa.core.errors import RuleError
from kansa.core.inspection import COMMENT_LENGTH, Masks, answer_of
from kansa.core.permission import Actor
from kansa.formats.qr_code import qr_path

COOKIE = "kansa_answer_{pk}"
COOKIE_PATH = "/answer/"
TYPE_COOKIE = "kansa_type"


def person_of(request: HttpRequest) -> Actor | None:
    """The person who signed in; None for somebody with a slip only."""
    return getattr(request, "actor", None)


def campaign_opened(pk: int) -> Campaign:
    """A campaign that was opened, of any municipality: the key says which. Raises Http404."""
    found = opened_campaign(pk)
    if found is None:
        raise Http404(_("この自己点検はありません。"))
    return found


def who_answers(request: HttpRequest, campaign: Campaign) -> Respondent | Invitation | None:
    """As whom this browser answers. Raises RuleError with the slip of another person, or when the time is over."""
    who = respondent_of(campaign, person_of(request), request.COOKIES.get(COOKIE.format(pk=campaign.pk), ""))
    if who is not None:
        check_open(campaign)
    return who


def refused(request: HttpRequest, campaign: Campaign, reason_ja: str) -> HttpResponse:
    """Why somebody cannot answer, and what helps."""
    context = {"campaign": campaign, "reason_ja": reason_ja}
    return render(request, "self_inspection/refused.html", context, status=403)


def own_respondent(request: HttpRequest, pk: int) -> Respondent | HttpResponse:
    """Who answers; or the page that says why not, or where to begin."""
    campaign = campaign_opened(pk)
    try:
        who = who_answers(request, campaign)
    except RuleError as fault:
        return refused(request, campaign, fault.reason_ja)
    if isinstance(who, Respondent):
        return who
    return redirect("self_inspection:answer", pk) if who else redirect("self_inspection:code")


def carrying(response: HttpResponse, request: HttpRequest, campaign: Campaign, key: str) -> HttpResponse:
    """The response with the key in a cookie that ends with the browser."""
    response.set_cookie(
        COOKIE.format(pk=campaign.pk),
        key.strip(),
        path=COOKIE_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """Where a slip is typed in; whoever signed in finds the campaigns that ask them."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = folded_or_key(form.cleaned_data["code"])
        campaign = campaign_of_key(code)
        if campaign is not None:
            return carrying(redirect("self_inspection:answer", campaign.pk), request, campaign, code)
        form.add_error("code", _("この番号の回答票はありません。印刷された番号を確かめてください。"))
    asking = campaigns_asking(person_of(request), timezone.localdate())
    return render(request, "self_inspection/code.html", {"form": form, "campaigns": asking})


def folded_or_key(typed: str) -> str:
    """A code as it is kept; what is no code as it was typed, since it may be a key of answers."""
    return folded_code(typed) or typed.strip()


@login_not_required
@require_safe
def key_page(request: HttpRequest, key: str) -> HttpResponse:
    """The link of a slip's QR code, or of begun answers: the key goes out of the address into the cookie."""
    campaign = campaign_of_key(key)
    if campaign is None:
        raise Http404(_("この回答用のリンクは使えません。印刷し直した回答票があるときは、新しい方を使ってください。"))
    return carrying(redirect("self_inspection:answer", campaign.pk), request, campaign, folded_or_key(key))


@login_not_required
@require_safe
def start_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, what becomes of the answers, and the way in."""
    campaign = campaign_opened(pk)
    try:
        who = who_answers(request, campaign)
    except RuleError as fault:
        return refused(request, campaign, fault.reason_ja)
    if who is None:
        return redirect("self_inspection:code")
    own_items = items_for(who)
    context = {
        "campaign": campaign,
        "item_count": len(own_items),
        "first": own_items[0].position if own_items else 1,
        "has_comments": any(one.is_comment for one in own_items),
        "answered_count": own_answers(who).answered.bit_count() if isinstance(who, Respondent) else 0,
        "is_invitation": isinstance(who, Invitation),
        "has_key": COOKIE.format(pk=pk) in request.COOKIES,
    }
    return render(request, "self_inspection/start.html", context)


@login_not_required
@require_POST
def begin_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the key of the own answers; the page shows it once, as a link and a QR code."""
    campaign = campaign_opened(pk)
    try:
        who = who_answers(request, campaign)
        if not isinstance(who, Invitation):
            return redirect("self_inspection:answer", pk) if who else redirect("self_inspection:code")
        key = begin(who)
    except RuleError as fault:
        return refused(request, campaign, fault.reason_ja)
    link = request.build_absolute_uri(reverse("self_inspection:key", args=[key]))
    items = items_for(who)
    first = items[0].position if items else 1
    context = {"campaign": campaign, "link": link, "drawn": qr_path(link), "first": first}
    return carrying(render(request, "self_inspection/begun.html", context), request, campaign, key)


def items_for(who: Respondent | Invitation) -> list[ShownItem]:
    """The items that somebody is asked: those for all and those of the own job type."""
    job_type = who.job_type if isinstance(who, Respondent) else who.member.counted_as
    return shown_items(asked_items(who.campaign), job_type)


def lines_of(who: Respondent, items: Sequence[ShownItem]) -> list[Line]:
    """Items with what the respondent has answered. At most two queries."""
    masks, words = own_answers(who), own_comments(who, (one.item for one in items))
    return [line_of(one, masks, words) for one in items]


def line_of(shown: ShownItem, masks: Masks, words: Mapping[int, str]) -> Line:
    """An item with the answer or the words that are kept."""
    bit, key = shown.item.bit or 0, shown.item.pk
    return {
        "shown": shown,
        "answer": answer_of(masks, bit) if not shown.is_comment else "",
        "words": words.get(key, ""),
        "is_done": bool(masks.answered >> bit & 1) or key in words,
        "longest": COMMENT_LENGTH,
    }


def keep(request: HttpRequest, who: Respondent, shown: ShownItem) -> Line:
    """Keeps what was sent about one item; the item as it is kept now. Raises RuleError."""
    if shown.is_comment:
        save_comment(who, shown.item, request.POST.get("words", ""))
        return lines_of(who, [shown])[0]
    return line_of(shown, save_answer(who, shown.item, request.POST.get("answer", "")), {})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def all_page(request: HttpRequest, pk: int) -> HttpResponse:
    """All items on one page; each answer is kept as it is given."""
    who = own_respondent(request, pk)
    if not isinstance(who, Respondent):
        return who
    if request.method == "POST":
        return answered_on_page(request, who)
    items = [drawn(request, ON_LONG_PAGE, who.campaign, one) for one in lines_of(who, items_for(who))]
    return render(request, "self_inspection/all.html", {"campaign": who.campaign, "items": items})


def answered_on_page(request: HttpRequest, who: Respondent) -> HttpResponse:
    """Keeps an answer of the long page and shows that item again: alone for htmx, else the page at its place."""
    typed = request.POST.get("position", "")
    position = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
    item = asked_item(who.campaign, position)
    if item is None:
        raise Http404(_("この項目はありません。"))
    found = [one for one in items_for(who) if one.position == position]
    try:
        line = keep(request, who, found[0] if found else ShownItem(position, item, position))
    except RuleError as fault:
        return refused(request, who.campaign, fault.reason_ja)
    if request.headers.get("HX-Request"):
        return HttpResponse(drawn(request, ON_LONG_PAGE, who.campaign, line, is_kept=True))
    return redirect(f"{reverse('self_inspection:answer_all', args=[who.campaign.pk])}#item{position}")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def item_page(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One item on a page; after いいえ the right way is told before the next item."""
    who = own_respondent(request, pk)
    if not isinstance(who, Respondent):
        return who
    items = items_for(who)
    shown = next((one for one in items if one.position == position), None)
    if shown is None:
        raise Http404(_("この項目はありません。"))
    neighbours = {
        "before": items[shown.number - 2].position if shown.number > 1 else None,
        "after": items[shown.number].position if shown.number < len(items) else None,
    }
    if request.method == "POST":
        return answered_alone(request, who, shown, neighbours["after"])
    lines = lines_of(who, items)
    line = lines[shown.number - 1]
    context = {
        "campaign": who.campaign,
        "question": drawn(request, ON_OWN_PAGE, who.campaign, line),
        "ticks": ticks(pk, lines, shown.number),
        "count": len(items),
    }
    return render(request, "self_inspection/one.html", context | neighbours | line)


def answered_alone(request: HttpRequest, who: Respondent, shown: ShownItem, after: int | None) -> HttpResponse:
    """Keeps an answer; on to the next item unless there is something to tell."""
    pk = who.campaign.pk
    try:
        keep(request, who, shown)
    except RuleError as fault:
        return refused(request, who.campaign, fault.reason_ja)
    if request.POST.get("answer") == "no":
        return redirect("self_inspection:answer_item", pk, shown.position)
    if after is None:
        return redirect("self_inspection:receipt", pk)
    return redirect("self_inspection:answer_item", pk, after)


@login_not_required
@require_safe
def receipt_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was taken in: how many items, and which are still open. The page names no person."""
    who = own_respondent(request, pk)
    if not isinstance(who, Respondent):
        return who
    lines = lines_of(who, items_for(who))
    asked = [one for one in lines if not one["shown"].is_comment]  # words are asked of nobody
    context = {
        "campaign": who.campaign,
        "count": len(asked),
        "answered_count": sum(1 for one in asked if one["is_done"]),
        "comment_count": sum(1 for one in lines if one["words"]),
        "open_items": [one["shown"] for one in asked if not one["is_done"]],
        "today": timezone.localdate(),
    }
    return render(request, "self_inspection/receipt.html", context)


@login_not_required
@require_POST
def leave_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the key out of this browser, for a machine that several people share."""
    response = redirect("self_inspection:code")
    response.delete_cookie(COOKIE.format(pk=pk), path=COOKIE_PATH)
    return response


@login_not_required
@require_POST
def type_page(request: HttpRequest) -> HttpResponse:
    """Makes the letters of these pages larger, or as they were, in this browser; back to the page it was asked on."""
    back = request.POST.get("back", "")
    is_ours = back.startswith(COOKIE_PATH) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if is_ours else "self_inspection:code")
    if request.POST.get("type") == "large":
        response.set_cookie(TYPE_COOKIE, "large", path=COOKIE_PATH, secure=request.is_secure(), samesite="Lax")
    else:
        response.delete_cookie(TYPE_COOKIE, path=COOKIE_PATH)
    return response
