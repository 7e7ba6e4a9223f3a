"""Who is this person today, in which roles; and which accounts are there?"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from kansa.apps.people import models
from kansa.apps.people.queries.organisation import lineage_of
from kansa.apps.trail.models import Event, TenantQuerySet
from kansa.apps.trail.queries import derived_key
from kansa.core import permission
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import ROLES, Actor

SIGN_IN_VERBS = (
    *("sign_in", "sign_in_failed", "sign_out", "change_password", "change_factor"),
    *("unlock", "reset_password", "remove_factors"),
)
RECENT = 20  # marks of signing in shown on the page of an account
FAILED = "login_failed"  # the limit of settings.ACCOUNT_RATE_LIMITS


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the list of accounts is narrowed to. `state`: active, disabled, expired; None and "" narrow nothing."""

    words: str = ""
    role: str = ""
    fiscal_year: int | None = None
    state: str = ""


def is_in_force(account: models.Account, day: date) -> bool:
    """Whether the account may be used on this day: neither disabled nor past its last fiscal year."""
    return bool(account.is_active) and fiscal_year_of(day) <= account.valid_through


def actor_of(account: models.Account, day: date, place: str = "") -> Actor:
    """The person as an actor, with the appointments of the fiscal year `day` lies in.

    `place`: the network address the trail keeps. One query for the appointments, one more where a department matters.
    """
    fiscal_year = fiscal_year_of(day)
    rows = models.Appointment.objects.filter(
        municipality_id=account.municipality_id, account=account, fiscal_year=fiscal_year
    ).order_by("role", "pk")
    appointments = tuple(
        permission.Appointment(
            role=row.role,
            fiscal_year=row.fiscal_year,
            departments=lineage_of(account.municipality_id, [row.department_id]) if row.department_id else frozenset(),
            firm=row.firm_id,
        )
        for row in rows
    )
    return Actor(
        municipality_id=account.municipality_id,
        name=f"{account.name_ja}（{account.login}）",
        role=min((one.role for one in appointments), key=ROLES.index, default="outsider"),
        account_id=account.pk,
        staff_number=account.staff_number,
        appointments=appointments,
        place=place,
    )


def demo_password(login: str) -> str:
    """The password of a demo account: of this installation only, made from its secret key."""
    return f"demo-{hmac.new(derived_key('demo'), login.encode(), hashlib.sha256).hexdigest()[:12]}"


def accounts_found(actor: Actor, wanted: AccountFilter, this_year: int) -> TenantQuerySet:
    """Accounts by login name. A role without a year means this year's; a year without a role any role in it."""
    rows = models.Account.objects.visible_to(actor).order_by("login")
    for word in wanted.words.split():
        rows = rows.filter(Q(login__icontains=word) | Q(name_ja__icontains=word) | Q(staff_number__icontains=word))
    if wanted.role or wanted.fiscal_year is not None:
        duties = models.Appointment.objects.visible_to(actor).filter(
            account=OuterRef("pk"), fiscal_year=this_year if wanted.fiscal_year is None else wanted.fiscal_year
        )
        rows = rows.filter(Exists(duties.filter(role=wanted.role) if wanted.role else duties))
    if wanted.state == "disabled":
        rows = rows.filter(is_active=False)
    elif wanted.state == "expired":
        rows = rows.filter(is_active=True, valid_through__lt=this_year)
    elif wanted.state == "active":
        rows = rows.filter(is_active=True, valid_through__gte=this_year)
    return rows


def without_password(actor: Actor) -> TenantQuerySet:
    """Open accounts that have no password and were never used: imported ones, and those of a directory."""
    rows = models.Account.objects.visible_to(actor).filter(is_active=True, last_login__isnull=True)
    return rows.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("login")


def state_of(account: models.Account, this_year: int) -> str:
    """active, disabled or expired."""
    if not account.is_active:
        return "disabled"
    return "active" if account.valid_through >= this_year else "expired"


def recent_sign_ins(actor: Actor, login: str) -> list[Event]:
    """The newest marks of signing in, failing to and leaving, of one account."""
    rows = Event.objects.visible_to(actor).filter(object_kind="account", object_key=login, verb__in=SIGN_IN_VERBS)
    return list(rows.order_by("-pk")[:RECENT])


def failed_sign_in_key(login: str) -> str:
    """Under which key wrong passwords are counted: the login name alone, whatever the server was called by."""
    return f"kansa:{login.strip().lower()}"


def failed_keys(account: models.Account) -> tuple[str, str]:
    """Where wrong passwords, and wrong codes of the second factor (allauth's own key), are counted."""
    return failed_sign_in_key(account.login), f"mfa-auth-user-{account.pk}"


def is_locked(account: models.Account) -> bool:
    """Whether wrong passwords or codes keep this account from being tried for now."""
    return not all(ratelimit.consume(asking(), action=FAILED, key=key, dry_run=True) for key in failed_keys(account))


def clear_failed_sign_ins(account: models.Account) -> None:
    """Forgets the wrong passwords and codes that were given for an account."""
    for key in failed_keys(account):
        ratelimit.clear(asking(), action=FAILED, key=key)


def has_second_factor(account: models.Account) -> bool:
    """Whether the person signs in with a code or a passkey."""
    return bool(Authenticator.objects.filter(user=account).exists())


def asking() -> HttpRequest:
    """allauth asks for a request; a limit that goes by a key looks at nothing of it but that it is no GET."""
    request = HttpRequest()
    request.method = "POST"
    return request


def copied_appointments(actor: Actor, fiscal_year: int) -> list[models.Appointment]:
    """Last year's appointments that can be repeated in `fiscal_year` and are not held there yet.

    Left out: disabled accounts, departments that no longer exist, firms that are no longer contracted.
    """
    standing = models.Appointment.objects.visible_to(actor).select_related("account", "department", "firm")
    held = {_key(one) for one in standing.filter(fiscal_year=fiscal_year)}
    return [
        one
        for one in standing.filter(fiscal_year=fiscal_year - 1).order_by("account__login", "role", "pk")
        if _key(one) not in held and not why_not_copied(one, fiscal_year)
    ]


def uncopied_appointments(actor: Actor, fiscal_year: int) -> list[tuple[models.Appointment, str]]:
    """Last year's appointments that cannot be repeated, with the reason in Japanese."""
    standing = models.Appointment.objects.visible_to(actor).select_related("account", "department", "firm")
    rows = standing.filter(fiscal_year=fiscal_year - 1).order_by("account__login", "role", "pk")
    return [(one, reason) for one in rows if (reason := why_not_copied(one, fiscal_year))]


def why_not_copied(one: models.Appointment, fiscal_year: int) -> str:
    """Why an appointment cannot be repeated in a year; "" when it can."""
    if not one.account.is_active:
        return "アカウントが停止されています。"
    if one.department is not None and one.department.valid_to is not None and one.department.valid_to < fiscal_year:
        return "課所等がなくなります。承継した課所等を選んで任命してください。"
    if one.firm is not None and not one.firm.is_contracted:
        return "監査事業者の契約が終わっています。"
    return ""


def firm_appointments(actor: Actor, firm_id: int, since: int) -> list[models.Appointment]:
    """Appointments for a firm, of this fiscal year and later."""
    rows = models.Appointment.objects.visible_to(actor).filter(firm_id=firm_id, fiscal_year__gte=since)
    return list(rows.select_related("account", "department", "firm").order_by("fiscal_year", "account__login"))


def _key(one: models.Appointment) -> tuple[int, str, int | None, int | None]:
    return one.account_id, one.role, one.department_id, one.firm_id
