"""What does kansa ask of django-allauth: who may pass, what the trail keeps, and that nobody registers alone?"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.people.actions import (
    record_factor_change,
    record_failed_sign_in,
    record_password_change,
    record_sign_in,
    record_sign_out,
)
from kansa.apps.people.models import Account
from kansa.apps.people.queries import failed_sign_in_key, is_in_force


def place_of(request: HttpRequest | None) -> str:
    """The network address of the peer, as the trail keeps it."""
    return (request.META.get("REMOTE_ADDR") or "")[:64] if request is not None else ""


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with a password or a passkey."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("ログイン名かパスワードが違います。"),
        "too_many_login_attempts": gettext_lazy(
            "続けて失敗したため、このログイン名は5分間使えません。時間をおくか、管理者に連絡してください。"
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are given by the administrator."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted for the login name, whatever name the server was called by."""
        return failed_sign_in_key(str(credentials.get("username", "")))

    def pre_login(self, request: HttpRequest, user: Account, **options: Any) -> HttpResponse | None:
        """Stops accounts that are disabled or past their last fiscal year, whichever way they came."""
        if is_in_force(user, timezone.localdate()):
            return super().pre_login(request, user, **options)
        from allauth.account.internal.stagekit import clear_login

        clear_login(request)
        return redirect("account_inactive")

    def login(self, request: HttpRequest, user: Account) -> None:
        """The session begins, and the trail says so."""
        super().login(request, user)
        methods = request.session.get("account_authentication_methods") or [{}]
        record_sign_in(user, "+".join(str(one.get("method", "")) for one in methods), place_of(request))

    def logout(self, request: HttpRequest) -> None:
        """The session ends."""
        if isinstance(request.user, Account):
            record_sign_out(request.user, place_of(request))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is kept in the trail of the account it was tried on."""
        record_failed_sign_in(str(credentials.get("username", "")), place_of(request))

    def set_password(self, user: Account, password: str) -> None:
        """A person changed the own password."""
        super().set_password(user, password)
        record_password_change(user, place_of(self.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to the work, with a word that the change is done: the form once more would read as a refusal."""
        messages.success(request, _("パスワードを変更しました。次からは、新しいパスワードでサインインしてください。"))
        return reverse("annual_report:home")

    def add_message(self, *_arguments: Any, **_options: Any) -> None:
        """The library's own messages are left out: the page that follows says what happened."""

    def send_notification_mail(self, template_prefix: str, user: Account, *_arguments: Any, **_options: Any) -> None:
        """kansa keeps no mail addresses: instead of a mail about the second factor, the trail gets a mark."""
        if template_prefix.startswith("mfa/"):
            record_factor_change(user, template_prefix.rpartition("/")[2], place_of(self.request))


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes and passkeys."""

    def get_totp_label(self, user: Account) -> str:
        """What the authenticator shows beside the code."""
        return str(user.login)

    def build_totp_svg(self, url: str) -> str:
        """The QR code as part of the page: the policy of the browser takes no picture out of an address."""
        return str(super().build_totp_svg(url)).partition("?>")[2].strip()


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect: an account that the administrator gave, found by its login name; never a new one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """No account comes into being by signing in."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Links the identity with the account of the same login name, at its first sign-in."""
        if sociallogin.is_existing:
            return
        claim = sociallogin.provider.app.settings.get("login_claim", "preferred_username")
        data = sociallogin.account.extra_data
        claims = {**data, **data.get("id_token", {}), **data.get("userinfo", {})}
        login = str(claims.get(claim, "")).strip().lower()
        account = Account.objects.filter(login=login).first() if login else None
        if account is None:
            page = render(request, "account/unknown_account.html", {"login": login}, status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.connect(request, account)
