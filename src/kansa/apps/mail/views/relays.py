"""Through which relay is sent, and does it work?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.mail.actions import retire_relay, save_relay, test_relay
from kansa.apps.mail.forms import RelayForm, TrialForm, relay_values
from kansa.apps.mail.models import MailRelay
from kansa.apps.mail.queries import relays_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.mail.replies import hint_ja
from kansa.core.permission import Actor


def relay_for(actor: Actor, pk: int) -> MailRelay:
    """A relay in use. Raises Http404."""
    found = relays_of(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この中継サーバーはありません。"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def add_page(request: HttpRequest) -> HttpResponse:
    """A new relay."""
    actor = permitted(request, "manage_relay")
    form = RelayForm(request.POST or None)
    if request.method == "POST":
        made = submit(form, lambda: save_relay(actor, form.settings()))
        if made is not None:
            messages.success(request, _("登録しました。続けて、送れるか試してください。"))
            return redirect("mail:relay", made.pk)
    return render(request, "mail/relay.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def relay_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Settings of a relay, its test and what came of it."""
    actor = permitted(request, "manage_relay")
    relay = relay_for(actor, pk)
    form = RelayForm(request.POST or None, initial=relay_values(relay))
    if request.method == "POST" and submit(form, lambda: save_relay(actor, form.settings(), pk)) is not None:
        messages.success(request, _("保存しました。続けて、送れるか試してください。"))
        return redirect("mail:relay", pk)
    is_faulty = relay.test_code not in ("", "ok")
    context = {"form": form, "relay": relay, "trial": TrialForm(), "is_faulty": is_faulty}
    return render(request, "mail/relay.html", context | {"hint_ja": hint_ja(relay.test_code) if is_faulty else ""})


@require_POST
def test_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries the relay; the page before shows what came of it."""
    actor = permitted(request, "manage_relay")
    relay_for(actor, pk)
    found = attempt(request, lambda: test_relay(actor, pk, request.POST.get("address", "")))
    if found is not None and not found[0]:
        messages.success(request, _("試験に成功しました。"))
    return redirect("mail:relay", pk)


@require_POST
def retire_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a relay out of use."""
    actor = permitted(request, "manage_relay")
    relay_for(actor, pk)
    attempt(request, lambda: retire_relay(actor, pk), _("取り除きました。"))
    return redirect("mail:home")
