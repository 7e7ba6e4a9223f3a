"""Which pages of django-allauth does kansa use? Those for signing in and the own second factor; no registration."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView


def sign_in_urls(*, has_single_sign_on: bool) -> list[URLPattern | URLResolver]:
    """The addresses below `account/`, under the names that allauth looks for."""
    urls: list[URLPattern | URLResolver] = [
        path("login/", account.login, name="account_login"),
        path("logout/", account.logout, name="account_logout"),
        path("inactive/", account.account_inactive, name="account_inactive"),
        path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
        path("password/", account.password_change, name="account_change_password"),
        # Who signs in through a directory or single sign-on has no password here, and is not offered one.
        path("password/set/", RedirectView.as_view(pattern_name="people:own"), name="account_set_password"),
        path("factors/", mfa.index, name="mfa_index"),
        path("factors/authenticate/", mfa.authenticate, name="mfa_authenticate"),
        path("factors/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
        path("factors/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
        path("factors/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
        path("factors/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
        path("factors/recovery/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
        path("factors/recovery/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
        path("factors/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
        path("factors/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
        path("factors/passkeys/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
        path("factors/passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
        path("factors/passkeys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
        path("factors/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    ]
    if has_single_sign_on:
        urls.append(path("", include("allauth.socialaccount.providers.openid_connect.urls")))
        urls.append(path("single-sign-on/", include("allauth.socialaccount.urls")))
    return urls
