"""Where do bounces come back, and what did the last ones say?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.mail.actions import Bounced, read_mailbox, save_mailbox, take_bounces
from kansa.apps.mail.forms import BounceForm, BoxForm, box_values
from kansa.apps.mail.messages import BOX_TROUBLES
from kansa.apps.mail.queries import bounce_counts, mailbox_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import can

LARGEST = 50_000_000


def tell(request: HttpRequest, found: Bounced) -> None:
    """What a reading found, above the next page."""
    new = sum(found.kinds.values())
    messages.success(
        request,
        _("%(new)d通を読みました（読んだことのあるもの%(known)d通、どのメールか分からないもの%(unmatched)d通）。")
        % {"new": new, "known": found.known_count, "unmatched": found.unmatched_count},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def bounces_page(request: HttpRequest) -> HttpResponse:
    """What came back, by kind; a file of mails can be handed in."""
    actor = permitted(request, "manage_mail")
    form = BounceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", _("50MBを超えています。"))
        else:
            found = submit(form, lambda: take_bounces(actor, [(file.name, file.read())]))
            if found is not None:
                tell(request, found)
                return redirect("mail:bounces")
    box = mailbox_of(actor.municipality_id, "bounces")
    context = {
        "form": form,
        "box": box,
        "trouble": BOX_TROUBLES.get(box.trouble_code, "") if box else "",
        "lines": bounce_counts(actor),
        "may_manage": can(actor, "manage_relay"),
    }
    return render(request, "mail/bounces.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox_page(request: HttpRequest) -> HttpResponse:
    """Settings of the mailbox."""
    actor = permitted(request, "manage_relay")
    box = mailbox_of(actor.municipality_id, "bounces")
    form = BoxForm(request.POST or None, initial=box_values(box) if box else None)
    if request.method == "POST" and submit(form, lambda: save_mailbox(actor, "bounces", form.settings())) is not None:
        messages.success(request, _("保存しました。"))
        return redirect("mail:bounces" if can(actor, "manage_mail") else "mail:home")
    return render(request, "mail/mailbox.html", {"form": form})


@require_POST
def read_page(request: HttpRequest) -> HttpResponse:
    """Reads the mailbox now."""
    actor = permitted(request, "manage_mail")
    found = attempt(request, lambda: read_mailbox(actor))
    if found is not None:
        tell(request, found)
    return redirect("mail:bounces")
