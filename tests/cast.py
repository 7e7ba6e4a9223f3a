"""Who acts in the tests? A fixed cast, by role: actors for actions and queries, signed-in browsers for pages.

`sign_up` gives the people of CAST their accounts and this fiscal year's appointments; `browser_of` signs one in.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from kansa.apps.people.actions import Duty, add_account, register_firm
from kansa.apps.people.models import Account, AuditFirm
from kansa.apps.people.queries import actor_of, department_book
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES, Actor

CITY = 1
OTHER_CITY = 2

CLERK = Actor(CITY, "監査事務局 甲", "operator")
VIEWER = Actor(CITY, "副市長 乙", "ciso")
OUTSIDER = Actor(CITY, "部外者", "outsider")
OTHER_CLERK = Actor(OTHER_CITY, "他市の事務局", "operator")

PASSWORD = "あいうえお-kansa-2024"
FIRM_JA = "監査法人 一"
OTHER_FIRM_JA = "監査法人 二"
OWN_DEPARTMENT = "101"
OTHER_DEPARTMENT = "102"


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    role: str = ""
    department: str = ""
    firm_ja: str = ""
    staff_number: str = ""


# Names are the columns of the access matrix.
CAST = {
    "director": Person("audit_director"),
    "clerk": Person("audit_clerk"),
    "external": Person("external_auditor", firm_ja=FIRM_JA),
    "other_firm": Person("external_auditor", firm_ja=OTHER_FIRM_JA),
    "auditor": Person("staff_auditor", staff_number="S001"),
    "other_auditor": Person("staff_auditor", staff_number="S002"),
    "head": Person("auditee_head", OWN_DEPARTMENT),
    "contact": Person("auditee_contact", OWN_DEPARTMENT),
    "other_head": Person("auditee_head", OTHER_DEPARTMENT),
    "ciso": Person("ciso"),
    "administrator": Person("administrator"),
    "staff": Person("staff_member", staff_number="S003"),
    "outsider": Person(),
}


def this_fiscal_year() -> int:
    """The fiscal year of today: roles are in force in it."""
    return fiscal_year_of(timezone.localdate())


def sign_up(*names: str) -> None:
    """Accounts of these people, of the whole cast by default. Departments must be there already."""
    this_year = this_fiscal_year()
    book = department_book(CITY)
    for name in names or CAST:
        person = CAST[name]
        department = book.find(person.department, this_year) if person.role in DEPARTMENT_ROLES else None
        firm = register_firm(CLERK, person.firm_ja) if person.role in FIRM_ROLES else None
        duty = Duty(person.role, this_year, department.pk if department else None, firm.pk if firm else None)
        account = add_account(
            CLERK,
            name.replace("_", "-"),
            f"{name} さん",
            staff_number=person.staff_number,
            valid_through=this_year,
            password=None,  # hashing takes 0.3 s each; `browser_of` signs in without one
            duties=[duty] if person.role else [],
        )
        assert account.pk


def account_named(name: str) -> Account:
    """The account of one of the cast."""
    found: Account = Account.objects.get(login=name.replace("_", "-"))
    return found


def actor_named(name: str) -> Actor:
    """One of the cast as an actor."""
    return actor_of(account_named(name), timezone.localdate())


def firm_named(name_ja: str = FIRM_JA) -> AuditFirm:
    """One of the two firms."""
    found: AuditFirm = AuditFirm.objects.get(name_ja=name_ja)
    return found


def browser_of(name: str) -> Client:
    """A browser in which one of the cast has signed in; "" for a stranger."""
    client = Client()
    if name:
        client.force_login(account_named(name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
