"""Which marks do signing in, failing to, and leaving make in the trail?"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kansa.apps.people import models
from kansa.apps.people.queries import actor_of
from kansa.apps.trail.actions import record


def _mark(account: models.Account, verb: str, place: str, after: dict[str, object]) -> None:
    with transaction.atomic():
        actor = actor_of(account, timezone.localdate(), place)
        record(actor, verb, "account", account.login, {}, after)


def record_sign_in(account: models.Account, method: str, place: str) -> None:
    """`method`: password, mfa, passkey, directory, single sign-on."""
    _mark(account, "sign_in", place, {"method": method})


def record_sign_out(account: models.Account, place: str) -> None:
    """The person left."""
    _mark(account, "sign_out", place, {})


def record_failed_sign_in(login: str, place: str) -> None:
    """A wrong password for an account that exists. An unknown name leaves no mark: it may be a mistyped password."""
    account = models.Account.objects.filter(login=login.strip().lower()).first()
    if account is not None:
        _mark(account, "sign_in_failed", place, {})


def record_factor_change(account: models.Account, factor: str, place: str) -> None:
    """`factor`: what became of the second factor, as allauth calls it: totp_activated, webauthn_added, ..."""
    _mark(account, "change_factor", place, {"factor": factor})


def record_password_change(account: models.Account, place: str) -> None:
    """The person chose a password: the passing one is over."""
    with transaction.atomic():
        if account.must_change_password:
            account.must_change_password = False
            account.save(update_fields=["must_change_password"])
        _mark(account, "change_password", place, {})
