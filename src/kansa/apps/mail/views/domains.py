"""To which domains may mail go, who has verified them, and are addresses of the roster kept?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.mail.actions import (
    confirm_by_code,
    confirm_by_second_person,
    mail_code,
    propose_domain,
    withdraw_domain,
)
from kansa.apps.mail.forms import CodeForm, DomainForm
from kansa.apps.mail.messages import METHODS
from kansa.apps.mail.models import MailDomain
from kansa.apps.mail.queries import domains_of, relays_of
from kansa.apps.people.actions import keep_mail_addresses
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor


def domain_for(actor: Actor, pk: int) -> MailDomain:
    """A domain. Raises Http404."""
    found = domains_of(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("このドメインはありません。"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def domains_page(request: HttpRequest) -> HttpResponse:
    """Every domain, and a new one."""
    actor = permitted(request, "manage_relay")
    form = DomainForm(request.POST or None)
    if request.method == "POST":
        made = submit(form, lambda: propose_domain(actor, form.cleaned_data["domain"]))
        if made is not None:
            messages.success(request, _("登録しました。続けて、自団体のドメインであることを確認してください。"))
            return redirect("mail:domain", made.pk)
    lines = [(one, METHODS.get(one.method, "")) for one in domains_of(actor)]
    return render(request, "mail/domains.html", {"form": form, "lines": lines})


@require_safe
def domain_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One domain and the two ways to verify it."""
    actor = permitted(request, "manage_relay")
    domain, relays = domain_for(actor, pk), relays_of(actor)
    code = CodeForm()
    code.fields["relay"].queryset = relays  # type: ignore[attr-defined]
    context = {"domain": domain, "method": METHODS.get(domain.method, ""), "code": code, "has_relay": relays.exists()}
    return render(request, "mail/domain.html", context)


@require_POST
def act_page(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Sends the code, takes it, takes the second person's word, or withdraws the domain."""
    actor = permitted(request, "manage_relay")
    domain_for(actor, pk)
    said = request.POST
    if act == "code" and said.get("relay", "").isdecimal():
        relay, mailbox = int(said["relay"][:18]), said.get("mailbox", "")
        attempt(
            request, lambda: mail_code(actor, pk, relay, mailbox), _("番号を送りました。届いた番号を入力してください。")
        )
    elif act == "confirm":
        attempt(request, lambda: confirm_by_code(actor, pk, said.get("code", "")), _("確認しました。"))
    elif act == "second":
        attempt(request, lambda: confirm_by_second_person(actor, pk, said.get("typed", "")), _("確認しました。"))
    elif act == "withdraw":
        attempt(request, lambda: withdraw_domain(actor, pk), _("取り除きました。"))
        return redirect("mail:domains")
    else:
        raise Http404(_("この操作はありません。"))
    return redirect("mail:domain", pk)


@require_POST
def keeping_page(request: HttpRequest) -> HttpResponse:
    """Whether rosters keep addresses."""
    actor = permitted(request, "manage_relay")
    keeps = request.POST.get("keeps") == "1"
    done = (
        _("次の名簿の取込みから、メールアドレスを封じて保存します。")
        if keeps
        else _("保存していたメールアドレスを消しました。")
    )
    attempt(request, lambda: keep_mail_addresses(actor, keeps=keeps), done)
    return redirect("mail:home")
