"""Is the mail that somebody telephones about one of ours? The page of the CSIRT; it does not say whose mail it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from kansa.apps.drills.forms import CheckForm
from kansa.apps.drills.queries import found_in
from kansa.apps.trail.forms import permitted
from kansa.core.errors import InputError
from kansa.core.permission import Actor
from kansa.formats.mail_drill.reported import MailSigns, read_report, signs_in


@require_http_methods(["GET", "HEAD", "POST"])
def check_page(request: HttpRequest) -> HttpResponse:
    """A link, a Message-ID, headers or a whole mail file; the answer says which drill it is, or that it is none."""
    actor = permitted(request, "check_drill_mail")
    form = CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "is_answered": False}
    if request.method == "POST" and form.is_valid():
        try:
            signs = signs_of(form)
        except InputError as fault:
            form.add_error("mail", fault.refusals[0].reason_ja)
        else:
            context |= answer(actor, signs)
    return render(request, "drills/check.html", context)


def signs_of(form: CheckForm) -> MailSigns:
    """The signs in what was pasted or uploaded. Raises InputError for a file that is no mail."""
    uploaded = form.cleaned_data["mail"]
    if uploaded:
        return read_report(uploaded.read(), uploaded.name).signs
    text = form.cleaned_data["pasted"].strip()
    bare = f"<{text}>" if "@" in text and "<" not in text and " " not in text else ""
    return signs_in(text, bare, f"X-Kansa-Drill: {text}" if text.isalnum() else "")


def answer(actor: Actor, signs: MailSigns) -> dict[str, object]:
    """What the page says."""
    return {"is_answered": True, "found": found_in(actor, signs)}
